"""Canaries: values that no output may hold, planted in every field that takes secrets.

The fields are found by their codecs, so a kind with a secret is searched as soon as it is declared.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pdsync.kinds import KINDS
from pdsync.model import Field, Kind, Scope
from pdsync.model.codec.plain import Codec, Nullable
from pdsync.model.codec.secret import Secret, SecretMap, SecretTree
from tests.support.samples import samples
from tests.support.surroundings import minimal

FIELDS = [(kind, declared) for kind in KINDS for declared in kind.fields if declared.codec.has_secrets()]
_BESIDE: dict[str, dict[str, Any]] = {
    "automation_runner": {"runner_type": "runbook", "runbook_base_uri": "acme"},
    "service": {"escalation_policy": "first"},
}
"""What goes with the secret of a kind and is not in its shortest manifest."""
_HELD: dict[str, dict[str, Any]] = {
    "incident_workflow": {
        "steps": [
            {"name": "Typed", "action": "test:typed-action:1", "inputs": {"Password Input": "${env:CANARY_0}"}},
            {"name": "Post", "action": "slack:send-markdown-message:3", "inputs": {"Workspace": "T1", "Message": "Hi", "Channel ID": "${env:CANARY_1}"}},
        ]
    }
}  # fmt: skip
"""Values with canaries, where the codec does not say which texts of it may be secrets."""


def canary(number: int) -> str:
    """A value that JSON, HTML, URLs and shells spell in other ways."""
    return f"canary{number}&Qx/Zk+P=<{number}>-'d\"w-canary-end"


@dataclass
class Planted:
    """A manifest with canaries in it."""

    kind: Kind
    declared: Field
    spec: dict[str, Any]
    numbers: range

    @property
    def name(self) -> str:
        return f"{self.kind.slug}.{self.declared.name}"

    @property
    def key(self) -> str:
        return f"canary-{self.numbers.start}"

    @property
    def address(self) -> str:
        return f"{self.kind.slug}/{self.key}"

    @property
    def values(self) -> list[str]:
        """What was planted first, and what is there once it was changed."""
        return [canary(number + shift) for shift in (0, CHANGED) for number in self.numbers]


CHANGED = 1000
"""How far the number of a changed canary is from that of the first."""


def plant(codec: Codec | None, value: Any, count: list[int]) -> Any:
    """The value with a canary in each text that may be a secret."""
    if isinstance(value, Mapping):
        return {name: plant(codec.part(name) if codec else None, inner, count) for name, inner in value.items()}
    if isinstance(value, list):
        return [plant(codec.part(at) if codec else None, inner, count) for at, inner in enumerate(value)]
    if isinstance(value, str) and codec is not None and codec.takes_secrets():
        count[0] += 1
        reference = f"${{env:CANARY_{count[0] - 1}}}"
        return f"https://hooks.example.com/{reference}" if value.startswith("http") else reference
    return value


def _examples(codec: Codec) -> Iterator[Any]:
    with contextlib.suppress(AssertionError):
        yield from samples(codec)
    inner = codec.inner if isinstance(codec, Nullable) else codec
    if isinstance(inner, Secret):
        yield "https://a"
        yield "a"
    elif isinstance(inner, SecretMap):
        yield {"X-Key": "a", "Password": "b"}
    elif isinstance(inner, SecretTree):
        yield {"access_token": "a", "deep": [{"Project": "b"}]}


def planted(kind: Kind, declared: Field, first: int) -> Planted:
    """The shortest manifest of the kind, with canaries in the field, of which the first has this number."""
    shortest = minimal(kind, f"Canary {first}")
    held = _HELD.get(kind.slug, {}).get(declared.name)
    if held is not None:
        text = json.dumps(held)
        count = text.count("CANARY_")
        for number in reversed(range(count)):
            text = text.replace(f"CANARY_{number}}}", f"CANARY_{first + number}}}")
        return Planted(kind, declared, {**shortest, declared.name: json.loads(text)}, range(first, first + count))
    for example in _examples(declared.codec):
        counter = [first]
        value = plant(declared.codec, example, counter)
        spec = {**shortest, **_BESIDE.get(kind.slug, {}), declared.name: value}
        scope = Scope()
        kind.read_desired(spec, scope, ("spec",))
        if counter[0] > first and not scope.problems:
            return Planted(kind, declared, spec, range(first, counter[0]))
    raise AssertionError(
        f"no sample of {kind.slug}.{declared.name} holds a secret: add one to tests/support/samples.py"
    )


@cache
def all_planted() -> list[Planted]:
    """A manifest for each field, with canaries of its own."""
    found: list[Planted] = []
    for kind, declared in FIELDS:
        found.append(planted(kind, declared, found[-1].numbers.stop if found else 0))
    return found
