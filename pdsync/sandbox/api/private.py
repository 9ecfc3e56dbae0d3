"""Private: the tokens of requests do not see private teams, nor objects that belong only to them.

A profile names the teams. Requests from inside are those of a member, who sees everything. Names that are taken stay taken:
what is hidden is there.
"""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.problem import Problem, not_found
from pdsync.sandbox.store.record import Body, Record

_WITH_TEAMS = ("escalation_policy", "schedule", "schedule_v3", "incident")


def check_visible(call: Call, ids: Iterable[str]) -> None:
    """Raises the refusal of a path that names something hidden."""
    for id in ids:
        record = call.store.find(id)
        if record is not None and _is_hidden(call, record):
            if call.profile.reads("private_object", "forbidden"):
                raise Problem(403, 2010, "Access Denied", ["You do not have permission to access this object."])
            raise not_found(record.kind)


def visible(call: Call, records: Iterable[Record]) -> list[Record]:
    if call.is_inside or not call.profile.private_teams:  # as most pages of a large account are asked for
        return list(records)
    return [record for record in records if not _is_hidden(call, record)]


def _is_hidden(call: Call, record: Record) -> bool:
    names = call.profile.private_teams
    if call.is_inside or not names:
        return False
    if record.kind == "team":
        return record.body["name"] in names
    teams = [call.store.get("team", it["id"]) for it in _teams(call, record)]
    return bool(teams) and all(team is not None and team.body["name"] in names for team in teams)


def _teams(call: Call, record: Record) -> list[Body]:
    """A service has those of its policy (PagerDuty API description), a change event those of its service."""
    if record.kind == "change_event":
        record = call.record("service", record.parent or "")
    if record.kind == "service":
        record = call.record("escalation_policy", record.body["escalation_policy"]["id"])
    return list(record.body.get("teams", [])) if record.kind in _WITH_TEAMS else []
