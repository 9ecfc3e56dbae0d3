"""What git knows to be missing below folders: submodules that are not checked out, and files of a sparse checkout.

Only git's own files are read; git is not run. Files that cannot be read are ignored: this is a second look at a tree that was walked already.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pdsync.manifest.file import is_manifest_name
from pdsync.manifest.git_index import GITLINK, LINK, TREE, IndexEntry, read_index

_SUBMODULE_PATH = re.compile(r'^[ \t]*path[ \t]*=[ \t]*"?([^"\n#;]*?)"?[ \t]*(?:[#;].*)?$', re.MULTILINE)
_NO_LINKS = re.compile(
    r'^[ \t]*(?:\[core\][ \t]*)?symlinks[ \t]*=[ \t]*"?(?:false|no|off|0)\b', re.MULTILINE | re.IGNORECASE
)
_SPARSE = re.compile(
    r'^[ \t]*(?:\[core\][ \t]*)?sparsecheckout[ \t]*(?:=[ \t]*"?(?:true|yes|on|1)\b|$)', re.MULTILINE | re.IGNORECASE
)
_OF_NO_ACCOUNT = frozenset({".git", ".DS_Store"})
"""Entries that an empty folder may have."""
_SPARSE_HINT = "Run 'git sparse-checkout disable', or add the folder to the sparse checkout."
_LINK_HINT = "Run 'git config core.symlinks true' and check it out again."
_SPLIT_HINT = "Run 'git update-index --no-split-index'."
_SUBMODULE_HINT = "Run 'git submodule update --init', or remove the submodule."


@dataclass(frozen=True, slots=True)
class Missing:
    """A place where files should be."""

    path: str
    message: str
    hint: str


def find_missing(roots: Sequence[str], above: Sequence[str] = ()) -> Iterator[Missing]:
    """Everything below these folders that git tracks and that is not checked out. Roots are real paths, of files or folders.

    Of the folders `above`, only the files in them count: they may hold Defaults.
    """
    tops = [*{top: None for root in roots if (top := repository_of(root)) is not None}]
    for top in tops:
        below = [root for root in roots if is_within(root, top) or is_within(top, root)]
        for path in _submodules(top):
            if not _concerns(path, below):
                continue
            if is_unpopulated(path):
                yield Missing(path, "is a git submodule that is not checked out", _SUBMODULE_HINT)
            elif path not in tops and os.path.lexists(os.path.join(path, ".git")):
                tops.append(path)  # its index is its own, so it may be sparse where the outer one is not
        if _is_split_and_sparse(top):
            yield Missing(
                top, "is a sparse checkout with a split index, so it is unknown what it leaves out", _SPLIT_HINT
            )
        for entry in _telling_entries(top):
            path = os.path.join(top, entry.path.rstrip("/"))
            is_above = entry.mode not in (TREE, GITLINK) and os.path.dirname(path) in above
            if not (_concerns(path, below) or is_above):
                continue
            if entry.is_left_out and not os.path.lexists(path):
                yield Missing(path, "is left out by a sparse checkout", _SPARSE_HINT)
            elif (
                entry.mode == LINK and os.path.isfile(path) and not os.path.islink(path) and not _is_of_other_file(path)
            ):
                yield Missing(path, "is a link that git checked out as a plain file", _LINK_HINT)


def _is_of_other_file(path: str) -> bool:
    """Whether a link that git wrote as a plain file, which then holds where it leads, leads to a file that is not a manifest."""
    target = os.path.join(os.path.dirname(path), _read(Path(path)))
    return not is_manifest_name(os.path.basename(path)) and "\0" not in target and os.path.isfile(target)


def is_unpopulated(path: str) -> bool:
    """True where nothing was checked out: the folder is not there, or holds nothing."""
    try:
        return is_empty(os.listdir(path))
    except FileNotFoundError:
        return True
    except OSError:
        return False


def is_empty(names: Sequence[str]) -> bool:
    """True for the entries of a folder that holds nothing."""
    return _OF_NO_ACCOUNT.issuperset(names)


def is_within(path: str, folder: str) -> bool:
    """True for the folder itself and whatever is below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _concerns(path: str, roots: Sequence[str]) -> bool:
    """True where manifests may be at `path`: no part of it below a root is hidden."""
    return any(
        is_within(path, root) and not any(part.startswith(".") for part in path[len(root) :].split(os.sep))
        for root in roots
    )


def repository_of(root: str) -> str | None:
    """The checkout that a path lies in: the nearest folder with git's files."""
    here = Path(root)
    for folder in (here, *here.parents):
        if any(os.path.lexists(folder / name) for name in (".git", ".gitmodules")):
            return str(folder)
    return None


def _submodules(top: str) -> Iterator[str]:
    """The folders of submodules, and those of submodules inside of them."""
    for name in _SUBMODULE_PATH.findall(_read(Path(top, ".gitmodules"))):
        path = os.path.normpath(os.path.join(top, name))
        if name and path != top and is_within(path, top):
            yield path
            yield from _submodules(path)


def _telling_entries(top: str) -> Iterator[IndexEntry]:
    """Entries of the index that may be manifests, where the checkout is sparse or knows no links. Else the index is not read: it may be
    large."""
    git = _git_folder(top)
    if git is None or not ((git / "info" / "sparse-checkout").exists() or _NO_LINKS.search(_read(git / "config"))):
        return
    try:
        data = (git / "index").read_bytes()
    except OSError:
        return
    for entry in read_index(data):
        if entry.mode in (TREE, LINK, GITLINK) or is_manifest_name(os.path.basename(entry.path)):
            yield entry


def _is_split_and_sparse(top: str) -> bool:
    """True where most of the index is in a second file, which is not read here, and files may be left out."""
    git = _git_folder(top)
    if git is None or not any(_SPARSE.search(_read(git / name)) for name in ("config", "config.worktree")):
        return False
    shared = [each.suffix.removeprefix(".") for each in git.glob("sharedindex.*")]
    try:
        data = (git / "index").read_bytes() if shared else b""
        return any(bytes.fromhex(each) in data for each in shared)
    except (OSError, ValueError):
        return False


def _git_folder(top: str) -> Path | None:
    """Where git keeps the index: `.git`, or what a file of that name points to, as in worktrees and submodules."""
    git = Path(top, ".git")
    if git.is_dir():
        return git
    pointer = _read(git)
    return Path(top, pointer.removeprefix("gitdir:").strip()) if pointer.startswith("gitdir:") else None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="surrogateescape")
    except OSError:
        return ""
