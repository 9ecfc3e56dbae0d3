"""Manifest files: found in files and folders, and read carefully, since one may be a pipe, a giant, or not text at all."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pdsync.manifest.flaw import Flaw, flaw_at_index
from pdsync.manifest.problem import ManifestProblem, printable
from pdsync.model import Source

MAX_BYTES = 5_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Opening a pipe that no one writes to would wait for ever.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read."""

    path: str
    shown: str
    """How the user is shown it: relative to the current folder where it is inside of that."""
    via_link: bool = False


@dataclass(slots=True)
class Tree:
    """The files to read, sorted by what is shown, and what could not be looked at."""

    files: list[Found] = field(default_factory=list)
    problems: list[ManifestProblem] = field(default_factory=list)


def find_files(paths: Sequence[str | os.PathLike[str]]) -> Tree:
    """All manifest files of the given files and folders, each once, however many links lead to it."""
    return _Walk([os.fspath(path) for path in paths]).tree()


class _Walk:
    def __init__(self, paths: list[str]) -> None:
        self._here = os.getcwd()
        # Links last, as below, so that a file shows under its own name.
        self._paths = sorted((os.path.abspath(path) for path in paths if "\0" not in path), key=os.path.islink)
        self._roots = [os.path.realpath(path) for path in self._paths]
        self._by_real: dict[str, Found] = {}
        self._folders: set[str] = set()
        self._links: list[tuple[str, str]] = []
        self._problems: list[ManifestProblem] = []
        for path in paths:
            if "\0" in path:
                self._problem(path, "is not a possible path", "Remove the null character.")

    def tree(self) -> Tree:
        for path, real in zip(self._paths, self._roots, strict=True):
            self._root(path, real)
        while self._links:
            self._folder(*self._links.pop(0), via_link=True)
        return Tree(sorted(self._by_real.values(), key=lambda found: found.shown), sorted(set(self._problems)))

    def _root(self, path: str, real: str) -> None:
        if os.path.isdir(real):
            if not self._folder(path, real, via_link=os.path.islink(path)):
                hint = "Manifests end in .yaml or .yml; hidden ones are skipped."
                self._problem(path, "holds no manifest files", hint)
        elif not os.path.lexists(path):
            self._problem(path, "does not exist", "Check the path.")
        elif os.path.basename(path) not in CONFIGURATION:
            self._add(path, real, via_link=os.path.islink(path))

    def _folder(self, path: str, real: str, *, via_link: bool) -> bool:
        """Takes in all below a folder; True when there was something, even if it was known or wrong."""
        pending = [(path, real)]
        something = False
        while pending:
            folder, real_folder = pending.pop()
            if real_folder in self._folders:
                something = True
                continue
            self._folders.add(real_folder)
            before = len(self._problems)
            for entry in self._entries(folder):
                below = os.path.join(folder, entry.name)
                if entry.is_symlink():
                    something = self._link(below, entry.name) or something
                elif _is_folder(entry):
                    pending.append((below, os.path.join(real_folder, entry.name)))
                elif self._is_wanted(entry.name):
                    self._add(below, os.path.join(real_folder, entry.name), via_link=via_link)
                    something = True
            something = something or len(self._problems) > before
        return something

    def _link(self, path: str, name: str) -> bool:
        real = os.path.realpath(path)
        is_folder = os.path.isdir(real)
        if not is_folder and not self._is_wanted(name):
            return False
        if self._may_follow(path, real):
            if is_folder:
                self._links.append((path, real))
            else:
                self._add(path, real, via_link=True)
        return True

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as found:
                entries = [entry for entry in found if not entry.name.startswith(".")]
        except OSError as error:
            self._problem(folder, f"cannot be read: {error.strerror or error}")
            return
        yield from sorted(entries, key=lambda entry: entry.name)

    def _is_wanted(self, name: str) -> bool:
        return name.lower().endswith(SUFFIXES) and name not in CONFIGURATION

    def _may_follow(self, path: str, real: str) -> bool:
        if not os.path.exists(real):
            self._problem(path, "is a link that leads nowhere", "Remove or mend it.")
            return False
        if not any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self._roots):
            hint = "Name the target as a path of its own, or remove the link."
            self._problem(path, "is a link that leads out of the given folders", hint)
            return False
        return True

    def _add(self, path: str, real: str, *, via_link: bool) -> None:
        found = Found(path, self._shown(path), via_link)
        known = self._by_real.get(real)
        if known is None or (found.via_link, found.shown) < (known.via_link, known.shown):
            self._by_real[real] = found

    def _shown(self, path: str) -> str:
        inside = self._here.rstrip(os.sep) + os.sep
        return printable(path[len(inside) :] if path.startswith(inside) else path)

    def _problem(self, path: str, message: str, hint: str = "") -> None:
        shown = "." if path == self._here else self._shown(path)
        self._problems.append(ManifestProblem(Source(shown), "", message, hint))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def read_text(path: str) -> str | Flaw:
    """The text of the UTF-8 file at `path`, or what is wrong with it."""
    try:
        descriptor = os.open(path, _FLAGS)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return Flaw(1, 1, "is not a regular file", "Manifests are plain files.")
            if status.st_size > MAX_BYTES:
                return _too_large(status.st_size)
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Flaw(1, 1, f"cannot be read: {error.strerror or error}")
    return _too_large(len(data)) if len(data) > MAX_BYTES else decode(data)


def decode(data: bytes) -> str | Flaw:
    """The text of UTF-8 bytes with or without a byte order mark, or where they are not UTF-8."""
    if data.startswith(_UTF16):
        return Flaw(1, 1, "is not UTF-8 text, but UTF-16", "Save the file as UTF-8.")
    # Not by "utf-8-sig": that counts from behind the mark, and takes the first byte of one for a part of it.
    text = data.removeprefix(codecs.BOM_UTF8)
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start].decode()
        message = f"is not UTF-8 text (byte 0x{text[error.start]:02x})"
        return flaw_at_index(before, len(before), message, "Save the file as UTF-8.")


def _too_large(size: int) -> Flaw:
    hint = f"At most {MAX_BYTES // 1_000_000} MB are read. Split the file."
    return Flaw(1, 1, f"is too large ({size / 1_000_000:.1f} MB)", hint)


SUFFIXES = (".yaml", ".yml")
CONFIGURATION = ("pdsync.yaml", "pdsync.yml")
"""Files that are configuration wherever they stand, and never manifests."""
