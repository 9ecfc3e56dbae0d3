"""A report as a file: Markdown for the comment that a pipeline makes of it, or an HTML page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pdsync.cli.error import UsageError
from pdsync.cli.files.atomic_file import write_atomically
from pdsync.report.page.template import BEGINNING


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of report is called, and how its files begin: only such a file is overwritten."""

    name: str
    example: str
    beginning: str


MARKDOWN = Form("report", "plan.md", "<!-- pdsync:")
PAGE = Form("page of pdsync", "plan.html", BEGINNING)


def check_report_file(path: Path, option: str, form: Form) -> None:
    """Makes sure that a report may be written there, before anything else is done. Raises UsageError."""
    if path.is_dir():
        raise UsageError(f"{option} {path}: is a folder", f"Name a file, such as {form.example}.")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {path}: the folder {path.parent} does not exist")
    if path.is_symlink() or (path.exists() and not _may_be_replaced(path, form)):
        raise UsageError(
            f"{option} {path}: exists and is not a {form.name}, so it is not overwritten",
            "Name another file, or remove it.",
        )


def _may_be_replaced(path: Path, form: Form) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(len(form.beginning))
    return start in (b"", form.beginning.encode())


def write_report_file(text: str, path: Path) -> None:
    """Writes the report at once or not at all, readable by its owner only: it says who is on call."""
    write_atomically(path, text)
