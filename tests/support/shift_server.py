"""PagerDuty's rules for the rotations of a shift-based schedule, for tests of the steps that write them. Strict: what is doubtful is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from pdsync.model.shift.held import EVER, HeldEvent, HeldRotation, Step, Verb, text_of


class Refused(Exception):
    """PagerDuty would answer 400."""


class ShiftServer:
    """Holds rotations, and carries out steps as PagerDuty would."""

    def __init__(self, rotations: Sequence[HeldRotation] = ()) -> None:
        self.rotations = tuple(rotations)
        self._ids = count(1)

    def carry_out(self, step: Step, now: int) -> None:
        """Raises `Refused`."""
        if step.verb is Verb.OPEN:
            if len(self.rotations) >= 10:
                raise Refused("ten rotations")
            self.rotations = (*self.rotations, HeldRotation(f"R{next(self._ids)}"))
            return
        rotation = next((it for it in self.rotations if it.id == step.rotation), None)
        if rotation is None:
            raise Refused("no such rotation")
        if step.verb is Verb.CLOSE:
            self._close(rotation, now)
            return
        others = tuple(it for it in rotation.events if it.id != step.event)
        event = next((it for it in rotation.events if it.id == step.event), None)
        if step.verb is Verb.CREATE:
            assert step.value is not None
            since = max(HeldEvent("", step.value).since, now)
            event = HeldEvent(f"E{next(self._ids)}", {**step.value, "effective_since": text_of(since)})
            if len(rotation.left(now)) >= 5:
                raise Refused("five events")
        elif event is None:
            raise Refused("no such event")
        elif step.verb is Verb.REMOVE:
            if event.since <= now:
                raise Refused("it has begun")
            self._keep(replace(rotation, events=others))
            return
        else:
            event = self._changed(event, step, now)
        if not now < event.until or event.since >= event.until:
            raise Refused("it would end before it begins")
        if any(it.since < event.until and it.until > event.since for it in others):
            raise Refused("two events count at the same time")
        self._keep(replace(rotation, events=(*others, event)))

    def _changed(self, event: HeldEvent, step: Step, now: int) -> HeldEvent:
        if event.until <= now:
            raise Refused("it has ended")
        if step.verb is Verb.END:
            return event.ending(step.until)
        if event.since <= now or HeldEvent("", step.value or {}).since <= now:
            raise Refused("it has begun")
        return HeldEvent(event.id, step.value or {})

    def _close(self, rotation: HeldRotation, now: int) -> None:
        if all(it.until == EVER or it.until > now for it in rotation.events if it.since > now):
            kept = tuple(it if it.until <= now else it.ending(now) for it in rotation.events if it.since < now)
            if kept:
                self._keep(replace(rotation, events=kept))
            else:
                self.rotations = tuple(it for it in self.rotations if it.id != rotation.id)

    def _keep(self, rotation: HeldRotation) -> None:
        self.rotations = tuple(rotation if it.id == rotation.id else it for it in self.rotations)
