"""Rewrites a manifest file: at once or not at all, and only if it has not changed since it was read."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from pdsync.engine.error import EngineError

_MARK = b"\xef\xbb\xbf"


class ManifestFile:
    """A UTF-8 file with or without a byte order mark, as it was when it was read."""

    def __init__(self, path: str) -> None:
        """Raises OSError and UnicodeDecodeError."""
        self._path = Path(path).resolve()
        self._shown = path
        self._data = self._path.read_bytes()
        self.text = self._data.decode("utf-8-sig")

    def replace(self, text: str) -> None:
        """Writes another text, and keeps mode, owner and byte order mark. Raises EngineError where the file is not as it was read, or cannot be written."""
        try:
            self._replace(text)
        except OSError as error:
            raise EngineError(f"{self._shown}: cannot be written: {error.strerror or error}") from None

    def _replace(self, text: str) -> None:
        data = text.encode("utf-8")
        data = _MARK + data if self._data.startswith(_MARK) else data
        number, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(self._path, name)
            status = self._path.stat()
            with contextlib.suppress(OSError):
                os.chown(name, status.st_uid, status.st_gid)
            if self._path.read_bytes() != self._data:
                raise EngineError(f"{self._shown}: was changed in the meantime, so it was not written", "Try again.")
            os.replace(name, self._path)
        except BaseException:
            os.unlink(name)
            raise
