"""Loads manifests: from files and folders to resources, or to everything that is wrong with them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pdsync.manifest.duplicate import check_duplicates
from pdsync.manifest.exclusive import check_exclusive
from pdsync.manifest.file import read_text
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.gather import gather_fragments
from pdsync.manifest.manifest import Manifest, read_manifest
from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.reference_check import References
from pdsync.manifest.text_file import TextFiles, put_in_files
from pdsync.manifest.tree import NO_FILES, Found, Root, find_files
from pdsync.manifest.value_check import check_values
from pdsync.manifest.variable import Variables, may_refer, substitute
from pdsync.manifest.yaml_text import read_yaml
from pdsync.model import Resource, Source, compute_manifest_digest
from pdsync.model.codec.file_text import MEMBER
from pdsync.model.garbage import collection_paused
from pdsync.model.marker import KEY_PATTERN

NO_MANIFESTS = "there are no manifests here"
_HINT = "A manifest begins with 'apiVersion: pdsync/v1'."
_ON_DISK = TextFiles()
_NAME = re.compile(rf"\bname:[ \t]*[\"']?({KEY_PATTERN})")


@dataclass(frozen=True)
class LoadResult:
    """What was loaded. Only with no problems does it speak for all of the manifests."""

    resources: tuple[Resource, ...]
    """The manifests that are right by themselves and beside the others, sorted by address."""
    problems: tuple[ManifestProblem, ...]
    """Sorted by file, line and column."""
    files: tuple[str, ...]
    """The files that were read, as shown to the user."""
    warnings: tuple[ManifestProblem, ...] = ()
    """What is allowed and most likely not meant. Sorted as the problems are."""

    @property
    def is_empty(self) -> bool:
        """True where there is not a single manifest, right or wrong."""
        return not self.resources and all(each.message in (NO_FILES, NO_MANIFESTS) for each in self.problems)

    @cached_property
    def digest(self) -> str:
        """A digest of what the resources ask for: the same for any order, layout and formatting of files."""
        return compute_manifest_digest(self.resources)


def load_manifests(
    paths: Sequence[str | os.PathLike[str]], variables: Variables | None = None, *, whole: bool = False
) -> LoadResult:
    """Loads all manifests of the given files and folders. Raises nothing: what is wrong is in the problems.

    `whole` says that these are all manifests of the workspace, so that a path without any and a variable which none of them uses
    are problems.
    """
    tree = find_files(paths)
    problems = list(tree.problems)
    with collection_paused():
        texts = _read_texts(tree.files, problems)
        result, without = _load_texts(texts, variables or Variables(), whole=whole, is_part=not whole)
    problems.extend(result.problems)
    if not problems and not result.resources:
        place = result.files[0] if result.files else os.fspath(paths[0]) if paths else "."
        problems.append(ManifestProblem(Source(place), "", NO_MANIFESTS, _HINT))
    elif whole:
        problems.extend(_roots_without(tree.roots, without))
    files = tuple(found.shown for found in tree.files)
    return LoadResult(result.resources, tuple(sorted(set(problems))), files, result.warnings)


def _read_texts(files: Iterable[Found], problems: list[ManifestProblem]) -> Iterator[tuple[str, str]]:
    """The texts of files, one after the other: all of them are never held. What cannot be read is noted in `problems`."""
    for found in files:
        text = read_text(found.path)
        if isinstance(text, Flaw):
            problems.append(_file_problem(found.shown, text))
        else:
            yield found.shown, text


def load_texts(
    texts: Iterable[tuple[str, str]],
    variables: Variables | None = None,
    *,
    whole: bool = False,
    text_files: TextFiles = _ON_DISK,
) -> LoadResult:
    """Loads manifests from (file name, YAML text) pairs. Raises nothing. Files that they name are looked for beside these."""
    with collection_paused():
        return _load_texts(texts, variables or Variables(), whole=whole, text_files=text_files)[0]


def _roots_without(roots: Iterable[Root], without: frozenset[str]) -> Iterator[ManifestProblem]:
    """The paths whose files hold no manifest: it may be the wrong path, and what it held would count as removed."""
    for root in roots:
        if root.files and root.files <= without:
            hint = f"{_HINT} Correct 'paths' in pdsync.yaml, or take this path out."
            yield ManifestProblem(Source(root.shown), "", NO_MANIFESTS, hint)


def _load_texts(
    texts: Iterable[tuple[str, str]],
    variables: Variables,
    *,
    whole: bool,
    is_part: bool = False,
    text_files: TextFiles = _ON_DISK,
) -> tuple[LoadResult, frozenset[str]]:
    """The second value: the files without a document."""
    manifests: list[Manifest] = []
    problems: list[ManifestProblem] = []
    unread: set[str] = set()
    used: set[str] = set()
    without: set[str] = set()
    files = []
    for file, text in texts:
        files.append(file)
        read = read_yaml(text, file)
        refers = may_refer(text)
        if MEMBER in text:
            for document in read.documents:
                refers |= put_in_files(document, text_files)
        if refers:
            for document in read.documents:
                used |= substitute(document, variables)
        manifests.extend(read_manifest(document) for document in read.documents)
        if not read.documents and read.flaw is None:
            without.add(file)
        if read.flaw is not None:
            problems.append(_file_problem(file, read.flaw))
            unread.update(_NAME.findall(text))
    unread.update(manifest.key for manifest in manifests if manifest.kind is None)
    check_duplicates(manifests)
    if any(it.kind is not None and it.kind.facts.exclusive is not None for it in manifests):
        check_exclusive(manifests)
    References(manifests, frozenset(unread), is_part=is_part).resolve()
    check_values(manifests)
    gather_fragments(manifests, is_whole=not (is_part or unread))
    resources, warnings = [], set[ManifestProblem]()
    for manifest in manifests:
        found = manifest.all_problems()
        errors = [problem for problem in found if problem.severity == "error"]
        problems.extend(errors)
        warnings.update(problem for problem in found if problem.severity == "warning")
        if not errors:
            resources.append(manifest.resource())
    if whole and not unread and not problems:
        problems.extend(variables.unused(used))
    resources.sort(key=lambda resource: resource.address)
    loaded = LoadResult(tuple(resources), tuple(sorted(set(problems))), tuple(files), tuple(sorted(warnings)))
    return loaded, frozenset(without)


def _file_problem(file: str, flaw: Flaw) -> ManifestProblem:
    return ManifestProblem(Source(file, *flaw.place), "", flaw.message, flaw.hint)
