"""On-call: the list of who would be paged, by policy and level."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.period import asked_zone, moment
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.shift import OnCall, on_calls
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.record import Body

_HORIZON = timedelta(days=90)  # PagerDuty API description: shifts are limited to 90 days in the future


def on_call_routes() -> list[Route]:
    return [Route("GET", "/oncalls", _list)]


def _list(call: Call) -> Answer:
    since = moment(call, "since") or call.now
    until = moment(call, "until") or max(since, call.now)
    if until < since:
        raise invalid("Until must not be before since")
    until = max(since, min(until, call.now + _HORIZON))
    users, schedules = set(call.many("user_ids")), set(call.many("schedule_ids"))
    wanted = set(call.many("escalation_policy_ids"))
    policies = [
        it for it in visible(call, call.store.sorted_by_name("escalation_policy")) if not wanted or it.id in wanted
    ]
    rows = [
        it
        for it in on_calls(call, since, until, policies)
        if (not users or it.user.id in users)
        and (not schedules or (it.schedule.id if it.schedule is not None else "null") in schedules)
    ]
    if call.arg("earliest") == "true":
        first: dict[tuple[str, int, str], OnCall] = {}
        for it in rows:
            first.setdefault((it.policy.id, it.level, it.user.id), it)
        rows = list(first.values())
    zone, show = asked_zone(call), _shower(call)
    return Answer(200, paginate(call, "oncalls", rows, lambda it: show(it, zone)))


def _shower(call: Call) -> Callable[[OnCall, str], Body]:
    includes = call.includes()

    def show(it: OnCall, zone: str) -> Body:
        return {
            "escalation_policy": call.embed(it.policy, whole="escalation_policies" in includes),
            "escalation_level": it.level,
            "schedule": call.embed(it.schedule, whole="schedules" in includes) if it.schedule is not None else None,
            "user": call.embed(it.user, whole="users" in includes),
            "start": shown(stored(it.start), zone) if it.start is not None else None,
            "end": shown(stored(it.end), zone) if it.end is not None else None,
        }

    return show
