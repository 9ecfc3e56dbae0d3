"""Parts of a webhook: what it reports about, which events, and where to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from pdsync.model.codec.plain import Canonical, CheckedCodec, Text
from pdsync.model.codec.reference import Target
from pdsync.model.incident_event import INCIDENT_EVENTS, warn_unknown
from pdsync.model.pattern import NOT_BLANK, WHITE_SPACE, whole
from pdsync.model.scope import Path, RefMap, Scope

ACCOUNT: Final = "account"
_ACCOUNT_TYPE: Final = "account_reference"
_MORE = (
    *("action_invocation.created", "action_invocation.terminated", "action_invocation.updated"),
    *("conference_bridge.updated", "custom_field_values.updated", "incident_type.changed", "role.assigned"),
    *("service_updated", "workflow.completed", "workflow.started"),
)
_SERVICE = ("created", "custom_field_values.updated", "deleted", "updated")
EVENTS: Final = frozenset(
    {*INCIDENT_EVENTS, *(f"incident.{it}" for it in _MORE), *(f"service.{it}" for it in _SERVICE)}
)
"""The events that are known: those of Slack too, and more (PagerDuty's page Webhooks V3 Overview). PagerDuty adds more over time, so another
one is allowed."""
_EVENT = r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*"
_ADDRESS = rf"[Hh][Tt][Tt][Pp][Ss]?://[^{WHITE_SPACE}/?#]+{NOT_BLANK}*"


@dataclass(frozen=True, slots=True)
class EventName(CheckedCodec):
    """The name of an event. An unknown name is most likely a slip."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "maxLength": 255,
            **whole(_EVENT),
            "x-expected": "the name of an event",
            "errorMessage": "Write it like incident.triggered.",
            "examples": ["incident.triggered"],
        }

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        warn_unknown((value,), scope, path, sorted(EVENTS))


@dataclass(frozen=True, slots=True)
class HookAddress(Text):
    """A web address. PagerDuty shows it to everyone who may read webhooks."""

    def schema(self) -> dict[str, Any]:
        return {
            **Text.schema(self),
            **whole(f"[{WHITE_SPACE}]*{_ADDRESS}[{WHITE_SPACE}]*"),
            "x-expected": "a web address",
            "errorMessage": "Write it like https://hooks.example.com/pagerduty.",
            "examples": ["https://hooks.example.com/pagerduty"],
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return CheckedCodec.desired(self, value, scope, path)

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """What is allowed and should not be."""
        Text.check(self, value, scope, path)
        if re.match("http:", value, re.IGNORECASE):
            scope.warn(path, "what is sent to an http address can be read on its way", "Write https.")
        if _has_password(value):
            text = "the address has a password in it, and PagerDuty shows addresses"
            scope.warn(path, text, "Put it into custom_headers, as ${env:NAME}.")


def _has_password(address: str) -> bool:
    try:
        return urlsplit(address).password is not None
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class WebhookFilter(Target):
    """What a webhook reports about: ``account``, or one service or team. The canonical value of ``account`` is that word."""

    def schema(self) -> dict[str, Any]:
        ways = Target.schema(self)
        return {
            "anyOf": [{"const": ACCOUNT}, {name: ways[name] for name in ways if not name.startswith(("x-", "error"))}],
            "x-expected": "what it reports about",
            "errorMessage": "Write account, {service: ...} or {team: ...}.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return ACCOUNT if value == ACCOUNT else Target.desired(self, value, scope, path)

    def live(self, value: Any, scope: Scope) -> Canonical:
        is_account = isinstance(value, dict) and value.get("type") == _ACCOUNT_TYPE
        return ACCOUNT if is_account else Target.live(self, value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return {"type": _ACCOUNT_TYPE} if value == ACCOUNT else Target.to_api(self, value, refs)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return value if value == ACCOUNT else Target.map_refs(self, value, refs)
