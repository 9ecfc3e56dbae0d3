"""Settings that an account has once, and that a manifest names in part: what it does not name stays, and is not looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.plain import Boolean, Canonical, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import MapOf, Object, SetOf, optional, required
from pdsync.model.codec.time import Duration
from pdsync.model.pattern import whole
from pdsync.model.scope import Path, Scope

SESSION_TYPES = {"web": "in a browser", "mobile": "in the mobile app"}
"""What PagerDuty configures sessions of, and where people sign in to them."""
ABSOLUTE, IDLE = "absolute", "idle"
REGEX = "regex"
_API = "PagerDuty API description"


@dataclass(frozen=True, slots=True)
class SessionTimes(MapOf, Open):
    """How long people stay signed in, by the type of session. Null means that the account has no limits of its own."""

    def schema(self) -> dict[str, Any]:
        times = self.value.schema()
        properties = {name: {**times, "description": f"Sessions {where}."} for name, where in SESSION_TYPES.items()}
        return {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": properties}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return MapOf.desired(self, {name: it for name, it in value.items() if name in SESSION_TYPES}, scope, path)

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        return value or {}

    def frame(self, value: Canonical) -> Canonical:
        return {}

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        return desired, self.narrowed(live, desired)

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        return {name: (live or {}).get(name) for name in desired}

    def shows(self, desired: Canonical, live: Canonical) -> bool:
        return True  # a type that is not answered has no times

    def shown_path(self, path: str) -> str:
        return f".{path}"


@dataclass(frozen=True, slots=True)
class Standards(MapOf, Open):
    """What the account asks of good services, by the type of the standard. PagerDuty has a fixed set of them."""

    def schema(self) -> dict[str, Any]:
        return {**MapOf.schema(self), "propertyNames": {**whole("[a-z0-9_]+"), "x-expected": "the type of a standard"}}

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        return {f"{name}.{member}": said for name, held in (value or {}).items() for member, said in held.items()}

    def frame(self, value: Canonical) -> Canonical:
        return {}

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        return desired, self.narrowed(live, desired)

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        """A pattern that PagerDuty does not show counts as the desired one: nothing could tell it from another."""
        found = {}
        for name, said in desired.items():
            if name in (live or {}):
                held = {REGEX: said.get(REGEX), **live[name]}
                found[name] = {member: held[member] for member in said if member in held}
        return found

    def shows(self, desired: Canonical, live: Canonical) -> bool:
        return True  # what is not shown is never compared

    def shown_path(self, path: str) -> str:
        return f".{path}"


SESSIONS = SessionTimes(
    Nullable(
        Object.of(
            absolute=required(
                Duration(minimum=600, maximum=18_144_000),
                "How long after signing in people must sign in again: 10m to 210d.",
            ),
            idle=required(
                Duration(minimum=60, maximum=15_552_000),
                "How long after the last use people must sign in again: 1m to 180d.",
            ),
        )
    )
)


def standards_of(kind: str) -> Standards:
    """The codec of standards, which can be for some objects of this kind only."""
    return Standards(
        Object.of(
            active=optional(Boolean(), "Whether services are measured by it."),
            description=optional(Text(multiline=True), "Why it matters, for people."),
            inclusions=optional(
                SetOf(Reference(kind), noun=kind), "The only services that it is for; an empty list for all."
            ),
            exclusions=optional(SetOf(Reference(kind), noun=kind), "Services that it is not for."),
            regex=optional(
                Text(),
                "The pattern of a standard that compares a text with one. PagerDuty may not show it: then it is sent with every other change "
                "of the standards, and a change of it alone is not noticed.",
            ),
        )
    )
