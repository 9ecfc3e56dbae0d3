"""The rules that a team has set, how much each counts and what is excepted, and what they find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pdsync.model import Ref
from pdsync.model.address import render_address
from pdsync.model.name import fold_name
from pdsync.oncall.finding import Finding, Severity, choose_new
from pdsync.oncall.roster import SCHEDULE_KINDS, Roster
from pdsync.oncall.rule import BY_RULE, RULES, Breach, Case, Limits


@dataclass(frozen=True, slots=True)
class Setting:
    """How one rule is set."""

    severity: Severity
    limits: Limits = field(default_factory=dict)
    exceptions: tuple[str, ...] = ()
    """Keys, names, ids, emails or addresses (``user/ana``) of what the rule does not count for."""


@dataclass(frozen=True, slots=True)
class UnusedName:
    """A name in the settings of a rule that no object has."""

    place: str
    """Below ``rules``, such as ``min_people.except``."""
    kind: str
    """The kind that it should name."""
    text: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Settings by name of the rule. What is not here is not judged."""

    settings: Mapping[str, Setting]

    def judge(self, roster: Roster, moment: int, before: Roster | None = None) -> tuple[Finding, ...]:
        """All that breaks a rule at an instant (seconds since 1970) and in the time after it: errors first, then by rule and
        name. `before` is the roster before the plan that leads to `roster`; both refer to the same object in the same way."""
        case = Case(roster, moment, before)
        found = [finding for name, setting in self.settings.items() for finding in _judge(case, name, setting)]
        return tuple(sorted(found, key=lambda it: (it.severity, it.rule, it.name.casefold(), it.subject)))

    def judge_change(self, before: Roster, after: Roster, moment: int) -> tuple[Finding, ...]:
        """What breaks a rule only after a plan, or more than before it."""
        return choose_new(self.judge(after, moment, before), self.judge(before, moment))

    def unused_names(self, roster: Roster) -> tuple[UnusedName, ...]:
        """Each name in an exception, or in another setting, that names nothing."""
        known = {
            (rule.name, text)
            for rule in RULES
            for kind in _kinds_of(rule.kind)
            for ref, _ in roster.of_kind(kind)
            for text in texts_of(roster, ref)
        }
        exceptions = (
            UnusedName(f"{name}.except", BY_RULE[name].kind, text)
            for name, setting in self.settings.items()
            for text in setting.exceptions
            if (name, fold_name(text.strip())) not in known
        )
        others = (
            UnusedName(f"{name}.{place}", kind, text)
            for name, setting in self.settings.items()
            for place, kind, text in BY_RULE[name].unused(roster, setting.limits)
        )
        return (*exceptions, *others)


DEFAULT = Rulebook({rule.name: Setting("warning") for rule in RULES if rule.by_default})
"""What `pdsync lint` judges where no rules are set."""


def _judge(case: Case, name: str, setting: Setting) -> Iterator[Finding]:
    excepted = {fold_name(text.strip()) for text in setting.exceptions}
    for breach in BY_RULE[name].judge(case, setting.limits):
        if excepted.isdisjoint(texts_of(case.roster, breach.subject)):
            yield _finding(case.roster, name, setting.severity, breach)


def _finding(roster: Roster, name: str, severity: Severity, breach: Breach) -> Finding:
    entry = roster.entries.get(breach.subject)
    return Finding(
        name,
        severity,
        breach.subject,
        roster.name_of(breach.subject),
        breach.message,
        breach.hint,
        entry.place if entry is not None else "",
        breach.amount,
        breach.when,
    )


def texts_of(roster: Roster, ref: Ref) -> Sequence[str]:
    """All ways to name an object in an exception, in lower case."""
    entry = roster.entries.get(ref)
    names = [ref.value]
    if entry is not None:
        names += [entry.key, entry.name, str(entry.fields.get("email") or "")]
    folded = [fold_name(name) for name in names if name]
    return [*folded, *(render_address(kind, name) for kind in _words_for(ref.kind) for name in folded)]


def _kinds_of(kind: str) -> Sequence[str]:
    """The kinds of the objects that a rule about a kind judges: a rule about schedules judges both versions."""
    return SCHEDULE_KINDS if kind in SCHEDULE_KINDS else (kind,)


def _words_for(kind: str) -> Sequence[str]:
    """What people write before the slash: manifests have one word for both versions of a schedule."""
    return tuple(dict.fromkeys((SCHEDULE_KINDS[0], kind))) if kind in SCHEDULE_KINDS else (kind,)
