"""What a plan changes for sample events: each is sent through both sides, and what differs is counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.condition import Condition, Facts, Verdict, evaluate
from pdsync.model import Ref
from pdsync.oncall.roster import Roster
from pdsync.routing.comparison import Comparison, Sides, compare_samples
from pdsync.routing.difference_text import difference_text
from pdsync.routing.sample import Sample, is_alert, sample_of_alert, sample_of_body
from tests.routing.company import AT, CHECKOUT, ORDERS, PROD, SECOND, company, document, event, rule

DB = "event.source matches part 'db'"
TO_ORDERS = document(rule("all", route_to=ORDERS))
P1 = Ref("priority", "name", "P1")


def compared(before: Roster, after: Roster, *samples: Sample) -> tuple[Comparison, list[str]]:
    """The comparison, and what is said of each group."""
    sides = Sides(before, after)
    found = compare_samples(sides, samples or (Sample(event()),), AT)
    return found, [f"{group.count} {difference_text(sides, group)}" for group in found.groups]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"router": TO_ORDERS}, []),
        ({"router": document(rule("all", route_to=CHECKOUT))}, ["1 would page Second instead of First"]),
        ({"orders": document(rule("all", suppress=True))}, ["1 would be suppressed instead of paging First"]),
        ({"global": document(rule("all", drop_event=True))}, ["1 would be dropped instead of paging First"]),
        ({"router": document()}, ["1 would be unrouted instead of paging First"]),
        (
            {"orders": document(rule("all", event_action="resolve"))},
            ["1 would open no incident instead of paging First"],
        ),
        ({"orders": document(rule("all", escalation_policy=SECOND))}, ["1 would page Second instead of First"]),
        ({"orders": document(rule("all", suspend=300))}, ["1 would wait 5m before paging, instead of not at all"]),
        ({"orders": document(rule("all", severity="info"))}, ["1 would have the severity info instead of critical"]),
        ({"orders": document(rule("all", priority=P1))}, ["1 would have the priority P1 instead of none"]),
        ({"orders": document(rule("all", annotate="x"))}, []),
        ({"service": {"name": "Renamed"}}, []),
        (
            {"router": document(rule("x", DB, route_to=CHECKOUT), rule("all", route_to=ORDERS))},
            ["1 would page Second instead of First"],
        ),
    ],
)
def test_difference(after: dict[str, Any], said: list[str]) -> None:
    assert compared(company(router=TO_ORDERS), company(**{"router": TO_ORDERS, **after}))[1] == said


def test_two_services_with_one_policy_differ_by_the_service() -> None:
    same: dict[str, Any] = {"service": {"escalation_policy": SECOND}}
    before, after = company(router=TO_ORDERS, **same), company(router=document(rule("all", route_to=CHECKOUT)), **same)
    assert compared(before, after)[1] == ["1 would go to Checkout instead of Orders"]


def test_who_was_not_paged_so_far_and_is() -> None:
    before = company(router=TO_ORDERS, orders=document(rule("all", suppress=True)))
    assert compared(before, company(router=TO_ORDERS))[1] == ["1 would page First (suppressed so far)"]


def test_an_event_that_comes_to_several_orchestrations_counts_once() -> None:
    """Events of a file come to each orchestration; "of 3 events, 6 would be handled differently" would be no sentence."""
    second = Ref("event_orchestration", "key", "second")

    def both(**router: Any) -> Roster:
        roster = company(**router)
        entries = {**roster.entries, second: roster.entries[PROD]}
        return replace(roster, entries=entries)

    samples = [Sample(event(f"disk {number}")) for number in range(3)]
    found, said = compared(both(router=TO_ORDERS), both(router=document()), *samples)
    assert said == ["3 would be unrouted instead of paging First"] * 2
    assert (found.total, found.different) == (3, 3)


def test_groups_are_counted_the_largest_first_with_a_few_examples() -> None:
    samples = [Sample(event(f"disk {number}", "db-1")) for number in range(5)]
    samples += [Sample(event(f"web {number}", "web-1")) for number in range(2)] + [Sample(event("same", "other"))]
    after = company(
        router=document(
            rule("web", "event.source matches part 'web'", route_to=CHECKOUT), rule("all", route_to=ORDERS)
        ),
        orders=document(rule("db", DB, suppress=True)),
    )
    found, said = compared(company(router=TO_ORDERS), after, *samples)
    assert said == ["5 would be suppressed instead of paging First", "2 would page Second instead of First"]
    assert (found.total, found.different) == (8, 7)
    assert found.groups[0].examples == ("disk 0", "disk 1", "disk 2")


def test_an_alert_of_a_service_came_through_the_orchestration_that_leads_there() -> None:
    """Another alert of the same time came straight to its service, whose own rules count then."""
    orders: dict[str, Any] = {"orders": document(rule("all", suppress=True))}
    after = company(router=document(rule("all", route_to=CHECKOUT)), **orders)
    through, straight = Sample(event(), service=ORDERS), Sample(event(), service=CHECKOUT)
    found, said = compared(company(router=TO_ORDERS), after, through, straight)
    assert said == ["1 would page Second instead of First"]
    assert [group.start for group in found.groups] == [PROD]
    _, said = compared(company(router=document()), company(router=document(), **orders), through)
    assert said == ["1 would be suppressed instead of paging First"]


def test_what_is_not_certain_is_counted() -> None:
    maybe = document(rule("many", "trigger_count over 1 minute > 3", suppress=True))
    gone = Sample(event(), service=Ref("service", "id", "PNOTHERE"), is_rebuilt=True)
    found, said = compared(company(router=TO_ORDERS), company(router=TO_ORDERS, orders=maybe), Sample(event()), gone)
    assert (said, found.undecided, found.rebuilt, found.elsewhere) == ([], 1, 1, 1)


def test_each_condition_is_judged_once_for_an_event_and_no_reason_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A router of a thousand rules is compared for ten thousand events, and reasons take longer than judging."""
    judged: list[str] = []

    def evaluate_and_note(condition: Condition, facts: Facts) -> Verdict:
        judged.append(condition.text)
        return evaluate(condition, facts)

    monkeypatch.setattr("pdsync.routing.judgement.evaluate", evaluate_and_note)
    monkeypatch.setattr(Verdict, "reasons", property(lambda _: pytest.fail("a reason was made")))
    no, yes = rule("no", "event.source matches 'other'", route_to=ORDERS), rule("yes", DB, route_to=ORDERS)
    after = {**yes, "route_to": CHECKOUT}
    _, said = compared(company(router=document(no, yes)), company(router=document(no, after)))
    assert (said, judged) == (["1 would page Second instead of First"], [*no["if"], DB])


def test_a_rule_judges_the_event_that_rules_before_it_changed() -> None:
    """What was found out of the event as it was sent does not count any more."""
    to_orders = document(rule("db", DB, route_to=ORDERS), catch_all={"route_to": CHECKOUT})
    changed = document(rule("db", DB, extractions=[{"target": "event.source", "template": "web"}]))
    before: dict[str, Any] = {"global": document(), "router": to_orders}
    _, said = compared(company(**before), company(**{**before, "global": changed}))
    assert said == ["1 would page Second instead of First"]


def test_a_sample_comes_when_it_came() -> None:
    """A rule for nights is judged by the time of the alert."""
    night = document(rule("night", "now in Mon,Tue,Wed,Thu,Fri,Sat,Sun 22:00:00 to 06:00:00 Etc/UTC", suppress=True))
    before, after = company(router=TO_ORDERS), company(router=TO_ORDERS, orders=night)
    assert compared(before, after, Sample(event()))[1] == []
    assert len(compared(before, after, Sample(event(), AT + 13 * 3600))[1]) == 1


def test_events_come_back_from_alerts() -> None:
    alert = {
        "type": "alert",
        "id": "PALERT",
        "summary": "disk full",
        "severity": "error",
        "alert_key": "db/7",
        "created_at": "2026-11-23T10:00:00Z",
        "service": {"id": "PORDERS", "type": "service_reference"},
        "body": {
            "type": "alert_body",
            "details": {"a": 1},
            "cef_details": {
                "description": "disk full of db-7",
                "source_origin": "db-7",
                "severity": "critical",
                "source_component": "mysql",
                "service_group": "db",
                "event_class": "disk",
                "details": {"free": "1%"},
                "client": "Prometheus",
            },
        },
    }
    assert is_alert(alert)
    sample = sample_of_alert(alert)
    assert (sample.at, sample.service, sample.is_rebuilt) == (AT, Ref("service", "id", "PORDERS"), True)
    assert dict(sample.event.fields) == {
        "summary": "disk full of db-7",
        "source": "db-7",
        "severity": "critical",
        "component": "mysql",
        "group": "db",
        "class": "disk",
        "custom_details": {"free": "1%"},
        "dedup_key": "db/7",
        "event_action": "trigger",
        "client": "Prometheus",
    }


@pytest.mark.parametrize("body", [None, "text", {}, {"type": "alert_body", "details": {"a": 1}}])
def test_an_alert_that_says_little_is_a_sample_too(body: Any) -> None:
    sample = sample_of_alert({"type": "alert", "summary": "disk full", "severity": "error", "body": body})
    assert (sample.event.summary, sample.event.fields["severity"], sample.at) == ("disk full", "error", None)


def test_the_body_of_an_event_is_a_sample() -> None:
    body = {"payload": {"summary": "x", "source": "y", "severity": "info", "timestamp": "2026-11-23T10:00:00Z"}}
    assert not is_alert(body)
    assert (sample_of_body(body).at, sample_of_body(body).service) == (AT, None)
