"""Manifests of one kind that do not go together: of the kinds that say so, each problem is told at both of them."""

from __future__ import annotations

from itertools import product

import pytest
import yaml

from pdsync.kinds import KINDS
from pdsync.manifest import load_texts
from pdsync.model import Kind
from tests.support.surroundings import minimal

SOLE = [kind for kind in KINDS if kind.facts.sole is not None]


def problems(kind: Kind, *specs: dict[str, object], absent: frozenset[int] = frozenset()) -> list[str]:
    texts = {}
    for at, spec in enumerate(specs):
        document = {
            "apiVersion": "pdsync/v1",
            "kind": kind.name,
            "metadata": {"name": f"one-{at}"},
            **({"lifecycle": {"absent": True, "adopt": True}} if at in absent else {}),
            "spec": {**minimal(kind, f"One {at}"), **spec},
        }
        texts[f"{at}.yaml"] = yaml.safe_dump(document)
    return [f"{it.source.file}: {it.message}" for it in load_texts(texts.items()).problems]


def test_there_are_such_kinds() -> None:
    assert SOLE


@pytest.mark.parametrize("kind", SOLE, ids=lambda kind: kind.slug)
@pytest.mark.parametrize(("one", "other"), list(product([True, False, None], repeat=2)))
def test_only_one_may_have_what_only_one_keeps(kind: Kind, one: bool | None, other: bool | None) -> None:
    """Both would take it from each other in every apply."""
    assert kind.facts.sole is not None
    name = kind.facts.sole.field
    found = problems(kind, *({name: said} if said is not None else {} for said in (one, other)))
    assert [line[:6] for line in found] == (["0.yaml", "1.yaml"] if one and other else [])
    assert all(f"{name} is true at" in line for line in found)


@pytest.mark.parametrize("kind", SOLE, ids=lambda kind: kind.slug)
def test_what_does_not_share_the_field_and_what_is_to_go_does_not_count(kind: Kind) -> None:
    assert kind.facts.sole is not None
    said = {kind.facts.sole.field: True}
    assert not problems(kind, said, {**said, kind.facts.sole.among: "Another One"})
    assert not problems(kind, said, said, absent=frozenset({1}))
