"""What the steps of a plan mean for the people on call: who stays until when, and who takes over. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.shift_form import EVERY
from pdsync.model.instant import load_zone
from pdsync.model.shift.held import Event, HeldEvent, HeldRotation, Step, Verb
from pdsync.model.shift.turn import read_dated


def describe_steps(steps: Sequence[Step], held: Sequence[HeldRotation], now: int) -> Iterator[str]:
    """One sentence for each event that ends, begins or changes. `held` is what the steps start from."""
    known = {rotation.id for rotation in held}
    for step in steps:
        if step.is_spare or step.verb in (Verb.OPEN, Verb.CLOSE):
            continue
        what = f"rotation {step.about!r}"
        if step.verb is Verb.END and step.before is not None:
            if step.until < step.before.until:
                yield f"{what}: {_until(step.before, step.until, now)}"
            else:
                yield f"{what}: its event no longer ends at {_when(step.before.until, step.before.value)}"
        elif step.verb is Verb.REMOVE and step.before is not None:
            yield f"{what}: what was to begin at {_when(step.before.since, step.before.value)} does not begin"
        elif step.value is not None:
            event = HeldEvent("", step.value)
            begins = "now" if event.since <= now else _when(event.since, step.value)
            is_new = step.rotation not in known
            yield f"{what}{' is new' if is_new else ''}: from {begins} on {_who(step.value)}"


def _until(before: HeldEvent, until: int, now: int) -> str:
    """Who is on call up to a hand-off."""
    when = _when(until, before.value)
    present = _present(before, now)
    if not present:
        return f"until {when} nothing changes"
    return f"until {when} {_names(present)} {'stays' if len(present) == 1 else 'stay'}"


def _present(event: HeldEvent, now: int) -> list[Canonical]:
    """Who is on call at a moment through an event."""
    read = read_dated(event.value)
    positions = [at for _, _, shift in read.effective(now, now + 1) for at in shift.positions]
    members = event.value["members"]
    return [members[at] for at in positions if members[at] is not None]


def _who(event: Event) -> str:
    members = list(event["members"])
    if event["assignment"] == EVERY or len(set(members)) == 1:
        return f"{_names(members)} {'is' if len(members) == 1 else 'are'} on call in every shift"
    return f"{_names(members)} take turns in this order"


def _names(members: Sequence[Canonical]) -> str:
    return ", ".join(dict.fromkeys("no one" if it is None else str(it.value) for it in members))


def _when(moment: int, event: Event) -> str:
    """A moment on the wall of an event's zone, such as ``Mon 2026-12-07 09:00 CET``."""
    local = datetime.fromtimestamp(moment, UTC).astimezone(load_zone(str(event["time_zone"])))
    return f"{local:%a %Y-%m-%d %H:%M %Z}"
