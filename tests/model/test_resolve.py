"""References lead where their account, their manifests and their bindings say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

import pytest

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject, Ref
from pdsync.model.resolve import Aliases, Bindings, Targets

SHIFTS = Ref("schedule_v3", "id", "PSHIFT")


def live(slug: str, identity: str, **raw: Any) -> LiveObject:
    return BY_SLUG[slug].read_live({"id": identity, "type": slug, "description": "", **raw})


def targets(*objects: LiveObject, lookups: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None) -> Targets:
    held = {kind: tuple(one for one in objects if one.kind == kind) for kind in BY_SLUG}
    # Shift-based schedules are read only where a manifest is of their kind.
    account = Account(
        held, frozenset(held.keys() - {SHIFTS.kind}), "2026-01-05T12:00:00Z", lookups={"vendor": {}, **(lookups or {})}
    )
    return Targets(account, BY_SLUG)


def policy(*items: Mapping[str, str]) -> LiveObject:
    rules = [{"id": "PRULE", "escalation_delay_in_minutes": 5, "targets": list(items)}]
    return live("escalation_policy", "PPOLICY", name="Payments", escalation_rules=rules)


ANA = live("user", "PANA", name="Ana", email="ana@example.com", role="user")
SHOP = live("team", "PSHOP", name="Café Shop")
OTHER = live("team", "POTHER", name="Other")
USES_SHIFTS = policy({"id": "PSHIFT", "type": "schedule_v3_reference", "summary": "Shifts"})


@pytest.mark.parametrize(
    ("ref", "identity"),
    [
        (Ref("team", "name", "cafÉ shop"), "PSHOP"),
        (Ref("team", "name", normalize("NFD", "Café Shop")), "PSHOP"),
        (Ref("user", "email", "ana@example.com"), "PANA"),
        (Ref("user", "name", "ana"), "PANA"),
        (Ref("vendor", "name", "DATADOG"), "PVENDOR"),
    ],
)
def test_a_name_leads_to_its_object(ref: Ref, identity: str) -> None:
    known = targets(ANA, SHOP, OTHER, lookups={"vendor": {"datadog": ("PVENDOR",)}})
    assert known.find(ref) == (Ref(ref.kind, "id", identity),)


def test_a_name_that_several_have_leads_to_each() -> None:
    again = live("team", "PAGAIN", name="OTHER")
    assert {ref.value for ref in targets(OTHER, again).find(Ref("team", "name", "other"))} == {"POTHER", "PAGAIN"}


@pytest.mark.parametrize(
    "ref", [Ref("team", "name", "gone"), Ref("vendor", "name", "gone"), Ref("team", "key", "shop")]
)
def test_what_is_not_in_the_account_leads_nowhere(ref: Ref) -> None:
    assert targets(SHOP).find(ref) == ()


@pytest.mark.parametrize("ref", [Ref("schedule", "id", "PSHIFT"), Ref("schedule", "name", "shifts")])
def test_a_stand_in_is_found_as_the_kind_that_manifests_know(ref: Ref) -> None:
    known = targets(USES_SHIFTS)
    assert known.find(ref) == (SHIFTS,)
    assert known.name_of(SHIFTS) == "Shifts"
    assert not known.is_gone(Ref("schedule", "id", "PSHIFT"))
    assert targets().is_gone(Ref("schedule", "id", "PSHIFT"))


def test_a_deleted_target_may_still_be_held() -> None:
    deleted = Ref("user", "id", "PDELETED")
    known = targets(policy({"id": "PDELETED", "type": "user_reference"}))
    assert known.is_gone(deleted)
    assert known.is_held(deleted)
    assert not known.is_held(Ref("user", "id", "PNEVER"))


@pytest.mark.parametrize(
    ("ref", "written"),
    [
        (Ref("user", "id", "PANA"), Ref("user", "email", "ana@example.com")),
        (Ref("team", "id", "PSHOP"), Ref("team", "name", "Café Shop")),
        (Ref("team", "id", "POTHER"), Ref("team", "id", "POTHER")),
        (Ref("team", "id", "PGONE"), Ref("team", "id", "PGONE")),
        (SHIFTS, Ref("schedule", "id", "PSHIFT")),
        (Ref("vendor", "id", "PVENDOR"), Ref("vendor", "name", "datadog")),
        (Ref("vendor", "id", "PGONE"), Ref("vendor", "id", "PGONE")),
    ],
)
def test_a_target_is_described_by_what_only_it_has(ref: Ref, written: Ref) -> None:
    again = live("team", "PAGAIN", name="OTHER")
    known = targets(ANA, SHOP, OTHER, again, USES_SHIFTS, lookups={"vendor": {"datadog": ("PVENDOR",)}})
    assert known.describe(ref) == written


def test_a_name_that_a_stand_in_has_too_describes_neither() -> None:
    same = live("schedule", "PSAME", name="Shifts", time_zone="UTC", schedule_layers=[])
    assert targets(same, USES_SHIFTS).describe(Ref("schedule", "id", "PSAME")) == Ref("schedule", "id", "PSAME")
    assert targets(same).describe(Ref("schedule", "id", "PSAME")) == Ref("schedule", "name", "Shifts")


def test_a_vendor_is_described_as_pagerduty_spells_it() -> None:
    vendor = {"id": "PVENDOR", "type": "vendor_reference", "summary": "DataDog"}
    service = live("service", "PSERVICE", name="Checkout", integrations=[{"id": "P1", "name": "D", "vendor": vendor}])
    known = targets(service, lookups={"vendor": {"datadog": ("PVENDOR",)}})
    assert known.describe(Ref("vendor", "id", "PVENDOR")) == Ref("vendor", "name", "DataDog")


def test_aliases_need_no_account() -> None:
    keys = {key: Ref("user", "key", key) for key in ("ana", "bo", "bob")}
    known = Aliases(
        [
            (keys["ana"], {"name": "Ana", "email": "ana@example.com"}),
            (keys["bo"], {"name": "Bo"}),
            (keys["bob"], {"name": "BO"}),
        ]
    )
    assert known.find(Ref("user", "email", "ana@example.com")) == keys["ana"]
    assert known.find(Ref("user", "name", "ANA")) == keys["ana"]
    assert known.find(Ref("user", "name", "bo")) is None  # two have it
    assert known.find(Ref("team", "name", "ana")) is None
    assert known.find(Ref("user", "id", "ana")) is None


def test_bindings_lead_both_ways() -> None:
    bound = Bindings({"team/shop": "PSHOP"})
    bound.bind("user/ana", "PANA")
    assert bound.id_of(Ref("team", "key", "shop")) == "PSHOP"
    assert bound.id_of(Ref("team", "key", "other")) is None
    assert bound.id_of(Ref("team", "id", "PANY")) == "PANY"
    assert bound.to_key(Ref("user", "id", "PANA")) == Ref("user", "key", "ana")
    assert bound.to_key(Ref("team", "id", "PANA")) == Ref("team", "id", "PANA")
    assert bound.keys() == {("team", "PSHOP"): "shop", ("user", "PANA"): "ana"}
