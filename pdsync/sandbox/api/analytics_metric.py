"""Analytics metric: figures of many incidents together: totals, means, medians, and the share of time without a major one.

A mean or a percentile of nothing is null.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pdsync.sandbox.api.analytics_filter import AnalyticsRequest, is_major
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.incident_history import ESCALATED, REASSIGNED, TIMED_OUT, IncidentHistory
from pdsync.sandbox.paging.interruption import HOURS, count_interruptions
from pdsync.sandbox.store.record import Body

_PERCENTILES = (50, 75, 90, 95)
Groups = Mapping[tuple[str, ...], Sequence[IncidentHistory]]


def rows_of(
    request: AnalyticsRequest, groups: Groups, describe: Callable[[tuple[str, ...], Sequence[IncidentHistory]], Body]
) -> list[Body]:
    """A row for each group, or for each group and unit of time; ordered as the request asks for."""
    rows: list[Body] = []
    for key, histories in groups.items():
        for start, inside in _by_unit(request, histories):
            unit = {"range_start": start.strftime("%Y-%m-%dT%H:%M:%S")} if start is not None else {}
            rows.append({**unit, **describe(key, inside)})
    return ordered(request, rows)


def ordered(request: AnalyticsRequest, rows: list[Body]) -> list[Body]:
    """By the column that the request names. Raises the 400 for one that there is not."""
    column = request.order_by
    if column is None or not rows:
        return rows
    if not all(column in row for row in rows):
        raise invalid(f"Order by must be one of: {', '.join(sorted(rows[0]))}")
    known = [row for row in rows if row[column] is not None]
    unknown = [row for row in rows if row[column] is None]
    return [*sorted(known, key=lambda row: row[column], reverse=request.order == "desc"), *unknown]


def incident_metrics(histories: Sequence[IncidentHistory]) -> Body:
    effort = [it.engaged_seconds() for it in histories]
    return {
        "mean_assignment_count": mean([it.assignment_count for it in histories]),
        "mean_engaged_seconds": mean(effort),
        "mean_engaged_user_count": mean([len(it.engaged) for it in histories]),
        "mean_seconds_to_engage": mean([it.seconds_to_engage for it in histories]),
        "mean_seconds_to_first_ack": mean([it.seconds_to_first_ack for it in histories]),
        "mean_seconds_to_mobilize": mean([it.seconds_to_mobilize for it in histories]),
        "mean_seconds_to_resolve": mean([it.seconds_to_resolve for it in histories]),
        # No one corrects the effort here, so that it is what was measured.
        "mean_user_defined_engaged_seconds": mean(effort),
        "total_engaged_seconds": sum(effort),
        "total_user_defined_engaged_seconds": sum(effort),
        "total_escalation_count": sum(it.count(ESCALATED, TIMED_OUT) for it in histories),
        "total_incident_count": len(histories),
        "total_incidents_acknowledged": sum(bool(it.acknowledgements) for it in histories),
        "total_incidents_auto_resolved": sum(it.is_auto_resolved for it in histories),
        "total_incidents_manual_escalated": sum(it.count(ESCALATED) > 0 for it in histories),
        "total_incidents_reassigned": sum(it.count(REASSIGNED) > 0 for it in histories),
        "total_incidents_timeout_escalated": sum(it.count(TIMED_OUT) > 0 for it in histories),
        "total_snoozed_seconds": sum(it.snoozed_seconds for it in histories),
        **_notified(histories),
    }


def percentiles(histories: Sequence[IncidentHistory]) -> Body:
    found: Body = {}
    for name in ("seconds_to_first_ack", "seconds_to_resolve"):
        values = sorted(value for it in histories if (value := getattr(it, name)) is not None)
        for percent in _PERCENTILES:
            found[f"p{percent}_{name}"] = _percentile(values, percent)
    return found


def responder_metrics(user: str, histories: Sequence[IncidentHistory]) -> Body:
    """The metrics of the incidents that a user was assigned, or engaged in."""
    effort = [it.engaged_seconds(user) for it in histories if user in it.engaged]
    return {
        "mean_engaged_seconds": mean(effort),
        "mean_time_to_acknowledge_seconds": mean([_seconds_to_acknowledge(it, user) for it in histories]),
        "total_engaged_seconds": sum(effort),
        "total_incident_count": len(histories),
        "total_incidents_acknowledged": sum(any(who == user for _, who in it.acknowledgements) for it in histories),
        **{
            f"total_incidents_{name}_{side}": sum(_moved(it, user, way, side) for it in histories)
            for name, way in (
                ("manual_escalated", ESCALATED),
                ("reassigned", REASSIGNED),
                ("timeout_escalated", TIMED_OUT),
            )
            for side in ("from", "to")
        },
        **_notified(histories, user),
    }


def up_time(request: AnalyticsRequest, histories: Sequence[IncidentHistory], now: datetime) -> Body:
    """The up time in the period that was asked for; by default from the first incident until now."""
    start, end = request.bounds
    start = start or min(it.created_at for it in histories)
    end = min(end, now) if end is not None else now
    if end <= start:
        return {"up_time_pct": 100.0}
    down, last = timedelta(), start
    for history in sorted((it for it in histories if is_major(it)), key=lambda it: it.created_at):
        begin, finish = max(last, history.created_at), min(end, history.resolved_at or now)
        if finish > begin:
            down, last = down + (finish - begin), finish
    return {"up_time_pct": 100.0 * (1 - down / (end - start))}


def mean(values: Iterable[int | None]) -> int | None:
    known = [it for it in values if it is not None]
    return round(sum(known) / len(known)) if known else None


def _by_unit(
    request: AnalyticsRequest, histories: Sequence[IncidentHistory]
) -> Iterable[tuple[datetime | None, Sequence[IncidentHistory]]]:
    """Incidents by the beginning of the day, week (Monday) or month in which they were created; only where there are any."""
    if request.aggregate_unit is None:
        return [(None, histories)]
    zone, found = ZoneInfo(request.time_zone), defaultdict[datetime, list[IncidentHistory]](list)
    for history in histories:
        day = history.created_at.astimezone(zone).replace(hour=0, minute=0, second=0, tzinfo=None)
        if request.aggregate_unit == "week":
            day -= timedelta(days=day.weekday())
        elif request.aggregate_unit == "month":
            day = day.replace(day=1)
        found[day].append(history)
    return sorted(found.items())


def _notified(histories: Sequence[IncidentHistory], user: str | None = None) -> Body:
    """Of one user, or of all."""
    counts = Counter[str]()
    for history in histories:
        counts += count_interruptions(history.notified(user))
    return {
        "total_notifications": sum(len(it.notified(user)) for it in histories),
        "total_interruptions": counts.total(),
        **{f"total_{hour}_interruptions": counts[hour] for hour in HOURS},
    }


def _percentile(values: Sequence[int], percent: int) -> int | None:
    """By the nearest rank (which kind PagerDuty takes is not known)."""
    return values[max(0, -(-len(values) * percent // 100) - 1)] if values else None


def _seconds_to_acknowledge(history: IncidentHistory, user: str) -> int | None:
    """From the first assignment to the first acknowledgement."""
    given = min((it.at for it in history.assignments if user in it.users), default=None)
    done = min((at for at, who in history.acknowledgements if who == user), default=None)
    return max(0, int((done - given).total_seconds())) if given is not None and done is not None else None


def _moved(history: IncidentHistory, user: str, way: str, side: str) -> bool:
    """Whether the incident went to the user in that way, or away from them; by hand only before they acknowledged it."""
    for it in history.assignments:
        if it.way != way:
            continue
        if side == "to" and user in it.users - it.before:
            return True
        acknowledged = any(who == user and at <= it.at for at, who in history.acknowledgements)
        if side == "from" and user in it.before - it.users and not (acknowledged and way == ESCALATED):
            return True
    return False
