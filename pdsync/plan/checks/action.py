"""Actions of steps: compared with the account's catalogue, by names of actions and inputs, and whether a secret would be shown. Pure.

Terms. The *catalogue* lists what an account can do, with the inputs of each action. A plan asks for it only where it writes steps. A
refused catalogue proves nothing, so the plan goes on without it. Steps that the account already has are not checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pdsync.model import Account, Canonical
from pdsync.model.action import Action
from pdsync.model.codec.secret_text import references_in
from pdsync.model.codec.workflow_step import INLINE, INPUTS, ActionName, function_of, whole_action
from pdsync.model.scope import Scope
from pdsync.model.suggestion import did_you_mean
from pdsync.plan.change import WRITES, Change
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext, Prerequisite, kind_of
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.pair import Pair

_Step = Mapping[str, Canonical]
_WRITE = "Write ${env:NAME} or ${file:PATH}: a secret does not belong in git. Replace it if it was committed."


class Actions(Check):
    """Finds steps that PagerDuty would refuse."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        catalogue = context.account.actions
        for pair, change in context.drafted:
            steps = _written_steps(change)
            if steps and catalogue is not None:
                yield from _Steps(pair, change, catalogue).judge(steps)
            elif steps and context.account.actions_unread:
                why = context.account.actions_unread
                yield ChangeNote(
                    change.address, f"actions and inputs are not checked: the catalogue cannot be read ({why})"
                )
                yield from _Steps(pair, change, {}).judge_secrets(steps, why)

    def prerequisites(self, changes: Iterable[Change], account: Account) -> Iterator[Prerequisite]:
        if account.actions is None and any(_written_steps(change) for change in changes):
            yield "actions"


def _written_steps(change: Change) -> Sequence[_Step]:
    """The steps that a change sends."""
    fact = kind_of(change).facts.actions
    if fact is None or change.operation not in WRITES:
        return ()
    return change.values.get(fact.field) or ()


@dataclass(frozen=True, slots=True)
class _Place:
    """One step, where it is written, and what is known about it."""

    path: str
    """As positions of the manifest have it: ``steps[0]``."""
    shown: str
    """As it is shown to a reader: ``steps[Tell]``."""
    step: _Step
    live: _Step | None
    """The step of the same name and action that the account holds."""
    is_named: bool
    """Whether the manifest says something about the step."""


class _Steps:
    """The steps of one change."""

    def __init__(self, pair: Pair, change: Change, catalogue: Mapping[str, Action]) -> None:
        fact = pair.kind.facts.actions
        assert fact is not None
        self._pair, self._change, self._catalogue, self._field = pair, change, catalogue, fact.field
        self._never_shown = fact.never_shown

    def judge(self, steps: Sequence[_Step]) -> Iterator[Finding]:
        """The problems of the steps, in their order."""
        written = self._pair.written.get(self._field)
        live = self._pair.before.get(self._field) or ()
        yield from self._judge(self._field, self._field, steps, live, is_named=written is not None)

    def judge_secrets(self, steps: Sequence[_Step], why: str) -> Iterator[Finding]:
        """Where the catalogue is not known: a secret must not get into an input that PagerDuty shows."""
        for at, step in enumerate(steps):
            place = _Place(f"{self._field}[{at}]", f"{self._field}[{step.get('name')}]", step, None, is_named=True)
            yield from self._judge_texts(place, None, f"whether PagerDuty shows it is not known ({why})")
            for name, inner in step.get(INLINE, {}).items():
                for below, each in enumerate(inner):
                    deep = f".{INLINE}.{name}"
                    shown = f"{place.shown}{deep}[{each.get('name')}]"
                    place_of_each = _Place(f"{place.path}{deep}[{below}]", shown, each, None, is_named=True)
                    yield from self._judge_texts(
                        place_of_each, None, f"whether PagerDuty shows it is not known ({why})"
                    )

    def _judge(
        self, path: str, shown: str, steps: Sequence[_Step], live: Sequence[_Step], *, is_named: bool
    ) -> Iterator[Finding]:
        held = {(it.get("name"), it.get("action")): it for it in live}
        for at, step in enumerate(steps):
            known = held.get((step.get("name"), step.get("action")))
            place = _Place(f"{path}[{at}]", f"{shown}[{step.get('name')}]", step, known, is_named)
            yield from self._judge_step(place)
            for name, inner in step.get(INLINE, {}).items():
                below = f".{INLINE}.{name}"
                there = (known or {}).get(INLINE, {}).get(name, ())
                yield from self._judge(place.path + below, place.shown + below, inner, there, is_named=is_named)

    def _judge_step(self, place: _Place) -> Iterator[Finding]:
        action = self._catalogue.get(whole_action(str(place.step.get("action"))))
        if action is None:
            if place.live is None:
                yield self._unknown_action(place)
            yield from self._judge_texts(place, None, "whether PagerDuty shows it is not known")
            return
        inputs = place.step.get(INPUTS, {})
        shown = (place.live or {}).get(INPUTS, {})
        for name in inputs:
            known = action.inputs.get(name)
            if known is None and name not in shown:
                near = did_you_mean(name, action.inputs) or f"Inputs: {', '.join(action.inputs)}."
                message = f"the action {place.step['action']!r} has no input {name!r}"
                yield self._problem(place, f".{INPUTS}.{name}", message, near)
        yield from self._judge_texts(place, action, "PagerDuty shows this input to everyone who may see the workflow")
        for name, known in action.inputs.items():
            if known.must_be_given and not known.is_secret and not inputs.get(name):
                yield self._missing(place, name)

    def _judge_texts(self, place: _Place, action: Action | None, why: str) -> Iterator[Finding]:
        """A secret is written by name, and only where PagerDuty keeps it to itself. `why` says what is wrong with a secret elsewhere."""
        never_shown = self._never_shown.get(function_of(str(place.step.get("action"))), ())
        for name, text in place.step.get(INPUTS, {}).items():
            known = action.inputs.get(name) if action is not None else None
            names_secrets = bool(references_in(text))
            if known is not None and known.is_secret and text and not names_secrets:
                yield self._problem(place, f".{INPUTS}.{name}", "a secret is written here as plain text", _WRITE)
            is_kept = name in never_shown or (known is not None and (known.is_secret or known.is_hidden))
            if names_secrets and not is_kept:
                hint = (
                    "Only an input of type password, or one that is never shown, can be a secret. Write another text."
                )
                yield self._problem(place, f".{INPUTS}.{name}", f"it cannot be a secret: {why}", hint)

    def _unknown_action(self, place: _Place) -> Finding:
        named = str(place.step.get("action"))
        short = [str(ActionName().canonical(identity, Scope())) for identity in self._catalogue]
        function = named.rpartition(":")[0]
        others = sorted((it for it in short if it.rpartition(":")[0] == function), key=_version)
        versions = ", ".join(it.rpartition(":")[2] for it in others)
        hint = f"Versions of it: {versions}." if others else did_you_mean(named, short)
        return self._problem(place, ".action", f"the account has no action {named!r}", hint)

    def _missing(self, place: _Place, name: str) -> Finding:
        if place.is_named:
            message = f"the action {place.step['action']!r} needs the input {name!r}"
            return self._problem(
                place,
                f".{INPUTS}",
                message,
                "Write it, even if it is set in PagerDuty: PagerDuty may not show its value.",
            )
        message = (
            f"{place.shown}: PagerDuty does not show the input {name!r}, which this write would lose; "
            f"write {self._field} into the manifest, with that input"
        )
        return Blocker(self._change.address, message)

    def _problem(self, place: _Place, below: str, message: str, hint: str) -> PlanProblem:
        positions, path = self._pair.resource.positions, place.path + below
        source = next((positions[it] for it in _upwards(path) if it in positions), self._pair.resource.source)
        return PlanProblem(self._change.address, str(source), f"{place.shown}{below}: {message}", hint)


def _upwards(path: str) -> Iterator[str]:
    """The path, and those of what it is in."""
    while path:
        yield path
        path = path[: max(path.rfind("."), path.rfind("["), 0)]


def _version(name: str) -> int:
    return int(name.rpartition(":")[2])
