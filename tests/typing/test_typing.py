"""A user who installs pdsync gets its types: the file of uses passes the strict type checker, from outside of the project."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_programs_that_use_the_library_are_type_checked(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).with_name("api.py"), tmp_path / "api.py")
    # In a folder of its own the checker finds pdsync as an installed package, and believes it only with py.typed.
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "api.py"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert checked.stdout == "Success: no issues found in 1 source file\n", checked.stdout + checked.stderr


def test_the_wheel_has_the_marker_of_types_and_the_whole_library(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("pdsync-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "pdsync/py.typed" in names
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pdsync" / "client").glob("*.py")}
    assert sources <= names
    templates = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pdsync").glob("*/*/templates/*")}
    assert len(templates) >= 6
    assert templates <= names
    assert not any(name.startswith("tests/") for name in names)
