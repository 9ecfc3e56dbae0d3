"""What becomes of one event, as text and as JSON: both say the same."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest

from pdsync.report.routing.route_json import render_route_json
from pdsync.report.routing.route_text import RouteReport, render_route_text
from pdsync.report.text.clock import Clock, Screen
from pdsync.report.text.palette import Palette
from pdsync.routing.documents import Documents
from pdsync.routing.paging import paging_of
from pdsync.routing.run import run
from tests.routing.company import AT, CHECKOUT, ORDERS, PROD, SECOND, company, document, event, rule

DB = "event.source matches part 'db'"
MANY = "trigger_count over 1 minute > 3"
ROUTER = document(
    rule("web", "event.source matches part 'web'", route_to=CHECKOUT),
    rule("off", disabled=True, route_to=CHECKOUT),
    rule("databases", DB, route_to=ORDERS),
    rule("rest", route_to=CHECKOUT),
)
RULES = document(
    rule("many", MANY, suppress=True),
    rule(
        "disks",
        suspend=300,
        escalation_policy=SECOND,
        annotate="see {{event.source}}",
        variables=[{"name": "host", "path": "event.source", "type": "regex", "value": "db-(.*)"}],
        extractions=[{"target": "event.custom_details.host", "template": "{{variables.host}}"}],
    ),
)


def report_of(summary: str = "disk full", **documents: Any) -> RouteReport:
    """The report of the usual event."""
    documents = {"global": document(), "router": ROUTER, **documents}
    sent, found = event(summary), Documents(company(**documents), PROD)
    outcome = run(found, sent, AT)
    others = [(each, paging_of(found.roster, each, AT)) for each in outcome.alternatives]
    return RouteReport(found, sent, AT, outcome, paging_of(found.roster, outcome, AT), others)


def text_of(report: RouteReport, width: int = 200) -> str:
    return render_route_text(report, Screen(Clock(UTC), Palette(), width))


def test_the_whole_text() -> None:
    assert text_of(report_of(orders=RULES)).splitlines() == [
        "disk full: arrives at Production on Mon 23 Nov 2026 10:00 UTC",
        "",
        "Global rules of Production",
        "  start",
        "    catch-all: nothing is changed",
        "",
        "Router of Production",
        "    web: does not match (event.source is 'db-7', and 'web' is not in it)",
        "    off: disabled",
        "    databases: matches (event.source is 'db-7', and 'db' is in it)",
        "    rest: not reached",
        "    so: goes to Orders",
        "",
        "Rules of Orders",
        "  start",
        "    many: UNDECIDED, and taken as no match (the trigger count over 1 minute is not known)",
        "    disks: matches (it has no condition)",
        "    so: suspend 5m, escalation_policy Second, annotate see {{event.source}}, sets variables.host, "
        "sets event.custom_details.host",
        "",
        "Result",
        "  service: Orders",
        "  severity: critical",
        "  suspended: for 5m",
        "  escalation policy: Second",
        "  note: see db-7",
        "  variables.host: 7",
        "  event.custom_details.host: 7",
        "",
        "Who is paged",
        "  Second, with high urgency, from Mon 23 Nov 2026 10:05 on:",
        "     0 min: level 1",
        "            Ben: by their own notification rules",
        "  After 30 min no one else is notified.",
        "",
        "If many matches (the trigger count over 1 minute is not known)",
        "  service: Orders",
        "  suppressed: yes, the alert opens no incident",
        "  suspended: none",
        "  escalation policy: none",
        "  note: none",
        "  No one: a rule suppresses the alert, so there is no incident.",
    ]


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ({"global": document(rule("all", drop_event=True))}, "dropped: there is no alert"),
        ({"router": document()}, "service: none, the event is unrouted"),
        (
            {"router": document(rule("x", "event.source matches 'x'"))},
            "no rule matches; catch-all: goes to the unrouted events",
        ),
        ({"router": None}, "Not known: the router is not known here."),
        ({"orders": document(rule("all", suppress=True))}, "suppressed: yes"),
        ({"orders": document(rule("all", event_action="resolve"))}, "No one: the event resolves an alert."),
        ({"orders": document(rule("all", route_to="more"), more=(rule("all"),))}, "so: goes to the set more"),
        ({"global": None}, "the global rules of Production are not known here"),
        ({"service": {"status": "disabled"}}, "No one: the service is disabled"),
    ],
)
def test_ends(documents: Any, said: str) -> None:
    assert said in text_of(report_of(**documents))


def test_the_json_says_the_same() -> None:
    said = json.loads(render_route_json(report_of(orders=RULES)))
    assert said["orchestration"] == {"key": "prod", "name": "Production"}
    assert said["at"] == "2026-11-23T10:00:00Z"
    result = said["result"]
    assert result["service"] == {"key": "orders", "name": "Orders"}
    assert (result["suspended_seconds"], result["note"], result["variables"]) == (300, "see db-7", {"host": "7"})
    assert result["event"]["custom_details"] == {"host": "7"}
    assert result["paged"]["incident_opens_at"] == "2026-11-23T10:05:00Z"
    assert result["paged"]["levels"][0]["people"] == [{"key": "ben", "name": "Ben"}]
    router = next(each for each in said["trace"] if each["document"] == "router")
    assert [each["state"] for each in router["rules"]] == ["not_matched", "disabled", "matched", "not_reached"]
    assert router["actions"] == {"route_to": {"key": "orders", "name": "Orders"}}
    (other,) = said["alternatives"]
    assert other["if"][0]["label"] == "many"
    assert other["result"]["paged"] == {
        "pages": False,
        "reason": "suppressed",
        "text": "No one: a rule suppresses the alert, so there is no incident.",
    }


def test_what_an_event_says_cannot_move_the_cursor() -> None:
    assert "\x1b" not in text_of(report_of("\x1b[2Jdisk"))


@pytest.mark.parametrize("width", [40, 80])
def test_lines_fit_the_screen(width: int) -> None:
    assert max(map(len, text_of(report_of(orders=RULES), width).splitlines())) <= width
