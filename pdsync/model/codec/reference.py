"""Codecs of references: how a manifest names another object, and how PagerDuty does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pdsync.model.codec.plain import Canonical, Codec, type_name
from pdsync.model.ref import By, Ref
from pdsync.model.scope import Path, RefMap, Scope

SHIFT_SCHEDULE = "schedule_v3"
"""The kind of references to shift-based (version 3) schedules. They have an API of their own, which pdsync does not speak; a
manifest names one as a schedule, by ``{id: ...}`` or ``{name: ...}``, once some policy of the account uses it."""


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
        ways: dict[str, Any] = {way: {"type": "string", "minLength": 1} for way in self._ways}
        outside = {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": ways,
        }
        return {"anyOf": [{"type": "string", "minLength": 1}, outside]}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        ref = self._read(value)
        if ref is not None:
            scope.refs.append((path, ref))
            return ref
        ways = " or ".join("{" + way + ": ...}" for way in self._ways)
        plain = "a key" if self.plain == "key" else "a name"
        scope.problem(
            path,
            f"is no reference to a {self.kind.replace('_', ' ')}: got {type_name(value)}",
            f"Write {plain}, or {ways}.",
        )
        return Ref(self.kind, "id", "")

    def _read(self, value: Any) -> Ref | None:
        if isinstance(value, str) and value.strip():
            text = value.strip()
            if self.kind == "user" and "@" in text:
                return Ref(self.kind, "email", text.lower())
            return Ref(self.kind, self.plain, text)
        if isinstance(value, Mapping) and len(value) == 1:
            way, target = next(iter(value.items()))
            if way in self._ways and isinstance(target, str) and target.strip():
                text = target.strip()
                return Ref(self.kind, cast(By, way), text.lower() if way == "email" else text)
        return None

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
        return {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                kind: {**Reference(kind).schema(), "description": f"The {kind.replace('_', ' ')} to notify."}
                for kind in self.kinds
            },
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, Mapping) and len(value) == 1:
            kind, target = next(iter(value.items()))
            if kind in self.kinds:
                return Reference(kind).desired(target, scope, (*path, kind))
        forms = " or ".join("{" + kind + ": ...}" for kind in self.kinds)
        scope.problem(path, f"is no target: got {type_name(value)}", f"Write {forms}.")
        return Ref(self.kinds[0], "id", "")

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
