"""Events that are sent to the key of an orchestration become what its rules say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import Account, ref
from tests.sandbox.monitor import Monitor
from tests.sandbox.orchestrated import Orchestrated, rule

P2 = "P53ZZH5"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it
        assert it.server.control.breaks() == []


@pytest.fixture(scope="module")
def service(account: Account) -> Any:
    return account.service()


@pytest.fixture
def events(account: Account) -> Orchestrated:
    return Orchestrated(account)


@pytest.fixture
def routed(events: Orchestrated, service: Any) -> Orchestrated:
    """Everything goes to the service."""
    events.write("router", catch_all={"route_to": service["id"]})
    events.write(service["id"])
    return events


def test_the_first_rule_that_matches_leads_to_a_service(account: Account, events: Orchestrated) -> None:
    database, other = account.service(), account.service()
    events.write(
        "router",
        {**rule(route_to=other["id"]), "disabled": True},
        rule("event.source matches part 'DB1'", route_to=database["id"]),
        rule("event.summary exists", route_to=other["id"]),
    )
    event = events.send()
    assert (event["became"], event["service"]) == ("incident", database["id"])
    assert [(it["document"], it["set"]) for it in event["steps"]] == [("global", "start"), ("router", "start")]
    assert events.incident(event)["service"]["id"] == database["id"]
    assert events.send(source="web1")["service"] == other["id"]


def test_a_resolve_event_ends_what_the_key_opened(routed: Orchestrated) -> None:
    opened = routed.send(key="k")
    assert routed.send(key="k") | {"id": "", "at": ""} == opened | {"became": "added", "id": "", "at": ""}
    assert routed.send("acknowledge", "k")["became"] == "acknowledged"
    assert routed.send("resolve", "k")["became"] == "resolved"
    assert routed.incident(opened)["status"] == "resolved"
    assert routed.send("resolve", "k")["became"] == "nothing"


def test_what_no_rule_routes_is_a_suppressed_alert_of_no_service(account: Account, events: Orchestrated) -> None:
    before = len(account.get("/incidents")["incidents"])
    summary = {"target": "event.summary", "template": "[lost] {{event.summary}}"}
    events.write("unrouted", rule("event.severity matches 'critical'", severity="warning", extractions=[summary]))
    event = events.send()
    assert (event["became"], event["fate"], event["service"]) == ("suppressed", "unrouted", None)
    assert (event["event"]["summary"], event["event"]["severity"]) == ("[lost] Disk is full", "warning")
    assert len(account.get("/incidents")["incidents"]) == before


def test_an_unrouted_resolve_ends_what_the_orchestration_opened_wherever_it_is(
    account: Account, events: Orchestrated
) -> None:
    service, stranger = account.service(), Monitor(account)
    events.write("router", rule("event.summary matches part 'disk'", route_to=service["id"]))
    opened = events.send(key="k")
    stranger.sent("trigger", "k")
    event = events.send("resolve", "k")  # it has no summary
    assert (event["fate"], event["became"], event["incident"]) == ("unrouted", "resolved", opened["incident"])
    assert stranger.incidents(f"?service_ids[]={stranger.service['id']}")[0]["status"] == "triggered"


def test_dropped_and_suppressed_events_open_nothing(routed: Orchestrated, service: Any) -> None:
    routed.write("global", rule("event.source matches 'test'", drop_event=True))
    routed.write(service["id"], rule("event.severity matches 'info'", suppress=True, suspend=60))
    dropped = routed.send(source="test")
    assert (dropped["became"], dropped["incident"], len(dropped["steps"])) == ("dropped", None, 1)
    assert routed.send(severity="info")["became"] == "suppressed"
    assert routed.send()["became"] == "incident"


def test_the_last_rule_counts_and_says_priority_policy_note_and_urgency(account: Account, events: Orchestrated) -> None:
    urgency = {"type": "constant", "urgency": "severity_based"}
    service, policy = account.service(incident_urgency_rule=urgency), account.policy()
    host = {"name": "host", "path": "event.source", "type": "regex", "value": "^([a-z]+)[0-9]+\\.(.*)$"}
    events.write("global", rule(priority="PSLWBL8", annotate="first", severity="critical"))
    events.write("router", catch_all={"route_to": service["id"]})
    actions = {"priority": P2, "escalation_policy": policy["id"], "severity": "info", "variables": [host]}
    events.write(
        service["id"], rule(**actions, annotate="{{variables.host}} says {{event.summary}} as {{event.severity}}")
    )
    event = events.send()
    incident = events.incident(event)
    assert (incident["priority"]["name"], incident["urgency"]) == ("P2", "low")
    assert incident["escalation_policy"]["id"] == policy["id"]
    [note] = account.get(f"/incidents/{incident['id']}/notes")["notes"]
    assert note["content"] == "dbexample.com says Disk is full as info"
    assert (note["user"]["type"], note["user"]["summary"]) == ("bot_user_reference", service["name"])
    [alert] = account.get(f"/incidents/{incident['id']}/alerts")["alerts"]
    assert (alert["severity"], "integration" in alert) == ("info", False)


def test_a_suspended_alert_waits_and_then_pages(account: Account, routed: Orchestrated, service: Any) -> None:
    routed.write(service["id"], rule(suspend=300, priority=P2))
    started = [routed.send(key=key)["became"] for key in ("waits", "heals", "waits")]
    assert started == ["suspended"] * 3
    opened = f"/incidents?service_ids[]={service['id']}&statuses[]=triggered&sort_by=created_at:desc"
    before = len(account.get(opened)["incidents"])
    assert routed.send("resolve", "heals")["became"] == "resolved"
    account.server.control.advance(299)
    assert len(account.get(opened)["incidents"]) == before
    account.server.control.advance(3600)
    incidents = account.get(opened)["incidents"]
    assert len(incidents) == before + 1
    assert incidents[0]["priority"]["name"] == "P2"
    steps = [it["type"] for it in account.get(f"/incidents/{incidents[0]['id']}/log_entries")["log_entries"]]
    assert steps.count("trigger_log_entry") == 1
    # What was due after it was opened has happened, too.
    assert "exhaust_escalation_path_log_entry" in steps
    assert routed.send(key="waits")["became"] == "added"


def test_rules_of_a_service_are_for_its_own_integrations_too(account: Account, events: Orchestrated) -> None:
    monitor = Monitor(account)
    events.write(monitor.service["id"], rule("event.severity matches 'critical'", priority=P2))
    monitor.sent("trigger", "k")
    [incident] = monitor.incidents(f"?service_ids[]={monitor.service['id']}")
    assert incident["priority"]["name"] == "P2"
    assert [it["id"] for it in (monitor.alerts(incident)[0]["integration"],)] == [monitor.integration["id"]]
    account.call("PUT", f"/event_orchestrations/services/{monitor.service['id']}/active", {"active": False})
    monitor.sent("trigger", "m")
    assert account.server.control.events()[-1]["steps"] == []


@pytest.mark.parametrize(
    ("by", "sent", "fate"),
    [
        ("service_name", "to {name}!", "routed"),
        ("service_id", "to {id}!", "routed"),
        ("service_name", "to Nowhere!", "unrouted"),
        ("service_name", "nothing of the kind", "unrouted"),
        ("service_id", "to PNOSUCH!", "unrouted"),
        ("service_id", "to what is no id!", "dropped"),
    ],
)
def test_a_dynamic_route_asks_the_event(events: Orchestrated, service: Any, by: str, sent: str, fate: str) -> None:
    dynamic = {"source": "event.summary", "regex": "^to (.*)!$", "lookup_by": by}
    events.write("router", rule(dynamic_route_to=dynamic))
    event = events.send(summary=sent.format(**service))
    assert (event["fate"], event["service"]) == (fate, service["id"] if fate == "routed" else None)


def test_a_rule_that_leads_to_a_deleted_service_does_nothing(account: Account, events: Orchestrated) -> None:
    gone, other = account.service(), account.service()
    events.write("router", rule(route_to=gone["id"]), rule(route_to=other["id"]))
    account.delete(f"/services/{gone['id']}")
    assert events.send()["service"] == other["id"]


def test_a_threshold_counts_the_events_of_its_rule(account: Account, routed: Orchestrated, service: Any) -> None:
    routed.write(service["id"], rule("trigger_count over 1 minute > 2", priority=P2), rule(suppress=True))
    assert [routed.send()["priority"] for _ in range(3)] == [None, None, P2]
    account.server.control.advance(61)
    assert routed.send()["became"] == "suppressed"
    routed.write(service["id"], rule("resetting_trigger_count over 1 hour > 1", priority=P2), rule(suppress=True))
    assert [routed.send()["priority"] for _ in range(4)] == [None, P2, None, P2]


def test_cache_variables_remember_events(account: Account, routed: Orchestrated) -> None:
    routed.cache("storms", "event.summary matches part 'disk'", type="trigger_event_count", ttl_seconds=60)
    routed.cache(
        "host", "event.summary matches part 'disk'", type="recent_value", source="event.source", regex=r"^[^.]+"
    )
    data = routed.cache("frozen", "", type="external_data", data_type="boolean", ttl_seconds=60)
    routed.write(
        "global",
        rule("cache_var.frozen == true", annotate="frozen"),
        rule("cache_var.storms >= 2", annotate="{{cache_var.storms}} on {{cache_var.host}}"),
    )
    assert [routed.send()["note"] for _ in range(3)] == [None, None, "2 on db1"]
    path = f"/event_orchestrations/{routed.id}/cache_variables/{data}/data"
    assert account.call("PUT", path, {"cache_variable_data": True}).status_code == 200
    assert routed.send(summary="Other")["note"] == "frozen"
    account.server.control.advance(61)
    assert routed.send()["note"] is None
    routed.account.call(
        "PUT", f"/event_orchestrations/{routed.id}/enablements/aiops", {"enablement": {"enabled": False}}
    )
    assert [routed.send()["steps"][0]["document"] for _ in range(2)] == ["router", "router"]


def test_what_an_orchestration_remembers_is_in_the_state_and_goes_with_it(
    account: Account, routed: Orchestrated
) -> None:
    routed.cache("storms", "", type="trigger_event_count", ttl_seconds=600)
    routed.write("global", rule("cache_var.storms > 1", annotate="many"))
    routed.send()
    routed.send()
    account.server.control.restore(account.server.control.state())
    assert routed.send()["note"] == "many"
    account.delete(f"/event_orchestrations/{routed.id}")
    assert account.server.control.breaks() == []
    assert not [it for it in account.server.control.state()["event_memory"] if it["parent"] == routed.id]


def test_a_rule_can_make_a_trigger_of_an_event_without_payload(routed: Orchestrated, service: Any) -> None:
    routed.write(service["id"], rule("event.event_action matches 'resolve'", event_action="trigger"))
    event = routed.send("resolve", "odd")
    assert (event["became"], routed.incident(event)["title"]) == ("incident", "odd")


def test_an_unknown_key_is_refused_and_a_dedup_key_can_be_set(routed: Orchestrated, service: Any) -> None:
    key = {"target": "event.dedup_key", "source": "event.source", "regex": "^[a-z]+"}
    routed.write(service["id"], rule(extractions=[key]))
    assert [routed.send(source=f"pool{number}")["became"] for number in range(2)] == ["incident", "added"]
    routed.key = "R" + 31 * "0"
    with pytest.raises(AssertionError, match="Invalid routing key"):
        routed.send()


def test_the_page_of_events_can_be_asked_for(account: Account, routed: Orchestrated) -> None:
    event = routed.send()
    assert account.get("/_sandbox/events")["events"][-1] == event


def test_an_escalation_policy_of_an_event_that_is_gone_is_passed_over(account: Account, routed: Orchestrated) -> None:
    policy, usual = account.policy(), account.service()
    routed.write("router", catch_all={"route_to": usual["id"]})
    routed.write("global", rule(escalation_policy=policy["id"]))
    account.delete(f"/escalation_policies/{policy['id']}")
    assert routed.incident(routed.send())["escalation_policy"]["id"] == ref(usual["escalation_policy"])["id"]


def test_without_aiops_no_rule_of_a_service_waits_counts_or_leads_on(account: Account, events: Orchestrated) -> None:
    service = account.service()
    events.write("router", catch_all={"route_to": service["id"]})
    events.write("global", rule(drop_event=True))
    counting, leading = rule("trigger_count over 1 hour > 0", suppress=True), rule(route_to="more", priority=P2)
    events.write(service["id"], counting, leading, more=[rule(suppress=True)], catch_all={"suspend": 60})
    account.server.control.set_account({"account": 1, "without": ["aiops"]})
    event = events.send()
    account.server.control.set_account({"account": 1})
    assert (event["became"], event["priority"], len(event["steps"])) == ("incident", P2, 2)
    assert events.send()["became"] == "dropped"
