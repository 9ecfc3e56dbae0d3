"""Writes rotations step by step, so that a change leaves no gap. Pure.

Terms. The *target* of a rotation is what its events are to be: one after the other, each for its time. The *hand-off* is the moment up to
which an event that is to change stays as it is: the next change of member, and at least five minutes ahead. Its *successor* counts from
then on. A *spare* is a rotation that holds the successor too, for as long as the change takes.

PagerDuty does not let two events of one rotation count at the same time. So the running event has to end at the hand-off before its
successor can be created, and whatever stopped the run between these two requests would leave a gap. That is what the spare is for:

    1. a new rotation, the spare         3. the running event ends at the hand-off
    2. the successor, in the spare       4. the successor, in its own rotation        5. the spare goes

After each of these steps everyone who is needed is on call, and until the hand-off the same people are. The rotation keeps its id, which
its overrides are tied to. Nothing is remembered between the steps: each follows from what the account holds. So a run that was stopped
is continued by the next one, and where nothing is to be done there is no step.

Where a schedule has as many rotations as PagerDuty takes, there is no room for a spare. Then the old end is put back if the successor is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from pdsync.model.codec.plain import Canonical
from pdsync.model.shift.held import (
    EVER,
    MOST_EVENTS,
    MOST_ROTATIONS,
    HeldEvent,
    HeldRotation,
    Step,
    Verb,
    carry_out,
    counting,
    seconds_of,
    text_of,
)
from pdsync.model.shift.rotation import Event
from pdsync.model.shift.rotation_pair import Pair, pair_rotations
from pdsync.model.shift.turn import can_compute, continued, first_moment, matches, read_dated

MARGIN_S = 300
"""A change of member that is nearer is passed over: a plan needs time to be reviewed and applied."""
_AT_ONCE_S = 60
_FARTHEST_S = 330 * 86_400
"""PagerDuty refuses an event that begins to count more than about 12 months ahead."""
_MOST_STEPS = 200


class NoRoomError(Exception):
    """PagerDuty would not take as much as that, or no one can say when the shifts are to be."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written."""

    rotations: Sequence[Mapping[str, Canonical]]
    """In canonical form; the dates of first shifts may be open."""
    at_once: bool = False
    """Whether the hand-off is in about a minute, also in the middle of a shift."""


@dataclass(frozen=True, slots=True)
class _Span:
    """An event of a target, for its time."""

    since: int
    until: int
    event: Event


@dataclass(frozen=True, slots=True)
class _Change:
    """An event that is still ahead, and what it is to be: nothing where there is no span."""

    event: HeldEvent
    span: _Span | None = None
    since: int = 0
    until: int = 0
    is_other: bool = False
    """Whether more than its end differs."""


def plan_steps(wish: Wish, held: Sequence[HeldRotation], now: int) -> tuple[Step, ...]:
    """All steps from what an account holds to what is wanted, in order. Ids that only PagerDuty knows are made up. Raises
    `NoRoomError`."""
    steps: list[Step] = []
    made = made_ids()
    rotations = tuple(held)
    while (step := next_step(wish, rotations, now)) is not None:
        steps.append(step)
        rotations = carry_out(rotations, step, next(made))
        assert len(steps) < _MOST_STEPS, steps[-3:]
    return tuple(steps)


def made_ids() -> Iterator[str]:
    """Ids for what steps would create, one for each step."""
    return (f"new {number}" for number in count(1))


def next_step(wish: Wish, held: Sequence[HeldRotation], now: int) -> Step | None:
    """The first of these steps; None where nothing is to be done. Raises `NoRoomError`."""
    try:
        return _Planner(wish, tuple(held), now).step()
    except ValueError as error:  # a rule of the manifest: one of the account that cannot be computed stays
        raise NoRoomError(str(error)) from error


class _Planner:
    """One look at an account."""

    def __init__(self, wish: Wish, held: tuple[HeldRotation, ...], now: int) -> None:
        self._wish = wish
        self._held = held
        self._now = now
        wanted = [rotation for rotation in wish.rotations if self._spans(rotation)]
        self._pairs, self._extra = pair_rotations(wanted, held, now)

    def step(self) -> Step | None:
        """What is missing is added first, and what is not wanted goes last: one rotation may take over what another one did."""
        found = [step for pair in self._pairs if (step := next(self._complete(pair), None)) is not None]
        found += [step for rotation in self._extra if (step := next(self._drop(rotation), None)) is not None]
        return min(found, key=self._turn_of, default=None)

    def _turn_of(self, step: Step) -> int:
        """Which of the steps that could be next goes first: `min` takes the first one of equal ones."""
        is_longer = step.verb is Verb.END and step.before is not None and step.until > step.before.until
        if step.verb in (Verb.OPEN, Verb.CREATE) or is_longer:
            return 1 if step.is_spare else 0
        if step.verb is Verb.CLOSE:
            return 3
        pair = next((it for it in self._pairs if it.held is not None and it.held.id == step.rotation), None)
        if pair is None:
            return 5
        return 2 if self._spare_of(pair) is not None else 4

    def _spans(self, rotation: Mapping[str, Canonical]) -> list[_Span]:
        """The target of a rotation from now on."""
        spans: list[_Span] = []
        since = 0
        for event in rotation["events"]:
            since = max(since, seconds_of(event.get("effective_since"), 0))
            until = seconds_of(event.get("effective_until"), EVER)
            if until > max(self._now, since):
                spans.append(_Span(since, until, event))
            since = until
        return spans

    def _complete(self, pair: Pair) -> Iterator[Step]:
        """What is to be done to a rotation that is wanted."""
        spans = self._spans(pair.wanted)
        if pair.held is None:
            yield from self._create(pair, spans)
            return
        running = pair.held.active(self._now)
        stop = self._stop(pair, running, spans) if running is not None else self._now
        yield from self._add_first(pair, spans, running, stop)
        if running is not None and stop != running.until:
            yield self._end(pair, running, stop)
        yield from self._adjust_ahead(pair, spans, running)
        yield from self._fill(pair, spans, stop, running)

    def _add_first(self, pair: Pair, spans: Sequence[_Span], running: HeldEvent | None, stop: int) -> Iterator[Step]:
        """The steps that add and take nothing. The rest of a rotation is changed once all rotations have had theirs: one may take over what
        another one does, at any time ahead."""
        assert pair.held is not None
        if running is not None and stop < running.until:
            yield from self._cover(pair, running, spans, (stop, running.until))
        is_alone = self._is_alone(pair)
        for each in self._changes_ahead(pair, spans):
            if each.span is None:
                continue
            is_shorter = each.since > each.event.since or each.until < each.event.until
            if is_shorter or (each.is_other and not is_alone):
                yield from self._cover(pair, each.event, spans, (each.event.since, each.event.until))
        if not is_alone:
            ends = running.until if running is not None else self._now
            yield from self._fill(pair, [span for span in spans if span.since >= ends], ends, running)

    def _is_alone(self, pair: Pair) -> bool:
        """Whether no other rotation is there that does anything or is to: then none takes over from another one."""
        spare = self._spare_of(pair)
        others = [it for it in self._held if it not in (pair.held, spare) and it.left(self._now)]
        return len(self._pairs) == 1 and not others

    def _stop(self, pair: Pair, running: HeldEvent, spans: Sequence[_Span]) -> int:
        """Until when the running event is to count."""
        assert pair.held is not None
        now = self._now
        following = min((it.since for it in pair.held.ahead(now)), default=EVER)
        hand_off = self._hand_off(running)
        for span in spans:
            if span.since < hand_off and matches(span.event, running.value, max(now, span.since)):
                return min(span.until, following)
            begins = first_moment(span.event) or 0
            coming = max(hand_off, begins if begins < now + _FARTHEST_S else 0, span.since)
            if coming < span.until:  # else it would end before it has a shift
                hand_off = coming
                break
        spare = self._spare_of(pair)
        if spare is not None:
            begins = spare.left(now)[0].since
            hand_off = begins if begins > now else hand_off
        return min(running.until, hand_off)

    def _hand_off(self, running: HeldEvent) -> int:
        """The moment up to which an event stays as it is."""
        now = self._now
        if self._wish.at_once:
            return _whole_minute(now + _AT_ONCE_S)
        soon = _whole_minute(now + MARGIN_S)
        if not can_compute(running.value):
            return soon
        found = read_dated(running.value).next_change(now + MARGIN_S)
        return soon if found is None or found > now + _FARTHEST_S else found

    def _cover(self, pair: Pair, event: HeldEvent, spans: Sequence[_Span], gap: tuple[int, int]) -> Iterator[Step]:
        """The steps before an event no longer counts for some time: what is wanted in that time is put into a spare."""
        needed = [span for span in spans if span.since < gap[1] and span.until > gap[0]]
        if not needed:
            return
        spare = self._spare_of(pair)
        if spare is None:
            empty = self._find_empty(is_needed=False)
            if empty is None:
                if len(self._held) < MOST_ROTATIONS:
                    yield Step(Verb.OPEN, pair.name, is_spare=True)
                return
            spare = empty
        for span in needed:
            since = max(gap[0], span.since)
            if not any(it.since <= since < it.until for it in spare.left(self._now)):
                source = event.value if self._continues(pair, span, event) else None
                value = self._dated(pair, span, source, (since, span.until))
                yield Step(Verb.CREATE, pair.name, spare.id, value=value, is_spare=True)

    def _end(self, pair: Pair, running: HeldEvent, stop: int) -> Step:
        value = running.ending(stop).value
        rotation = pair.held.id if pair.held is not None else ""
        return Step(Verb.END, pair.name, rotation, running.id, value, before=running)

    def _changes_ahead(self, pair: Pair, spans: Sequence[_Span]) -> Iterator[_Change]:
        """What the events that are still ahead are to be."""
        assert pair.held is not None
        ahead = pair.held.ahead(self._now)
        ends = [*(it.since for it in ahead[1:]), EVER]
        for event, following in zip(ahead, ends, strict=False):
            span = next((it for it in spans if it.since < event.until and it.until > event.since), None)
            if span is None:
                yield _Change(event)
                continue
            since, until = max(event.since, span.since), min(span.until, following)
            is_other = since != event.since or not matches(span.event, event.value, since)
            yield _Change(event, span, since, until, is_other)

    def _adjust_ahead(self, pair: Pair, spans: Sequence[_Span], running: HeldEvent | None) -> Iterator[Step]:
        """What is to be done to the events that are still ahead."""
        assert pair.held is not None
        for each in self._changes_ahead(pair, spans):
            event = each.event
            if each.span is None:
                yield Step(Verb.REMOVE, pair.name, pair.held.id, event.id, before=event)
            elif each.is_other:
                source = running if running is not None and self._continues(pair, each.span, running) else event
                value = self._dated(pair, each.span, source.value, (each.since, each.until))
                yield Step(Verb.REWRITE, pair.name, pair.held.id, event.id, value, before=event)
            elif each.until != event.until:
                ending = event.ending(each.until).value
                yield Step(Verb.END, pair.name, pair.held.id, event.id, ending, before=event)

    def _fill(self, pair: Pair, spans: Sequence[_Span], stop: int, running: HeldEvent | None) -> Iterator[Step]:
        """The events that are missing: the last one first, because a rotation is called by it."""
        assert pair.held is not None
        left = pair.held.left(self._now)
        missing: list[Event] = []
        for span in spans:
            at = max(stop if running is not None else self._beginning(), span.since)
            for event in [*left, None]:
                begins = event.since if event is not None else EVER
                until = min(begins, span.until)
                if at < until:
                    source = running.value if running is not None and self._continues(pair, span, running) else None
                    missing.append(self._dated(pair, span, source, (at, until)))
                if event is not None:
                    at = max(at, min(event.until, span.until))
        yield from (self._add(pair.name, pair.held, value) for value in reversed(missing))

    def _beginning(self) -> int:
        """From when on a rotation counts that is new: at once; where others go, when the first of them does."""
        going = [it for each in self._extra if (it := each.active(self._now)) is not None]
        return min((min(it.until, self._hand_off(it)) for it in going), default=self._now)

    def _add(self, name: str, rotation: HeldRotation, value: Event) -> Step:
        if len(rotation.left(self._now)) >= MOST_EVENTS:
            raise NoRoomError(
                f"rotation {name!r} has {MOST_EVENTS} events that have not ended, and PagerDuty accepts no more of them"
            )
        return Step(Verb.CREATE, name, rotation.id, value=value)

    def _create(self, pair: Pair, spans: Sequence[_Span]) -> Iterator[Step]:
        """A rotation that is not there: the last event first, because a rotation is called by it. Where others go, it begins when the first of
        them ends; what ends before that never begins."""
        if len(spans) > MOST_EVENTS:
            raise NoRoomError(f"rotation {pair.name!r} has more than {MOST_EVENTS} events: PagerDuty accepts no more")
        begins = self._beginning()
        coming = [(span, since) for span in spans if (since := max(begins, span.since)) < span.until]
        if not coming:
            return
        rotation = self._find_empty(is_needed=True)
        if rotation is None:
            if len(self._held) >= MOST_ROTATIONS:
                raise NoRoomError(
                    f"there is no room for rotation {pair.name!r}: PagerDuty accepts at most {MOST_ROTATIONS} rotations in a schedule"
                )
            yield Step(Verb.OPEN, pair.name)
            return
        for span, since in reversed(coming):
            yield Step(Verb.CREATE, pair.name, rotation.id, value=self._dated(pair, span, None, (since, span.until)))

    def _drop(self, rotation: HeldRotation) -> Iterator[Step]:
        """What is to be done to a rotation that is not wanted."""
        now, name = self._now, rotation.name(self._now)
        running = rotation.active(now)
        stop = self._hand_off(running) if running is not None else now
        is_ending = running is not None and running.until <= stop  # an earlier step has seen to that
        is_only_ahead = running is None and len(rotation.left(now)) == len(rotation.events)
        if not is_ending and (is_only_ahead or self._is_duplicate(rotation)):
            yield Step(Verb.CLOSE, name, rotation.id)
            return
        if running is not None and not is_ending:
            yield Step(Verb.END, name, rotation.id, running.id, running.ending(stop).value, before=running)
        for event in rotation.ahead(now):
            yield Step(Verb.REMOVE, name, rotation.id, event.id, before=event)

    def _is_duplicate(self, rotation: HeldRotation) -> bool:
        """Whether another rotation does all that this one would."""
        return all(
            any(
                other.since <= max(event.since, self._now)
                and other.until >= event.until
                and matches(other.value, event.value, max(event.since, self._now))
                for pair in self._pairs
                if pair.held is not None
                for other in pair.held.left(self._now)
            )
            for event in rotation.left(self._now)
        )

    def _spare_of(self, pair: Pair) -> HeldRotation | None:
        """The rotation that an earlier step put the successor into."""
        spans = self._spans(pair.wanted)
        for rotation in self._extra:
            left = rotation.left(self._now)
            if left and all(
                any(
                    span.since < event.until
                    and span.until > event.since
                    and matches(span.event, event.value, max(event.since, self._now))
                    for span in spans
                )
                for event in left
            ):
                return rotation
        return None

    def _find_empty(self, *, is_needed: bool) -> HeldRotation | None:
        """A rotation that has no events; where it is needed and no other can be created, one whose events have all ended."""
        empty = next((it for it in self._held if not it.events), None)
        if empty is None and is_needed and len(self._held) >= MOST_ROTATIONS:
            return next((it for it in self._held if not it.left(self._now)), None)
        return empty

    def _continues(self, pair: Pair, span: _Span, running: HeldEvent) -> bool:
        """Whether the turns of the running event go on in an event of the target."""
        return len(pair.wanted["events"]) == 1 or running.value["name"] == span.event["name"]

    def _dated(self, pair: Pair, span: _Span, source: Event | None, time: tuple[int, int]) -> Event:
        """An event to be written, which counts for this time. The turns of `source` go on in it, unless a part of the span is written
        already: all parts have the same turns."""
        since, until = time
        dated = continued(span.event, self._find_part(pair, span, since) or source, since)
        return counting(dated, text_of(since), text_of(until))

    def _find_part(self, pair: Pair, span: _Span, since: int) -> Event | None:
        """What an earlier step has written of a span before or at a moment."""
        for rotation in (self._spare_of(pair), pair.held):
            for event in rotation.left(self._now) if rotation is not None else ():
                is_part = event.since <= since and event.until > span.since
                if is_part and matches(span.event, event.value, max(event.since, self._now)):
                    return event.value
        return None


def _whole_minute(moment: int) -> int:
    return -(-moment // 60) * 60
