# What every shell script in this folder begins with: goes to the project's folder, sets up its virtual environment where
# that is missing or not current, and names the folder of its programs: $bin. script/project.py does so for Python.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
script/bootstrap || exit
bin=$(cd "${PDSYNC_VENV:-.venv}/bin" && pwd)
