"""The shortest manifest of every kind, and the objects that manifests of a kind may refer to."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Kind, Ref, Resource, Scope
from pdsync.model.codec.plain import Codec
from tests.support.samples import DAYS, KEYS, followed, samples
from tests.support.world import layer, resource

_MINIMAL: dict[str, dict[str, Any]] = {
    "schedule": {
        "time_zone": "Europe/Berlin",
        "schedule_layers": [layer("only", "ana", rotation_virtual_start="2026-01-05T09:00Z")],
    },
    # Its hours are in a zone of their own, so that a change of the schedule's zone is no change of theirs.
    "schedule_v3": {
        "time_zone": "Europe/Berlin",
        "rotations": [{**DAYS, "members": ["ana"], "time_zone": "Europe/Berlin"}],
    },
    "escalation_policy": {"escalation_rules": [{"escalation_delay_in_minutes": 10, "targets": [{"user": "ana"}]}]},
}

TIMES: dict[str, list[dict[str, Any]]] = {
    "maintenance_window": [
        {"start_time": "2031-01-06T09:00Z", "end_time": "2031-01-06T11:00Z"},
        {"start_time": "2031-02-03T17:00:00+02:00", "end_time": "2031-02-04T17:00:00+02:00"},
    ],
    "automation_runner": [
        {"runner_type": "runbook", "runbook_base_uri": "acme", "runbook_api_key": "${env:PDSYNC_SAMPLE_ONE}"},
        {"runner_type": "runbook", "runbook_base_uri": "acme.eu", "runbook_api_key": "${env:PDSYNC_SAMPLE_TWO}"},
    ],
    "automation_action": [
        {"action_type": "script", "script": "echo one"},
        {"action_type": "script", "script": "#!/bin/sh\necho two", "invocation_command": "/bin/sh"},
    ],
}
"""Members that go together: those that say when, and those of one type."""
_MINIMAL |= {slug: choices[0] for slug, choices in TIMES.items()}


_SHOWN = "display_name"
"""What people see of an object whose name is for programs. PagerDuty takes each but once."""
VALUED = resource("ServiceCustomField", "grade", {_SHOWN: "Grade", "type": "choice", "options": ["gold", "silver"]})
"""The field whose values the samples have."""


def name_of(kind: Kind, text: str) -> str:
    """The name that an object has: where it is for programs, in their letters."""
    declared = kind.field(kind.label)
    return re.sub(r"\W", "_", text.lower()) if declared is not None and declared.fixed else text


def minimal(kind: Kind, text: str) -> dict[str, Any]:
    """The shortest spec of an object of this name: what is written above, else a sample of each field that is required."""
    name = name_of(kind, text)
    if kind.facts.person is not None:
        return {kind.label: name, "email": f"{name.lower()}@example.com"}
    needed = [declared for declared in kind.fields if declared.required and declared.name != kind.label]
    variant = kind.facts.variant
    return {
        **(variant.said(kind.slug) if variant is not None else {}),
        **({kind.label: name} if kind.label else {}),
        **{declared.name: samples(declared.codec)[0] for declared in needed},
        **({_SHOWN: text} if kind.field(_SHOWN) is not None else {}),
        **_MINIMAL.get(kind.slug, {}),
    }


def addresses_in(codec: Codec, value: Any) -> frozenset[str]:
    """The addresses that a value of a manifest refers to."""
    found: list[Ref] = []
    codec.map_refs(codec.desired(value, Scope(), ()), lambda ref: found.append(followed(ref)) or ref)  # type: ignore[func-returns-value]
    return frozenset(ref.address for ref in found if ref.address)


def surroundings(*kinds: Kind) -> list[Resource]:
    """Everything that samples of these kinds refer to, and what that needs itself, in the order of kinds."""
    needed, ahead = set[str](), {address for kind in kinds for address in _referred(kind.slug)}
    while ahead:
        needed |= ahead
        ahead = {it for address in ahead for it in _needed_by(address)} - needed
    addresses = [(other, key) for other in KINDS for key in KEYS[other.slug] if f"{other.slug}/{key}" in needed]
    valued = [VALUED] if any(kind.facts.values is not None for kind in kinds) else []
    return [*valued, *(resource(other.name, key, minimal(other, key)) for other, key in addresses)]


@cache
def _referred(slug: str) -> frozenset[str]:
    kind = BY_SLUG[slug]
    parts = [part for part in kind.spec.parts if not part.name.endswith("_mode")]
    in_samples = [addresses_in(part.codec, value) for part in parts for value in samples(part.codec)]
    return frozenset[str]().union(*in_samples, _needed_by(f"{slug}/{KEYS[slug][0]}"))


@cache
def _needed_by(address: str) -> frozenset[str]:
    """What the shortest manifest of an object refers to."""
    slug, _, key = address.partition("/")
    spec, parts = minimal(BY_SLUG[slug], key), BY_SLUG[slug].spec.parts
    return frozenset[str]().union(*(addresses_in(part.codec, spec[part.name]) for part in parts if part.name in spec))
