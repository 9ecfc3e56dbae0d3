"""Manifest files: which names they have, and how to read one safely. It may be a pipe, huge, or not text."""

from __future__ import annotations

import codecs
import os
import stat

from pdsync.manifest.flaw import Flaw, flaw_at_index

SUFFIXES = (".yaml", ".yml")
CONFIGURATION = ("pdsync.yaml", "pdsync.yml")
"""Files that are configuration in every folder, and never manifests."""
MAX_BYTES = 5_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
# Opening a pipe that no one writes to would wait for ever.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def is_manifest_name(name: str) -> bool:
    """True for the name of a file that a folder is searched for."""
    return name.lower().endswith(SUFFIXES) and name not in CONFIGURATION


def read_text(path: str, max_bytes: int = MAX_BYTES) -> str | Flaw:
    """The text of the UTF-8 file at `path`, or what is wrong with it."""
    try:
        descriptor = os.open(path, _FLAGS)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return Flaw(1, 1, "is not a regular file", "Manifests are plain files.")
            if status.st_size > max_bytes:
                return _too_large(status.st_size, max_bytes)
            data = file.read(status.st_size + 1)  # to ask for more takes memory for more
            if len(data) > status.st_size:  # it grows, or its size is not known
                data += file.read(max_bytes + 1 - len(data))
    except OSError as error:
        return Flaw(1, 1, f"cannot be read: {error.strerror or error}", is_unreadable=True)
    return _too_large(len(data), max_bytes) if len(data) > max_bytes else decode(data)


def decode(data: bytes) -> str | Flaw:
    """The text of UTF-8 bytes with or without a byte order mark, or where they are not UTF-8."""
    if data.startswith(_UTF16):
        return Flaw(1, 1, "is UTF-16 text, not UTF-8", "Save the file as UTF-8.")
    # Not by "utf-8-sig": that counts from behind the mark, and takes the first byte of one for a part of it.
    text = data.removeprefix(codecs.BOM_UTF8)
    if text.startswith(_LFS_POINTER):
        return Flaw(1, 1, "is a git LFS pointer: the file itself was not fetched", "Run 'git lfs pull'.")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start].decode()
        message = f"is not UTF-8 text (byte 0x{text[error.start]:02x})"
        return flaw_at_index(before, len(before), message, "Save the file as UTF-8.")


def _too_large(size: int, max_bytes: int) -> Flaw:
    hint = f"The limit is {max_bytes // 1_000_000} MB. Split the file."
    return Flaw(1, 1, f"is too large ({size / 1_000_000:.1f} MB)", hint)
