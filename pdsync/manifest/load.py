"""Loads manifests: from files and folders to resources, or to a list of all problems."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pdsync.kinds import TESTS
from pdsync.manifest.duplicate import check_duplicates
from pdsync.manifest.exclusive import check_exclusive
from pdsync.manifest.file import read_text
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.manifest import Manifest, read_manifest
from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.reference_check import References
from pdsync.manifest.text_file import TextFiles, put_in_files
from pdsync.manifest.tree import NO_FILES, Found, Root, Tree, find_files
from pdsync.manifest.variable import Variables, may_refer, substitute
from pdsync.manifest.yaml_text import Document, read_yaml
from pdsync.model import Kind, Resource, Source, compute_manifest_digest
from pdsync.model.codec.file_text import MEMBER
from pdsync.model.envelope import DEFAULTS
from pdsync.model.garbage import collection_paused
from pdsync.model.marker import KEY_PATTERN
from pdsync.model.test_kind import ManifestTest, TestKind

if TYPE_CHECKING:
    from pdsync.manifest.defaults import Defaults
    from pdsync.manifest.test_manifest import TestManifest
    from pdsync.manifest.variant import Keys

NO_MANIFESTS = "there are no manifests here"
_HINT = "A manifest begins with 'apiVersion: pdsync/v1'."
_ON_DISK = TextFiles()
_NAME = re.compile(rf"\bname:[ \t]*[\"']?({KEY_PATTERN})")


@dataclass(frozen=True)
class LoadResult:
    """The loaded manifests. The list is complete only if there are no problems."""

    resources: tuple[Resource, ...]
    """The manifests that are right by themselves and together with the others, sorted by address."""
    problems: tuple[ManifestProblem, ...]
    """Sorted by file, line and column."""
    files: tuple[str, ...]
    """The files that were read, as shown to the user."""
    warnings: tuple[ManifestProblem, ...] = ()
    """Warnings: what is allowed but probably a mistake. Sorted like the problems."""
    tests: tuple[ManifestTest, ...] = ()
    """The tests that are right by themselves and together with the manifests, sorted by address."""

    @property
    def is_empty(self) -> bool:
        """True where there is not a single manifest, right or wrong."""
        return not self.resources and all(each.message in (NO_FILES, NO_MANIFESTS) for each in self.problems)

    @cached_property
    def digest(self) -> str:
        """A digest of what the resources ask for: the same for any order, layout and formatting of files."""
        return compute_manifest_digest(self.resources)


def load_manifests(
    paths: Sequence[str | os.PathLike[str]],
    variables: Variables | None = None,
    *,
    whole: bool = False,
    tops: Sequence[str] = (),
) -> LoadResult:
    """Loads all manifests of the given files and folders. Raises nothing: errors are in the problems.

    `whole` says that these are all manifests of the workspace, so that a path without any and a variable which none of them uses
    are problems. `tops` are the folders up to which Defaults above the paths count.
    """
    tree = find_files(paths, tops)
    problems = list(tree.problems)
    above = load_above(tree, problems) if tree.above else ()
    with collection_paused():
        texts = _read_texts(tree.files, problems)
        beside = _Beside(variables or Variables(), above=above)
        result, without = _load_texts(texts, beside, whole=whole, is_part=not whole)
    problems.extend(result.problems)
    if not problems and not result.resources and not result.tests:
        place = result.files[0] if result.files else os.fspath(paths[0]) if paths else "."
        problems.append(ManifestProblem(Source(place), "", NO_MANIFESTS, _HINT))
    elif whole:
        problems.extend(_roots_without(tree.roots, without))
    files = tuple(found.shown for found in tree.files)
    return LoadResult(result.resources, tuple(sorted(set(problems))), files, result.warnings, result.tests)


def load_above(tree: Tree, problems: list[ManifestProblem] | None = None) -> tuple[tuple[str, str], ...]:
    """Name and text of the files above all paths that may hold Defaults. What cannot be read is noted in `problems`; a file that
    is not text holds none."""
    texts = []
    for found in tree.above:
        text = read_text(found.path)
        if not isinstance(text, Flaw) and DEFAULTS in text:
            texts.append((found.shown, text))
        elif isinstance(text, Flaw) and text.is_unreadable and problems is not None:
            problems.append(_file_problem(found.shown, text))
    return tuple(texts)


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
    above: Sequence[tuple[str, str]] = (),
) -> LoadResult:
    """Loads manifests from (file name, YAML text) pairs. Raises nothing. Files that they name are looked for next to these.

    Of the texts `above`, only Defaults count.
    """
    with collection_paused():
        return _load_texts(texts, _Beside(variables or Variables(), text_files, above), whole=whole)[0]


def _check_values(manifests: Sequence[Manifest]) -> None:
    facts = ((manifest, manifest.kind.facts.values) for manifest in manifests if manifest.kind is not None)
    if any(fact is not None and fact.field in manifest.fields for manifest, fact in facts):
        from pdsync.manifest.value_check import check_values

        check_values(manifests)


def _roots_without(roots: Iterable[Root], without: frozenset[str]) -> Iterator[ManifestProblem]:
    """The paths whose files hold no manifest: it may be the wrong path, and what it held would count as removed."""
    for root in roots:
        if root.files and root.files <= without:
            hint = f"{_HINT} Correct 'paths' in pdsync.yaml, or remove this path."
            yield ManifestProblem(Source(root.shown), "", NO_MANIFESTS, hint)


@dataclass(frozen=True)
class _Beside:
    """The settings for reading texts."""

    variables: Variables
    text_files: TextFiles = _ON_DISK
    above: Sequence[tuple[str, str]] = ()
    """Name and text of files of which only Defaults count."""


@dataclass
class _Read:
    """The result of reading all texts."""

    manifests: list[Manifest] = field(default_factory=list)
    tests: list[TestManifest] = field(default_factory=list)
    problems: list[ManifestProblem] = field(default_factory=list)
    """The problems of texts. A document has its own problems."""
    unread: set[str] = field(default_factory=set)
    """Keys of manifests that may be there and could not be read."""
    used: set[str] = field(default_factory=set)
    """Names of the variables that are used."""
    files: list[str] = field(default_factory=list)
    without: set[str] = field(default_factory=set)
    """The files without a document."""
    defaults: Defaults | None = None

    def add(self, file: str, text: str, beside: _Beside) -> None:
        """Reads the documents of one text."""
        self.files.append(file)
        read = read_yaml(text, file)
        refers = may_refer(text)
        if MEMBER in text:
            for document in read.documents:
                refers |= put_in_files(document, beside.text_files)
        if refers:
            for document in read.documents:
                self.used |= substitute(document, beside.variables)
        for document in read.documents:
            if (kind := TESTS.get(document.kind_name)) is not None:
                self.tests.append(_read_test(document, kind))
            elif document.kind_name != DEFAULTS:  # which were read before all others
                self.manifests.append(read_manifest(document, self.defaults))
        if not read.documents and read.flaw is None:
            self.without.add(file)
        if read.flaw is not None:
            self.problems.append(_file_problem(file, read.flaw))
            self.unread.update(_NAME.findall(text))

    def note_inherited(self, manifest: Manifest) -> bool:
        """Keeps what is wrong with the fields that a manifest has from Defaults, to report it there. False where it is an error."""
        assert self.defaults is not None
        return self.defaults.note(manifest)

    def check_together(self, beside: _Beside, *, is_part: bool) -> None:
        """Checks what shows only in comparison with the other manifests, and gives items what pdsync.yaml says for all of them."""
        if any(map(_has_hosted_list, self.manifests)):
            from pdsync.manifest.list_place import fill_places

            fill_places(self.manifests, beside.variables.list_places)
        self.unread.update(manifest.key for manifest in self.manifests if manifest.kind is None)
        check_duplicates(self.manifests)
        if any(it.kind is not None and it.kind.facts.exclusive is not None for it in self.manifests):
            check_exclusive(self.manifests)
        if any(map(_may_clash, self.manifests)):
            from pdsync.manifest.clash import check_clashes

            check_clashes(self.manifests)
        variants = self._check_variants()
        references = References(self.manifests, frozenset(self.unread), is_part=is_part, variants=variants)
        references.resolve()
        _check_values(self.manifests)
        if self.tests:
            _check_tests(self.tests, references)
        if any(manifest.fragments or manifest.may_be_shared for manifest in self.manifests):
            from pdsync.manifest.gather import gather_fragments

            gather_fragments(self.manifests, is_whole=not (is_part or self.unread))

    def _check_variants(self) -> Keys:
        """The manifests of kinds that share the name of another one. Most workspaces have none."""
        if not any(it.kind is not None and _is_variant(it.kind) for it in self.manifests):
            return {}
        from pdsync.manifest.variant import check_variants

        return check_variants(self.manifests)


def _has_hosted_list(manifest: Manifest) -> bool:
    """Whether it names a list that another host keeps."""
    lists = manifest.kind.children if manifest.kind is not None and manifest.children else ()
    return any(declared.hosted is not None and declared.name in manifest.children for declared in lists)


def _may_clash(manifest: Manifest) -> bool:
    kind = manifest.kind
    return kind is not None and (kind.passing.clashes is not None or kind.facts.sole is not None)


def _is_variant(kind: Kind) -> bool:
    """Whether its name means another kind where a manifest does not say more."""
    return kind.facts.variant is not None and kind.facts.variant.of != kind.slug


def _read_test(document: Document, kind: TestKind) -> TestManifest:
    # Most workspaces have no tests.
    from pdsync.manifest.test_manifest import read_test

    return read_test(document, kind)


def _check_tests(tests: Sequence[TestManifest], references: References) -> None:
    from pdsync.manifest.test_manifest import check_test_names

    check_test_names(tests)
    for test in tests:
        references.check_test(test)


def _load_texts(
    texts: Iterable[tuple[str, str]], beside: _Beside, *, whole: bool, is_part: bool = False
) -> tuple[LoadResult, frozenset[str]]:
    """The second value: the files without a document."""
    read, pending = _Read(), deque(texts)
    if beside.above or any(DEFAULTS in text for _, text in pending):
        from pdsync.manifest.defaults import read_defaults

        # A manifest is read with the fields that it has from Defaults, and those may be in any file.
        read.defaults = read_defaults(pending, beside.above, beside.variables, beside.text_files)
    while pending:  # a text that was read is let go
        read.add(*pending.popleft(), beside)
    read.check_together(beside, is_part=is_part)
    problems, warnings = list(read.problems), set[ManifestProblem]()

    def is_right(found: Iterable[ManifestProblem]) -> bool:
        errors: list[ManifestProblem] = []
        for problem in found:
            (errors.append if problem.severity == "error" else warnings.add)(problem)
        problems.extend(errors)
        return not errors

    resources = [
        manifest.resource()
        for manifest in read.manifests
        if is_right(manifest.all_problems()) & (not manifest.inherited or read.note_inherited(manifest))
    ]
    if read.defaults is not None:
        is_right(read.defaults.all_problems(whole=whole))
        read.used |= read.defaults.used
    tests = [test.test() for test in read.tests if is_right(test.all_problems())]
    if whole and not read.unread and not problems:
        problems.extend(beside.variables.unused(read.used))
    resources.sort(key=lambda resource: resource.address)
    tests.sort(key=lambda test: test.address)
    loaded = LoadResult(
        tuple(resources), tuple(sorted(set(problems))), tuple(read.files), tuple(sorted(warnings)), tuple(tests)
    )
    return loaded, frozenset(read.without)


def _file_problem(file: str, flaw: Flaw) -> ManifestProblem:
    return ManifestProblem(Source(file, *flaw.place), "", flaw.message, flaw.hint)
