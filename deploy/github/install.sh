#!/usr/bin/env bash
# Puts the pdsync that this action came with into a virtual environment of the job, once.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
home=${RUNNER_TEMP:?}/pdsync
if [ -x "$home/bin/pdsync" ]; then exit 0; fi
if ! python3 -I -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "::error::pdsync needs Python 3.11 or later: use ubuntu-24.04, or set up Python before."
  exit 1
fi
# -I: not a file of the repository that is named like a module of Python, which a pull request may add.
python3 -I -m venv "$home"
# Nothing is installed whose hash is not in the action. pdsync itself is built from the action's own files.
"$home/bin/python" -I -m pip install --quiet --disable-pip-version-check --require-hashes \
  --requirement "$root/deploy/requirements.txt" --requirement "$root/deploy/build-requirements.txt"
"$home/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation "$root"
