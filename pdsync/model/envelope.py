"""The envelope of a manifest: what is around `spec`, the same for every kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Boolean, Canonical, Choice, Codec, Token
from pdsync.model.codec.structure import Object, Part, SetOf, optional, required
from pdsync.model.kind import Kind
from pdsync.model.marker import KEY_PATTERN
from pdsync.model.ref import ID_PATTERN
from pdsync.model.resource import AT_ONCE, HAND_OFF_AWARE
from pdsync.model.scope import Path, Scope
from pdsync.model.test_kind import TestKind

API_VERSION = "pdsync/v1"
DEFAULTS = "Defaults"
"""The kind of a manifest that gives fields to the other manifests of its folder and below (`pdsync.model.defaults`)."""


_KEY = Token(KEY_PATTERN, hint="Letters, digits, '.', '_' and '-', at most 100, beginning with a letter or a digit.")
_ID = Token(ID_PATTERN, hint="An id as PagerDuty shows it in web addresses, such as PABC123.")


_KEYS = SetOf(_KEY, min_items=1, noun="key")


@dataclass(frozen=True, slots=True)
class Keys(Codec):
    """One key, or a list of keys."""

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [_KEY.schema(), _KEYS.schema()], "x-expected": "a key or a list of keys"}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return _KEYS.desired(value, scope, path) if isinstance(value, list) else [value]


METADATA = Object.of(
    name=required(
        _KEY,
        "The stable key of this object among the manifests of its kind. References use it; a new key means a new object.",
    ),
    id=optional(_ID, "The PagerDuty id, to bind the manifest to exactly this object."),
)


TEST_METADATA = Object.of(name=required(_KEY, "The name of the test, unique among all tests."))


_ROTATION = Part(
    "rotation",
    Choice((HAND_OFF_AWARE, AT_ONCE)),
    "With 'hand-off aware' an edit takes effect at the next hand-off: until then the person on call stays. With 'at once' it takes effect in "
    "about a minute. Default: 'at once' for layers, 'hand-off aware' for rotations.",
)

_DISTINCT = Part(
    "distinct_from",
    SetOf(_ID, min_items=1, noun="id"),
    "PagerDuty ids of other objects with the same name: pdsync creates a new one and leaves these alone.",
)


def lifecycle_of(kind: Kind) -> Object:
    """The codec of `lifecycle` for a kind."""
    return Object(
        (
            *((_ROTATION,) if kind.rotates else ()),
            Part("adopt", Boolean(), "Take over an existing object of this name that pdsync did not create."),
            Part("protect", Boolean(), "Never delete the object, even when its manifest is gone."),
            Part(
                "ignore",
                SetOf(Choice(ignorable_names(kind)), noun="name"),
                "Fields that are written only at creation. pdsync ignores later edits.",
            ),
            Part(
                "absent",
                Boolean(),
                "Delete the object. Remove all references to it first; spec may stay or be left out.",
            ),
            Part(
                "moved_from",
                Keys(),
                "The previous key of this manifest, or a list of previous keys: the object is kept, not created again.",
            ),
            *((_DISTINCT,) if kind.shown_name else ()),
        )
    )


def envelope_of(kind: Kind) -> Object:
    """The codec of a whole manifest of that kind."""
    return _envelope((kind.name,), kind.spec, lifecycle_of(kind))


def test_envelope_of(kind: TestKind) -> Object:
    """The codec of a whole manifest of a test. It describes no object, so it has no id and no lifecycle."""
    return Object(
        (
            Part("apiVersion", Choice((API_VERSION,)), "The version of the manifest format.", required=True),
            Part("kind", Choice((kind.name,)), "What this manifest describes.", required=True),
            Part("metadata", TEST_METADATA, "The name of the test.", required=True),
            Part("spec", kind.spec, "The event, and the expected result.", required=True),
        )
    )


def open_envelope(kind_names: Iterable[str]) -> Object:
    """The codec of what all manifests have in common, for a document whose kind is not known."""
    return _envelope(tuple(kind_names), Codec(), Codec())


def ignorable_names(kind: Kind) -> tuple[str, ...]:
    """What `lifecycle.ignore` may name."""
    return (*(field.name for field in kind.fields), *(child.name for child in kind.children))


def _envelope(kind_names: tuple[str, ...], spec: Codec, lifecycle: Codec) -> Object:
    return Object(
        (
            Part("apiVersion", Choice((API_VERSION,)), "The version of the manifest format.", required=True),
            Part("kind", Choice(kind_names), "What this manifest describes.", required=True),
            Part("metadata", METADATA, "The key of the object among the manifests.", required=True),
            Part("lifecycle", lifecycle, "How pdsync may treat the object."),
            Part(
                "spec",
                spec,
                "The object's fields. Only fields that are written here are managed; null clears a field.",
                required=True,
            ),
        )
    )
