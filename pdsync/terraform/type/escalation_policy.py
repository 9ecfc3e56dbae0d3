"""``pagerduty_escalation_policy``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ObjectType
from pdsync.terraform.value import block, references, without_empty


def _rules(value: Any) -> Any:
    return [_rule(rule) for rule in value]


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    strategy = block(rule.get("escalation_rule_assignment_strategy"))
    return {
        **without_empty(rule, "id", "escalation_delay_in_minutes"),
        "targets": [without_empty(target, "id", "type") for target in rule.get("target") or ()],
        **({"escalation_rule_assignment_strategy": {"type": strategy["type"]}} if strategy.get("type") else {}),
    }


ESCALATION_POLICY = ObjectType(
    "escalation_policy",
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "num_loops": Attribute("num_loops"),
        "rule": Attribute("escalation_rules", _rules),
        "teams": Attribute("teams", references("team")),
    },
)
