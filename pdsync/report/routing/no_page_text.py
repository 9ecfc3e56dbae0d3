"""Why no one is paged for an event, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.routing.outcome import Outcome
from pdsync.routing.paging import NoPage, Paging

_TEXTS: Mapping[NoPage, str] = {
    "dropped": "No one: a rule drops the event.",
    "unrouted": "No one: no service gets the event.",
    "router_unknown": "Not known: the router is not known here.",
    "suppressed": "No one: a rule suppresses the alert, so there is no incident.",
    "service_unknown": "Not known: the service is not known here.",
    "disabled": "No one: the service is disabled, so there is no incident.",
    "maintenance": "No one: the service is under maintenance, so there is no incident.",
    "policy_unknown": "Not known: the escalation policy is not known here.",
    "no_one_on_call": "NO ONE IS PAGED: no level has anyone on call, and PagerDuty drops the incident.",
}
_ACTIONS = {
    "acknowledge": "No one: the event acknowledges an alert that is open already.",
    "resolve": "No one: the event resolves an alert.",
}


def no_page_text(paging: Paging, outcome: Outcome) -> str:
    """The sentence for an outcome without a page."""
    assert paging.no_page is not None
    if paging.no_page == "not_a_trigger":
        return _ACTIONS.get(outcome.event_action, "No one: the event triggers no alert.")
    return _TEXTS[paging.no_page]
