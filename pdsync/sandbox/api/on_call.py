"""On-call: who would be paged, by policy and level: computed, not stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.schedule_layer import has_ended
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.period import asked_zone, moment
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.rendering import render
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.record import Body, Record

_HORIZON = timedelta(days=90)  # PagerDuty API description: shifts are limited to 90 days in the future


@dataclass(frozen=True, slots=True)
class OnCall:
    """``schedule`` is None, and so are the moments, for a user who is a target himself."""

    policy: Record
    level: int
    user: Record
    schedule: Record | None
    start: datetime | None
    end: datetime | None


def on_call_routes() -> list[Route]:
    return [Route("GET", "/oncalls", _list)]


def on_calls(call: Call, since: datetime, until: datetime, policies: list[Record]) -> Iterator[OnCall]:
    """By policy, level and start."""
    rendered: dict[str, list[tuple[datetime, datetime | None, Record]]] = {}
    for policy in policies:
        for level, rule in enumerate(policy.body["escalation_rules"], start=1):
            found: list[OnCall] = []
            for target in rule["targets"]:
                schedule = call.store.get("schedule", target["id"])
                if schedule is None:
                    user = call.store.get("user", target["id"])
                    found += [OnCall(policy, level, user, None, None, None)] if user is not None else []
                    continue
                if schedule.id not in rendered:
                    rendered[schedule.id] = _shifts(call, schedule, since, until)
                found += [OnCall(policy, level, it[2], schedule, it[0], it[1]) for it in rendered[schedule.id]]
            yield from sorted(found, key=lambda it: (it.start is not None, it.start or since))


def _shifts(
    call: Call, schedule: Record, since: datetime, until: datetime
) -> list[tuple[datetime, datetime | None, Record]]:
    """The end is None for somebody who never goes off call (PagerDuty API description)."""
    forever = _sole_user(call, schedule, until)
    shifts = []
    for span in render(call.store, schedule, since, until + timedelta(seconds=1)).final:
        user = call.store.get("user", span.user)
        # A deleted user keeps his turn, and nobody is paged in it.
        if user is not None and span.start <= until and span.end > since:
            last = span.user == forever and span.end > until + timedelta(days=7)
            shifts.append((span.start, None if last else span.end, user))
    return shifts


def _sole_user(call: Call, schedule: Record, until: datetime) -> str | None:
    """Who is alone on a topmost layer that neither ends nor has restrictions, without overrides to come."""
    layers = [it for it in schedule.body["schedule_layers"] if not has_ended(it, until)]
    if not layers or any(it.body["end"] > stored(until) for it in call.store.children("override", schedule.id)):
        return None
    top = layers[-1]
    users = {user["id"] for user in top["users"]}
    return users.pop() if len(users) == 1 and top["end"] is None and not top["restrictions"] else None


def _list(call: Call) -> Answer:
    since = moment(call, "since") or call.now
    until = moment(call, "until") or max(since, call.now)
    if until < since:
        raise invalid("Until must not be before since")
    until = max(since, min(until, call.now + _HORIZON))
    users, schedules = set(call.many("user_ids")), set(call.many("schedule_ids"))
    wanted = set(call.many("escalation_policy_ids"))
    policies = [it for it in call.store.sorted_by_name("escalation_policy") if not wanted or it.id in wanted]
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
    from pdsync.sandbox.api.escalation_policy import ESCALATION_POLICIES
    from pdsync.sandbox.api.schedule import SCHEDULES
    from pdsync.sandbox.api.user import USERS

    includes, nothing = call.includes(), frozenset[str]()

    def show(it: OnCall, zone: str) -> Body:
        schedule = None
        if it.schedule is not None:
            full = "schedules" in includes
            schedule = SCHEDULES.show(call, it.schedule, nothing) if full else call.links.reference(it.schedule)
        return {
            "escalation_policy": ESCALATION_POLICIES.show(call, it.policy, nothing)
            if "escalation_policies" in includes
            else call.links.reference(it.policy),
            "escalation_level": it.level,
            "schedule": schedule,
            "user": USERS.show(call, it.user, nothing) if "users" in includes else call.links.reference(it.user),
            "start": shown(stored(it.start), zone) if it.start is not None else None,
            "end": shown(stored(it.end), zone) if it.end is not None else None,
        }

    return show
