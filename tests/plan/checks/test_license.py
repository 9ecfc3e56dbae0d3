"""Licences: what an account surely has not left is a blocker."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.model import License, Resource
from pdsync.plan import PlanOptions, build_plan
from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.license import Licenses
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account
from tests.support.world import resource, user

FULL = frozenset({"admin", "user", "limited_user"})


def licenses(*available: int | None, stakeholders: int | None = None) -> tuple[License, ...]:
    full = [License(f"L{at}", "Full", FULL, number) for at, number in enumerate(available)]
    return (*full, License("S", "Stakeholder", frozenset({"read_only_user"}), stakeholders))


GONE = resource("User", "ana", {"email": "ana@example.com"}, absent=True, adopt=True)
BO, CY = user("bo"), user("cy", role="admin")
PROMOTED = user("ana", role="admin")
ASKED: list[tuple[str, Any, tuple[License, ...] | None, list[Resource], list[str]]] = [
    ("enough", "user", licenses(2), [BO, CY], []),
    ("one too few", "user", licenses(1), [BO, CY], ["user/bo", "user/cy"]),
    ("none", "user", licenses(0), [BO], ["user/bo"]),
    ("no limit", "user", licenses(None), [BO, CY], []),
    ("one without limit", "user", licenses(0, None), [BO], []),
    ("together enough", "user", licenses(1, 1), [BO, CY], []),
    ("not even together", "user", licenses(0, 0), [BO], ["user/bo"]),
    ("of another role", "user", licenses(0), [user("bo", role="read_only_user")], []),
    ("none listed", "user", licenses(0), [user("bo", role="observer")], []),
    ("not known", "user", None, [BO], []),
    ("a role of the same licence", "user", licenses(0), [PROMOTED], []),
    ("a role of another licence", "read_only_user", licenses(0), [PROMOTED], ["user/ana"]),
    ("who changes gives one back", "read_only_user", licenses(1, stakeholders=0), [PROMOTED, user("bo", role="read_only_user")], []),
    ("who is deleted gives none back before", "user", licenses(0), [BO, GONE], ["user/bo"]),
    ("who is deleted is not needed", "user", licenses(1), [BO, GONE], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "known", "wanted", "expected"), [row[1:] for row in ASKED], ids=[it[0] for it in ASKED]
)
def test_licences(role: str, known: tuple[License, ...] | None, wanted: list[Resource], expected: list[str]) -> None:
    live = replace(account(users=[{**ANA, "role": role}]), licenses=known)
    found = judge(Licenses(), live, *wanted)
    assert sorted(it.address for it in found if isinstance(it, Blocker)) == expected
    changes = build_plan(wanted, live, PlanOptions(workspace="test")).changes
    assert set(Licenses().prerequisites(changes, live)) == {"licenses"}


def test_what_changes_no_role_needs_no_licence() -> None:
    live = account(users=[{**ANA, "role": "user"}])
    changes = build_plan([user("ana", job_title="SRE")], live, PlanOptions(workspace="test")).changes
    assert changes
    assert not set(Licenses().prerequisites(changes, live))


def test_the_way_out_names_who_is_deleted_in_the_same_plan() -> None:
    live = replace(account(users=[{**ANA, "role": "user"}]), licenses=licenses(0))
    (blocker,) = [it for it in judge(Licenses(), live, BO, GONE) if isinstance(it, Blocker)]
    assert "or delete user/ana in a merge before this one" in blocker.message
