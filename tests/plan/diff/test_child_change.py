"""Child items that go because they rest on others that go."""

from __future__ import annotations

from pdsync.kinds.team import TEAM
from pdsync.kinds.user import USER
from pdsync.plan import ChildChange, ChildOperation, PlanOptions, build_plan
from pdsync.plan.diff.child_change import find_resting_lists
from tests.plan.test_order import ANA, account
from tests.support.world import user

LOGIN = {"type": "email_contact_method", "address": "ana@example.com"}
WORK = {"type": "email_contact_method", "address": "ana@work.example"}
REMOVED = ChildChange("contact_methods", ChildOperation.REMOVE, "", "", {}, "PC2")


def test_rules_rest_on_methods() -> None:
    assert [it.name for it in find_resting_lists(USER, [REMOVED])] == [
        "notification_rules",
        "oncall_handoff_notification_rules",
        "status_update_notification_rules",
    ]
    assert find_resting_lists(USER, []) == []
    assert find_resting_lists(TEAM, [REMOVED]) == []


def test_the_plan_says_which_rules_go_with_a_method() -> None:
    methods = [{"id": "PC1", **LOGIN, "label": "Default"}, {"id": "PC2", **WORK, "label": "Work"}]
    rules = [
        {
            "id": f"PN{at}",
            "urgency": "high",
            "start_delay_in_minutes": at,
            "contact_method": {"id": method, "type": "email_contact_method_reference"},
        }
        for at, method in enumerate(["PC1", "PC2"])
    ]
    live = account(users=[{**ANA, "contact_methods": methods, "notification_rules": rules}])
    spec = {"contact_methods": [LOGIN], "contact_methods_mode": "exclusive"}
    (change,) = build_plan([user("ana", **spec)], live, PlanOptions("test")).changes
    assert [(it.list_name, it.operation, it.id) for it in change.children] == [
        ("contact_methods", ChildOperation.REMOVE, "PC2"),
        ("notification_rules", ChildOperation.REMOVE, "PN1"),
    ]
