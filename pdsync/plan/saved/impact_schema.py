"""JSON Schema of the impact that stands beside a plan: what is different for whoever is paged."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _object(description: str, **properties: Schema) -> Schema:
    return {"type": "object", "description": description, "properties": properties, "required": list(properties)}


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _at(description: str) -> Schema:
    return {"type": "string", "format": "date-time", "description": description}


def _some(description: str, *, or_null: bool = False) -> Schema:
    """An object of the account."""
    return {"anyOf": [_NAMED, {"type": "null"}] if or_null else [_NAMED], "description": description}


_NAMED = _object(
    "An object of the account.",
    kind={"type": "string", "description": "The kind of object."},
    id={"type": ["string", "null"], "description": "The PagerDuty id; null of an object that is created."},
    name={"type": "string", "description": "What PagerDuty shows."},
    address={"type": ["string", "null"], "description": "The manifest, as kind/name; null where it has none."},
)
_SOURCE: Schema = {
    "type": ["string", "null"],
    "description": "file:line of the manifest that makes it so; null where none does.",
}
_TURN = _object(
    "Somebody on call for one level of a policy.",
    user=_some("Who."),
    policy=_some("The escalation policy."),
    level={"type": "integer", "minimum": 1, "description": "The level of the policy."},
    schedule=_some("The schedule; null for a target of the policy itself.", or_null=True),
    source=_SOURCE,
)
_MOVE = _object(
    "A stretch of a schedule that another person has.",
    schedule=_some("The schedule."),
    start=_at("When it begins."),
    end=_at("When it ends."),
    before=_some("Who had it; null for nobody.", or_null=True),
    after=_some("Who has it; null for nobody.", or_null=True),
    source=_SOURCE,
)
_GAP = _object(
    "A stretch at which nobody at all is paged by a policy, or on call in a schedule.",
    subject=_some("The policy or schedule."),
    services=_list(
        _NAMED, "Services that move to this policy and so get or lose the gap; none where the policy itself does."
    ),
    start=_at("When it begins."),
    end=_at("When it ends."),
    appears={"type": "boolean", "description": "False where the gap was there and vanishes."},
    source=_SOURCE,
)
_URGENCY: Schema = {
    "enum": ["high", "low", "low_rising", "severity_based", "none", "unknown"],
    "description": "What an incident is.",
}
_SERVICE = _object(
    "A service whose incidents go to somebody else first. Null in a list: somebody who is not known here.",
    service=_some("The service."),
    before=_list(_some("A person.", or_null=True), "Who was first."),
    after=_list(_some("A person.", or_null=True), "Who is first."),
    policy_before=_some("Its policy before."),
    policy=_some("Its policy after: the same, where that pages somebody else."),
    source=_SOURCE,
)
_ALARM = _object(
    "A service of which an incident was, and will be: high, low, low and raised later by a scheduled action, as urgent as the "
    "event is severe, or not made at all; or it is not known, because the account holds hours that cannot be read.",
    service=_some("The service."),
    before=_URGENCY,
    after=_URGENCY,
    start=_at("When the first stretch begins."),
    end=_at("When the first stretch ends."),
    seconds={"type": "integer", "minimum": 1, "description": "How long all stretches are together."},
    source=_SOURCE,
)
_UNREACHABLE = _object(
    "Somebody on call whom nothing reaches, or no incident of an urgency.",
    user=_some("Who."),
    lack={
        "enum": ["contact_methods", "high", "low"],
        "description": "For want of what: any contact method, or a notification rule for incidents of that urgency.",
    },
    through=_some("The policy or schedule that this person is on call through."),
    source=_SOURCE,
)
_BREACH = _object(
    "A rule that is broken.",
    rule={"type": "string", "description": "Its name in pdsync.yaml."},
    severity={"enum": ["error", "warning"], "description": "With error, the plan is refused."},
    kind={"type": "string", "description": "The kind of object that breaks it."},
    name={"type": "string", "description": "What PagerDuty shows of the object."},
    message={"type": "string", "description": "What is wrong, without the times."},
    hint={"type": ["string", "null"], "description": "What to do."},
    source=_SOURCE,
    when=_list(
        _object("A stretch of time.", **{"from": _at("When it begins.")}, to=_at("When it ends.")), "When it is broken."
    ),
)


def _load(description: str) -> Schema:
    return _object(
        description,
        seconds={"type": "integer", "minimum": 0, "description": "How long on call through schedules."},
        nights={
            "type": "integer",
            "minimum": 0,
            "description": "Nights of which any part, 22:00 to 06:00, is on call.",
        },
        weekends={"type": "integer", "minimum": 0, "description": "Weekends of which any part is on call."},
    )


IMPACT: Schema = _object(
    "What is different for whoever is paged from the moment the account was read; only where the plan touches it, and no part "
    "of the digest: it is another one on another day.",
    **{"from": _at("The moment."), "until": _at("How far ahead it looks.")},
    overrides={"type": "boolean", "description": "Whether overrides are counted."},
    risks=_list(
        _object(
            "The worst of it, as a named risk.",
            code={
                "enum": ["current_on_call", "coverage_gap", "service_disabled", "unreachable"],
                "description": "What kind of risk it is.",
            },
            address={"type": "string", "description": "The object that it is about."},
            message={"type": "string", "description": "What would be, in a sentence."},
            source=_SOURCE,
        ),
        "What is allowed and may still be a mistake.",
    ),
    breaches=_list(_BREACH, "Rules of pdsync.yaml that the plan breaks, and the account does not, or less."),
    leaves=_list(_TURN, "Who is on call now and is not after it."),
    joins=_list(_TURN, "Who is not on call now and is after it."),
    moves=_list(_MOVE, "Shifts that move."),
    gaps=_list(_GAP, "Uncovered hours that appear or vanish."),
    services=_list(_SERVICE, "Services whose first responder changes."),
    alarms=_list(_ALARM, "Services whose incidents have another urgency for a part of the time."),
    unreachable=_list(_UNREACHABLE, "People who can no longer be reached."),
    loads=_list(
        _object(
            "How much somebody is on call.",
            user=_some("Who."),
            before=_load("Before."),
            after=_load("After."),
            zone={"type": "string", "description": "The zone in which nights and weekends are counted."},
        ),
        "People who are on call more, less, or at other times of the day or week.",
    ),
    unknown=_list(
        _object(
            "What cannot be told.",
            subject=_some(
                "The policy whose people, the person whose ways to be reached, or the service whose urgency is not known."
            ),
            why=_some(
                "The target whose people are not known here, such as a shift-based schedule; else the subject itself."
            ),
        ),
        "What cannot be told.",
    ),
)
