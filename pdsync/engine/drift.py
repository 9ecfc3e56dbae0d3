"""Finds drift: what was edited by hand in the account, and what was not applied yet. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pdsync.account.audit import fetch_last_edits
from pdsync.client import RestApiV2Client, last_4
from pdsync.engine.desired import Desired
from pdsync.engine.error import PlanError
from pdsync.engine.plan import Activity, make_plan, silent
from pdsync.plan import Plan
from pdsync.plan.drift import Drift, Editor, compute_drift


def find_drift(client: RestApiV2Client, desired: Desired, *, activity: Activity = silent) -> Drift:
    """What differs, and who edited it last. An edit by hand may be one that only a reading in full shows, such as that of a role. Raises PlanError, RefusedError, and the client's errors."""
    desired = replace(desired, selection=replace(desired.selection, in_full=True))
    plan = make_plan(client, desired, activity=activity, judged=False).plan
    if plan.problems:
        raise PlanError(plan.problems)
    return compute_drift(plan, _editors(client, plan))


def _editors(client: RestApiV2Client, plan: Plan) -> dict[str, Editor]:
    """Who made the last edit of each object that differs, by id. A write with this very token is not an edit by hand."""
    ids = {change.id for change in plan.changes if change.id}
    own = last_4(client.api_key)[-4:]
    editors = {}
    for identity, record in fetch_last_edits(client, ids).items():
        method = _part(record, "method")
        if method.get("truncated_token") and str(method["truncated_token"])[-4:] == own:
            continue
        actors = record.get("actors")
        actor = actors[0] if isinstance(actors, list) and actors and isinstance(actors[0], dict) else {}
        who = str(actor.get("summary") or actor.get("id") or "someone")
        editors[identity] = Editor(
            who, str(method.get("type") or "unknown"), str(record.get("execution_time")), str(record.get("action"))
        )
    return editors


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, dict) else {}
