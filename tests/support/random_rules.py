"""Random rules of an orchestration and of its services, as PagerDuty's API answers them. The label of a rule is its id."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.support.random_condition import PATHS, WORDS, random_condition

SERVICES = {"PORDERS": "Orders", "PCHECKT": "Checkout", "PSEARCH": "web-1"}
PRIORITIES, POLICIES = ("PSLWBL8", "P53ZZH5"), ("PPOLICY", "PSECOND")
_SETS = ("start", "nested", "deeper")
_REGEXES = ("^[a-z]+", "(d)(.)?", "[0-9]", ".*", "(?i)DISK", "no such thing", "^$", "É")
_TARGETS = (
    *("event.summary", "event.source", "event.component", "event.class", "event.group", "event.dedup_key"),
    *("event.custom_details.code", "event.custom_details['load avg']", "event.custom_details.deep.er", "summary"),
)
_TEMPLATES = (
    *("[{{event.source}}] {{event.summary}}", "{{variables.a}}-{{ variables.b }}", "{{a}}", "{{event.nowhere}}!"),
    *(
        "{{cache_var.last}} {{cache_var.storms}}",
        "{{event.custom_details.tags}}",
        "{{raw_event.payload.summary}}",
        "plain",
    ),
)
_EVENT_PATHS = tuple(path for path in PATHS if not path.startswith("raw_event.client"))


def random_documents(random: Random) -> dict[str, Any]:
    """``global``, ``router``, ``unrouted``, and ``services`` by id; a service without rules has None."""
    numbers = (f"r{number}" for number in range(1000))
    return {
        "global": _document(random, numbers, "global"),
        "router": _router(random, numbers),
        "unrouted": _document(random, numbers, "unrouted"),
        "services": {id: _document(random, numbers, "service") if random.random() < 0.7 else None for id in SERVICES},
    }


def _document(random: Random, numbers: Iterator[str], type: str) -> dict[str, Any]:
    ids = _SETS[: random.randint(1, 3)]
    sets = [
        {"id": id, "rules": [_rule(random, next(numbers), type, ids) for _ in range(random.randrange(4))]} for id in ids
    ]
    return {"sets": sets, "catch_all": {"actions": _actions(random, type)}}


def _rule(random: Random, id: str, type: str, set_ids: tuple[str, ...]) -> dict[str, Any]:
    actions = _actions(random, type)
    if random.random() < 0.4:
        actions["route_to"] = random.choice(set_ids)  # also in a circle
    return {**_head(random, id), "actions": actions}


def _head(random: Random, id: str) -> dict[str, Any]:
    conditions = [{"expression": random_condition(random, 1)} for _ in range(random.choice((0, 1, 1, 1, 2)))]
    answered = conditions if conditions or random.random() < 0.5 else None
    return {"id": id, "label": id, "conditions": answered, "disabled": random.random() < 0.1}


def _router(random: Random, numbers: Iterator[str]) -> dict[str, Any]:
    rules = []
    if random.random() < 0.3:
        by = random.choice(("service_name", "service_id"))
        dynamic = {"source": random.choice(_EVENT_PATHS), "regex": random.choice(_REGEXES), "lookup_by": by}
        id = next(numbers)
        head = {"id": id, "label": id, "conditions": [], "disabled": False}
        rules.append({**head, "actions": {"dynamic_route_to": dynamic}})
    for _ in range(random.randrange(4)):
        rules.append({**_head(random, next(numbers)), "actions": {"route_to": random.choice(list(SERVICES))}})
    route = random.choice(("unrouted", *SERVICES))
    return {"sets": [{"id": "start", "rules": rules}], "catch_all": {"actions": {"route_to": route}}}


def _actions(random: Random, type: str) -> dict[str, Any]:
    def some(value: Any, share: float = 0.3) -> Any:
        return value if random.random() < share else None

    actions = {
        "variables": some([_variable(random, name) for name in ("a", "b")][: random.randint(1, 2)]),
        "extractions": some([_extraction(random) for _ in range(random.randint(1, 3))]),
        "severity": some(random.choice(("critical", "error", "warning", "info"))),
        "event_action": some(random.choice(("trigger", "resolve")), 0.1),
    }
    if type != "unrouted":
        actions |= {
            "priority": some(random.choice(PRIORITIES)),
            "escalation_policy": some(random.choice(POLICIES)),
            "annotate": some(random.choice(_TEMPLATES)),
            "suppress": some(True, 0.1),
            "suspend": some(random.choice((60, 300)), 0.1),
            "drop_event": some(True, 0.05) if type == "global" else None,
        }
    return {name: value for name, value in actions.items() if value is not None}


def _variable(random: Random, name: str) -> dict[str, str]:
    path = random.choice(_EVENT_PATHS)
    return {"name": name, "path": path, "type": "regex", "value": random.choice(_REGEXES)}


def _extraction(random: Random) -> dict[str, str]:
    target = random.choice(_TARGETS)
    if random.random() < 0.6:
        return {"target": target, "template": random.choice((*_TEMPLATES, random.choice(WORDS) or "x"))}
    return {"target": target, "source": random.choice(_EVENT_PATHS), "regex": random.choice(_REGEXES)}
