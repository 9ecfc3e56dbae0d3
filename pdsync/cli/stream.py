"""Standard output and standard error that may be closed, full, or without a reader: writing to them never raises."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO, cast

_STANDARD = (0, 1, 2)


class GuardedStream:
    """A text stream that remembers why it failed instead of raising.

    A full disk must not end an apply half-way, and a closed stream is None in Python. So everything that this program prints goes
    through here, also the output of click and rich. `mask` hides secrets in every text.
    """

    def __init__(self, stream: TextIO | None, mask: Callable[[str], str] = str) -> None:
        self._stream = stream
        self.mask = mask
        self.error: OSError | None = None
        """The first error of a write."""

    @property
    def is_lost(self) -> bool:
        """True where nothing more can be written."""
        return self.error is not None

    @property
    def encoding(self) -> str:
        """That of the stream; click and rich ask for it."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """True on a terminal."""
        try:
            return self._stream is not None and self._stream.isatty()
        except (OSError, ValueError):
            return False

    def write(self, text: str) -> int:
        """Writes the whole text, or remembers the error."""
        if self.error is None:
            self._try(lambda stream: stream.write(self.mask(text)))
        return len(text)

    def flush(self) -> None:
        """Hands on what was written, or remembers the error."""
        if self.error is None:
            self._try(lambda stream: stream.flush())

    def _try(self, act: Callable[[TextIO], object]) -> None:
        try:
            if self._stream is None:
                raise OSError(errno.EBADF, "it is closed")
            act(self._stream)
        except OSError as error:
            self.error = error
            _discard(self._stream)
        except ValueError:  # Python's word for a stream that was closed in this process
            self.error = OSError(errno.EBADF, "it is closed")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self._stream is None:
            raise AttributeError(name)
        return getattr(self._stream, name)


def guard(stream: TextIO | None) -> GuardedStream:
    """The stream, guarded once."""
    return stream if isinstance(stream, GuardedStream) else GuardedStream(stream)


@contextlib.contextmanager
def guarded_streams() -> Iterator[None]:
    """Within the context, nothing that is printed can raise."""
    before = sys.stdout, sys.stderr
    for stream in before:
        # Where a terminal cannot show a character, its escape is better than an error in the middle of an apply.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (cast(TextIO, guard(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = before


def occupy_closed_descriptors() -> None:
    """Opens the null device where a standard stream is closed.

    Otherwise the next file that is opened, such as the journal, gets the number of standard output, and what a library prints
    ends up in it.
    """
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open


def _discard(stream: TextIO | None) -> None:
    """Sends what is left in the buffer to nowhere, or Python complains about it at its end."""
    try:
        descriptor = stream.fileno() if stream is not None else -1
    except (OSError, ValueError):
        return
    if descriptor < 0:
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)
