"""Where two renderings of the same time do not have the same people on call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pdsync.model import Ref
from pdsync.oncall.interval import Interval
from pdsync.oncall.replacement import spans_by_person
from pdsync.oncall.schedule import Rendered


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` up to, and without, `end` (seconds since 1970): who is on call in each rendering, sorted."""

    start: int
    end: int
    before: tuple[Ref, ...]
    after: tuple[Ref, ...]


def find_differences(before: Rendered, after: Rendered) -> list[Stretch]:
    """The stretches at which the people differ, in order. Through which layer or rotation a person is on call makes no difference."""
    found: list[Stretch] = []
    for stretch in _stretches(spans_by_person(before.final), spans_by_person(after.final)):
        last = found[-1] if found else None
        if stretch.before == stretch.after:
            continue
        if (
            last is not None
            and last.end == stretch.start
            and (last.before, last.after) == (stretch.before, stretch.after)
        ):
            found[-1] = replace(last, end=stretch.end)
        else:
            found.append(stretch)
    return found


def _stretches(*spans: Mapping[Ref, list[Interval]]) -> Iterator[Stretch]:
    """The time from each change in either rendering to the next one."""
    changes: list[tuple[int, int, Ref, bool]] = []
    for side, by_person in enumerate(spans):
        for person, its in by_person.items():
            changes += [
                (moment, side, person, begins) for start, end in its for moment, begins in ((start, True), (end, False))
            ]
    on_call: tuple[set[Ref], set[Ref]] = (set(), set())
    at = 0
    for moment, side, person, begins in sorted(changes):
        if moment > at and (on_call[0] or on_call[1]):
            yield Stretch(at, moment, tuple(sorted(on_call[0])), tuple(sorted(on_call[1])))
        at = moment
        if begins:
            on_call[side].add(person)
        else:
            on_call[side].discard(person)
