"""Who is paged for an outcome, and why no one is."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.oncall.maintenance import Maintenance
from pdsync.routing.documents import Documents
from pdsync.routing.event import event_of_body
from pdsync.routing.paging import Paging, paging_of
from pdsync.routing.run import run
from tests.routing.company import ANA, AT, BEN, CHECKOUT, ORDERS, PROD, SECOND, company, document, event, rule

TO_ORDERS = document(rule("all", route_to=ORDERS))
BY_SEVERITY = {"incident_urgency_rule": {"type": "constant", "urgency": "severity_based"}}


def paging(action: str = "trigger", *, severity: str = "critical", windows: Any = None, **documents: Any) -> Paging:
    """Who is paged for an event of that severity."""
    roster = company(**{"router": TO_ORDERS, **documents}).with_maintenance(windows or {})
    body = {"event_action": action, "payload": dict(event(severity=severity).raw["payload"])}
    return paging_of(roster, run(Documents(roster, PROD), event_of_body(body), AT), AT)


def people(found: Paging) -> list[Ref | None]:
    """Whom the levels notify, in order."""
    assert found.course is not None
    return [responder.user for level in found.course.levels for responder in level.responders]


def test_the_policy_of_the_service() -> None:
    found = paging()
    assert (found.no_page, found.urgency, people(found), found.begins_at) == (None, "high", [ANA], AT)


def test_a_rule_can_choose_another_policy_and_delay_the_incident() -> None:
    found = paging(orders=document(rule("all", escalation_policy=SECOND, suspend=600)))
    assert (people(found), found.policy, found.begins_at) == ([BEN], SECOND, AT + 600)


@pytest.mark.parametrize(
    ("severity", "urgency"), [("critical", "high"), ("error", "high"), ("warning", "low"), ("info", "low")]
)
def test_the_severity_decides_the_urgency_where_the_service_says_so(severity: str, urgency: str) -> None:
    assert paging(severity=severity, service=BY_SEVERITY).urgency == urgency
    assert (
        paging(severity="info", service=BY_SEVERITY, orders=document(rule("all", severity=severity))).urgency == urgency
    )
    assert paging(severity=severity).urgency == "high"


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"global": document(rule("all", drop_event=True))}, "dropped"),
        ({"router": document()}, "unrouted"),
        ({"router": None}, "router_unknown"),
        ({"action": "resolve"}, "not_a_trigger"),
        ({"action": "acknowledge"}, "not_a_trigger"),
        ({"orders": document(rule("all", event_action="resolve"))}, "not_a_trigger"),
        ({"orders": document(rule("all", suppress=True))}, "suppressed"),
        ({"router": document(rule("all", route_to=Ref("service", "id", "PNOTHERE")))}, "service_unknown"),
        ({"service": {"status": "disabled"}}, "disabled"),
        ({"windows": {ORDERS: (Maintenance(AT - 60, AT + 60, "patching"),)}}, "maintenance"),
        (
            {"orders": document(rule("all", escalation_policy=Ref("escalation_policy", "id", "PNOTHERE")))},
            "policy_unknown",
        ),
    ],
)
def test_no_one_is_paged(how: Any, why: str) -> None:
    found = paging(**how)
    assert (found.no_page, found.course) == (why, None)


def test_maintenance_is_asked_about_when_the_incident_opens() -> None:
    window = {ORDERS: (Maintenance(AT - 60, AT + 60, "patching"),)}
    assert paging(windows=window, orders=document(rule("all", suspend=600))).no_page is None


def test_other_services_have_their_own_policy() -> None:
    assert people(paging(router=document(rule("all", route_to=CHECKOUT)))) == [BEN]
