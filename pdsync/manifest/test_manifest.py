"""Manifests of tests: read and checked as other manifests are, into a value of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from pdsync.kinds import TESTS
from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.told import tell_problems
from pdsync.manifest.yaml_text import Document
from pdsync.model import Ref, Scope, Source
from pdsync.model.address import render_address
from pdsync.model.codec.plain import Canonical
from pdsync.model.envelope import TEST_METADATA
from pdsync.model.schema import test_schema_of
from pdsync.model.scope import Path, Problem
from pdsync.model.test_kind import ManifestTest, TestKind
from pdsync.model.validator import Validator


@dataclass
class TestManifest:
    """A document that describes a test, with what was read from it."""

    __test__ = False  # pytest takes the name for that of a test of its own

    document: Document
    kind: TestKind
    key: str = ""
    spec: Mapping[str, Canonical] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refs: list[tuple[Path, Ref]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Such as ``routing_test/databases``; empty without a name."""
        return render_address(self.kind.slug, self.key) if self.key else ""

    def source(self, path: Path = ()) -> Source:
        """Where the value at `path` is."""
        return Source(self.document.places.file, *self.document.places.locate(path))

    def problem(self, path: Path, message: str, hint: str = "") -> None:
        """Notes a problem that shows only in comparison with other manifests."""
        self.problems.append(Problem(path, message, hint))

    def all_problems(self) -> list[ManifestProblem]:
        """Everything wrong with it, for the user."""
        return tell_problems(self.document, self.address or self.kind.slug, self.problems)

    def test(self) -> ManifestTest:
        """The test; only of a manifest without problems."""
        places = self.document.places
        source = Source(places.file, *places.begins)
        return ManifestTest(self.kind.slug, self.key, self.spec, source, self._locate)

    def _locate(self, problem: Problem) -> Source:
        place = self.document.places.locate(problem.path, on_key=problem.on_key)
        return Source(self.document.places.file, *place)


def read_test(document: Document, kind: TestKind) -> TestManifest:
    """Reads a document that describes a test. Never raises: what is wrong is in its problems."""
    value: Mapping[str, Any] = document.value
    manifest = TestManifest(document, kind)
    scope = Scope(problems=manifest.problems, refs=manifest.refs)
    scope.note(_validator(kind.name).problems(value))
    metadata, spec = value.get("metadata"), value.get("spec")
    if isinstance(metadata, dict) and ("metadata",) not in scope.unreadable:
        manifest.key = TEST_METADATA.desired(metadata, scope, ("metadata",)).get("name", "")
    if isinstance(spec, dict) and ("spec",) not in scope.unreadable:
        manifest.spec = kind.spec.desired(spec, scope, ("spec",))
        kind.check(spec, scope, ("spec",))
    manifest.problems += scope.warnings
    return manifest


@cache
def _validator(name: str) -> Validator:
    return Validator(partial(test_schema_of, TESTS[name]))


def check_test_names(tests: Iterable[TestManifest]) -> None:
    """Notes a problem at each test whose name an earlier one of its kind has."""
    seen: dict[str, TestManifest] = {}
    for test in tests:
        first = seen.setdefault(test.address, test) if test.address else test
        if first is not test:
            message = f"{test.address!r} is defined twice"
            test.problem(("metadata", "name"), message, f"The first one is at {first.source()}.")
