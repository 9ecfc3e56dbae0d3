"""A kind of test: a manifest that describes no object of PagerDuty, but what the other manifests must lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.address import render_address
from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.structure import Object
from pdsync.model.resource import Source
from pdsync.model.scope import Path, Problem, Scope


def _no_rule(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    return None


@dataclass(frozen=True)
class TestKind:
    """A kind of test."""

    __test__ = False  # pytest takes the name for that of a test of its own

    name: str
    """As manifests write it."""
    slug: str
    """What addresses begin with."""
    description: str
    spec: Object
    check: Callable[[Mapping[str, Any], Scope, Path], None] = _no_rule
    """Reports what no schema can say about a spec, which fits the schema, and its path."""


@dataclass(frozen=True)
class ManifestTest:
    """A test that a manifest describes."""

    kind: str
    key: str
    spec: Mapping[str, Canonical]
    source: Source
    locate: Callable[[Problem], Source]
    """Where a problem of the manifest is."""

    @property
    def address(self) -> str:
        """Such as ``routing_test/databases``."""
        return render_address(self.kind, self.key)
