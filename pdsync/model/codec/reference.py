"""Codecs of references: how a manifest names another object, and how PagerDuty does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pdsync.model.codec.plain import Canonical, Codec, type_name
from pdsync.model.ref import By, Ref
from pdsync.model.scope import Path, RefMap, Scope


@dataclass(frozen=True, slots=True)
class Reference(Codec):
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
        ways: dict[str, Any] = {way: {"type": "string", "minLength": 1} for way in self.ways}
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
        ways = " or ".join("{" + way + ": ...}" for way in self.ways)
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
            if "email" in self.ways and "@" in text:
                return Ref(self.kind, "email", text.lower())
            return Ref(self.kind, self.plain, text)
        if isinstance(value, Mapping) and len(value) == 1:
            way, target = next(iter(value.items()))
            if way in self.ways and isinstance(target, str) and target.strip():
                text = target.strip()
                return Ref(self.kind, cast(By, way), text.lower() if way == "email" else text)
        return None

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, Mapping) or not value.get("id"):
            return None
        answered = str(value.get("type", "")).removesuffix("_reference") if self.stand_ins else ""
        return Ref(answered if answered in self.stand_ins else self.kind, "id", str(value["id"]))

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return None if value is None else refs(value)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return None if value is None else refs(value)

    def refers(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Target(Codec):
    """A reference to an object of one of several kinds, written ``{user: ana}`` or ``{schedule: primary}``."""

    references: tuple[Reference, ...]

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                it.kind: {**it.schema(), "description": f"The {it.kind.replace('_', ' ')} to notify."}
                for it in self.references
            },
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, Mapping) and len(value) == 1:
            kind, target = next(iter(value.items()))
            reference = next((it for it in self.references if it.kind == kind), None)
            if reference is not None:
                return reference.desired(target, scope, (*path, reference.kind))
        forms = " or ".join("{" + it.kind + ": ...}" for it in self.references)
        scope.problem(path, f"is no target: got {type_name(value)}", f"Write {forms}.")
        return Ref(self.references[0].kind, "id", "")

    def live(self, value: Any, scope: Scope) -> Canonical:
        # "user" and "user_reference" name the same thing. A shift-based schedule is answered as "schedule_v3_reference"
        # (terraform-provider-pagerduty, normalizeEscalationTargetType), and is sent back as such: the API description
        # has that type in requests too.
        named = str(value.get("type", "")) if isinstance(value, Mapping) else ""
        return next((it for it in self.references if named.startswith(it.kind)), self.references[0]).live(value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return refs(value)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return refs(value)

    def refers(self) -> bool:
        return True
