"""How much one plan may delete."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.plan import DeleteLimit, PlanOptions, build_plan
from pdsync.plan.checks.delete_limit import DeleteLimits
from pdsync.plan.checks.registry import LIMITS
from tests.plan.test_order import account, live_team
from tests.support.world import team

TEAMS = account(teams=[live_team(f"PT{at}", f"t{at}", f"t{at}") for at in range(4)])
FREE: dict[str, Any] = {"max_deletes": 9, "max_delete_percent": 100}


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        (FREE, []),
        ({**FREE, "max_deletes": 2}, ["3 deletes exceed the limit of 2 (prune.max_deletes"]),
        ({**FREE, "max_delete_percent": 74}, ["3 deletes are 75 % of the 4 managed objects"]),
        ({**FREE, "max_delete_percent": 74, "small_delete": 3}, []),
        ({**FREE, "limits_by_kind": {"team": DeleteLimit(1)}}, ["3 deletes of teams exceed the limit of 1"]),
        ({**FREE, "limits_by_kind": {"user": DeleteLimit(0)}}, []),
    ],
)
def test_limits_count_what_is_deleted(limits: dict[str, Any], refused: list[str]) -> None:
    assert any(isinstance(rule.load(), DeleteLimits) for rule in LIMITS)
    made = build_plan([team("t0")], TEAMS, PlanOptions("test", prune="owned", **limits))
    assert [refusal[: len(text)] for refusal, text in zip(made.refusals, refused, strict=True)] == refused
