"""``pdsync oncall``: who is on call, by the manifests alone or in the account."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import shown_problems, tell_problems
from pdsync.cli.roster_source import FROM_MANIFESTS, Asked, note_hand_off_aware, read_roster
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import AskedTime, Note, read_clock, read_moment, read_period
from pdsync.engine.error import ManifestsError
from pdsync.engine.roster import Period, find_objects
from pdsync.model import Ref
from pdsync.oncall.escalation_level import asks_narrowly, concerns, levels_at, policies_of, services_of
from pdsync.oncall.incident import incident_at
from pdsync.oncall.on_call_period import OnCallPeriod, next_periods, periods_between, periods_of_unused
from pdsync.oncall.pending import PendingLayers, pending_of, schedules_asked
from pdsync.oncall.question import all_policies, people_among
from pdsync.oncall.roster import Roster
from pdsync.report.text.clock import Screen, utc

if TYPE_CHECKING:
    from pdsync.report.oncall.oncall_text import Answer

Output = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class When:
    """The moment or the period that is asked about, as the command line says."""

    at: str | None = None
    since: str | None = None
    until: str | None = None
    timezone: str | None = None

    @property
    def is_moment(self) -> bool:
        """True where a moment is asked about and not a period."""
        return self.since is None and self.until is None

    def read(self, note: Note) -> AskedTime:
        """What is asked about; `note` takes what is doubtful of it. Raises UsageError."""
        if self.at is not None and not self.is_moment:
            raise UsageError("--at asks for a moment, --from and --to for a period", "Leave one of them out.")
        if self.is_moment:
            return read_moment(self.at, self.timezone, note)
        return read_period(self.since, self.until, self.timezone, note)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of a roster: about what has the name (`named`), and through which policies."""

    roster: Roster
    named: tuple[Ref, ...]
    policies: tuple[Ref, ...]
    period: Period


def oncall(invocation: Invocation, name: str | None, output: Output, when: When, *, live: bool) -> int:
    """Prints who is on call at an instant, or over a period. Exits 1 where nothing has that name, or the manifests have problems."""
    clock = read_clock(when.timezone)
    asked = Asked(when.read(invocation.terminal.warn), name)
    settings = load_settings(invocation)
    terminal = invocation.terminal
    try:
        roster, period = read_roster(invocation, settings, asked, live=live)
    except ManifestsError as error:
        return tell_problems(terminal, shown_problems(error), as_json=output == "json")
    question = _ask(roster, name, period)
    if not live:
        note_hand_off_aware(terminal, roster, schedules_asked(roster, question.policies, question.named))
    if output == "json":
        terminal.out_json(_at_once_json(question) if when.is_moment else _over_json(question))
        return 0
    if when.is_moment:
        from pdsync.report.oncall.oncall_text import render_oncall_text

        terminal.out(render_oncall_text(roster, _answer(question), clock, terminal.palette, terminal.width))
    else:
        from pdsync.report.oncall.pending_text import render_pending_lines
        from pdsync.report.oncall.period_text import render_periods_text

        screen = Screen(clock, terminal.palette, terminal.width)
        text = render_periods_text(roster, _periods(question), period.since, period.until, screen)
        pending = render_pending_lines(roster, _pending(question, period.until), terminal.palette, terminal.width)
        terminal.out(text + "".join(f"{line}\n" for line in pending))
    if not live:
        terminal.note(FROM_MANIFESTS)
    return 0


def _ask(roster: Roster, name: str | None, period: Period) -> _Question:
    named = find_objects(roster, name)
    policies = policies_of(roster, named) if name is not None else all_policies(roster)
    return _Question(roster, named, policies, period)


def _answer(question: _Question) -> Answer:
    """Who is on call at the moment that is asked about."""
    from pdsync.report.oncall.oncall_text import Answer

    roster, named, moment = question.roster, question.named, question.period.since
    people = people_among(named)
    services = {it: incident_at(roster, it, moment) for it in services_of(roster, question.policies, named)}
    return Answer(
        moment,
        [
            on_call
            for each in question.policies
            for on_call in levels_at(roster, each, moment)
            if concerns(on_call, named)
        ],
        [on_call for person in people for on_call in next_periods(roster, person, moment)] if people else None,
        [(it, incident.maintenance) for it, incident in services.items() if incident.maintenance is not None],
        [service for service, incident in services.items() if incident.disabled],
        list(periods_of_unused(roster, named, moment, moment + 1)),
        _pending(question),
    )


def _pending(question: _Question, until: int | None = None) -> list[tuple[Ref, PendingLayers]]:
    """What begins or ends later in the schedules that are asked about; `until` without what is not before it."""
    roster = question.roster
    schedules = schedules_asked(roster, question.policies, question.named)
    found = pending_of(roster, schedules, question.period.since)
    return [(ref, pending) for ref, pending in found if until is None or pending.at < until]


def _at_once_json(question: _Question) -> str:
    from pdsync.report.oncall.oncall_text import render_oncall_json

    return _document(render_oncall_json(question.roster, _answer(question)))


def _over_json(question: _Question) -> str:
    from pdsync.report.oncall.pending_text import pending_json
    from pdsync.report.oncall.period_text import period_json

    period = question.period
    on_call = [period_json(question.roster, on_call) for on_call in _periods(question)]
    pending = pending_json(question.roster, _pending(question, period.until))
    body = {"from": utc(period.since), "to": utc(period.until), "on_call": on_call, "pending": pending}
    return _document(body)


def _periods(question: _Question) -> Sequence[OnCallPeriod]:
    """Who is on call over the period that is asked about."""
    roster, named, period = question.roster, question.named, question.period
    found = [
        on_call for each in question.policies for on_call in periods_between(roster, each, period.since, period.until)
    ]
    found += periods_of_unused(roster, named, period.since, period.until)
    if asks_narrowly(named):
        found = [on_call for on_call in found if on_call.user in named or on_call.schedule in named]
    return found


def _document(body: object) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
