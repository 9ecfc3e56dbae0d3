"""A plan as a page: what to look at first, who is paged differently, and every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import TYPE_CHECKING, TypeAlias

from pdsync.model import Ref
from pdsync.model.address import shown_address
from pdsync.oncall.impact import Impact
from pdsync.oncall.incident import incident_at
from pdsync.oncall.person import Urgency
from pdsync.oncall.roster import Roster
from pdsync.oncall.scope import Scope, find_scope
from pdsync.plan import Operation, Plan
from pdsync.report.impact.impact_risk import PlacedRisk, find_impact_risks
from pdsync.report.impact.impact_rule import breach_text
from pdsync.report.impact.impact_text import uncounted
from pdsync.report.oncall.explanation import DISABLED
from pdsync.report.page.change import WIDTH, ChangeView, build_change
from pdsync.report.page.escalation import Escalation, build_escalation
from pdsync.report.page.impact import WORDS, Notice, impact_tables
from pdsync.report.page.moment import shown_date
from pdsync.report.page.template import render_template
from pdsync.report.page.timeline import Timeline, build_timeline
from pdsync.report.plan.alike import Group as Alike
from pdsync.report.plan.alike import group_changes
from pdsync.report.plan.attention import render_reasons
from pdsync.report.plan.change_text import describe_group
from pdsync.report.plan.plan_order import arrange_changes
from pdsync.report.plan.plan_text import render_plan_summary
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.detail import BRIEF, Detail, brief_note

if TYPE_CHECKING:
    from pdsync.report.routing.sample_text import SampleView
    from pdsync.report.routing.test_text import TestView

_OPEN_CHANGES, _OPEN_TIMELINES, _OPEN_ESCALATIONS, _OPEN_ROWS = 12, 6, 6, 12
"""Up to how many of each are unfolded when the page opens."""
_MOST_DRAWN_AT_ONCE = 60
"""Up to how many parts the browser lays out at once, and not each as it comes into sight."""
_RARE = (Operation.RELEASE, Operation.REPLACE, Operation.RETIRE)
"""The operations that are counted only where there are any."""
_MOST_DRAWN_WHOLE = 40
"""Up to how many schedules have a table next to their picture."""


_Rail: TypeAlias = tuple[Ref | None, Urgency | None]
"""A policy, and the urgency of incidents that follow it; None where the service is disabled and makes none."""


@dataclass(frozen=True)
class Sides:
    """Who is paged before and after the plan."""

    before: Roster
    after: Roster
    impact: Impact


@dataclass(frozen=True, slots=True)
class Group:
    """All changes of one band; alike creates are folded together."""

    title: str
    count: int
    entries: tuple[tuple[str, tuple[ChangeView, ...]], ...]
    """Changes, and the line that stands for them where they are alike."""


@dataclass(frozen=True, slots=True)
class EscalationChange:
    """The escalation that some services have before and after; None where there was or will be no service."""

    services: tuple[str, ...]
    urgency: str
    before: Escalation | None
    after: Escalation | None
    same: bool


def render_plan_page(plan: Plan, sides: Sides | None, zone: tzinfo | None = None, *, detail: Detail = BRIEF) -> str:
    """The whole plan as one HTML document. The same plan at the same moment gives the same bytes.

    Times of schedules are in the zone of each, and in `zone` too; all others in `zone`, None: that of this machine. Without `sides` it says nothing about who is paged.
    """
    summary, *_ = render_plan_summary(plan).splitlines()
    scope = find_scope(sides.before, sides.after) if sides is not None else None
    notices = list(_notices(plan, sides, zone))
    timelines = list(_timelines(sides, scope)) if sides is not None and scope is not None else []
    escalations = list(_escalations(sides, scope, zone)) if sides is not None and scope is not None else []
    groups = list(_groups(plan, find_impact_risks(sides.impact, zone) if sides is not None else (), detail))
    tables = list(impact_tables(sides.impact, zone)) if sides is not None else []
    counts = Counter(change.operation for change in plan.entries)
    shown = (Operation.CREATE, Operation.ADOPT, Operation.UPDATE, Operation.DELETE, *_RARE)
    contents = [
        ("risks", "Needs review", len(notices)),
        *([("impact", "Who is paged differently", 0)] if sides is not None else []),
        *([("tests", "Tests", len(plan.tests))] if plan.tests else []),
        *([("samples", "Sample events", 0)] if plan.samples is not None else []),
        *([("schedules", "Schedules", len(timelines))] if timelines else []),
        *([("escalations", "Escalation", len(escalations))] if escalations else []),
        *([("changes", "Changes", len(plan.entries))] if plan.entries else []),
        *([("alone", "Left alone", len(plan.notes))] if plan.notes else []),
        *([("pending", "Pending", len(plan.pending))] if plan.pending else []),
    ]
    return render_template(
        "plan.html",
        title=f"pdsync plan: {plan.workspace}",
        plan=plan,
        summary=summary,
        refused=plan.is_blocked or (sides is not None and bool(sides.impact.refusal)),
        moment=shown_date(sides.impact.moment, zone) if sides is not None else "",
        tiles=[(each.value, counts[each]) for each in shown if each not in _RARE or counts[each]],
        contents=contents,
        notices=notices,
        looks=render_reasons(plan.entries),
        notes=[brief_note(note, detail) for note in plan.notes],
        quiet=sides is not None and sides.impact.is_quiet,
        tables=tables,
        uncounted=uncounted(sides.impact) if sides is not None else (),
        samples=_samples(plan),
        tests=_tests(plan),
        timelines=timelines,
        open_timelines=_OPEN_TIMELINES,
        large=len(plan.entries) + len(timelines) + len(escalations) > _MOST_DRAWN_AT_ONCE,
        dense=len(timelines) > _MOST_DRAWN_WHOLE,
        escalations=escalations,
        open_escalations=_OPEN_ESCALATIONS,
        open_rows=_OPEN_ROWS,
        groups=groups,
    )


def render_problems_page(title: str, workspace: str, problems: Sequence[tuple[str, str, str]]) -> str:
    """Why there is no plan. Each problem is its place, what is wrong, and what to do next. `title` is our own words."""
    return render_template(
        "problems.html",
        title=f"{title}: {workspace}",
        command=title,
        workspace=workspace,
        problems=problems,
        contents=[],
        large=False,
    )


def _tests(plan: Plan) -> tuple[str, list[TestView]] | None:
    """The headline, and the failed ones."""
    if not plan.tests:
        return None
    from pdsync.report.routing.test_text import build_test_views, headline_of_tests

    return headline_of_tests(plan.tests), build_test_views(plan.tests)


def _samples(plan: Plan) -> SampleView | None:
    if plan.samples is None:
        return None
    from pdsync.report.routing.sample_text import build_sample_view

    return build_sample_view(plan.samples)


def _notices(plan: Plan, sides: Sides | None, zone: tzinfo | None) -> Iterator[Notice]:
    for test in plan.failed_tests[:20]:
        yield Notice("Test", f"A test fails: {test.address}", test.source)
    for refusal in plan.refusals:
        yield Notice("Refused", refusal)
    if sides is not None:
        if sides.impact.refusal:
            yield Notice("Refused", sides.impact.refusal)
        for breach in sides.impact.breaches:
            yield Notice("Rule", f"{breach.severity}, {breach_text(sides.impact, breach, zone)}", breach.place)
    blocked = [change for change in plan.entries if change.blockers]
    for change in blocked[:20]:
        yield Notice(
            "Blocked",
            f"{change.name or shown_address(change.address, change.id)}: {change.blockers[0]}",
            change.source or "",
        )
    if len(blocked) > 20:
        yield Notice("Blocked", f"and {len(blocked) - 20} more changes")
    for risk in plan.risks:
        yield Notice("Risk", risk.message)
    if sides is not None:
        for placed in find_impact_risks(sides.impact, zone):
            yield Notice(WORDS.get(placed.risk.code, "Rule"), placed.risk.message, placed.place)


def _groups(plan: Plan, placed: Iterable[PlacedRisk], detail: Detail) -> Iterator[Group]:
    writer = ValueWriter(plan.labels, WIDTH, detail)
    told: set[str] = set()
    few = len(plan.entries) <= _OPEN_CHANGES
    for section in arrange_changes(plan, placed):
        entries: list[tuple[str, tuple[ChangeView, ...]]] = []
        for entry in group_changes(section, detail):
            # What is in the group is below its title, in a fold.
            title = describe_group(entry, writer, hint="") if isinstance(entry, Alike) else ""
            changes = entry.changes if isinstance(entry, Alike) else (entry,)
            views = tuple(build_change(it, writer, told, is_open=few and not title) for it in changes)
            entries.append((title, views))
        yield Group(section.band.value, len(section.changes), tuple(entries))


def _timelines(sides: Sides, scope: Scope) -> Iterator[Timeline]:
    def name(ref: Ref) -> tuple[str, Ref]:
        return (sides.after if ref in sides.after.entries else sides.before).name_of(ref).casefold(), ref

    for ref in sorted(scope.schedules, key=name):
        found = build_timeline(sides.before, sides.after, ref, sides.impact.moment, sides.impact.until)
        if found is not None:
            yield found


def _escalations(sides: Sides, scope: Scope, zone: tzinfo | None) -> Iterator[EscalationChange]:
    """Services with the same escalation are shown together; a policy without a service is shown by itself."""
    groups: dict[tuple[_Rail, _Rail], list[str]] = {}
    moment = sides.impact.moment
    for ref in scope.services:
        rails = (_rail(sides.before, ref, moment), _rail(sides.after, ref, moment))
        name = (sides.after if ref in sides.after.entries else sides.before).name_of(ref)
        groups.setdefault(rails, []).append(name)
    served = {policy for rails in groups for policy, _ in rails}
    for policy in scope.policies - served:
        old, new = (policy if policy in roster.entries else None for roster in (sides.before, sides.after))
        groups[(old, "high"), (new, "high")] = []
    built = []
    for (before, after), names in groups.items():
        was, will = _escalation(sides.before, before, moment, zone), _escalation(sides.after, after, moment, zone)
        built.append(
            EscalationChange(
                tuple(sorted(names, key=str.casefold)), _urgency_note(before, after), was, will, was == will
            )
        )
    yield from sorted(built, key=lambda one: (one.same, _policy_name(one).casefold(), one.services))


def _rail(roster: Roster, service: Ref, moment: int) -> _Rail:
    """The policy that incidents of the service escalate along, and their urgency. Maintenance ends, so it is not drawn."""
    if service not in roster.entries:
        return None, "high"
    incident = replace(incident_at(roster, service, moment), maintenance=None)
    return incident.policy, incident.urgencies[0] if incident.is_made else None


def _escalation(roster: Roster, rail: _Rail, moment: int, zone: tzinfo | None) -> Escalation | None:
    policy, urgency = rail
    if policy is None:
        return None
    if urgency is None:
        return Escalation(roster.name_of(policy), (), DISABLED)
    return build_escalation(roster, policy, moment, zone, urgency)


def _urgency_note(before: _Rail, after: _Rail) -> str:
    was, will = (f"{urgency} urgency" if urgency is not None else "no incidents" for _, urgency in (before, after))
    if before[0] is not None and after[0] is not None and was != will:
        return f"{was} before, {will} after"
    return will if after[0] is not None else was


def _policy_name(one: EscalationChange) -> str:
    side = one.after or one.before
    return side.policy if side is not None else ""
