"""Whether a rule matches an event."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pdsync.condition import ConditionError, Facts, Verdict, evaluate, parse
from pdsync.routing.document import Area
from pdsync.routing.event import Event
from pdsync.routing.fact import NO_VARIABLES, NOTHING_GIVEN, Given, facts_of

_ALWAYS = "it has no condition"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a rule matches; None where that is undecided."""

    matches: bool | None
    causes: tuple[str | Verdict, ...] = ()
    """The reason for each condition that was judged: in words, or as what was judged."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reason for each condition that was judged, in words."""
        return tuple(text for cause in self.causes for text in ((cause,) if isinstance(cause, str) else cause.reasons))


class Judge:
    """Judges rules by the same facts. Each list of conditions is judged once, however many sides and cases ask."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[tuple[str, ...], Judgement] = {(): Judgement(True, (_ALWAYS,))}

    def judge(self, conditions: tuple[str, ...]) -> Judgement:
        """Whether one of the conditions is true; a rule without any always matches."""
        known = self._known.get(conditions)
        if known is None:
            known = self._known[conditions] = self._judge(conditions)
        return known

    def _judge(self, conditions: tuple[str, ...]) -> Judgement:
        undecided, causes = False, list[str | Verdict]()
        for condition in conditions:
            matches, cause = self._judge_one(condition)
            if matches:
                return Judgement(True, (cause,))
            undecided = undecided or matches is None
            causes.append(cause)
        return Judgement(None if undecided else False, tuple(causes))

    def _judge_one(self, text: str) -> tuple[bool | None, str | Verdict]:
        """An account may hold a condition that no one here can read: whether that matches is undecided."""
        try:
            verdict = evaluate(parse(text), self._facts)
        except ConditionError as error:
            return None, f"{text!r} cannot be read here: {error.message}"
        return verdict.result, verdict


class Judges:
    """The judges of an event, which rules may change on its way. As long as they leave it as it is, it keeps its judge."""

    def __init__(self, at: int | None, given: Given = NOTHING_GIVEN) -> None:
        self.given = given
        self._at = at
        self._judges: dict[tuple[int, bool], tuple[Event, Judge]] = {}

    def judge_of(self, event: Event, area: Area) -> Judge:
        """The judge of an event in a document."""
        is_router = area == "router"
        key = (id(event), is_router)  # the event is kept with its judge, so no other one gets its id
        if key not in self._judges:
            given = replace(self.given, cache_variables=NO_VARIABLES) if is_router else self.given
            self._judges[key] = event, Judge(facts_of(event, self._at, given))
        return self._judges[key][1]
