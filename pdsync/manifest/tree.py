"""Finds the manifest files in files and folders. Nothing is read here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pdsync.manifest.problem import ManifestProblem, printable
from pdsync.model import Source

SUFFIXES = (".yaml", ".yml")
CONFIGURATION = ("pdsync.yaml", "pdsync.yml")
"""Files that are configuration wherever they stand, and never manifests."""


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
