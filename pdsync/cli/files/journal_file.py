"""The journal of an apply as a file: one JSON object a line, written as it happens, readable by its owner only."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pdsync.cli.error import CliError, UsageError
from pdsync.cli.files.local_folder import local_folder, make_local_folder, refuse_link
from pdsync.cli.files.output_file import check_place
from pdsync.cli.files.plain_json import refuse_constant
from pdsync.cli.invocation import Invocation
from pdsync.model.scope import render_path
from pdsync.model.validator import Validator
from pdsync.report.result.journal import event_schema
from pdsync.report.text.safe_text import safe_json
from pdsync.version import __version__

_FOLDER = "journal"
_SUFFIX = ".jsonl"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_LARGEST = 1_000_000_000
_SHOWN = 3
_EVENT = Validator(event_schema)


class JournalFile:
    """Takes events. Each is in the file before the next thing happens, so only the last event of a killed run can be missing."""

    def __init__(self, number: int, path: Path, invocation: Invocation) -> None:
        self._number = number
        self._invocation = invocation
        self._size = 0
        self._failed = False
        self.path = path

    def tell(self, event: Mapping[str, Any]) -> None:
        """Writes one event. A full disk is reported once and ends the journal: to stop an apply half-way would be worse.

        It never goes on after a gap. A journal that ends early reads as a run of which no one knows the rest, which is true; one with
        a gap would read as if less had been written.
        """
        if self._failed:
            return
        line = safe_json(json.dumps({"time": _now(), **event}, ensure_ascii=False))
        data = (self._invocation.secrets.mask_log(line) + "\n").encode("utf-8", "backslashreplace")
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._number, left) :]
            self._size += len(data)
        except OSError as error:
            self._fail(error)

    def close(self) -> None:
        """Ends the journal."""
        try:
            os.close(self._number)
        except OSError as error:  # some file systems say only now that the disk is full
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self._failed = self._invocation.has_lost_report = True
        with contextlib.suppress(OSError):
            os.ftruncate(self._number, self._size)  # the part of a line that was still written
        self._invocation.terminal.warn(f"{self.path}: the journal is not complete: {error.strerror or error}")


@contextmanager
def open_journal(invocation: Invocation, path: Path | None) -> Iterator[JournalFile | None]:
    """A new journal, in `path` or in ``.pdsync/journal/``. Raises UsageError where a `path` that was named cannot be it, and CliError
    where the usual folder is a link.

    None where the usual folder cannot be written: this is reported, and does not stop the apply. A full disk counts as a lost
    report. A folder that may not be written does not: it is so on purpose, as in a container.
    """
    try:
        target = path if path is not None else _make_name(invocation.folder)
        number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if path is not None:
            raise UsageError(f"--journal {path}: {_why(error)}") from None
        invocation.terminal.warn(f"no journal is kept: {error.filename or invocation.folder}: {error.strerror}")
        invocation.has_lost_report |= error.errno in _FULL
        yield None
        return
    journal = JournalFile(number, target, invocation)
    try:
        journal.tell({"event": "run", "pdsync": __version__, "pid": os.getpid()})
        yield journal
    finally:
        journal.close()


def check_journal_path(path: Path, invocation: Invocation) -> None:
    """Makes sure that a journal may be written there, before anything else is done. Raises UsageError."""
    if path.exists() or path.is_symlink():
        raise UsageError(f"--journal {path}: exists, so it is not overwritten", "Each run has a file of its own.")
    check_place(invocation, path, "--journal", f"run{_SUFFIX}")


def find_journal(folder: Path) -> Path:
    """The journal of the last run. Raises CliError where there is none."""
    place = local_folder(folder) / _FOLDER
    found = sorted(place.glob(f"*{_SUFFIX}")) if place.is_dir() else []
    if not found:
        raise CliError(f"there is no journal in {place}", "'pdsync apply' keeps one. Name a file to show another.")
    return found[-1]


def choose_journal(folder: Path, run: str) -> Path:
    """The journal of a run: a file, what the name of one in the usual folder begins with, or ``last``. Raises CliError."""
    if run == "last":
        return find_journal(folder)
    if Path(run).exists() or os.sep in run:
        return Path(run)
    place = local_folder(folder) / _FOLDER
    found = sorted(place.glob(f"*{_SUFFIX}")) if place.is_dir() else []
    chosen = [path for path in found if path.name.startswith(run)]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        raise CliError(f"{run}: {len(chosen)} journals begin like that", "Write more of the name, or that of a file.")
    shown = ", ".join(path.stem for path in found[-_SHOWN:])
    raise CliError(f"{place}: no journal begins with {run!r}", f"The last ones: {shown}." if shown else "")


def read_journal(path: Path) -> list[Mapping[str, Any]]:
    """The events of a file. A last line that breaks off is left out: the run was killed there. Raises CliError."""
    hint = "A journal is what 'pdsync apply' keeps in .pdsync/journal/."
    try:
        if not path.is_file():
            raise CliError(f"{path}: {'is not a file' if path.exists() else 'does not exist'}", hint)
        if path.stat().st_size > _LARGEST:
            raise CliError(f"{path}: is too large for a journal", hint)
        with path.open(encoding="utf-8") as file:
            lines = list(file)
    except UnicodeDecodeError:
        raise CliError(f"{path}: is not a journal (not UTF-8)", hint) from None
    events: list[Mapping[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line, parse_constant=refuse_constant)
        except (ValueError, RecursionError):
            if number == len(lines) and events:
                break
            raise CliError(f"{path}:{number}: is not a journal (invalid JSON)", hint) from None
        for problem in _EVENT.problems(event):
            where = render_path(problem.path)
            raise CliError(f"{path}:{number}: {f'{where}: ' if where else ''}{problem.message}", hint)
        events.append(event)
    if not events or events[0]["event"] != "run":
        raise CliError(f"{path}: is not a journal (it does not begin with a run)", hint)
    return events


def _make_name(folder: Path) -> Path:
    place = make_local_folder(folder) / _FOLDER
    refuse_link(place)
    place.mkdir(mode=0o700, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return place / f"{moment}-{os.getpid()}{_SUFFIX}"


def _why(error: OSError) -> str:
    return "exists, so it is not overwritten" if isinstance(error, FileExistsError) else error.strerror or str(error)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
