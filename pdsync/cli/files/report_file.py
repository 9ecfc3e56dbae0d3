"""The report of a plan or a result as a file, for the comment that a pipeline makes of it."""

from __future__ import annotations

from pathlib import Path

from pdsync.cli.error import UsageError
from pdsync.cli.files.atomic_file import write_atomically

_BEGINNING = "<!-- pdsync:"


def check_report_file(path: Path) -> None:
    """Makes sure that a report may be written there, before anything else is done. Raises UsageError."""
    if path.is_dir():
        raise UsageError(f"--report {path}: is a folder", "Name a file, such as plan.md.")
    if not path.parent.is_dir():
        raise UsageError(f"--report {path}: the folder {path.parent} does not exist")
    if path.is_symlink() or (path.exists() and not _may_be_replaced(path)):
        raise UsageError(
            f"--report {path}: exists and is no report, so it is not overwritten", "Name another file, or remove it."
        )


def _may_be_replaced(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(len(_BEGINNING))
    return start in (b"", _BEGINNING.encode())


def write_report_file(text: str, path: Path) -> None:
    """Writes the report at once or not at all, readable by its owner only: it tells who is on call."""
    write_atomically(path, text)
