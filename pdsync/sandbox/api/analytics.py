"""Analytics: figures of the incidents that the account holds, by service, team, escalation policy and responder.

They are computed at once from incidents and their log, where PagerDuty takes up to a day. A POST asks and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from pdsync.sandbox.api.analytics_filter import AnalyticsRequest, name_of, read_request
from pdsync.sandbox.api.analytics_metric import (
    Groups,
    incident_metrics,
    percentiles,
    responder_metrics,
    rows_of,
    up_time,
)
from pdsync.sandbox.api.collection import Handler, Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.paging.incident_history import IncidentHistory
from pdsync.sandbox.store.record import Body

_INCIDENTS, _RESPONDERS = "/analytics/metrics/incidents", "/analytics/metrics/responders"
_NO_TEAM = ""


def analytics_routes() -> list[Route]:
    by = {"services": "service", "teams": "team", "escalation_policies": "escalation_policy"}
    return [
        Route("POST", f"{_INCIDENTS}/all", _of_all_incidents),
        *(Route("POST", f"{_INCIDENTS}/{plural}", _by_kind(kind)) for plural, kind in by.items()),
        *(Route("POST", f"{_INCIDENTS}/{plural}/all", _together(kind)) for plural, kind in by.items()),
        Route("POST", f"{_RESPONDERS}/all", _responders(by_team=False)),
        Route("POST", f"{_RESPONDERS}/teams", _responders(by_team=True)),
    ]


def _of_all_incidents(call: Call) -> Answer:
    request = read_request(call)
    return _answer(
        request,
        {(): request.incidents(call)},
        lambda _, histories: {**incident_metrics(histories), **percentiles(histories)},
    )


def _by_kind(kind: str) -> Handler:
    """A row for each service, team or policy that has an incident (PagerDuty API description)."""

    def handle(call: Call) -> Answer:
        request = read_request(call)
        groups: defaultdict[tuple[str, ...], list[IncidentHistory]] = defaultdict(list)
        for history in request.incidents(call):
            for id in _ids(history, kind):
                groups[(id,)].append(history)

        def describe(key: tuple[str, ...], histories: Sequence[IncidentHistory]) -> Body:
            return {
                **_named(call, kind, key[0]),
                **(_named(call, "team", _ids(histories[0], "team")[0]) if kind != "team" else {}),
                **_grouped(call, request, kind, histories),
            }

        return _answer(request, groups, describe)

    return handle


def _together(kind: str) -> Handler:
    """One row for all services, teams or policies; for teams, of the incidents that have one."""

    def handle(call: Call) -> Answer:
        request = read_request(call)
        found = [it for it in request.incidents(call) if _ids(it, kind) != [_NO_TEAM]]
        return _answer(request, {(): found}, lambda _, histories: _grouped(call, request, kind, histories))

    return handle


def _responders(*, by_team: bool) -> Handler:
    def handle(call: Call) -> Answer:
        request = read_request(call, ("date_range_start", "date_range_end"))
        wanted = set(request.filters.get("responder_ids", ()))
        groups: defaultdict[tuple[str, ...], list[IncidentHistory]] = defaultdict(list)
        for history in request.incidents(call):
            for user in dict.fromkeys((*history.assigned(), *history.engaged)):
                if wanted and user not in wanted:
                    continue
                for team in _ids(history, "team") if by_team else [_NO_TEAM]:
                    groups[(user, team)].append(history)

        def describe(key: tuple[str, ...], histories: Sequence[IncidentHistory]) -> Body:
            user, team = key
            return {
                "responder_id": user,
                "responder_name": name_of(call, user),
                **(_named(call, "team", team) if by_team else {}),
                **responder_metrics(user, histories),
            }

        return _answer(request, groups, describe)

    return handle


def _answer(
    request: AnalyticsRequest, groups: Groups, describe: Callable[[tuple[str, ...], Sequence[IncidentHistory]], Body]
) -> Answer:
    """Without incidents there are no rows."""
    filled = {key: histories for key, histories in groups.items() if histories}
    return Answer(200, {"data": rows_of(request, filled, describe), **request.echo})


def _grouped(call: Call, request: AnalyticsRequest, kind: str, histories: Sequence[IncidentHistory]) -> Body:
    people = {user for it in histories for user in it.engaged}
    return {
        **incident_metrics(histories),
        **up_time(request, histories, call.now),
        **({"distinct_responder_count": len(people)} if kind == "escalation_policy" else {}),
    }


def _ids(history: IncidentHistory, kind: str) -> list[str]:
    """The ids of the service, policy or teams of an incident; an empty id where it has no team."""
    if kind == "team":
        return [it["id"] for it in history.incident.body["teams"]] or [_NO_TEAM]
    return [history.incident.body[kind]["id"]]


def _named(call: Call, kind: str, id: str) -> Body:
    """Null, both, for no team."""
    return {f"{kind}_id": id or None, f"{kind}_name": name_of(call, id)}
