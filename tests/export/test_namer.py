"""How an exported manifest names what it refers to."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from pdsync.export.namer import Namer
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject, Ref


def live(slug: str, identity: str, **raw: Any) -> LiveObject:
    return BY_SLUG[slug].read_live({"id": identity, "type": slug, "description": "", **raw})


def account(*objects: LiveObject) -> Account:
    held = {kind: tuple(one for one in objects if one.kind == kind) for kind in BY_SLUG}
    return Account(held, frozenset(held), "2026-01-05T12:00:00Z")


TEAM = Ref("team", "id", "PTEAM1")


def test_what_has_a_manifest_is_named_by_its_key() -> None:
    namer = Namer(account(live("team", "PTEAM1", name="Équipe")), {("team", "PTEAM1"): "equipe"})
    assert namer(TEAM) == Ref("team", "key", "equipe")


def test_a_name_that_two_have_in_different_encodings_is_not_used() -> None:
    one = live("team", "PTEAM1", name="Équipe")
    other = live("team", "PTEAM2", name=normalize("NFD", "Équipe"))
    assert Namer(account(one), {})(TEAM) == Ref("team", "name", "Équipe")
    assert Namer(account(one, other), {})(TEAM) == TEAM


def test_a_deleted_target_is_known_as_such() -> None:
    namer = Namer(account(live("team", "PTEAM1", name="Équipe")), {})
    assert namer.is_gone(Ref("team", "id", "PGONE"))
    assert not namer.is_gone(TEAM)
