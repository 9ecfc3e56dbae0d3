"""The child list of Slack connections, which services and teams have: the channels that get messages about their incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.child import ChildList
from pdsync.model.codec.orchestration_action import PRIORITY
from pdsync.model.codec.plain import Canonical, Choice, Nullable, Text, Token
from pdsync.model.codec.reference import BareReference, WordOr
from pdsync.model.codec.structure import Object, SetOf, optional, required
from pdsync.model.hosted_list import HostedList
from pdsync.model.incident_event import TRIGGERED, warn_unknown
from pdsync.model.listing import LookUp
from pdsync.model.scope import Path, RefMap, Scope

_SOURCE = "terraform-provider-pagerduty, resource_pagerduty_slack_connection.go (absent from the API description)"
_NAME, _URGENCY = "slack", "urgency"
_KEY = ("workspace", "channel")
_ANY, _NONE = "any", "none"
PRIORITIES = LookUp(PRIORITY, "priorities")


@dataclass(frozen=True, slots=True)
class Priorities(WordOr):
    """``any``, ``none``, or a set of priorities. PagerDuty has null for any, and an empty list for incidents without a priority."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return value if isinstance(value, str) else self.some.live(value, scope) or _NONE

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        if isinstance(value, str):
            return None if value == _ANY else []
        return self.some.to_api(value, refs)


class Connection(Object):
    """A connection in the words of a manifest. PagerDuty always has ``incident.triggered`` among the events: without it, each plan would find
    the same difference. A null urgency is a value, both urgencies: an object drops nulls."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        item = Object.desired(self, value, scope, path)
        if _URGENCY in value and (*path, _URGENCY) not in scope.unreadable:
            item.setdefault(_URGENCY, None)
        events = item.get("events") or ()
        if events and TRIGGERED not in events:
            scope.problem((*path, "events"), f"lacks {TRIGGERED}, which PagerDuty always posts", f"Add {TRIGGERED}.")
        warn_unknown(events, scope, (*path, "events"))
        return item

    def live(self, value: Any, scope: Scope) -> Canonical:
        return {_URGENCY: None, **Object.live(self, value, scope)}


_PLACE = Token(
    "[TE][A-Z0-9]{2,31}",
    "the id of a Slack workspace",
    "It begins with T, and is in the address of Slack in a browser.",
)
_CHANNEL = Token(
    "[CGD][A-Z0-9]{2,31}",
    "the id of a Slack channel",
    "It begins with C; Slack shows it at the end of the channel's details.",
)
_CONNECTION = Connection.of(
    "connection",
    workspace=optional(_PLACE, "The id of the Slack workspace. Default: slack.workspace in pdsync.yaml."),
    channel=required(_CHANNEL, "The id of the channel. The PagerDuty app must be in it, if it is private."),
    notification_type=required(
        Choice(("responder", "stakeholder")), "Whether it gets what responders see, or the updates for stakeholders."
    ),
    events=required(
        SetOf(Text(min_length=1), min_items=1, noun="event"),
        "The events that are posted, among them incident.triggered.",
    ),
    priorities=optional(
        Priorities(
            SetOf(BareReference(PRIORITY, plain="name"), min_items=1, noun="priority"),
            (_ANY, _NONE),
            "any, none or a list of priorities",
            "Write any (all incidents), none (incidents without a priority), or a list such as [P1, P2].",
        ),
        "Only incidents of these priorities: any, none (no priority), or names. A new connection without them has any.",
    ),
    urgency=optional(
        Nullable(Choice(("high", "low"))),
        "Only incidents of this urgency. null, and a new connection without it: both.",
    ),
)
_CONFIG = ("events", "priorities", _URGENCY)
_OF_ALL: Mapping[str, Canonical] = {"priorities": _ANY, _URGENCY: None}


def _from_answer(item: dict[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    """A connection as PagerDuty answers it, with the members of a manifest."""
    config = {**_OF_ALL, **{name: it for name, it in (item.get("config") or {}).items() if it is not None}}
    named = {"id": item.get("id"), "workspace": item.get("workspace_id"), "channel": item.get("channel_id")}
    return {**named, "notification_type": item.get("notification_type"), **{it: config.get(it) for it in _CONFIG}}


def _to_request(item: dict[str, Any]) -> dict[str, Any]:
    """A connection of a manifest as a request has it."""
    config = {"priorities": None, _URGENCY: None, **{name: item[name] for name in _CONFIG if name in item}}
    return {
        "workspace_id": item["workspace"],
        "channel_id": item["channel"],
        "notification_type": item["notification_type"],
        "config": config,
    }


def _to_update(item: dict[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a connection that is there: the provider sends the whole connection."""
    said = _to_request(item)
    held = answer.get("config") or {}
    config = {**said["config"], **{it: held[it] for it in _CONFIG if it not in item and it in held}}
    return {**{name: answer.get(name) for name in ("source_id", "source_type")}, **said, "config": config}


def slack_list(collection: str) -> ChildList:
    """The connections of the objects of a kind, by its slug."""
    return ChildList(
        name=_NAME,
        item=_CONNECTION,
        key=_KEY,
        description=(
            "The Slack channels that its incidents are posted to. It takes the API token of a user (credentials in pdsync.yaml). Items "
            "that are not listed stay."
        ),
        source=f"{_SOURCE}; the token of a user: #388, #399, #407, #864; the app must see the channel: #954",
        default_mode="additive",
        collection="workspaces/{place}/connections",
        member="workspaces/{place}/connections/{id}",
        wrapper="slack_connection",
        read_from="listing",
        parent_member="source_id",
        names_parent_by="text",
        constant={"source_type": f"{collection}_reference"},
        item_noun="Slack connection",
        prepare=_from_answer,
        fill=_to_request,
        finish=_to_update,
        defaults=_OF_ALL,
        when_removed="{} no longer gets messages about its incidents",
        says=lambda item: "/".join(item[name] for name in _KEY if name in item),
        hosted=HostedList(
            host="slack",
            place="workspace",
            says="The id of the Slack workspace of connections that name none.",
            noun="Slack connections",
            answered_as="workspace_id",
        ),
    )
