"""Valid manifest values for every codec, so that tests over the kinds cover a field that is added later by itself."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.kinds.event_orchestration import CacheVariable
from pdsync.kinds.incident_type import FieldItem
from pdsync.kinds.incident_workflow import AllOrSome, Trigger
from pdsync.kinds.jira_rule import CustomField, Json
from pdsync.kinds.maintenance_window import WindowTime
from pdsync.model.codec.account_setting import SESSION_TYPES, SessionTimes, Standards
from pdsync.model.codec.contact_method import MethodAddress, MethodPointer
from pdsync.model.codec.custom_field import FieldValue, Options
from pdsync.model.codec.field_values import FieldValues
from pdsync.model.codec.file_text import FileText
from pdsync.model.codec.orchestration import Router, RuleSets
from pdsync.model.codec.orchestration_action import ServiceOrUnrouted
from pdsync.model.codec.orchestration_rule import Conditions
from pdsync.model.codec.plain import Boolean, Choice, Codec, Email, Integer, Nullable, Text, Token, Verbatim
from pdsync.model.codec.reference import Reference, Target
from pdsync.model.codec.referring_text import ReferringText
from pdsync.model.codec.secret import Secret, SecretMap, SecretTree
from pdsync.model.codec.series import SERIES as WINDOWS
from pdsync.model.codec.series import OnDays
from pdsync.model.codec.shift_form import Day, Every
from pdsync.model.codec.shift_rotation import RotationForm, Rotations
from pdsync.model.codec.structure import ListOf, MapOf, Object, SetOf, Single, Variants
from pdsync.model.codec.time import Duration, Instant, TimeOfDay, Zone
from pdsync.model.codec.wall_time import WallTime
from pdsync.model.codec.web_address import WebAddress
from pdsync.model.codec.webhook import EventName, HookAddress, WebhookFilter
from pdsync.model.codec.workflow_step import ActionName, InputText, Steps
from pdsync.model.ref import Ref
from pdsync.model.scope import Scope
from pdsync.model.slack_connection import Connection, Priorities

KEYS = {
    "user": ["ana", "bo", "cy"],
    "team": ["red", "blue"],
    "schedule": ["days", "nights"],
    "escalation_policy": ["first", "second"],
    "service": ["shop", "mail", "search"],
    "vendor": ["Datadog", "Amazon CloudWatch"],
    "priority": ["P1", "P2"],
    "incident_field": ["impact", "region"],
    "oauth_client": ["Receiver", "Other receiver"],
    "jira_accounts_mapping": ["acme.atlassian.net", "labs.atlassian.net"],
    "extension_schema": ["Zendesk", "Jira Server"],
    "workflow_integration": ["Sample Tracker"],
}
"""Keys of manifests that tests define, by slug; vendors by name."""
for _kind in KINDS:
    _numbers = ("one",) if _kind.source.single else ("one", "two")
    KEYS.setdefault(_kind.slug, [f"{_kind.slug.replace('_', '-')}-{number}" for number in _numbers])


_STANDARDS = ("has_technical_service_description", "minimum_escalation_policy_rule_depth")
"""Standards that the sandbox knows."""
os.environ |= {"PDSYNC_SAMPLE_ONE": "the-first-secret", "PDSYNC_SAMPLE_TWO": "the-second-secret"}
_SECRETS = ("${env:PDSYNC_SAMPLE_ONE}", "${env:PDSYNC_SAMPLE_TWO}")
_PERIODS: list[Any] = [{"from": "2031-01-01", "until": "2031-06-01"}, {"from": "2031-01-01", "until": "2031-02-01"}]
_OVERRIDES: list[Any] = [
    [{"user": "ana", "start": "2031-01-06T09:00", "end": "2031-01-07T09:00"}],
    [
        {"user": "bo", "start": "2031-01-06T12:00+01:00", "end": "2031-01-06T18:00+01:00"},
        {"user": "ana", "start": "2031-02-03", "end": "2031-02-10"},
    ],
    [{"user": "cy", "start": "2031-04-01T09:00", "end": "2031-04-02T09:00"}],
    [],
]
"""Overrides that PagerDuty takes; those of one manifest do not overlap."""
_DELAY: dict[str, Any] = {"name": "Wait", "action": "delay:1", "inputs": {"Delay": 5}}
_TELL: dict[str, Any] = {"name": "Tell", "action": "send-status-update:4", "inputs": {"Message": "Hello"}}
_POST: dict[str, Any] = {
    "name": "Post",
    "action": "slack:send-markdown-message:3",
    "inputs": {"Workspace": "T1", "Message": "Hello", "Channel ID": "C1"},
}
_LOOP: dict[str, Any] = {
    "name": "Again",
    "action": "logic:incident-workflows-loop-until:3",
    "inputs": {"Condition": "over", "Delay between loops": 5},
    "inline_steps_inputs": {"Actions": [_DELAY]},
}
_STEPS: list[Any] = [
    [],
    [_DELAY],
    [{**_DELAY, "inputs": {"Delay": 6}}],
    [_TELL, _DELAY],
    [_DELAY, _TELL],
    [_POST],
    [_LOOP, {**_POST, "inputs": {**_POST["inputs"], "Channel ID": "C2"}}],
]
"""Actions that the sandbox knows, with the inputs that they require."""
_CUSTOM_FIELDS: list[dict[str, Any]] = [
    {"name": "ticket", "display_name": "Ticket", "type": "string"},
    {
        "name": "ticket",
        "display_name": "Case",
        "type": "string",
        "description": "Where it is tracked",
        "default": "none",
    },
    {"name": "level", "display_name": "Level", "type": "choice", "options": ["low", "high"], "default": "low"},
    {
        "name": "areas",
        "display_name": "Areas",
        "type": "choice",
        "multi": True,
        "options": ["a", "b"],
        "default": ["b"],
    },
    {"name": "size", "display_name": "Size", "type": "integer", "default": 7, "enabled": False},
]
_WAYS: list[dict[str, Any]] = [
    {"conditional": ""},
    {"conditional": "incident.priority matches 'P1'"},
    {"manual": True},
    {"manual": True, "team": "red"},
    {"incident_type": ["incident-type-one"]},
]


_HALF_A_DAY_AWAY = f"{datetime.now(UTC) + timedelta(hours=12):%H:%M}"
"""No occurrence begins, ends or comes within the horizon while a test runs."""
SERIES: list[dict[str, Any]] = [
    {"every": "week", "on": ["sun"], "at": _HALF_A_DAY_AWAY, "for": "2h", "time_zone": "Etc/UTC"},
    {
        "every": "month",
        "on": ["last fri"],
        "at": _HALF_A_DAY_AWAY,
        "for": "30m",
        "time_zone": "Etc/UTC",
        "horizon": "70d",
    },
    {"rrule": "FREQ=DAILY;BYDAY=SA", "at": _HALF_A_DAY_AWAY, "for": "1h", "time_zone": "Etc/UTC", "horizon": "3w"},
    {
        "every": "2 weeks",
        "at": _HALF_A_DAY_AWAY,
        "for": "4h",
        "time_zone": "Etc/UTC",
        "starts": "2026-01-05",
        "until": "2100-01-01",
        "except": ["2026-12-21"],
    },
]


_DYNAMIC: dict[str, Any] = {"source": "event.source", "regex": "(.*)", "lookup_by": "service_name"}
_HOOK: dict[str, Any] = {"name": "Hook", "url": "https://hooks.example.com/a"}
_ACTIONS: dict[str, list[Any]] = {
    "route_to": ["start"],
    "dynamic_route_to": [_DYNAMIC],
    "drop_event": [True],
    "suppress": [True],
    "suspend": ["5m", 90],
    "priority": ["P1", "P2"],
    "escalation_policy": ["first"],
    "annotate": ["Two\nlines"],
    "severity": ["critical", "info"],
    "event_action": ["resolve"],
    "variables": [[{"name": "host", "path": "event.source", "value": "host: (.*)"}]],
    "extractions": [
        [{"target": "event.summary", "template": "{{variables.host}} is down"}],
        [{"target": "event.source", "regex": "(.*) ", "source": "event.summary"}],
    ],
    "automation_actions": [
        [_HOOK],
        [
            {
                **_HOOK,
                "auto_send": True,
                "headers": [{"key": "Content-Type", "value": "text/plain"}],
                "parameters": [{"key": "host", "value": "{{event.source}}"}],
                "trigger_types": ["alert_suspended"],
            }
        ],
    ],
    "incident_custom_field_updates": [[{"field": {"id": "PFIELD1"}, "value": "high"}]],
    "pagerduty_automation_actions": [[{"automation_action": "automation-action-one"}]],
}
"""Values of the actions of rules."""


def _documents(codec: RuleSets) -> list[Any]:
    """Documents of rules, among them one with each action."""
    if isinstance(codec, Router):
        first, second, *_ = KEYS["service"]
        rules = [{"label": "db", "if": "event.source exists", "route_to": first}, {"label": "all", "route_to": second}]
        found = [{"label": "found", "dynamic_route_to": _DYNAMIC}]
        alone = [[rule] for rule in rules]
        return [
            [],
            rules,
            rules[::-1],
            *alone,
            [*found, *rules],
            {"start": rules, "catch_all": second},
            {"catch_all": first},
        ]
    names = [part.name for part in codec.rule.parts if part.name in _ACTIONS and part.name != "route_to"]
    said = [{name: value} for name in names for value in _ACTIONS[name]]
    rules = [{"label": f"Rule {at}", "if": ["event.source exists"] * (at % 3), **it} for at, it in enumerate(said)]
    led = [{"label": "on", "disabled": True, "route_to": "night.shift"}]
    return [
        {},
        *({"start": [rule]} for rule in rules),
        {"start": rules[:2]},
        {"start": rules[1::-1]},
        {"start": led, "night.shift": rules[:1]},
        {"start": led, "night.shift": []},
        {"catch_all": said[0]},
    ]


_GROUPED_BY = ("aggregate", "fields", "time_window", "iag_fields", "timeout")
_GROUPINGS: list[Any] = [
    {"aggregate": "all", "fields": ["source"], "time_window": "15m"},
    {"aggregate": "any", "fields": ["source", "summary"], "time_window": 300},
    {"time_window": 300},
    {"time_window": 0, "iag_fields": ["summary", "source"]},
    {"timeout": "10m"},
]
"""How alerts are grouped, for each type: none takes all members."""


DAYS: dict[str, Any] = {"name": "days", "every": "day", "from": "09:00", "members": ["ana", "bo"]}
_WEEKS: dict[str, Any] = {
    "name": "weeks",
    "every": "2 weeks",
    "on": "mon-fri",
    "from": "08:00",
    "to": "17:30",
    "members": ["cy", "unassigned", "ana"],
}
_ROTATIONS: list[Any] = [
    DAYS,
    {**DAYS, "members": ["bo"], "starts": "2026-01-05"},
    _WEEKS,
    {**_WEEKS, "on": ["sat", "sun"], "shifts_per_member": 2, "time_zone": "America/New_York"},
    {**_WEEKS, "assign": "every", "except": ["2031-01-06"], "members": ["cy", "ana"]},
    {"name": "hours", "recurrence": "RRULE:FREQ=MONTHLY;BYDAY=1MO", "from": "10:00", "for": "2d4h", "members": ["cy"]},
]
"""In each list of samples they have different names."""


_CHANNEL: dict[str, Any] = {"workspace": "T02ABC", "channel": "C05XYZ", "notification_type": "responder"}
_CONNECTIONS: list[Any] = [
    {**_CHANNEL, "events": ["incident.triggered"]},
    {**_CHANNEL, "events": ["incident.triggered", "incident.resolved"], "priorities": "none", "urgency": "high"},
    {**_CHANNEL, "channel": "C777ABC", "events": ["incident.triggered"], "priorities": ["P1", "P2"]},
    {**_CHANNEL, "workspace": "T9XYZ", "events": ["incident.triggered"], "priorities": "any", "urgency": None},
]
"""Slack connections. PagerDuty always posts that one event."""
_TO: dict[str, Any] = {"target_issue_field": "summary", "target_issue_field_name": "Summary"}
_JIRA_FIELDS: list[Any] = [
    {"type": "attribute", "source_incident_field": "incident_title", **_TO},
    {"type": "const", "value": "text", **_TO},
    {"type": "jira_value", "value": {"id": "1", "more": [1, None]}, **_TO},
]
"""Each takes its value from one place."""


def followed(ref: Ref) -> Ref:
    """The reference as it is once all manifests are known: the key may be that of another kind of the same name."""
    kind = BY_SLUG.get(ref.kind)
    others = KINDS.variants_of(kind)[1:] if kind is not None and ref.by == "key" else ()
    return next((Ref(it.slug, "key", ref.value) for it in others if ref.value in KEYS[it.slug]), ref)


def samples(codec: Codec) -> list[Any]:
    """At least two valid values whose canonical forms differ (one for codecs that allow only one)."""
    match codec:
        case CacheVariable():
            return [
                {"name": "host", "type": "recent_value", "source": "event.source", "regex": "(.*)"},
                {"name": "host", "type": "recent_value", "source": "event.source", "regex": "host: ", "disabled": True},
                {"name": "count", "type": "trigger_event_count", "ttl": "10m", "if": "event.source exists"},
                {"name": "state", "type": "external_data", "data_type": "boolean", "ttl": 60},
            ]
        case RuleSets():
            return _documents(codec)
        case Conditions():
            return ["event.source exists", ["event.source exists", "event.summary exists"], []]
        case ServiceOrUnrouted():
            return [*KEYS["service"], "unrouted"]
        case Reference():
            return list(KEYS[codec.kind])
        case EventName():
            return ["incident.triggered", "incident.resolved", "service.updated"]
        case HookAddress():
            return ["https://hooks.example.com/pd", "https://hooks.example.com/other?to=pd"]
        case WebhookFilter():
            return [*samples(Target(codec.references)), "account"]
        case Target():
            keys = {
                it.kind: [key for kind in (it.kind, *it.stand_ins) for key in KEYS[kind]] for it in codec.references
            }
            return [{kind: key} for kind, found in keys.items() for key in found]
        case Rotations():
            return [[DAYS], *([it] for it in _ROTATIONS[1:]), [DAYS, _WEEKS], [_ROTATIONS[1], _ROTATIONS[-1]]]
        case RotationForm():
            return _ROTATIONS
        case MethodPointer():
            return [
                {"type": "email_contact_method", "address": "one@example.com"},
                {"type": "sms_contact_method", "address": "5550101"},
                {"type": "phone_contact_method", "address": "5550102", "country_code": 49},
            ]
        case MethodAddress():
            return ["one@example.com", "two@example.com"]
        case Email():
            return ["one@example.com", "two@example.com"]
        case Verbatim():
            return ["Id: ", "\n", ""]
        case ActionName():
            return ["delay:1", "slack:send-markdown-message:3"]
        case InputText():
            return ["5", 7, True, {"a": [1, None]}, " text\n"]
        case Token(expected="the id of a Slack workspace"):
            return ["T02ABC", "T9XYZ"]
        case Token(expected="the id of a Slack channel"):
            return ["C05XYZ", "C777ABC"]
        case Priorities():
            return ["any", "none", *samples(codec.some)]
        case Connection():
            return _CONNECTIONS
        case Json():
            return ["text", {"id": "1", "more": [1, None]}, 7]
        case CustomField():
            return _JIRA_FIELDS
        case Token():
            return ["alpha_1", "beta"]
        case FieldValue():
            return ["Alpha", "Beta two"]
        case FieldValues():
            return [{}, {"grade": "gold"}, {"grade": "silver"}]
        case Options():
            return [["low", "high"], ["low"], ["high", "mid", "low"]]
        case FieldItem():
            return _CUSTOM_FIELDS
        case AllOrSome():
            return ["all", *samples(codec.some)]
        case Secret() if codec.literal:
            return ["Alpha", "Beta two"]
        case SessionTimes():
            times = samples(codec.value)
            return [{name: said} for name in SESSION_TYPES for said in times] + [dict.fromkeys(SESSION_TYPES, times[1])]
        case Standards():
            first, second = _STANDARDS
            shop, mail, *_ = KEYS["service"]
            return [
                {first: {"active": False, "description": "Alpha"}},
                {second: {"active": False, "exclusions": [shop], "regex": "^a"}},
                {first: {"active": True, "inclusions": [mail, shop]}, second: {"active": True, "exclusions": []}},
            ]
        case Secret() if codec.literal:
            return ["https://one.example.com/x", "two", f"https://one.example.com/{_SECRETS[0]}"]
        case Secret():
            return list(_SECRETS)
        case SecretMap():
            return [{"Password": said} for said in samples(codec.value)]
        case SecretTree():
            return [{}, {"Project": "one", "Region": "two"}, {"Project": _SECRETS[0]}]
        case MapOf():
            first, second, *_ = samples(codec.value)
            return [{}, {"Delay": first}, {"Delay": second}]
        case Steps():
            return _STEPS
        case Trigger():
            return [{**way, "services": said} for way in _WAYS for said in samples(codec.codec_of("services"))[:3]]
        case FileText() | ReferringText():
            return samples(codec.inner)
        case WebAddress():
            return ["https://one.example.com/a", "https://two.example.com"]
        case Text():
            return ["Alpha", "Beta two", "Gamma: ünïcødé — 3"]
        case Duration():
            low = codec.minimum or 0
            minutes = 60 // codec.unit_s
            return [low or minutes * 5, f"{max(1, low // minutes) * 2}m" if codec.unit_s == 1 else f"{low + 7}m"]
        case Integer():
            low = codec.minimum or 0
            return [low, low + 1] if codec.maximum is None else [low, codec.maximum]
        case Choice():
            return list(codec.options)
        case Boolean():
            return [True, False]
        case Zone():
            return ["Europe/Berlin", "America/New_York", "Etc/UTC"]
        case TimeOfDay():
            return ["08:00", "17:30:00"]
        case WindowTime():
            return ["2031-01-06T09:00Z", "2031-02-03T17:00:00+02:00"]
        case OnDays():
            return ["mon-fri", ["sun"], ["second tue", "last fri"]]
        case Every():
            return ["day", "2 weeks"]
        case Day():
            return ["2031-01-06", "2031-02-03"]
        case Instant():
            return ["2031-01-06T09:00", "2031-02-03T17:00:00+02:00"]
        case WallTime():
            return ["2031-01-06T09:00", "2031-02-03T17:00:00+02:00", "2031-03-01"]
        case Nullable():
            return [*samples(codec.inner), None]
        case Variants():
            return _variants(codec)
        case Single():
            return samples(codec.member.codec)
        case Object() if codec is WINDOWS:
            return SERIES
        case Object() if codec.parts and codec.parts[-1].name == "timeout" and len(codec.parts) == len(_GROUPED_BY):
            return _GROUPINGS
        case Object() if "until" in {part.name for part in codec.parts} and len(codec.parts) == len(_PERIODS[0]):
            return _PERIODS
        case Object():
            return _objects(codec)
        case ListOf(noun="override"):
            return _OVERRIDES
        case ListOf():
            return _lists(codec)
    raise AssertionError(f"no samples for {type(codec).__name__}: add them here")


def _variants(codec: Variants) -> list[dict[str, Any]]:
    """All members with the first value of the tag that has them, and one with each other value."""
    found = []
    for names, option in codec.options:
        first, *others = [names] if isinstance(names, str) else names
        values = samples(option)
        found += [{codec.tag: first, **value} for value in values]
        found += [{codec.tag: name, **values[0]} for name in others]
    return found


def _objects(codec: Object) -> list[dict[str, Any]]:
    base = {part.name: samples(part.codec)[0] for part in codec.parts if part.required}
    found = [base] if base else []
    for part in codec.parts:
        found.extend({**base, part.name: value} for value in samples(part.codec) if base.get(part.name) != value)
    return [value for value in found if _is_sensible(codec, value)]


def _is_sensible(codec: Object, value: dict[str, Any]) -> bool:
    """Leaves out what only a rule between members forbids (an enabled pause needs a timeout)."""
    return not (value.get("enabled") is True and "timeout" not in value)


def _two_different(codec: Codec, items: list[Any]) -> list[Any]:
    scope = Scope()
    first = codec.desired(items[0], scope, ())
    return [items[0], *[item for item in items if codec.desired(item, scope, ()) != first][:1]]


def _lists(codec: ListOf) -> list[list[Any]]:
    items = samples(codec.item)
    found: list[list[Any]] = [] if codec.min_items else [[]]
    found.extend([item] for item in items)
    if codec.max_items is None or codec.max_items > 1:
        pair = _two_different(codec.item, items)
        if codec.key:
            pair = [{**item, codec.key: f"{at} {item[codec.key]}"} for at, item in enumerate(pair)]
        found.append(pair)
        if not isinstance(codec, SetOf):
            found.append(list(reversed(pair)))
    return found
