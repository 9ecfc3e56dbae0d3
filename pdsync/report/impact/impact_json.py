"""The impact of a plan in its JSON form: next to the plan, and not in its digest, because it depends on the moment."""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.model import Ref
from pdsync.oncall.difference import Load, Turn
from pdsync.oncall.impact import Impact
from pdsync.plan.saved import impact_form as form
from pdsync.report.impact.impact_risk import find_impact_risks
from pdsync.report.oncall.finding_text import finding_form
from pdsync.report.text.clock import utc


def build_impact_form(impact: Impact) -> form.ImpactForm:
    """Everything that is different, times in UTC."""
    named = _Names(impact)
    return form.ImpactForm(
        moment=utc(impact.moment),
        until=utc(impact.until),
        overrides=impact.counts_overrides,
        notes=impact.notes,
        risks=tuple(
            form.ImpactRiskForm(placed.risk.code, placed.risk.address, placed.risk.message, placed.place or None)
            for placed in find_impact_risks(impact)
        ),
        breaches=tuple(map(finding_form, impact.breaches)),
        leaves=named.turns(impact.leaves),
        joins=named.turns(impact.joins),
        moves=named.moves(),
        gaps=named.gaps(),
        services=named.services(),
        alarms=named.alarms(),
        maintained=tuple(
            form.MaintainedForm(named.one(it.service), utc(it.until), it.description) for it in impact.maintained
        ),
        silences=named.silences(),
        takeovers=named.takeovers(),
        remainders=tuple(
            form.RemainderForm(named.one(it.schedule), utc(it.start), utc(it.end), it.place or None)
            for it in impact.remainders
        ),
        unreachable=tuple(
            form.UnreachableForm(named.one(it.user), it.lack, named.one(it.through), it.place or None)
            for it in impact.unreachable
        ),
        loads=tuple(
            form.LoadChangeForm(named.one(it.user), _load(it.before), _load(it.after), it.zone) for it in impact.loads
        ),
        unknown=tuple(form.UnknownForm(named.one(it.subject), named.one(it.why)) for it in impact.unknown),
    )


class _Names:
    """The parts of an impact, each object with its name."""

    def __init__(self, impact: Impact) -> None:
        self._impact = impact

    def one(self, ref: Ref) -> form.NamedForm:
        address = self._impact.addresses.get(ref)
        is_created = ref.value == address  # a created object has no id yet
        return form.NamedForm(ref.kind, None if is_created else ref.value, self._impact.names[ref], address)

    def maybe(self, ref: Ref | None) -> form.NamedForm | None:
        return self.one(ref) if ref is not None else None

    def turns(self, found: Iterable[Turn]) -> tuple[form.TurnForm, ...]:
        return tuple(
            form.TurnForm(
                self.one(turn.user), self.one(turn.policy), turn.level, self.maybe(turn.schedule), turn.place or None
            )
            for turn in found
        )

    def moves(self) -> tuple[form.MoveForm, ...]:
        return tuple(
            form.MoveForm(
                schedule=self.one(move.schedule),
                start=utc(move.start),
                end=utc(move.end),
                before=self.maybe(move.before),
                after=self.maybe(move.after),
                source=move.place or None,
                others=move.others,
            )
            for move in self._impact.moves
        )

    def gaps(self) -> tuple[form.GapForm, ...]:
        return tuple(
            form.GapForm(
                subject=self.one(gap.subject),
                services=tuple(map(self.one, gap.services)),
                start=utc(gap.start),
                end=utc(gap.end),
                appears=gap.appears,
                source=gap.place or None,
            )
            for gap in self._impact.gaps
        )

    def services(self) -> tuple[form.ServiceForm, ...]:
        return tuple(
            form.ServiceForm(
                service=self.one(it.service),
                before=tuple(map(self.maybe, it.before)),
                after=tuple(map(self.maybe, it.after)),
                policy_before=self.one(it.policy_before),
                policy=self.one(it.policy),
                source=it.place or None,
            )
            for it in self._impact.services
        )

    def silences(self) -> tuple[form.SilenceForm, ...]:
        return tuple(
            form.SilenceForm(
                service=self.one(it.service),
                begins=it.begins,
                start=utc(it.start),
                end=utc(it.end),
                stretches=it.count,
                seconds=it.seconds,
                source=it.place or None,
            )
            for it in self._impact.silences
        )

    def takeovers(self) -> tuple[form.TakeoverForm, ...]:
        return tuple(
            form.TakeoverForm(
                schedule=self.one(it.schedule),
                user=self.maybe(it.user),
                start=utc(it.start),
                end=utc(it.end),
                created=it.is_made,
                relieved=tuple(map(self.one, it.relieved)),
                takes_over=tuple(map(self.one, it.joins)),
                source=it.place or None,
            )
            for it in self._impact.takeovers
        )

    def alarms(self) -> tuple[form.AlarmForm, ...]:
        return tuple(
            form.AlarmForm(
                service=self.one(it.service),
                before=it.before,
                after=it.after,
                start=utc(it.start),
                end=utc(it.end),
                seconds=it.seconds,
                source=it.place or None,
            )
            for it in self._impact.alarms
        )


def _load(load: Load) -> form.LoadForm:
    return form.LoadForm(load.seconds, load.nights, load.weekends)
