"""Notification rules by a contact method that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.dangling_item import DanglingItems
from tests.plan.checks.judge import judge
from tests.plan.test_order import account
from tests.support.world import user

LOGIN = {"type": "email_contact_method", "address": "ana@example.com"}
WORK = {"type": "email_contact_method", "address": "ana@work.example"}


def rule(method: dict[str, str]) -> list[dict[str, Any]]:
    return [{"urgency": "high", "start_delay_in_minutes": 5, "contact_method": method}]


@pytest.mark.parametrize(
    ("spec", "missing"),
    [
        ({"notification_rules": rule(LOGIN)}, False),
        ({"notification_rules": rule(WORK)}, True),
        ({"notification_rules": rule(WORK), "contact_methods": [WORK]}, False),
        ({"contact_methods": [WORK]}, False),
    ],
)
def test_a_rule_rests_on_a_method_that_the_person_has_or_gets(spec: dict[str, Any], missing: bool) -> None:
    message = (
        "notification_rules name a contact method that the user does not have: email_contact_method ana@work.example"
    )
    found = judge(DanglingItems(), account(), user("ana", **spec))
    assert found == ([Blocker("user/ana", message)] if missing else [])
