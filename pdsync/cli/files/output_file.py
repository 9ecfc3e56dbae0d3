"""A file that the user asked for: a Markdown report, an HTML page, a saved plan. One rule holds for all of them.

pdsync replaces only what pdsync wrote, so a mistyped name costs no one their work. It follows no links, or a link in a repository
could lead a pipeline to any file. What pdsync reads (pdsync.yaml, manifests, the token) is never written to.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pdsync.cli.error import OutputError, UsageError
from pdsync.cli.files.atomic_file import write_atomically
from pdsync.cli.files.plain_json import refuse_constant
from pdsync.cli.invocation import Invocation
from pdsync.manifest.file import SUFFIXES
from pdsync.model.name import with_article
from pdsync.report.page.template import BEGINNING

_LARGEST = 500_000_000


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of output is called, and how its files are recognised: only such a file is replaced."""

    name: str
    example: str
    beginnings: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    """How the last line may begin."""
    members: frozenset[str] = frozenset()
    """What the JSON object in it has, where it holds one."""

    def matches(self, path: Path) -> bool:
        """Whether a regular file is of this form. An empty file may be replaced too: mktemp makes such files."""
        size = path.stat().st_size
        if size == 0:
            return True
        if size > _LARGEST:
            return False
        text = path.read_text(encoding="utf-8", errors="replace")
        last_line = text.rstrip("\n").rpartition("\n")[2]
        return (
            text.startswith(self.beginnings)
            or last_line.startswith(self.endings)
            or (bool(self.members) and _has_members(text, self.members))
        )


MARKDOWN = Form("Markdown report", "plan.md", ("<!-- pdsync:",))
PAGE = Form("HTML page of pdsync", "plan.html", (BEGINNING,))
PLAN = Form("saved plan", "plan.json", members=frozenset({"version", "workspace", "changes", "digest"}))
DRIFT = Form(
    "drift report",
    "drift.txt",
    (
        "<!-- pdsync:",
        "# HELP pdsync_drift_objects ",
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="pdsync drift ',
    ),
    ("No drift. ", "Drift: "),
    frozenset({"version", "workspace", "moved", "summary", "unchanged"}),
)
"""In any of the formats of ``pdsync drift``."""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file, and the option that names it."""

    path: Path
    option: str
    form: Form

    def check(self, invocation: Invocation) -> None:
        """Makes sure that it may be written, before anything else is done. Raises UsageError."""
        check_place(invocation, self.path, self.option, self.form.example)
        why = self._obstacle()
        if why:
            raise UsageError(f"{self.option} {self.path}: {why}", "Name another file, or remove it.")

    def write(self, text: str, invocation: Invocation, *, mode: int = 0o600) -> None:
        """Writes it at once or not at all, by default for its owner only: it says who is on call. Raises OutputError."""
        try:
            why = self._obstacle()  # again: the command may have taken minutes
            if why:
                raise OutputError(f"{self.option} {self.path}: {why}")
            write_atomically(self.path, invocation.terminal.mask(text), mode=mode)
        except OSError as error:
            raise OutputError(f"{self.option} {self.path}: cannot be written: {error.strerror or error}") from None

    def _obstacle(self) -> str:
        """Why the file that is there must not be replaced; empty where it may, or where none is there."""
        try:
            mode = os.lstat(self.path).st_mode
        except OSError:
            return ""
        if stat.S_ISLNK(mode):
            return "is a link. pdsync does not follow links here, so it is not overwritten"
        if not stat.S_ISREG(mode):
            return "is not a regular file, so it is not overwritten"
        if not self.form.matches(self.path):
            return f"exists and is not {with_article(self.form.name)}, so it is not overwritten"
        return ""


def check_place(invocation: Invocation, path: Path, option: str, example: str) -> None:
    """Makes sure that a file of that name can be an output, whatever is there. Raises UsageError."""
    if path.is_dir():
        raise UsageError(f"{option} {path}: is a folder", f"Name a file, such as {example}.")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {path}: the folder {path.parent} does not exist")
    if path.name.lower().endswith(SUFFIXES):
        raise UsageError(f"{option} {path}: has the name of a manifest", f"Name another file, such as {example}.")
    for name, read in (("--token-file", invocation.options.token_file), ("--config", invocation.options.config)):
        if read is not None and _is_same(path, Path(read)):
            raise UsageError(f"{option} {path}: is read as {name}", "Name another file.")
    place = path.parent.resolve() / path.name
    other = invocation.outputs.setdefault(place, option)
    if other != option:
        raise UsageError(f"{option} {path}: is also the file of {other}", "Name another file.")


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _has_members(text: str, members: frozenset[str]) -> bool:
    try:
        body: Any = json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.keys() >= members
