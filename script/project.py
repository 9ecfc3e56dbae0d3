"""What every Python script in this folder imports first: it puts the script into the project's virtual environment.

A script is then run as it is written, from any folder, and by any Python 3: the virtual environment is set up where it is
missing or not current, and the script starts again in it. ``script/project.bash`` does so for shell scripts.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / (os.environ.get("PDSYNC_VENV") or ".venv")

if Path(sys.prefix).resolve() != VENV.resolve():
    bootstrap = subprocess.run([ROOT / "script" / "bootstrap"], check=False)
    if bootstrap.returncode != 0:
        sys.exit(bootstrap.returncode)
    python = VENV / "bin" / "python"
    os.execv(python, [str(python), *sys.argv])
