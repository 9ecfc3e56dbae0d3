"""Takes an event through an orchestration, or through the rules of a service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pdsync.routing.documents import Documents
from pdsync.routing.event import Event
from pdsync.routing.fact import NOTHING_GIVEN, Given
from pdsync.routing.judgement import Judges
from pdsync.routing.outcome import Outcome
from pdsync.routing.walk import Decisions, Walk

MAX_CASES = 16
"""How many outcomes are reported for an event; each undecided rule can double them."""


def run(documents: Documents, event: Event, at: int | None, given: Given = NOTHING_GIVEN) -> Outcome:
    """What comes out for an event that arrives at an instant (seconds since 1970; None: at any time).

    Rules that are undecided are assumed not to match; `alternatives` hold what comes out where they do.
    """
    first, *others = _cases(documents, event, Judges(at, given))
    told = others[: MAX_CASES - 1]
    return replace(first, alternatives=tuple(told), cut_short=len(others) > len(told))


def run_once(documents: Documents, event: Event, judges: Judges) -> Outcome:
    """What comes out for an event where undecided rules do not match, without the alternatives."""
    return Walk(documents, judges, {}).take(event)


def _cases(documents: Documents, event: Event, judges: Judges) -> Iterator[Outcome]:
    """The outcome of every case, the one in which no undecided rule matches first; one more than is reported at most.

    Each case says about some undecided rules what they do. The rules that it meets besides are assumed not to match, and each of them is the
    beginning of a further case, in which it matches and those before it do not. So no case comes twice, and none is left out.
    """
    waiting: list[Decisions] = [{}]
    for _ in range(MAX_CASES + 1):
        if not waiting:
            return
        decided = waiting.pop(0)
        outcome = Walk(documents, judges, decided).take(event)
        yield outcome
        for index, rule in enumerate(outcome.undecided):
            not_matching = dict.fromkeys(outcome.undecided[:index], False)
            waiting.append({**decided, **not_matching, rule: True})
