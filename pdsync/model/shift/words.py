"""What the steps of a plan mean for the people on call: who stays until when, and who takes over. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.shift_form import EVERY
from pdsync.model.instant import load_zone
from pdsync.model.name import fold_name
from pdsync.model.shift.held import HeldEvent, HeldRotation, Step, Verb, name_rotations, seconds_of
from pdsync.model.shift.rotation import Event
from pdsync.model.shift.turn import can_compute, read_dated
from pdsync.model.stepped import NameOf


@dataclass(frozen=True, slots=True)
class StepWords:
    """Describes steps."""

    now: int
    name_of: NameOf

    def describe(self, steps: Sequence[Step], held: Sequence[HeldRotation]) -> Iterator[tuple[int, str]]:
        """A sentence for each rotation that changes, and the moment by which it has. `held` is what the steps start from."""
        known = {rotation.id for rotation in held}
        said: dict[str, list[tuple[int, str]]] = {}
        for step in steps:
            if not step.is_spare and step.verb not in (Verb.OPEN, Verb.CLOSE):
                said.setdefault(step.about, []).append(self._part(step))
        new = {it.about for it in steps if it.verb is Verb.CREATE and not it.is_spare and it.rotation not in known}
        for name, parts in said.items():
            texts = "; ".join(text for _, text in sorted(parts))
            yield max(at for at, _ in parts), f"rotation {name!r}{' is new' if name in new else ''}: {texts}"

    def _part(self, step: Step) -> tuple[int, str]:
        """What a step means, and from when on."""
        before = step.before
        if step.verb is Verb.END and before is not None:
            if step.until < before.until:
                return step.until - 1, self._until(before, step.until)
            return self.now, f"its present shifts continue after {_when(before.until, before.value)}"
        if step.value is None:
            since = before.since if before is not None else self.now
            text = f"what was to begin at {_when(since, before.value)} does not begin" if before is not None else ""
            return since, text
        event = HeldEvent("", step.value)
        begins = f"from {_when(event.since, step.value)} on" if event.since > self.now else "from now on"
        return event.since, f"{begins} {self._who(step.value)}"

    def _until(self, before: HeldEvent, until: int) -> str:
        """Who is on call up to a hand-off."""
        when, present = _when(until, before.value), self._present(before)
        if not present:
            return f"until {when} nothing changes"
        return f"until {when} {self._names(present)} {'stays' if len(present) == 1 else 'stay'}"

    def _present(self, event: HeldEvent) -> list[Canonical]:
        """Who is on call now through an event; no one where its rule cannot be computed."""
        if not can_compute(event.value):
            return []
        shifts = read_dated(event.value).effective(self.now, self.now + 1)
        members = [event.value["members"][at] for _, _, shift in shifts for at in shift.positions]
        return [member for member in members if member is not None]

    def _who(self, event: Event) -> str:
        members = list(event["members"])
        if event["assignment"] == EVERY or len(set(members)) == 1:
            return f"{self._names(members)} {'has' if len(set(members)) == 1 else 'have'} every shift"
        return f"{self._names(members)} take turns in this order"

    def _names(self, members: Sequence[Canonical]) -> str:
        return ", ".join(dict.fromkeys("no one" if it is None else self.name_of(it) for it in members))


def describe_vain(
    desired: Sequence[Mapping[str, Canonical]], predicted: Sequence[Mapping[str, Canonical]], now: int
) -> Iterator[tuple[int, str]]:
    """The rotations that the account will not have, because they end before those whose place they take. `predicted` is what it will have."""
    there = {fold_name(str(rotation["name"])) for rotation in predicted}
    for rotation in desired:
        last = rotation["events"][-1]
        ends = seconds_of(last.get("effective_until"), 0)
        if ends > now and fold_name(str(rotation["name"])) not in there:
            text = (
                f"rotation {rotation['name']!r} never begins: it ends at {_when(ends, last)}, before the next hand-off. "
                "Write 'lifecycle: {rotation: at once}', or a later end"
            )
            yield now, text


def describe_waiting(
    desired: Sequence[Mapping[str, Canonical]], held: Sequence[HeldRotation], now: int
) -> Iterator[tuple[int, str]]:
    """The hand-offs that are still ahead and that no manifest names, each with what it means."""
    said = {
        seconds_of(event.get(name), 0)
        for rotation in desired
        for event in rotation["events"]
        for name in ("effective_since", "effective_until")
    }
    for name, rotation in name_rotations(held, now).items():
        left = rotation.left(now)
        for event, after in zip(left, [*left[1:], None], strict=True):
            if event.until in said or event.value.get("effective_until") is None:
                continue
            when = _when(event.until, event.value)
            if after is not None and after.since == event.until:
                yield event.until, f"rotation {name!r} changes at {when}; until then it stays as it was before the edit"
            else:
                yield event.until, f"rotation {name!r} ends at {when}"


def _when(moment: int, event: Event) -> str:
    """A moment on the wall of an event's zone, such as ``Mon 2026-12-07 09:00 CET``."""
    local = datetime.fromtimestamp(moment, UTC).astimezone(load_zone(str(event["time_zone"])))
    return f"{local:%a %Y-%m-%d %H:%M %Z}"
