"""Refused deletes: what appeared since the plan was made and blocks the delete."""

from __future__ import annotations

from pdsync.apply.wire import Wire
from pdsync.client import Error
from pdsync.kinds import BY_SLUG
from pdsync.model import OPEN_INCIDENTS, OpenIncident
from pdsync.plan import Change

_LOOKED_AT = 100
"""Incidents that one request gives."""
_UNKNOWN = "Something created after the plan, such as an open incident, may still use it: run plan again."


def explain_refusal(wire: Wire, change: Change) -> str:
    """Why PagerDuty may have refused to delete an object, with a link to each open incident that depends on it. Sends one request.

    An incident follows the policy as it was at its beginning, and the API does not show that: for a schedule all open incidents
    are named as possible.
    """
    from pdsync.plan.checks.open_incident import list_incidents

    fact = BY_SLUG[change.kind].facts.incidents
    if fact is None or fact.loses or change.id is None:
        return _UNKNOWN
    params = {**OPEN_INCIDENTS, "limit": _LOOKED_AT}
    if fact.query:
        params[fact.query] = [change.id]
    try:
        read = [OpenIncident.read(raw) for raw in wire.get("incidents", params=params)]
    except (Error, KeyError, TypeError, ValueError):
        return _UNKNOWN  # the refusal is reported in any case
    if fact.through:
        listed = list_incidents("possibly on a policy that used it", read)
        hint = "resolve or reassign those that do"
    else:
        read = [incident for incident in read if change.id in incident.ids(fact.member)]
        listed, hint = list_incidents(fact.says, read), "resolve or reassign them"
    return f"{listed}; {hint}, then run plan again." if read else _UNKNOWN
