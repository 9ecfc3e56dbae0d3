"""Codecs of references: how a manifest names another object, and how PagerDuty does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from pdsync.model.codec.plain import Canonical, Codec
from pdsync.model.name import with_article
from pdsync.model.pattern import NOT_BLANK
from pdsync.model.ref import By, Ref
from pdsync.model.scope import Path, RefMap, Scope


def one_of(members: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a mapping that has one of these members."""
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": dict(members),
    }


@dataclass(frozen=True, slots=True)
class Pointer(Codec):
    """Base of codecs whose canonical value is a reference."""

    ALWAYS_REFERS: ClassVar[bool] = True

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return None if value is None else refs(value)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return None if value is None else refs(value)


@dataclass(frozen=True, slots=True)
class Reference(Pointer):
    """A reference to an object of one kind.

    In a manifest: the key of another manifest, or ``{name: ...}`` / ``{id: ...}`` for an object that is not managed here.
    """

    kind: str
    plain: By = "key"
    """What a plain text is."""
    ways: tuple[By, ...] = ("name", "id")
    """The other ways to name a target. Where one of them is ``email``, a plain text with an @ is an email address."""
    stand_ins: tuple[str, ...] = ()
    """Kinds that PagerDuty may answer in place of `kind`, and takes back as such."""

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "pattern": NOT_BLANK}
        ways = " or ".join("{" + way + ": ...}" for way in self.ways)
        return {
            "anyOf": [text, one_of(dict.fromkeys(self.ways, text))],
            "x-expected": f"a reference to {with_article(self.kind.replace('_', ' '))}",
            "errorMessage": f"Write {'a key' if self.plain == 'key' else 'a name'}, or {ways}.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        way, text = (self.plain, value) if isinstance(value, str) else next(iter(value.items()))
        text = text.strip()
        if isinstance(value, str) and "email" in self.ways and "@" in text:
            way = "email"
        ref = Ref(self.kind, cast(By, way), text.lower() if way == "email" else text)
        scope.refs.append((path, ref))
        return ref

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, Mapping) or not value.get("id"):
            return None
        answered = str(value.get("type", "")).removesuffix("_reference") if self.stand_ins else ""
        return Ref(answered if answered in self.stand_ins else self.kind, "id", str(value["id"]))


@dataclass(frozen=True, slots=True)
class BareReference(Reference):
    """A reference that PagerDuty has as an id and nothing else."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return Ref(self.kind, "id", str(value)) if value else None

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return cast(dict[str, Any], refs(value))["id"] if isinstance(value, Ref) else value


@dataclass(frozen=True, slots=True)
class Target(Pointer):
    """A reference to an object of one of several kinds, written ``{user: ana}`` or ``{schedule: primary}``."""

    references: tuple[Reference, ...]

    def schema(self) -> dict[str, Any]:
        ways = {
            it.kind: {**it.schema(), "description": f"The {it.kind.replace('_', ' ')} to notify."}
            for it in self.references
        }
        forms = " or ".join("{" + it.kind + ": ...}" for it in self.references)
        return {**one_of(ways), "x-expected": "a target", "errorMessage": f"Write {forms}."}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        kind, target = next(iter(value.items()))
        place = (*path, kind)
        reference = next(it for it in self.references if it.kind == kind)
        return None if place in scope.unreadable else reference.desired(target, scope, place)

    def reference_of(self, ref: Ref) -> Reference:
        """The codec of a target: that of its kind, or of the kind in whose place PagerDuty answers it."""
        return next((it for it in self.references if ref.kind in (it.kind, *it.stand_ins)), self.references[0])

    def live(self, value: Any, scope: Scope) -> Canonical:
        # "user" and "user_reference" name the same thing. A shift-based schedule is answered as "schedule_v3_reference"
        # (terraform-provider-pagerduty, normalizeEscalationTargetType), and is sent back as such: the API description
        # has that type in requests too.
        named = str(value.get("type", "")) if isinstance(value, Mapping) else ""
        return next((it for it in self.references if named.startswith(it.kind)), self.references[0]).live(value, scope)


@dataclass(frozen=True, slots=True)
class WordOr(Codec):
    """One of a few words, or a set of references."""

    some: Codec
    words: tuple[str, ...]
    expected: str
    hint: str

    def schema(self) -> dict[str, Any]:
        return {
            "anyOf": [{"enum": [*self.words]}, self.some.schema()],
            "x-expected": self.expected,
            "errorMessage": self.hint,
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return value if isinstance(value, str) else self.some.desired(value, scope, path)

    def to_manifest(self, value: Canonical) -> Any:
        return value if isinstance(value, str) else [it.value if it.by == "name" else {it.by: it.value} for it in value]

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return value if isinstance(value, str) else self.some.map_refs(value, refs)

    def refers(self) -> bool:
        return True
