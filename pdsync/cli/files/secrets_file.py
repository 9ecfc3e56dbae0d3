"""The file that takes the secrets which PagerDuty shows once (``--secrets-out``): one JSON object a line, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from pdsync.apply.error import NotHandedOutError
from pdsync.apply.handed_out import HandedOut, HandOut
from pdsync.cli.error import UsageError
from pdsync.cli.files.output_file import check_place
from pdsync.cli.invocation import Invocation

OPTION = "--secrets-out"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class SecretsFile:
    """A new file. It never takes the place of another one, and is not a link: what is in it exists nowhere else."""

    def __init__(self, path: Path, invocation: Invocation) -> None:
        self._path = path
        self._invocation = invocation
        self._lock = Lock()
        self._size = self._count = 0

    def check(self) -> None:
        """Makes sure that it can be made, before anything else is done. Raises UsageError."""
        if os.path.lexists(self._path):
            raise UsageError(f"{OPTION} {self._path}: exists, so it is not overwritten", "Name a new file.")
        check_place(self._invocation, self._path, OPTION, "secrets.jsonl")
        if not os.access(self._path.parent, os.W_OK | os.X_OK):
            raise UsageError(f"{OPTION} {self._path}: the folder {self._path.parent} may not be written")

    @contextmanager
    def opened(self) -> Iterator[HandOut]:
        """The file, made empty. It goes again if nothing was written. Raises UsageError where it cannot be made."""
        try:
            number = os.open(self._path, _FLAGS, 0o600)
        except OSError as error:
            why = "exists, so it is not overwritten" if isinstance(error, FileExistsError) else error.strerror
            raise UsageError(f"{OPTION} {self._path}: {why}", "Nothing was written to PagerDuty.") from None
        try:
            _sync_folder(self._path.parent)

            def hand_out(given: HandedOut) -> None:
                self._write(number, given)

            yield hand_out
        finally:
            if not self._size:
                self._remove(number)
            os.close(number)
        if self._count:
            what = "1 secret was" if self._count == 1 else f"{self._count} secrets were"
            self._invocation.terminal.note(f"{what} written to {self._path}. Store it safely, and delete the file.")

    def _write(self, number: int, given: HandedOut) -> None:
        with self._lock:
            try:
                left = memoryview(given.line.encode())
                while left:
                    left = left[os.write(number, left) :]
                os.fsync(number)
            except OSError as error:
                with contextlib.suppress(OSError):
                    os.ftruncate(number, self._size)  # the part of a line that was still written
                    os.lseek(number, self._size, os.SEEK_SET)
                message = f"{OPTION} {self._path}: cannot be written: {error.strerror or error}"
                raise NotHandedOutError(message) from None
            self._size += len(given.line.encode())
            self._count += 1

    def _remove(self, number: int) -> None:
        """Removes the empty file, unless another one is in its place."""
        with contextlib.suppress(OSError):
            mine, there = os.fstat(number), os.lstat(self._path)
            if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino):
                os.unlink(self._path)


def _sync_folder(folder: Path) -> None:
    """Makes sure that the name of a new file is on the disk. Not every file system can say."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(number)
        finally:
            os.close(number)
