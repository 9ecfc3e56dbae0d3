"""The present state as a page: who is on call, escalation, the hours of each person, and coverage gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from pdsync.model import Ref
from pdsync.oncall.difference import Load
from pdsync.oncall.escalation_level import LevelOnCall, levels_at
from pdsync.oncall.incident import incident_at
from pdsync.oncall.interval import total_s
from pdsync.oncall.load import compute_loads
from pdsync.oncall.pending import pending_of
from pdsync.oncall.person import URGENCIES, Urgency
from pdsync.oncall.reach import people_of
from pdsync.oncall.reading import DAY_S
from pdsync.oncall.roster import Roster
from pdsync.oncall.scope import targets_of
from pdsync.oncall.uncovered import known_policy_gaps
from pdsync.report.impact.impact_risk import LACKS
from pdsync.report.oncall.explanation import rings_text
from pdsync.report.oncall.pending_text import pending_words
from pdsync.report.page.escalation import Escalation, build_escalation, end_of_shift
from pdsync.report.page.impact import Notice, load_cells
from pdsync.report.page.moment import PAGE_DAYS, shown_date, shown_hours, shown_moment, shown_span, zone_of
from pdsync.report.page.template import render_template
from pdsync.report.page.timeline import Timeline, build_timeline

_MOST_NOTICES = 40
_MOST_DRAWN_AT_ONCE = 60
"""Up to how many parts the browser lays out at once, and not each as it comes into sight."""
_MOST_DRAWN_WHOLE = 40
"""Up to how many schedules have a table next to their picture."""
_OPEN_ROWS, _OPEN_PARTS = 60, 12
"""Up to how many rows of a table, and how many cards, are unfolded when the page opens."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """One responder of an escalation level, now."""

    policy: str
    level: int
    person: str
    until: str
    through: str
    uncovered: bool


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service and whom it pages. `anchor` is the number of its policy's escalation, 0 where that is not known."""

    name: str
    policy: str
    anchor: int
    urgency: str
    silent: str
    """Why it makes no incidents; empty where it makes some."""


@dataclass(frozen=True, slots=True)
class Way:
    """How incidents of one urgency escalate now, and the services that have such incidents."""

    escalation: Escalation
    services: tuple[str, ...]
    urgency: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy, with a way for each urgency that incidents of its services have now."""

    number: int
    name: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person who can be on call."""

    name: str
    high: str
    low: str
    silent: bool
    """True where a policy pages the person, who cannot be reached."""
    hours: str
    nights: str
    weekends: str


def render_state_page(roster: Roster, moment: int, zone: tzinfo | None, *, title: str, source: str) -> str:
    """The roster at a moment as one HTML document, the same bytes for the same objects.

    Times of schedules are in the zone of each, all others in `zone`, None: that of this machine. `title` names the workspace or account, `source` says in a
    sentence of ours where this was read.
    """
    until = moment + PAGE_DAYS * DAY_S
    notices = list(_notices(roster, moment, until))
    numbers = {ref: number for number, (ref, _) in enumerate(roster.of_kind("escalation_policy"), 1)}
    services = list(_services(roster, numbers, moment, zone))
    schedules = [found for ref, _ in roster.schedules() if (found := _timeline(roster, ref, moment, until))]
    every = [ref for ref, _ in roster.schedules()]
    people = list(_people(roster, moment, compute_loads(roster, moment, until)))
    on_calls = list(_on_call(roster, numbers, moment, zone))
    policies = list(_policies(roster, numbers, moment, zone))
    contents = [
        ("risks", "Needs review", len(notices)),
        ("now", "On call now", len(on_calls)),
        ("services", "Services", len(services)),
        ("policies", "Escalation", len(policies)),
        ("schedules", "Schedules", len(schedules)),
        ("people", "People", len(people)),
    ]
    return render_template(
        "state.html",
        title=f"pdsync page: {title}",
        heading=title,
        source=source,
        moment=shown_date(moment, zone),
        contents=contents,
        notices=notices[:_MOST_NOTICES],
        more=max(0, len(notices) - _MOST_NOTICES),
        on_calls=on_calls,
        services=services,
        policies=policies,
        schedules=schedules,
        pending=[pending_words(roster, ref, found) for ref, found in pending_of(roster, every, moment)],
        people=people,
        open_rows=_OPEN_ROWS,
        open_parts=_OPEN_PARTS,
        large=len(policies) + len(schedules) > _MOST_DRAWN_AT_ONCE,
        dense=len(schedules) > _MOST_DRAWN_WHOLE,
    )


def _notices(roster: Roster, moment: int, until: int) -> Iterator[Notice]:
    for ref, entry in roster.of_kind("escalation_policy"):
        gaps = known_policy_gaps(roster, ref, moment, until)
        if gaps:
            clock = _zone_of_policy(roster, ref)
            first = shown_span(*gaps[0], zone_of(clock))
            rest = f", and {len(gaps) - 1} more times" if len(gaps) > 2 else ", and once more" if len(gaps) == 2 else ""
            hours = shown_hours(total_s(gaps))
            text = f"{entry.name} pages no one from {first}{rest} ({hours} in {PAGE_DAYS} days)"
            yield Notice("Uncovered", text, _place(roster, ref))
    called = people_of(roster, moment)
    for user in sorted(called, key=lambda ref: (roster.name_of(ref).casefold(), ref)):
        for lack in sorted(roster.person(user).lacks):
            text = f"{roster.name_of(user)} is on call through {roster.name_of(called[user])} and cannot be reached: {LACKS[lack]}"
            yield Notice("Unreachable", text, _place(roster, user))


def _on_call(roster: Roster, policies: Mapping[Ref, int], moment: int, zone: tzinfo | None) -> Iterator[OnCall]:
    for policy in policies:
        for on_call in levels_at(roster, policy, moment, ends=False):
            yield _row(roster, on_call, moment, zone)


def _row(roster: Roster, on_call: LevelOnCall, moment: int, zone: tzinfo | None) -> OnCall:
    policy, responder = roster.name_of(on_call.policy), on_call.responder
    if responder is None:
        return OnCall(policy, on_call.level, "no one", "", "", uncovered=True)
    through = end = ""
    if responder.schedule is not None:
        how = f", {responder.layer}" if responder.layer else ", by an override" if responder.user is not None else ""
        through = roster.name_of(responder.schedule) + how
        until = end_of_shift(roster, responder, moment)
        end = shown_moment(until, zone) if until is not None else ""
    person = roster.name_of(responder.user) if responder.user is not None else "not known here"
    return OnCall(policy, on_call.level, person, end, through, uncovered=False)


def _services(roster: Roster, numbers: Mapping[Ref, int], moment: int, zone: tzinfo | None) -> Iterator[ServiceRow]:
    for ref, entry in roster.of_kind("service"):
        incident = incident_at(roster, ref, moment)
        policy, urgency = incident.policy, incident.urgency
        said = "by severity" if urgency.urgency == "severity_based" else urgency.urgency
        rises = f", becomes urgent {shown_moment(urgency.rises_at, zone)}" if urgency.rises_at is not None else ""
        window = incident.maintenance
        maintenance = f"under maintenance until {shown_moment(window.end, zone)}" if window is not None else ""
        yield ServiceRow(
            entry.name or ref.value,
            roster.name_of(policy) if policy is not None else "not known here",
            numbers.get(policy, 0) if policy is not None else 0,
            f"{said}, {urgency.because}{rises}" if incident.is_made else "no incidents",
            "disabled" if incident.disabled else maintenance,
        )


def _policies(roster: Roster, numbers: Mapping[Ref, int], moment: int, zone: tzinfo | None) -> Iterator[PolicyView]:
    """Each policy once. A policy without a service may be given an incident by hand, and that is urgent."""
    served: dict[tuple[Ref, Urgency], list[str]] = {}
    for ref, entry in roster.of_kind("service"):
        incident = incident_at(roster, ref, moment)
        for urgency in incident.urgencies if incident.policy is not None else ():
            assert incident.policy is not None
            served.setdefault((incident.policy, urgency), []).append(entry.name or ref.value)
    for policy, number in numbers.items():
        ways = tuple(
            Way(
                build_escalation(roster, policy, moment, zone, urgency),
                tuple(served.get((policy, urgency), ())),
                f"{urgency} urgency",
            )
            for urgency in [urgency for urgency in URGENCIES if (policy, urgency) in served] or ["high"]
        )
        yield PolicyView(number, roster.name_of(policy), ways)


def _timeline(roster: Roster, ref: Ref, since: int, until: int) -> Timeline | None:
    return build_timeline(roster, None, ref, since, until)


def _people(roster: Roster, moment: int, loads: Mapping[Ref, Load]) -> Iterator[PersonRow]:
    called = people_of(roster, moment)
    for ref, entry in roster.of_kind("user"):
        if ref not in called and ref not in loads:
            continue
        person = roster.person(ref)
        hours, nights, weekends = load_cells(loads.get(ref, Load()))
        yield PersonRow(
            entry.name or ref.value,
            rings_text(person, "high"),
            rings_text(person, "low"),
            ref in called and bool(person.lacks),
            hours,
            nights,
            weekends,
        )


def _zone_of_policy(roster: Roster, policy: Ref) -> str:
    for target in targets_of(roster, policy):
        schedule = roster.schedule(target)
        if schedule is not None:
            return schedule.zone
    return "Etc/UTC"


def _place(roster: Roster, ref: Ref) -> str:
    entry = roster.entries.get(ref)
    return entry.place if entry is not None and not entry.place.startswith("http") else ""
