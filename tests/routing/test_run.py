"""Where events end, by tables: the vectors follow PagerDuty's pages on event orchestrations, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.routing.documents import Documents
from pdsync.routing.fact import NOTHING_GIVEN, Given
from pdsync.routing.outcome import Outcome
from pdsync.routing.run import MAX_CASES, run
from tests.routing.company import (
    AT,
    CHECKOUT,
    FIRST,
    ORDERS,
    PROD,
    SECOND,
    company,
    document,
    event,
    production,
    rule,
)

DB = "event.source matches part 'db'"
DISK = "event.summary matches part 'disk'"
MANY = "trigger_count over 1 minute > 3"
TO_ORDERS = document(rule("databases", DB, route_to=ORDERS))
P1, P2 = (Ref("priority", "name", name) for name in ("P1", "P2"))
COUNTED = Given(trigger_count=4)


def outcome_of(given: Given = NOTHING_GIVEN, /, **documents: Any) -> Outcome:
    """What comes out of the usual event: a full disk of a database."""
    return run(production(**documents), event(), AT, given)


def with_global(documents: dict[str, Any]) -> Outcome:
    """The same, with a document whose name is a word of Python."""
    return outcome_of(**documents)


@pytest.mark.parametrize(
    ("documents", "end", "service"),
    [
        pytest.param({"router": TO_ORDERS}, "service", ORDERS, id="the first rule that matches"),
        pytest.param(
            {
                "router": document(
                    rule("a", "event.source matches 'x'", route_to=CHECKOUT), rule("b", DB, route_to=ORDERS)
                )
            },
            "service",
            ORDERS,
            id="rules that do not match are passed",
        ),
        pytest.param(
            {"router": document(rule("a", DB, route_to=CHECKOUT), rule("b", DB, route_to=ORDERS))},
            "service",
            CHECKOUT,
            id="only the first match counts",
        ),
        pytest.param(
            {"router": document(rule("a", DB, disabled=True, route_to=CHECKOUT), rule("b", route_to=ORDERS))},
            "service",
            ORDERS,
            id="a disabled rule is passed; one without conditions always matches",
        ),
        pytest.param(
            {"router": document(rule("a", "event.source matches 'x'", DB, route_to=ORDERS))},
            "service",
            ORDERS,
            id="one condition of several is enough",
        ),
        pytest.param({"router": document()}, "unrouted", None, id="without a match: unrouted"),
        pytest.param({"router": document(catch_all={"route_to": "unrouted"})}, "unrouted", None, id="unrouted by name"),
        pytest.param(
            {"router": document(catch_all={"route_to": CHECKOUT})}, "service", CHECKOUT, id="a catch-all service"
        ),
        pytest.param(
            {"global": document(rule("tests", DB, drop_event=True)), "router": TO_ORDERS},
            "dropped",
            None,
            id="a dropped event reaches no router",
        ),
        pytest.param(
            {"global": document(catch_all={"drop_event": True}), "router": TO_ORDERS},
            "dropped",
            None,
            id="catch-all drops",
        ),
        pytest.param({}, "unknown", None, id="a router that is not known"),
        pytest.param(
            {"router": document(rule("a", route_to=Ref("service", "id", "PNOTHERE")))},
            "service",
            Ref("service", "id", "PNOTHERE"),
            id="a service that is not known",
        ),
        pytest.param(
            {"router": document(rule("a", route_to=Ref("service", "name", "Checkout")))},
            "service",
            CHECKOUT,
            id="a service by its name",
        ),
    ],
)
def test_end(documents: Any, end: str, service: Ref | None) -> None:
    found = outcome_of(**documents)
    assert (found.end, found.service) == (end, service)


def test_actions_of_all_sets_and_documents_add_up_and_a_later_one_goes_first() -> None:
    found = with_global(
        {
            "global": document(
                rule("all", priority=P2, annotate="from {{event.source}}", suspend=300, route_to="second"),
                second=(rule("disks", DISK, severity="warning", escalation_policy=SECOND),),
            ),
            "router": TO_ORDERS,
            "orders": document(rule("disk", DISK, priority=P1, annotate="look")),
        }
    )
    effects = found.effects
    assert effects.note == "look"
    assert (effects.priority, effects.suspended_s, effects.escalation_policy) == (P1, 300, SECOND)
    assert (found.severity, found.service) == ("warning", ORDERS)
    assert [(each.area, each.set_id) for each in found.trace] == [
        ("global", "start"),
        ("global", "second"),
        ("router", "start"),
        ("service", "start"),
    ]


def test_the_catch_all_counts_at_the_end_of_every_set() -> None:
    found = outcome_of(
        router=TO_ORDERS,
        orders=document(
            rule("disks", DISK, priority=P1, route_to="second"),
            second=(rule("no", "event.summary matches 'x'", suppress=True),),
            catch_all={"severity": "info", "priority": P2},
        ),
    )
    assert (found.effects.priority, found.severity, found.effects.suppressed) == (P2, "info", False)
    assert found.trace[-1].is_catch_all
    assert found.trace[-1].set_id == "second"


def test_unrouted_events_go_through_their_own_rules() -> None:
    found = outcome_of(
        router=document(), unrouted=document(rule("disks", DISK, severity="info"), catch_all={"severity": "error"})
    )
    assert (found.unrouted, found.severity, found.opens_incident) == (True, "info", False)


def test_extractions_change_what_later_rules_see() -> None:
    found = with_global(
        {
            "global": document(
                rule(
                    "host",
                    variables=[{"name": "host", "path": "event.source", "type": "regex", "value": "(db)-(.)"}],
                    extractions=[
                        {"target": "event.custom_details.host", "template": "{{variables.host}}!"},
                        {"target": "event.component", "regex": "d[a-z]sk", "source": "raw_event.payload.summary"},
                    ],
                )
            ),
            "router": document(rule("by host", "event.custom_details.host matches 'db7!'", route_to=ORDERS)),
        }
    )
    assert (found.service, found.variables) == (ORDERS, {"host": "db7"})
    assert found.event.fields["component"] == "disk"


def test_what_an_extraction_cannot_do_is_noted_and_changes_nothing() -> None:
    actions: Any = {
        "variables": [
            {"name": "a", "path": "event.nothing", "type": "regex", "value": ".*"},
            {"name": "b", "path": "event.source", "type": "regex", "value": "x(y)"},
            {"name": "c", "path": "event.source", "type": "regex", "value": "(?=look)"},
        ],
        "extractions": [{"target": "event.summary", "regex": "z+", "source": "event.source"}],
    }
    found = with_global({"global": document(rule("all", **actions)), "router": TO_ORDERS})
    assert found.event.summary == "disk full"
    assert not found.variables
    assert [note.split(":")[0] for note in found.trace[0].notes] == [
        "variable a",
        "variable b",
        "variable c",
        "extraction event.summary",
    ]


def test_variables_are_those_of_their_rule() -> None:
    """A reading that promises less than PagerDuty may do."""
    variable = {"name": "host", "path": "event.source", "type": "regex", "value": ".*"}
    found = with_global(
        {
            "global": document(rule("all", variables=[variable])),
            "router": TO_ORDERS,
            "orders": document(rule("all", annotate="[{{variables.host}}]")),
        }
    )
    assert found.effects.note == "[]"
    assert found.trace[-1].notes == ("annotate: the event has no variables.host, so it is empty",)


def test_a_set_that_leads_back_ends_there() -> None:
    found = outcome_of(
        router=TO_ORDERS,
        orders=document(rule("on", route_to="second", priority=P2), second=(rule("back", route_to="start"),)),
    )
    assert found.notes[-1:] == ("the rules of Orders lead back to the set 'start': a loop, so evaluation stops here",)
    assert found.effects.priority == P2


def test_a_set_that_is_not_there_is_noted() -> None:
    found = outcome_of(router=TO_ORDERS, orders=document(rule("on", route_to="nowhere")))
    assert found.notes[-1:] == ("the rules of Orders have no set 'nowhere'",)


@pytest.mark.parametrize(
    ("dynamic", "details", "complete", "service"),
    [
        ({"regex": "(.*)", "lookup_by": "service_name"}, {"to": "Checkout"}, False, CHECKOUT),
        ({"regex": "svc-(.*)", "lookup_by": "service_name"}, {"to": "svc-Checkout"}, False, CHECKOUT),
        ({"regex": "(.*)", "lookup_by": "service_name"}, {"to": "No such"}, True, ORDERS),
        ({"regex": "x(.*)", "lookup_by": "service_name"}, {"to": "Checkout"}, True, ORDERS),
        ({"regex": "(.*)", "lookup_by": "service_name"}, {}, False, ORDERS),
        ({"regex": "(.*)", "lookup_by": "service_id"}, {"to": "PNOTHERE"}, True, ORDERS),
        ({"regex": "(", "lookup_by": "service_name"}, {"to": "Checkout"}, False, ORDERS),
    ],
)
def test_dynamic_route(dynamic: Any, details: Any, complete: bool, service: Ref) -> None:
    """A service that is named and there is taken; otherwise the rules after it count."""
    route = rule("dynamic", dynamic_route_to={"source": "event.custom_details.to", **dynamic})
    documents = production(complete=complete, router=document(route, rule("rest", route_to=ORDERS)))
    found = run(documents, event(custom_details=details), AT)
    assert (found.service, found.alternatives) == (service, ())


def test_a_service_that_only_the_account_may_have_is_undecided() -> None:
    route = rule("dynamic", dynamic_route_to={"source": "event.source", "regex": ".*", "lookup_by": "service_name"})
    found = outcome_of(router=document(route, rule("rest", route_to=ORDERS)))
    assert found.service == ORDERS
    assert [each.service for each in found.alternatives] == [Ref("service", "name", "db-7")]


@pytest.mark.parametrize(
    ("condition", "given", "priorities"),
    [
        (MANY, Given(), [None, P1]),
        (MANY, COUNTED, [P1]),
        (MANY, Given(trigger_count=1), [None]),
        (f"{MANY} and event.source matches 'x'", Given(), [None]),
        (f"{MANY} or {DB}", Given(), [P1]),
        ("cache_var.level >= 5", Given(), [None, P1]),
        ("cache_var.level >= 5", Given(cache_variables={"level": 7}), [P1]),
        ("this is not a condition", Given(), [None, P1]),
        ("now in Mon 09:00:00 to 17:00:00 Etc/UTC", Given(), [P1]),
        ("now in Sun 09:00:00 to 17:00:00 Etc/UTC", Given(), [None]),
    ],
)
def test_what_no_one_can_know_makes_cases(condition: str, given: Given, priorities: list[Ref | None]) -> None:
    """The first outcome is that in which the undecided rule does not match."""
    found = outcome_of(given, router=TO_ORDERS, orders=document(rule("maybe", condition, priority=P1)))
    assert [each.effects.priority for each in (found, *found.alternatives)] == priorities
    assert len(found.undecided) == len(priorities) - 1


def test_every_case_comes_once() -> None:
    maybe = [rule(f"r{number}", MANY, priority=Ref("priority", "name", str(number))) for number in range(3)]
    found = outcome_of(router=TO_ORDERS, orders=document(*maybe))
    told = [each.effects.priority.value if each.effects.priority else "" for each in (found, *found.alternatives)]
    assert told == ["", "0", "1", "2"]
    assert [[each.label for each in other.assumed] for other in found.alternatives] == [["r0"], ["r1"], ["r2"]]
    assert not found.cut_short


def test_too_many_cases_are_cut_and_that_is_said() -> None:
    sets: dict[str, Any] = {f"s{number}": (rule("maybe", MANY, route_to=f"s{number + 1}"),) for number in range(1, 6)}
    start = [rule(f"r{number}", MANY, route_to="s1") for number in range(6)]
    found = outcome_of(router=TO_ORDERS, orders=document(*start, **sets))
    assert found.cut_short
    assert len(found.alternatives) == MAX_CASES - 1


def test_the_trace_says_why_each_rule_did_not_match() -> None:
    found = outcome_of(
        router=document(
            rule("web", "event.source matches part 'web'", route_to=CHECKOUT),
            rule("off", disabled=True, route_to=CHECKOUT),
            rule("db", DB, route_to=ORDERS),
            rule("late", route_to=CHECKOUT),
        )
    )
    (router,) = (each for each in found.trace if each.area == "router")
    assert [(each.label, each.state) for each in router.rules] == [
        ("web", "not_matched"),
        ("off", "disabled"),
        ("db", "matched"),
        ("late", "not_reached"),
    ]
    assert "'web' is not in it" in router.rules[0].reasons[0]
    assert router.matched == router.rules[2]


def test_an_event_can_come_straight_to_a_service() -> None:
    roster = company(orders=document(rule("disk", DISK, suppress=True)))
    found = run(Documents(roster, service=ORDERS), event(), AT)
    assert (found.service, found.effects.suppressed, found.opens_incident) == (ORDERS, True, False)
    assert [each.area for each in found.trace] == ["service"]


def test_documents_that_are_not_known_are_named() -> None:
    found = outcome_of(router=TO_ORDERS)
    assert found.notes == (
        "the global rules of Production are not known here",
        "the rules of Orders are not known here",
    )


def test_the_policy_of_a_rule_is_kept_as_it_is_written() -> None:
    found = outcome_of(router=TO_ORDERS, orders=document(rule("all", escalation_policy=FIRST)))
    assert found.effects.escalation_policy == FIRST


def test_custom_fields_of_incidents_are_texts_with_values_in_them_and_add_up() -> None:
    team, host = (Ref("incident_field", "name", name) for name in ("team", "host"))
    found = with_global(
        {
            "global": document(
                rule(
                    "all", incident_custom_field_updates=[{"field": team, "value": "x"}, {"field": host, "value": "?"}]
                )
            ),
            "router": TO_ORDERS,
            "orders": document(
                rule("all", incident_custom_field_updates=[{"field": host, "value": "{{event.source}}"}])
            ),
        }
    )
    assert found.effects.incident_fields == {team: "x", host: "db-7"}


def test_templates_know_cache_variables_that_are_given() -> None:
    rules = document(rule("all", annotate="{{cache_var.level}}"))
    assert outcome_of(Given(cache_variables={"level": 7}), router=TO_ORDERS, orders=rules).effects.note == "7"
    assert outcome_of(router=TO_ORDERS, orders=rules).trace[-1].notes


@pytest.mark.parametrize(("complete", "notes"), [(False, 1), (True, 0)])
def test_a_shared_router_may_have_rules_that_no_manifest_declares(complete: bool, notes: int) -> None:
    roster = company(complete=complete, router=TO_ORDERS, orders=document(), **{"global": document()})
    entries = {**roster.entries, PROD: replace(roster.entries[PROD], shared=frozenset({"router"}))}
    found = run(Documents(replace(roster, entries=entries), PROD), event(), AT)
    assert (found.service, len(found.notes)) == (ORDERS, notes)


def test_a_dynamic_route_drops_what_cannot_be_an_id() -> None:
    route = rule("dynamic", dynamic_route_to={"source": "event.source", "regex": ".*", "lookup_by": "service_id"})
    found = outcome_of(router=document(route, rule("rest", route_to=ORDERS)))
    assert (found.end, found.service) == ("dropped", None)
    assert "cannot be the id of a service" in found.trace[-1].rules[0].reasons[0]


@pytest.mark.parametrize(("complete", "service"), [(True, CHECKOUT), (False, Ref("service", "id", "PNOTHERE"))])
def test_a_rule_whose_service_is_certain_not_to_be_there_does_nothing(complete: bool, service: Ref) -> None:
    rules = document(rule("gone", route_to=Ref("service", "id", "PNOTHERE")), rule("rest", route_to=CHECKOUT))
    assert run(production(complete=complete, router=rules), event(), AT).service == service


def test_a_router_knows_no_cache_variables() -> None:
    rules = document(rule("level", "cache_var.level >= 5", route_to=ORDERS))
    found = outcome_of(Given(cache_variables={"level": 7}), router=rules)
    assert (found.end, found.undecided) == ("unrouted", ())


def test_a_template_may_name_a_variable_alone() -> None:
    variable = {"name": "host", "path": "event.source", "type": "regex", "value": "db-(.*)"}
    rules = document(rule("all", variables=[variable], annotate="{{host}} {{variables.host}}"))
    assert outcome_of(router=TO_ORDERS, orders=rules).effects.note == "7 7"


def test_a_catch_all_whose_service_is_not_there_leaves_events_unrouted() -> None:
    router = document(catch_all={"route_to": Ref("service", "id", "PNOTHERE")})
    assert run(production(complete=True, router=router), event(), AT).end == "unrouted"
