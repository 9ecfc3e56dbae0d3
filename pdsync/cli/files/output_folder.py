"""A folder that files are written into: all of them or none, and never over other people's work."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pdsync.cli.error import CliError, OutputError, UsageError

RECORD = ".pdsync-export"
"""Remembers digests of what was written, so that a file which was edited since is recognised. Loading skips hidden files."""
_STAGE = ".pdsync-export-"


class OutputFolder:
    """Writes files below one folder, and never outside of it."""

    def __init__(self, folder: Path, *, option: str = "--out ", keeps_record: bool = True) -> None:
        """Raises UsageError where that can be no folder. Nothing is made yet.

        Args:
            option: what precedes the folder on the command line, for messages.
            keeps_record: whether a later run may replace what this one writes.
        """
        self.folder = folder
        self._name = f"{option}{folder}"
        self._keeps_record = keeps_record
        try:
            is_link, is_other = folder.is_symlink(), folder.exists() and not folder.is_dir()
        except OSError as error:
            raise UsageError(f"{self._name}: cannot be a folder: {error.strerror or error}") from None
        if is_link:
            raise UsageError(f"{self._name}: is a link, and links are not followed", "Name the folder itself.")
        if is_other:
            raise UsageError(f"{self._name}: is not a folder", "Name a folder. pdsync creates it if it does not exist.")

    def write(self, files: Mapping[str, str], *, overwrite: bool) -> None:
        """Writes texts by relative path. Raises CliError, with every file that is in the way, before anything is written.

        With `overwrite`, files that an earlier run wrote and no one edited are replaced. When a write fails half-way, what was
        there before is put back.
        """
        try:
            self._write_or_undo(files, overwrite=overwrite)
        except OSError as error:
            raise OutputError(
                f"{self._name}: cannot be written: {error.strerror or error}", "Nothing was changed there."
            ) from None

    def _write_or_undo(self, files: Mapping[str, str], *, overwrite: bool) -> None:
        record = self._read_record()
        contents = {name: text.encode("utf-8") for name, text in files.items()}
        self._check(contents, record, overwrite=overwrite)
        made: list[Path] = []
        try:
            make_folder(self.folder, made)
            stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=self.folder))
            try:
                self._write_all(contents, record, stage)
            finally:
                shutil.rmtree(stage, ignore_errors=True)
        except BaseException:
            remove_folders(made)
            raise

    def _check(self, contents: Mapping[str, bytes], record: Mapping[str, list[str]], *, overwrite: bool) -> None:
        found = [
            why for name, data in contents.items() if (why := self._obstacle(name, data, record, overwrite=overwrite))
        ]
        if found:
            hint = "Nothing was written. Choose another folder, or move them away."
            if not overwrite and self._keeps_record:
                hint = "Nothing was written. Choose another folder, or add --overwrite to replace what an earlier export wrote."
            raise CliError(found[0], hint, found[1:])

    def _obstacle(self, name: str, data: bytes, record: Mapping[str, list[str]], *, overwrite: bool) -> str:
        """Why a file cannot be written; empty where it can, or holds the same already."""
        path = self.folder
        *folders, _ = name.split("/")
        for part in folders:
            path = path / part
            if path.is_symlink() or (path.exists() and not path.is_dir()):
                return f"{path}: is {'a link' if path.is_symlink() else 'not a folder'}"
        path = self.folder / name
        if not path.exists() and not path.is_symlink():
            return ""
        if path.is_symlink() or not path.is_file():
            return f"{path}: is not a regular file"
        held = path.read_bytes()
        if held == data:
            return ""
        if not overwrite:
            return f"{path}: exists already"
        known = hashlib.sha256(held).hexdigest() in record.get(name, ())
        return "" if known else f"{path}: was edited since it was exported, or is not from an export"

    def _write_all(self, contents: Mapping[str, bytes], record: Mapping[str, list[str]], stage: Path) -> None:
        changed = {name: data for name, data in contents.items() if not _holds(self.folder / name, data)}
        for number, data in enumerate(changed.values()):
            _write(stage / f"new-{number}", data)
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
        # Both digests until all is in place: whenever this is killed, the next run knows the old files and the new ones.
        before = {name: [digest, *record.get(name, ())] for name, digest in digests.items()}
        if self._keeps_record:
            _write(stage / "record", _record({**record, **before}))
            _write(stage / "record-after", _record({**record, **{name: [digest] for name, digest in digests.items()}}))
        undo: list[tuple[Path, Path | None]] = []
        made: list[Path] = []
        try:
            if self._keeps_record:
                self._move(stage / "record", self.folder / RECORD, stage / "old-record", undo)
            for number, name in enumerate(changed):
                target = self.folder / name
                make_folder(target.parent, made)
                self._move(stage / f"new-{number}", target, stage / f"old-{number}", undo)
            if self._keeps_record:
                os.replace(stage / "record-after", self.folder / RECORD)
        except BaseException:
            for target, backup in reversed(undo):
                if backup is not None:
                    os.replace(backup, target)
                else:
                    target.unlink(missing_ok=True)
            remove_folders(made)
            raise

    def _move(self, source: Path, target: Path, backup: Path, undo: list[tuple[Path, Path | None]]) -> None:
        if target.exists():
            shutil.copymode(target, source)
            shutil.copy2(target, backup)
            undo.append((target, backup))
        else:
            undo.append((target, None))
        os.replace(source, target)

    def _read_record(self) -> dict[str, list[str]]:
        """Digests by path; nothing where there is no record, or none that can be read."""
        if not self._keeps_record:
            return {}
        path = self.folder / RECORD
        try:
            body: Any = json.loads(path.read_text(encoding="utf-8")) if not path.is_symlink() else {}
        except (OSError, ValueError, RecursionError):
            return {}
        held = body.get("files") if isinstance(body, dict) else None
        return {
            name: [digest for digest in digests if isinstance(digest, str)]
            for name, digests in (held.items() if isinstance(held, dict) else ())
            if isinstance(digests, list)
        }


def render_record(files: Mapping[str, str]) -> str:
    """The record of files that are written for the first time, as a file that is written with them."""
    return _record({name: [hashlib.sha256(text.encode()).hexdigest()] for name, text in files.items()}).decode()


def make_folder(folder: Path, made: list[Path]) -> None:
    """Makes a folder and those above it, and notes which."""
    missing = [above for above in (folder, *folder.parents) if not above.is_dir()]
    for above in reversed(missing):
        above.mkdir()
        made.append(above)


def remove_folders(made: list[Path]) -> None:
    """Removes folders that this run made, unless something else is in them by now."""
    for folder in reversed(made):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _record(files: Mapping[str, list[str]]) -> bytes:
    body = {"note": "Digests of what pdsync export wrote here.", "files": {name: files[name] for name in sorted(files)}}
    return (json.dumps(body, indent=1) + "\n").encode()


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
