"""Finds the manifest files in files and folders, and every sign that the tree is incomplete.

A manifest that is missing looks like a manifest that was removed, and under ``prune: owned`` that deletes objects. So whatever hides
files is a problem, and no plan is made: a broken link, a folder that cannot be read, an empty folder. Git keeps no empty
folder, so one is a submodule that is not checked out, or a broken checkout.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pdsync.manifest.checkout import find_missing, is_empty, is_within
from pdsync.manifest.file import CONFIGURATION, is_manifest_name
from pdsync.manifest.problem import ManifestProblem, printable
from pdsync.model import Source

NO_FILES = "holds no manifest files"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read."""

    path: str
    shown: str
    """The path as the user sees it: relative to the current folder if it is inside it."""
    via_link: bool = False


@dataclass(frozen=True, slots=True)
class Root:
    """A given path, and the files that it brings."""

    shown: str
    files: frozenset[str]
    """As shown. None for configuration that is named."""


@dataclass(slots=True)
class Tree:
    """The files to read, sorted by what is shown, and what could not be looked at."""

    files: list[Found] = field(default_factory=list)
    problems: list[ManifestProblem] = field(default_factory=list)
    roots: list[Root] = field(default_factory=list)
    above: list[Found] = field(default_factory=list)
    """Files in folders above the given paths. Only their Defaults count."""


def find_files(paths: Sequence[str | os.PathLike[str]], tops: Sequence[str] = ()) -> Tree:
    """All manifest files of the given files and folders, each once, however many links lead to it.

    `tops` are the folders up to which Defaults above the paths count.
    """
    return _Walk([os.fspath(path) for path in paths], [os.path.realpath(top) for top in tops]).tree()


class _Walk:
    def __init__(self, paths: list[str], tops: list[str]) -> None:
        self._here = os.getcwd()
        # Links last, as below, so that a file shows under its own name.
        self._paths = sorted((os.path.abspath(path) for path in paths if "\0" not in path), key=os.path.islink)
        self._roots = [os.path.realpath(path) for path in self._paths]
        self._above = _folders_above(self._roots, tops)
        self._by_real: dict[str, Found] = {}
        self._folders: set[str] = set()
        self._empty: dict[str, str] = {}
        """Folders without an entry: where each really is, and how it was reached."""
        self._links: list[tuple[str, str]] = []
        self._targets: list[str] = []
        """Where links really lead."""
        self._problems: list[ManifestProblem] = []
        for path in paths:
            if "\0" in path:
                self._problem(path, "is not a valid path", "Remove the null character.")

    def tree(self) -> Tree:
        linked = [self._root(path, real) for path, real in zip(self._paths, self._roots, strict=True)]
        while self._links:
            self._folder(*self._links.pop(0), via_link=True)
        self._tell_incomplete()
        roots = [self._holding(*each) for each in zip(self._paths, self._roots, linked, strict=True)]
        files = sorted(self._by_real.values(), key=lambda found: found.shown)
        above = [found for folder in self._above for found in self._files_in(folder)]
        return Tree(files, sorted(set(self._problems)), roots, above)

    def _files_in(self, folder: str) -> Iterator[Found]:
        """The manifest files of a folder above the paths. A link counts where it leads."""
        for entry in sorted(self._entries(folder) or (), key=lambda entry: entry.name):
            is_manifest = is_manifest_name(entry.name) and not entry.name.startswith(".")
            if is_manifest and entry.path not in self._by_real and _kind_of(entry) == "file":
                yield Found(entry.path, self._shown(entry.path))

    def _root(self, path: str, real: str) -> Sequence[str]:
        """Takes in a given path. Gives the real places that links in it lead to."""
        known = len(self._targets)
        if os.path.isdir(real):
            self._folder(path, real, via_link=os.path.islink(path))
        elif not os.path.lexists(path):
            self._problem(path, "does not exist", "Check the path.")
        elif not os.path.exists(path):
            self._dangling(path)
        elif os.path.basename(path) not in CONFIGURATION:
            self._add(path, real, via_link=os.path.islink(path))
        return self._targets[known:]

    def _holding(self, path: str, real: str, linked: Sequence[str]) -> Root:
        """The root with its files. A folder without any is a problem of its own."""
        if not os.path.isdir(real):
            # A shell may name each of thousands of files, and none of them has others below it.
            return Root(self._shown_folder(path), frozenset(it.shown for it in (self._by_real.get(real),) if it))
        places = (real, *linked)
        files = frozenset(
            found.shown for at, found in self._by_real.items() if any(is_within(at, place) for place in places)
        )
        shown = self._shown_folder(path)
        below = shown if shown == "." else shown + os.sep
        told = any(
            each.source.file == shown or each.source.file.startswith(below) or below == "." for each in self._problems
        )
        if not files and not told:
            self._problem(path, NO_FILES, "Manifests end in .yaml or .yml; hidden ones are skipped.")
        return Root(shown, files)

    def _folder(self, path: str, real: str, *, via_link: bool) -> None:
        """Takes in all below a folder."""
        pending = [(path, real)]
        while pending:
            folder, real_folder = pending.pop()
            if real_folder in self._folders:
                continue
            self._folders.add(real_folder)
            entries = self._entries(folder)
            if entries is not None and is_empty([entry.name for entry in entries]):
                self._empty[real_folder] = folder
            for entry in sorted(entries or (), key=lambda entry: entry.name):
                below, kind = os.path.join(folder, entry.name), _kind_of(entry)
                if entry.name.startswith("."):
                    continue
                if isinstance(kind, OSError):
                    self._problem(below, f"cannot be read: {kind.strerror or kind}")
                elif kind == "link":
                    self._link(below, entry.name)
                elif kind == "folder":
                    pending.append((below, os.path.join(real_folder, entry.name)))
                elif is_manifest_name(entry.name):
                    self._add(below, os.path.join(real_folder, entry.name), via_link=via_link)

    def _link(self, path: str, name: str) -> None:
        real = os.path.realpath(path)
        # A link to a folder may have any name, so every link must lead somewhere.
        if not os.path.exists(path):
            self._dangling(path)
            return
        is_folder = os.path.isdir(real)
        if not is_folder and not is_manifest_name(name):
            return
        if not any(is_within(real, root) for root in self._roots):
            hint = "Add the target as a path of its own, or remove the link."
            self._problem(path, "is a link to a place outside the given folders", hint)
            return
        self._targets.append(real)
        if is_folder:
            self._links.append((path, real))
        else:
            self._add(path, real, via_link=True)

    def _dangling(self, path: str) -> None:
        self._problem(path, "is a broken link", "Remove or fix it.")

    def _tell_incomplete(self) -> None:
        """What is empty, and what git knows to be missing. Of one place both is said in the more certain words."""
        missing = {os.path.realpath(each.path): each for each in find_missing(self._roots, self._above)}
        for real, each in missing.items():
            self._problem(self._empty.get(real, each.path), each.message, each.hint)
        for real, path in self._empty.items():
            if real not in missing and real not in self._roots:
                hint = "Check out the submodule ('git submodule update --init'), or remove the folder."
                self._problem(
                    path, "is empty: git does not keep empty folders, so its files were not checked out", hint
                )

    def _entries(self, folder: str) -> list[os.DirEntry[str]] | None:
        try:
            with os.scandir(folder) as found:
                return list(found)
        except OSError as error:
            self._problem(folder, f"cannot be read: {error.strerror or error}")
            return None

    def _add(self, path: str, real: str, *, via_link: bool) -> None:
        found = Found(path, self._shown(path), via_link)
        known = self._by_real.get(real)
        if known is None or (found.via_link, found.shown) < (known.via_link, known.shown):
            self._by_real[real] = found

    def _shown(self, path: str) -> str:
        inside = self._here.rstrip(os.sep) + os.sep
        return printable(path[len(inside) :] if path.startswith(inside) else path)

    def _shown_folder(self, path: str) -> str:
        return "." if path == self._here else self._shown(path)

    def _problem(self, path: str, message: str, hint: str = "") -> None:
        self._problems.append(ManifestProblem(Source(self._shown_folder(path)), "", message, hint))


def _folders_above(roots: Sequence[str], tops: Sequence[str]) -> list[str]:
    """The folders above the roots, up to the tops and with them, without those that are walked anyway. All paths are real."""
    walked = {root for root in roots if os.path.isdir(root)}
    found: set[str] = set()
    for folder in {os.path.dirname(root) for root in roots}:
        while folder not in found and any(is_within(folder, top) for top in tops):
            found.add(folder)
            folder = os.path.dirname(folder)
    return sorted(folder for folder in found if not any(is_within(folder, root) for root in walked))


def _kind_of(entry: os.DirEntry[str]) -> str | OSError:
    try:
        if entry.is_symlink():
            return "link"
        return "folder" if entry.is_dir(follow_symlinks=False) else "file"
    except OSError as error:
        return error
