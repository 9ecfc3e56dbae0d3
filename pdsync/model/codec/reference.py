"""Codecs of references: how a manifest names another object, and how PagerDuty does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pdsync.model.codec.plain import Canonical, Codec
from pdsync.model.pattern import NOT_BLANK
from pdsync.model.ref import By, Ref
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.suggestion import with_article

SHIFT_SCHEDULE = "schedule_v3"
"""The kind of references to shift-based (version 3) schedules. They have an API of their own, which pdsync does not speak; a
manifest names one as a schedule, by ``{id: ...}`` or ``{name: ...}``, once some policy of the account uses it."""


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
class Reference(Codec):
    """A reference to an object of one kind.

    In a manifest: the key of another manifest, an email address (users), or ``{name: ...}`` / ``{id: ...}`` for an
    object that is not managed here. Vendors are named by their name.
    """

    kind: str
    plain: By = "key"

    @property
    def _ways(self) -> tuple[By, ...]:
        return ("email", "id", "name") if self.kind == "user" else ("name", "id")

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "pattern": NOT_BLANK}
        ways = " or ".join("{" + way + ": ...}" for way in self._ways)
        return {
            "anyOf": [text, one_of(dict.fromkeys(self._ways, text))],
            "x-expected": f"a reference to {with_article(self.kind.replace('_', ' '))}",
            "errorMessage": f"Write {'a key' if self.plain == 'key' else 'a name'}, or {ways}.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        way, text = (self.plain, value) if isinstance(value, str) else next(iter(value.items()))
        text = text.strip()
        if isinstance(value, str) and self.kind == "user" and "@" in text:
            way = "email"
        ref = Ref(self.kind, cast(By, way), text.lower() if way == "email" else text)
        scope.refs.append((path, ref))
        return ref

    def live(self, value: Any, scope: Scope) -> Canonical:
        return Ref(self.kind, "id", str(value["id"])) if isinstance(value, Mapping) and value.get("id") else None

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return None if value is None else refs(value)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return None if value is None else refs(value)

    def refers(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Target(Codec):
    """A reference to an object of one of several kinds, written ``{user: ana}`` or ``{schedule: primary}``."""

    kinds: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        ways = {
            kind: {**Reference(kind).schema(), "description": f"The {kind.replace('_', ' ')} to notify."}
            for kind in self.kinds
        }
        forms = " or ".join("{" + kind + ": ...}" for kind in self.kinds)
        return {**one_of(ways), "x-expected": "a target", "errorMessage": f"Write {forms}."}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        kind, target = next(iter(value.items()))
        place = (*path, kind)
        return None if place in scope.unreadable else Reference(kind).desired(target, scope, place)

    def live(self, value: Any, scope: Scope) -> Canonical:
        # "user" and "user_reference" name the same thing. A shift-based schedule is answered as "schedule_v3_reference"
        # (terraform-provider-pagerduty, normalizeEscalationTargetType), and is sent back as such: the API description
        # has that type in requests too.
        named = str(value.get("type", "")) if isinstance(value, Mapping) else ""
        if named.removesuffix("_reference") == SHIFT_SCHEDULE and "schedule" in self.kinds:
            return Reference(SHIFT_SCHEDULE).live(value, scope)
        kind = next((kind for kind in self.kinds if named.startswith(kind)), self.kinds[0])
        return Reference(kind).live(value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return refs(value)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return refs(value)

    def refers(self) -> bool:
        return True
