"""What PagerDuty makes by itself with a new person."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.plan import PlanOptions, build_plan
from pdsync.plan.predicted import compute_given
from tests.plan.test_order import account
from tests.support.world import team, user

LOGIN = {"type": "email_contact_method", "address": "ana@example.com"}
WORK = {"type": "email_contact_method", "address": "ana@work.example"}


@pytest.mark.parametrize(
    ("spec", "methods", "rules"),
    [
        ({}, 1, 2),
        ({"contact_methods": [WORK]}, 1, 2),
        ({"contact_methods": [WORK], "contact_methods_mode": "exclusive"}, 0, 0),
        ({"contact_methods": [LOGIN], "contact_methods_mode": "exclusive"}, 1, 2),
        ({"notification_rules": [], "notification_rules_mode": "exclusive"}, 1, 0),
    ],
)
def test_what_an_exclusive_list_leaves_out_goes_again(spec: dict[str, Any], methods: int, rules: int) -> None:
    (change,) = build_plan([user("ana", **spec)], account(), PlanOptions("test")).changes
    given = compute_given(change, dict(change.values))
    assert (len(given["contact_methods"]), len(given["notification_rules"])) == (methods, rules)


def test_other_kinds_are_given_nothing() -> None:
    (change,) = build_plan([team("red")], account(), PlanOptions("test")).changes
    assert compute_given(change, dict(change.values)) == {}
