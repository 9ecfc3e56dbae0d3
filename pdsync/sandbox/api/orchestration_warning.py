"""Orchestration warning: why a stored rule has no effect: it leads nowhere, names something that does not exist, or uses a
feature that the account's plan lacks.

The words of features and types are those of PagerDuty's API description. What needs AIOps: PagerDuty's support pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pdsync.sandbox.api.cache_variable import names_of_variables
from pdsync.sandbox.api.priority import PRIORITIES
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.store.record import Body, Record

_AIOPS = "aiops"
_VARIABLE = re.compile(r"\bcache_var\.(\w+)")
_COUNTS = re.compile(r"\b(?:resetting_)?trigger_count\b")
_WITH_INVALID_DATA = ("global", "service")
"""Only their answers have warnings of this type in the description."""
_WITH_VARIABLES = ("annotate", "automation_actions")
"""Actions in which a cache variable has a feature of its own in the description."""


def find_warnings(call: Call, owner: Record, type: str, document: Body) -> list[Body]:
    """In the order of the rules; those of the catch_all name no rule."""
    found = list[Body]()
    variables = names_of_variables(call.store, owner)
    rules = [rule for one in document["sets"] for rule in one["rules"]]
    for rule in (*rules, {"conditions": [], **document["catch_all"]}):
        expressions = " ".join(it["expression"] for it in rule["conditions"])
        texts = {"conditions": expressions, **{name: json.dumps(it) for name, it in rule["actions"].items()}}
        seen = list(_lost(call, type, rule["actions"]))
        if type in _WITH_INVALID_DATA:
            seen += [*_unknown_objects(call, rule["actions"]), *_unknown_variables(texts, variables)]
        if _AIOPS in call.profile.missing:
            seen += _not_bought(type, rule, texts)
        found += [{**({"rule_id": rule["id"]} if "id" in rule else {}), **it} for it in seen]
    return found


def _lost(call: Call, type: str, actions: Mapping[str, Any]) -> Iterator[Body]:
    target = actions.get("route_to")
    if type == "router" and target not in (None, "unrouted") and call.store.get("service", target) is None:
        yield _warning(f"The rule routes to {target}, which is not a service.", "route_to", "invalid_routing")


def _unknown_objects(call: Call, actions: Mapping[str, Any]) -> Iterator[Body]:
    policy, priority = actions.get("escalation_policy"), actions.get("priority")
    if policy is not None and call.store.get("escalation_policy", policy) is None:
        yield _warning(f"{policy} is not an escalation policy.", "escalation_policy", "invalid_data")
    if priority is not None and priority not in PRIORITIES:
        yield _warning(f"{priority} is not a priority.", "priority", "invalid_data")


def _unknown_variables(texts: Mapping[str, str], variables: set[str]) -> Iterator[Body]:
    for place, text in texts.items():
        for name in sorted(set(_VARIABLE.findall(text)) - variables):
            message = f"The cache variable {name} does not exist."
            yield _warning(message, f"cache_variable:{place}", "invalid_data", _kind_of(place))


def _not_bought(type: str, rule: Body, texts: Mapping[str, str]) -> Iterator[Body]:
    """Routers and unrouted rules need nothing but their cache variables (facts: the plans that have each path)."""
    actions, features = rule["actions"], dict[str, str]()
    if type == "global" and ("id" in rule or actions):
        features["global_orchestrations"] = "global_orchestrations"
    if type == "service":
        features |= {name: "actions" for name in ("suspend",) if name in actions}
        features |= {"nested_rules": "nested_rules"} if "route_to" in actions else {}
        features |= {"threshold_condition": "conditions"} if _COUNTS.search(texts["conditions"]) else {}
    for place in ("conditions", *_WITH_VARIABLES):
        if _VARIABLE.search(texts.get(place, "")):
            features[f"cache_variable:{place}"] = _kind_of(place)
    for feature, kind in features.items():
        yield _warning(f"The account's plan does not have {feature}.", feature, "forbidden_feature", kind)


def _kind_of(place: str) -> str:
    return "conditions" if place == "conditions" else "actions"


def _warning(message: str, feature: str, warning_type: str, feature_type: str = "actions") -> Body:
    return {"message": message, "feature": feature, "feature_type": feature_type, "warning_type": warning_type}
