"""The steps that write rotations, as requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Canonical
from pdsync.model.instant import read_rendered_s
from pdsync.model.scope import RefMap
from pdsync.model.shift.held import EVER, HeldEvent, HeldRotation, Step, Verb, carry_out, counting, name_rotations
from pdsync.model.shift.rotation import ROTATIONS, Event, event_body, read_event, rotation_order
from pdsync.model.shift.steps import NoRoomError, Wish, made_ids, next_step, plan_steps
from pdsync.model.stepped import Asked, NameOf, StepAlteredError, StepLimitError, StepRequest
from pdsync.model.zone import canonical_zone

_SAYS: Mapping[Verb, str] = {
    Verb.OPEN: "a rotation is created",
    Verb.CREATE: "an event is created",
    Verb.REWRITE: "an event that has not begun is changed",
    Verb.END: "an event gets another end",
    Verb.REMOVE: "an event that has not begun is deleted",
    Verb.CLOSE: "a rotation is deleted, because another one has the same shifts",
}
_SENT = ("name", "start_time", "end_time", "effective_since", "recurrence", "assignment_strategy")
"""The members of an answered event that a PUT can have, besides its end."""


@dataclass(frozen=True, slots=True)
class RotationSteps:
    """The steps of the field `rotations`."""

    person: str
    """The slug of the kind that members refer to."""

    def next(self, asked: Asked, answer: Mapping[str, Any], moment: int) -> StepRequest | None:
        """The next step, as a request."""
        wish = Wish(asked.value or (), asked.at_once)
        try:
            step = next_step(wish, self._read_held(answer, asked.to_normal), moment)
        except NoRoomError as error:
            raise StepLimitError(str(error)) from error
        return _request(step, asked.to_request, _find_event(answer, step)) if step is not None else None

    def after(self, answer: Mapping[str, Any], step: StepRequest, reply: Any) -> Mapping[str, Any]:
        """The answer with what a step changed. Raises `StepAlteredError` where the reply is another event: more steps would not help then, and
        would leave events that cannot be deleted once they have begun."""
        done: Step = step.plan
        rotations = [dict(it) for it in answer.get(ROTATIONS) or ()]
        held = reply if isinstance(reply, Mapping) else {}
        if done.verb is Verb.OPEN:
            rotations.append({"events": [], **(held.get("rotation") or {})})
        elif done.verb is Verb.CLOSE:
            rotations = [it for it in rotations if it.get("id") != done.rotation]
        else:
            event = held.get("event")
            if isinstance(event, Mapping) and self._meaning(event) != self._meaning(step.body["event"]):
                raise StepAlteredError(f"{step.says}, but PagerDuty stored another one than was sent")
            for rotation in rotations:
                if rotation.get("id") == done.rotation:
                    kept = [it for it in rotation.get("events") or () if it.get("id") != done.event]
                    rotation["events"] = [*kept, *([event] if isinstance(event, Mapping) else [])]
        return {**answer, ROTATIONS: rotations}

    def _meaning(self, event: Mapping[str, Any]) -> Event:
        """An event of a request or of an answer, except when it takes effect: a time that is past becomes now."""
        read = read_event(event, "Etc/UTC", self.person)
        return counting(
            {**read, "time_zone": canonical_zone(str(read["time_zone"]))}, None, read.get("effective_until")
        )

    def is_done(self, desired: Canonical, live: Canonical, moment: str, *, at_once: bool) -> bool:
        """Whether live rotations need no step to be the desired ones."""
        try:
            return next_step(Wish(desired or (), at_once), _held_of(live or ()), read_rendered_s(moment)) is None
        except NoRoomError:
            return False

    def predict(self, desired: Canonical, live: Canonical, moment: str, *, at_once: bool) -> Canonical:
        """What the account holds once all steps are carried out."""
        now, held = read_rendered_s(moment), _held_of(live or ())
        try:
            return _held_after(plan_steps(Wish(desired or (), at_once), held, now), held, now)
        except NoRoomError:
            return desired

    def in_words(
        self, desired: Canonical, live: Canonical, moment: str, name_of: NameOf, *, at_once: bool
    ) -> tuple[tuple[int, str], ...]:
        """What happens when."""
        from pdsync.model.shift.words import StepWords, describe_vain  # only plans say it

        now, held, wish = read_rendered_s(moment), _held_of(live or ()), Wish(desired or (), at_once)
        try:
            steps = plan_steps(wish, held, now)
        except NoRoomError as error:
            raise StepLimitError(str(error)) from error
        vain = describe_vain(wish.rotations, _held_after(steps, held, now), now)
        return (*StepWords(now, name_of).describe(steps, held), *vain)

    def find_ending(self, held: Canonical, moment: str) -> Iterator[tuple[Canonical, int]]:
        """The events that end."""
        for rotation in _held_of(held or ()):
            for event in rotation.left(read_rendered_s(moment)):
                if event.until < EVER:
                    yield [{"name": event.value["name"], "events": [event.value]}], event.until

    def find_waiting(self, desired: Canonical, held: Canonical, moment: str) -> Iterator[tuple[int, str]]:
        """The hand-offs that events wait for."""
        from pdsync.model.shift.words import describe_waiting  # only plans say it

        return describe_waiting(desired or (), _held_of(held or ()), read_rendered_s(moment))

    def _read_held(self, answer: Mapping[str, Any], to_normal: RefMap) -> tuple[HeldRotation, ...]:
        zone = str(answer.get("time_zone") or "Etc/UTC")
        return tuple(
            HeldRotation(
                str(rotation["id"]),
                tuple(self._read_event(event, zone, to_normal) for event in rotation.get("events") or ()),
            )
            for rotation in answer.get(ROTATIONS) or ()
        )

    def _read_event(self, answer: Mapping[str, Any], zone: str, to_normal: RefMap) -> HeldEvent:
        event = read_event(answer, zone, self.person)
        members = [to_normal(it) if it is not None else None for it in event["members"]]
        return HeldEvent(str(answer["id"]), {**event, "members": members})


def _held_of(rotations: Iterable[Mapping[str, Any]]) -> tuple[HeldRotation, ...]:
    """Canonical rotations, whose ids are not known."""
    return tuple(
        HeldRotation(
            f"rotation {number}",
            tuple(HeldEvent(f"event {number}.{at}", it) for at, it in enumerate(rotation["events"])),
        )
        for number, rotation in enumerate(rotations)
    )


def _held_after(steps: Iterable[Step], held: tuple[HeldRotation, ...], now: int) -> list[dict[str, Canonical]]:
    """The canonical rotations of an account in which these steps are carried out."""
    for step, made in zip(steps, made_ids(), strict=False):
        held = carry_out(held, step, made)
    rotations = name_rotations(held, now).items()
    found = [{"name": name, "events": [it.value for it in rotation.left(now)]} for name, rotation in rotations]
    return sorted(found, key=rotation_order)


def _find_event(answer: Mapping[str, Any], step: Step) -> Mapping[str, Any]:
    """The answered event that a step changes; empty where it changes none."""
    rotations = (it for it in answer.get(ROTATIONS) or () if it.get("id") == step.rotation)
    events = (event for rotation in rotations for event in rotation.get("events") or ())
    return next((event for event in events if step.event and event.get("id") == step.event), {})


def _request(step: Step, to_request: RefMap, answered: Mapping[str, Any]) -> StepRequest:
    says = f"rotation {step.about!r}: {_SAYS[step.verb]}"
    rotation, event = f"rotations/{step.rotation}", f"rotations/{step.rotation}/events/{step.event}"
    if step.verb is Verb.OPEN:
        undo = StepRequest("DELETE", "rotations/{made}", "the rotation that was created is deleted")
        return StepRequest("POST", "rotations", says, {}, step.about, undo, plan=step)
    if step.verb is Verb.CLOSE:
        return StepRequest("DELETE", rotation, says, None, step.about, is_last=True, plan=step)
    if step.verb is Verb.REMOVE:
        return StepRequest("DELETE", event, says, None, step.about, plan=step)
    assert step.value is not None
    if step.verb is Verb.END:
        former = step.before.value if step.before is not None else {}
        undo = StepRequest("PUT", event, "the event gets its former end back", _end_body(answered, former))
        body = _end_body(answered, step.value)
        return StepRequest("PUT", event, says, body, step.about, undo, plan=step)
    body = {"event": event_body(step.value, to_request)}
    if step.verb is Verb.CREATE:
        return StepRequest("POST", f"{rotation}/events", says, body, step.about, is_last=not step.is_spare, plan=step)
    return StepRequest("PUT", event, says, body, step.about, is_last=True, plan=step)


def _end_body(answered: Mapping[str, Any], ends_like: Event) -> dict[str, Any]:
    """The event just as PagerDuty answered it, with another end: whether a PUT replaces the whole event or a part of it, nothing else of it
    changes."""
    kept = {name: answered[name] for name in _SENT if name in answered}
    return {"event": {**kept, "effective_until": ends_like.get("effective_until")}}
