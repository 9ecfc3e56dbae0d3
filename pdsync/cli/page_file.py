"""A page of a plan or of a report as a file."""

from __future__ import annotations

from pathlib import Path

from pdsync.cli.atomic_file import write_atomically
from pdsync.cli.error import UsageError
from pdsync.report.page.template import BEGINNING


def check_page_file(path: Path, option: str) -> None:
    """Makes sure that a page may be written there, before anything else is done. Raises UsageError."""
    if path.is_dir():
        raise UsageError(f"{option} {path}: is a folder", "Name a file, such as plan.html.")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {path}: the folder {path.parent} does not exist")
    if path.is_symlink() or (path.exists() and not _may_be_replaced(path)):
        raise UsageError(
            f"{option} {path}: exists and is no page of pdsync, so it is not overwritten",
            "Name another file, or remove it.",
        )


def _may_be_replaced(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(len(BEGINNING))
    return start in (b"", BEGINNING.encode())


def write_page_file(text: str, path: Path) -> None:
    """Writes the page at once or not at all, readable by its owner only: it tells who is on call."""
    write_atomically(path, text)
