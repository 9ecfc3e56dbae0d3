"""EscalationPolicy: who is notified in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.kinds.schedule import SCHEDULE_REFERENCE
from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.codec.plain import Canonical, Choice, Integer, Text
from pdsync.model.codec.reference import Reference, Target
from pdsync.model.codec.structure import ListOf, Object, SetOf, optional, required
from pdsync.model.codec.time import Duration
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import AbilityFact, Facts, IncidentFact, OnCallFact
from pdsync.model.field import Field
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.ref import Ref
from pdsync.model.scope import RefMap, Scope
from pdsync.model.tag import tag_list

_API = "PagerDuty API description, EscalationPolicy"
_STRATEGY, _STRATEGIES = "escalation_rule_assignment_strategy", "escalation_rule_assignment_strategies"
_EVERYONE = "assign_to_everyone"


@dataclass(frozen=True, slots=True)
class Strategy(Choice):
    """Sent and answered as ``{"type": ...}``, plain text in a manifest.

    The API description's schema has text, its examples and every client an object (heimweh/go-pagerduty #133 quotes an answer;
    terraform-provider-pagerduty's decoder takes nothing else). Answers in either form mean the same.
    """

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _strategy_of(value)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return {"type": value}


def _strategy_of(value: Any) -> Any:
    """The strategy that an answer or a request names, in either form."""
    return (value.get("type") if isinstance(value, Mapping) else value) or _EVERYONE


_TARGET = Target((USER_REFERENCE, SCHEDULE_REFERENCE))
_RULE = Object.of(
    escalation_delay_in_minutes=required(
        Duration(minimum=1, unit_s=60),
        "How long an unacknowledged incident stays at this level: minutes, or text such as 15m.",
    ),
    targets=required(
        SetOf(_TARGET, min_items=1, max_items=10, noun="target"), "Who is notified: users and schedules, all together."
    ),
    escalation_rule_assignment_strategy=optional(
        Strategy((_EVERYONE, "round_robin")),
        "Whether all targets are notified or each incident goes to the next one in turn.",
        default=_EVERYONE,
    ),
)


def _stand_ins(policy: LiveObject) -> Iterator[tuple[Ref, str]]:
    """The shift-based schedules among the targets, with their names."""
    for rule in policy.raw.get("escalation_rules") or ():
        for target in rule.get("targets") or ():
            slug = str(target.get("type", "")).removesuffix("_reference")
            if slug in SCHEDULE_REFERENCE.stand_ins:
                yield Ref(slug, "id", str(target.get("id"))), str(target.get("summary") or "")


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """Sends assignment strategies only where one of them says something.

    Accounts without round robin answer 403 to the field itself, even to the default (terraform-provider-pagerduty #819, #972).
    """
    rules = body.get("escalation_rules", ())
    before = live.fields.get("escalation_rules", ()) if live else ()
    if all(_strategy_of(rule.get(_STRATEGY)) == _EVERYONE for rule in (*rules, *before)):
        for rule in rules:
            rule.pop(_STRATEGY, None)
    return body


def _has_round_robin(rules: Canonical) -> bool:
    return any(rule.get(_STRATEGY) == "round_robin" for rule in rules or ())


ESCALATION_POLICY = Kind(
    name="EscalationPolicy",
    slug="escalation_policy",
    file="on-call",
    source=Listing("escalation_policies", optional_includes=(_STRATEGIES,)),
    description="Who is notified of an incident, level by level.",
    mentions=_stand_ins,
    fields=(
        name_field(
            Text(max_length=255, min_length=1, forbidden="\\/&<>"),
            f"{_API}; forbidden characters: terraform-provider-pagerduty, util.ValidateIsAllowedString",
        ),
        description_field("EscalationPolicy"),
        Field(
            "num_loops",
            Integer(0, 9),
            "How many times the rules are repeated when no one acknowledges.",
            f"{_API}; 0 to 9: terraform-provider-pagerduty",
            default=0,
        ),
        Field(
            "on_call_handoff_notifications",
            Choice(("if_has_services", "always"), ("Only while a service uses the policy", "Always")),
            "When people are notified that they go on call.",
            f"{_API}; defaults to if_has_services",
            default="if_has_services",
        ),
        Field(
            "escalation_rules",
            ListOf(_RULE, min_items=1, noun="rule"),
            "The levels, in order. If the manifest names this field, all levels are managed.",
            f"{_API}; rule ids change and targets come back in any order (terraform-provider-pagerduty PR 937)",
            required=True,
            carry=True,
        ),
        Field(
            "teams",
            SetOf(Reference("team"), max_items=1, noun="team"),
            "The team that owns it, at most one. An empty list removes it.",
            f"{_API}; only an explicit empty list clears it (terraform-provider-pagerduty PR 129)",
            default=[],
        ),
    ),
    children=(tag_list("escalation_policies"),),
    retired={"services": "Name the policy in the escalation_policy of the Service manifest."},
    finish=_finish,
    facts=Facts(
        on_call=OnCallFact(
            "escalation_rules", alone=lambda number, rule: f"the only target of level {number}", counted=True
        ),
        incidents=IncidentFact(says="following it", member="escalation_policy", moves_to=("escalation_policy",)),
        abilities=(
            AbilityFact(("teams",), "teams", "policies in teams", bool, f"{_API}.teams"),
            AbilityFact(
                ("teams",),
                "escalation_rules",
                "round robin",
                _has_round_robin,
                "terraform-provider-pagerduty #819, #972",
                include=_STRATEGIES,
            ),
        ),
        teams="teams",
    ),
)
