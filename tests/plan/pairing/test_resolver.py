"""What a plan says of references that lead nowhere, or to several objects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject
from pdsync.plan import PlanOptions, build_plan
from tests.support.world import policy, service


def live(slug: str, identity: str, **raw: Any) -> LiveObject:
    return BY_SLUG[slug].read_live({"id": identity, "type": slug, "description": "", **raw})


def account(*objects: LiveObject) -> Account:
    held = {kind: tuple(one for one in objects if one.kind == kind) for kind in BY_SLUG}
    return Account(held, frozenset(held), "2026-01-05T12:00:00Z", lookups={"vendor": {"datadog": ("PDATADOG",)}})


def schedule(identity: str, name: str) -> LiveObject:
    return live("schedule", identity, name=name, time_zone="UTC", schedule_layers=[])


ACCOUNT = account(schedule("PONE", "Primary"), schedule("PTWO", "PRIMARY"))


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        (
            {"schedule": {"name": "primary"}},
            "the account has 2 of the name 'primary': PONE, PTWO",
            "Refer to it by {id: ...}.",
        ),
        ({"schedule": {"name": "gone"}}, "the account has no schedule named 'gone'", ""),
        (
            {"schedule": {"id": "PGONE"}},
            "the account has no schedule with the id PGONE",
            "A shift-based schedule can be read only after a policy uses it.",
        ),
        ({"user": {"id": "PGONE"}}, "the account has no user with the id PGONE", ""),
        (
            {"user": "bo@example.com"},
            "the account has no user bo@example.com",
            "Write a User manifest, or correct the address.",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_problem_with_a_hint(target: Any, message: str, hint: str) -> None:
    (problem,) = build_plan([policy("p", target)], ACCOUNT, PlanOptions("main")).problems
    assert (problem.message, problem.hint) == (f"escalation_rules: {message}", hint)


def test_an_unknown_vendor_is_a_problem_with_the_nearest_one() -> None:
    integrations = [{"name": "Events", "vendor": "datadoc"}]
    wanted = service("s", escalation_policy={"id": "PPOLICY"}, integrations=integrations)
    held = account(live("escalation_policy", "PPOLICY", name="P", escalation_rules=[]))
    (problem,) = build_plan([wanted], held, PlanOptions("main")).problems
    assert problem.message == "integrations: PagerDuty lists no vendor 'datadoc'"
    assert problem.hint == "Did you mean 'datadog'?"


def test_a_name_of_a_kind_that_could_not_be_read_is_not_said_to_be_missing() -> None:
    objects = {slug: group for slug, group in ACCOUNT.objects.items() if slug != "schedule"}
    held = replace(
        ACCOUNT, objects=objects, complete_for=frozenset(objects), unknown={"schedule": "PagerDuty answered 402"}
    )
    (problem,) = build_plan([policy("p", {"schedule": {"name": "x"}})], held, PlanOptions("main")).problems
    assert problem.message == "escalation_rules: schedule 'x' cannot be looked up: PagerDuty answered 402"
    assert not build_plan([policy("p", {"schedule": {"id": "PANY"}})], held, PlanOptions("main")).problems


@pytest.mark.parametrize(
    ("vendor", "message"),
    [
        ({"id": "PTYPO"}, "PagerDuty lists no vendor with the id PTYPO"),
        ("Sentry", "PagerDuty lists 2 of the name 'Sentry': PONE, PTWO"),
        ({"name": " SENTRY "}, "PagerDuty lists 2 of the name"),
        ({"id": "PONE"}, ""),
        ("Alien  Vault", ""),
        ("Caf\u0065\u0301", ""),
    ],
)
def test_a_vendor_is_looked_up_as_people_read_its_name(vendor: Any, message: str) -> None:
    wanted = service("s", escalation_policy={"id": "PPOLICY"}, integrations=[{"name": "Events", "vendor": vendor}])
    listed = {"sentry": ("PONE", "PTWO"), "alien vault": ("PTHREE",), "caf\u00e9": ("PFOUR",)}
    held = replace(
        account(live("escalation_policy", "PPOLICY", name="P", escalation_rules=[])), lookups={"vendor": listed}
    )
    problems = build_plan([wanted], held, PlanOptions("main")).problems
    assert [problem.message.removeprefix("integrations: ")[: len(message)] for problem in problems] == [message] * bool(
        message
    )
