"""Urgencies that nothing notifies a person of any more."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.plan.checks.check import ChangeNote
from pdsync.plan.checks.coverage import Coverage
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account
from tests.support.world import user

LOGIN = {"type": "email_contact_method", "address": "ana@example.com"}
WORK = {"type": "email_contact_method", "address": "ana@work.example"}
EXCLUSIVE = {"notification_rules_mode": "exclusive"}


def rule(urgency: str, method: dict[str, str] = LOGIN) -> dict[str, Any]:
    return {"urgency": urgency, "start_delay_in_minutes": 0, "contact_method": method}


def lost(*urgencies: str) -> list[Any]:
    says = "this person is no longer notified of {}-urgency incidents: the last notification rule for them is removed"
    return [ChangeNote("user/ana", says.format(urgency)) for urgency in urgencies]


@pytest.mark.parametrize(
    ("spec", "urgencies"),
    [
        ({}, ()),
        ({"notification_rules": [rule("high")]}, ()),
        ({"notification_rules": [rule("high")], **EXCLUSIVE}, ("low",)),
        ({"notification_rules": [], **EXCLUSIVE}, ("high", "low")),
        ({"contact_methods": [WORK], "contact_methods_mode": "exclusive"}, ("high", "low")),
        ({"contact_methods": [LOGIN], "contact_methods_mode": "exclusive"}, ()),
    ],
)
def test_a_new_person_is_reached_by_the_login_address(spec: dict[str, Any], urgencies: tuple[str, ...]) -> None:
    assert judge(Coverage(), account(), user("ana", **spec)) == lost(*urgencies)


def test_rules_go_with_their_method() -> None:
    methods = [{"id": "PC1", **LOGIN, "label": "Default"}, {"id": "PC2", **WORK, "label": "Work"}]
    rules = [
        {"id": f"PN{at}", **rule(urgency), "contact_method": {"id": method, "type": "email_contact_method_reference"}}
        for at, (urgency, method) in enumerate([("high", "PC1"), ("low", "PC2")])
    ]
    live = account(users=[{**ANA, "contact_methods": methods, "notification_rules": rules}])
    spec = {"contact_methods": [LOGIN], "contact_methods_mode": "exclusive"}
    assert judge(Coverage(), live, user("ana", **spec)) == lost("low")
