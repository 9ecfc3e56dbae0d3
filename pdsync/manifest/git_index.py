"""Reads git's index: which files a checkout has, and which of them it leaves out.

Source: gitformat-index(5), versions 2 to 4. The index is read and not `git` run, since a repository can name programs that git runs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

TREE = 0o040000
"""The mode of a whole folder: an entry of a sparse index."""
LINK = 0o120000
"""The mode of a symbolic link."""
GITLINK = 0o160000
"""The mode of a submodule."""
_HEAD = struct.Struct(">4sII")
_MODE_AT = 24
_STAT_BYTES = 40
_EXTENDED = 0x4000
_SKIP_WORKTREE = 0x4000
_HASH_BYTES = (20, 32)
_TRAILER_BYTES = 20


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A file, a submodule, or a folder of a sparse index."""

    path: str
    mode: int
    is_left_out: bool
    """True where a sparse checkout does not write it into the folder."""


def read_index(data: bytes) -> Iterator[IndexEntry]:
    """The entries of an index; none of one that is not understood."""
    if len(data) < _HEAD.size:
        return
    signature, version, count = _HEAD.unpack_from(data)
    if signature != b"DIRC" or version not in (2, 3, 4):
        return
    for width in _HASH_BYTES:
        try:
            entries = list(_read_entries(data, version, count, width))
        except (struct.error, ValueError, IndexError):
            continue
        yield from entries
        return


def _read_entries(data: bytes, version: int, count: int, width: int) -> Iterator[IndexEntry]:
    """Raises ValueError and the like where ids have another width than this, or the index is spoiled."""
    at, previous = _HEAD.size, b""
    for _ in range(count):
        start = at
        (mode,) = struct.unpack_from(">I", data, at + _MODE_AT)
        at += _STAT_BYTES + width
        (flags,) = struct.unpack_from(">H", data, at)
        at += 2
        more = 0
        if flags & _EXTENDED:
            (more,) = struct.unpack_from(">H", data, at)
            at += 2
        kept = b""
        if version == 4:
            strip, at = _read_offset(data, at)
            kept = previous[: len(previous) - strip]
        end = data.index(b"\0", at)
        previous = kept + data[at:end]
        # Entries of versions 2 and 3 are padded to eight bytes, with one NUL at least.
        at = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
        if mode >> 12 not in (0o04, 0o10, 0o12, 0o16) or not previous or at > len(data) - _TRAILER_BYTES:
            raise ValueError("not an entry")
        yield IndexEntry(previous.decode("utf-8", "surrogateescape"), mode, bool(more & _SKIP_WORKTREE))


def _read_offset(data: bytes, at: int) -> tuple[int, int]:
    """A number as version 4 writes how much of the previous path goes, and where the next byte is."""
    byte = data[at]
    value, at = byte & 0x7F, at + 1
    while byte & 0x80:
        byte = data[at]
        value, at = ((value + 1) << 7) | (byte & 0x7F), at + 1
    return value, at
