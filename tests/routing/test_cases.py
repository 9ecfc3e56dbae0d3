"""Where counts and cache variables are not known, what really becomes of an event is among the cases that are told.

What really becomes of it is the sandbox's evaluation, which knows them. The long form is script/compare-routing.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random
from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.routing.event import event_of_body
from pdsync.routing.outcome import Outcome
from pdsync.routing.run import run
from tests.routing.company import AT, CHECKOUT, document, event, production, rule
from tests.support.random_condition import random_cache, random_event, random_moment
from tests.support.random_rules import SERVICES, random_documents
from tests.support.two_routings import Case, by_sandbox, documents_of

LENGTH = int(os.environ.get("PDSYNC_ROUTING", "20000")) // 4
SEED = int(os.environ.get("PDSYNC_ROUTING_SEED", "1"))


def told(outcome: Outcome) -> tuple[Any, ...]:
    if outcome.end == "dropped":
        return ("dropped",)
    effects, fate = outcome.effects, "routed" if outcome.end == "service" else outcome.end
    objects = (outcome.service, effects.priority, effects.escalation_policy)
    ids = tuple(it.value if isinstance(it, Ref) else None for it in objects)
    return (fate, *ids, effects.suppressed, effects.suspended_s, outcome.severity, outcome.event_action)


def real(found: dict[str, Any]) -> tuple[Any, ...]:
    if found["fate"] == "dropped":
        return ("dropped",)
    fields = (found[name] for name in ("fate", "service", "priority", "escalation_policy", "suppressed", "suspend_s"))
    return (*fields, found["event"].get("severity"), found["event"]["event_action"])


def check(random: Random) -> str:
    documents, sent = random_documents(random), random_event(random)
    case = Case(documents, SERVICES, sent, random_moment(random), random_cache(random), random.randint(1, 5))
    outcome = run(documents_of(case), event_of_body(sent), int(case.now.timestamp()))
    cases = [told(it) for it in (outcome, *outcome.alternatives)]
    if outcome.cut_short or any(it[0] == "unknown" for it in cases):
        return "open"
    assert real(by_sandbox(case)) in cases, case
    return "one" if len(cases) == 1 else "several"


def test_what_really_happens_is_among_the_cases() -> None:
    random = Random(SEED)
    found = Counter(check(random) for _ in range(120))
    assert found["several"] > 20, found
    assert found["one"] > 20, found


@pytest.mark.campaign
def test_what_really_happens_is_among_the_cases_at_length() -> None:
    random = Random(SEED)
    for _ in range(LENGTH):
        check(random)


TEXT = "{{cache_var.team}}"
HOST = {"name": "team", "path": "cache_var.team", "type": "regex", "value": ".*"}


@pytest.mark.parametrize(
    ("actions", "condition", "cases"),
    [
        ({"extractions": [{"target": "event.group", "template": TEXT}]}, "event.group matches 'shop'", 2),
        ({"extractions": [{"target": "event.group", "template": TEXT}]}, "event.source matches part 'db'", 1),
        (
            {"extractions": [{"target": "event.group", "source": "cache_var.team", "regex": "."}]},
            "event.group exists",
            2,
        ),
        (
            {"variables": [HOST], "extractions": [{"target": "event.group", "template": "{{variables.team}}"}]},
            "event.group matches part 'a'",
            2,
        ),
        (
            {"variables": [HOST], "extractions": [{"target": "event.group", "template": "{{team}}"}]},
            "event.group matches part 'a'",
            2,
        ),
        (
            {
                "extractions": [
                    {"target": "event.group", "template": TEXT},
                    {"target": "event.class", "template": "a {{event.group}}"},
                ]
            },
            "event.class matches 'a'",
            2,
        ),
        (
            {
                "extractions": [
                    {"target": "event.group", "template": TEXT},
                    {"target": "event.group", "template": "shop"},
                ]
            },
            "event.group matches 'shop'",
            1,
        ),
        ({"extractions": [{"target": "event.custom_details.a", "template": TEXT}]}, "event.custom_details.b exists", 1),
        ({"annotate": TEXT}, "event.group exists", 1),
    ],
)
def test_a_text_from_a_cache_variable_leaves_open_what_asks_for_it(
    actions: dict[str, Any], condition: str, cases: int
) -> None:
    documents: dict[str, Any] = {
        "global": document(rule("all", **actions)),
        "router": document(rule("shop", condition, route_to=CHECKOUT)),
    }
    outcome = run(production(**documents), event(), AT)
    assert len((outcome, *outcome.alternatives)) == cases


def test_a_dynamic_route_by_a_text_that_is_not_known_is_not_known() -> None:
    route = {"source": "event.group", "regex": ".*", "lookup_by": "service_name"}
    documents: dict[str, Any] = {
        "global": document(rule("all", extractions=[{"target": "event.group", "template": TEXT}])),
        "router": document(rule("named", dynamic_route_to=route)),
    }
    outcome = run(production(**documents), event(), AT)
    assert [it.end for it in (outcome, *outcome.alternatives)] == ["unrouted", "unknown"]
