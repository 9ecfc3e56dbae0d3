"""A small company for the tests of this folder: two services, a policy for each, and the rules that a test gives."""

from __future__ import annotations

from typing import Any

from pdsync.model import Ref
from pdsync.oncall.roster import Entry, Roster
from pdsync.routing.documents import Documents
from pdsync.routing.event import Event, event_of_body

AT = 1_795_428_000
"""Monday, 23 November 2026, 10:00 UTC."""
PROD = Ref("event_orchestration", "key", "prod")
ORDERS, CHECKOUT = Ref("service", "key", "orders"), Ref("service", "key", "checkout")
ANA, BEN = Ref("user", "key", "ana"), Ref("user", "key", "ben")
FIRST, SECOND = Ref("escalation_policy", "key", "first"), Ref("escalation_policy", "key", "second")


def rule(label: str, *conditions: str, disabled: bool = False, **actions: Any) -> dict[str, Any]:
    """A rule in canonical form."""
    return {"label": label, "if": conditions, "disabled": disabled, **actions}


def document(*start: dict[str, Any], catch_all: dict[str, Any] | None = None, **sets: Any) -> dict[str, Any]:
    """A document in canonical form."""
    return {"start": start, **sets, "catch_all": catch_all or {}}


def company(*, complete: bool = False, orders: Any = None, service: Any = None, **documents: Any) -> Roster:
    """The roster. `documents` are those of the orchestration, `orders` the rules of that service, `service` more of its fields."""
    rules = {} if orders is None else {"event_orchestration": orders}
    return Roster(
        {
            PROD: Entry({"name": "Production", **documents}),
            ORDERS: Entry({"name": "Orders", "escalation_policy": FIRST, **rules, **(service or {})}),
            CHECKOUT: Entry({"name": "Checkout", "escalation_policy": SECOND}),
            FIRST: Entry({"name": "First", "escalation_rules": [_level(ANA)]}),
            SECOND: Entry({"name": "Second", "escalation_rules": [_level(BEN)]}),
            ANA: Entry({"name": "Ana", "email": "ana@example.com"}),
            BEN: Entry({"name": "Ben", "email": "ben@example.com"}),
        },
        complete=complete,
    )


def production(*, complete: bool = False, orders: Any = None, **documents: Any) -> Documents:
    """The documents of the orchestration."""
    return Documents(company(complete=complete, orders=orders, **documents), PROD)


def event(summary: str = "disk full", source: str = "db-7", **more: Any) -> Event:
    """A trigger event; `more` is for its payload."""
    return event_of_body({"payload": {"summary": summary, "source": source, "severity": "critical", **more}})


def _level(user: Ref) -> dict[str, Any]:
    return {"escalation_delay_in_minutes": 30, "targets": (user,)}
