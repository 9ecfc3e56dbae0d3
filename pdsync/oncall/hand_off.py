"""Hand-off aware edits: the person on call stays until the next hand-off, and changes begin then. Pure.

A rota that is edited at noon must not take the pager from one person and give it to another at noon: neither of them expects it, and
for a moment it is not clear who has it. So an edit waits for the next hand-off, when people change anyway.

PagerDuty cannot edit a layer from a later moment on. A layer can only be begun and ended. So a layer that changes becomes two: the one
that is there runs on to the hand-off, and another with its name begins at that moment. What does not change stays as it is.

    until the hand-off    the layers as they are live, the changed ones under another name (`name_until_hand_off`)
    from then on          the layers as written in the manifest

There is no state file, so while an edit waits the account itself says so: by those names, and by starts that no manifest names. A plan
made in the meantime reads it there and finds nothing to do. After the hand-off what waited has ended, and the layers are the manifest's.
Whether layers can do all that is not assumed but rendered: the time until the hand-off and the weeks after it are compared, person by
person, and a difference is a blocker. A hand-off that is only minutes ahead is skipped, because a plan needs time to be reviewed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pdsync.model import Canonical, Fields
from pdsync.model.instant import load_zone, read_rendered_s, render_instant_s
from pdsync.model.schedule_layers import LAYERS, Layer, end_at_hand_off, waits_for_hand_off
from pdsync.oncall.schedule import Schedule, read_schedule
from pdsync.oncall.shift import shift_at

MARGIN_S = 300
"""A hand-off that is nearer is skipped, and the one after it taken: a plan needs time to be reviewed and applied."""
_LOOK_AHEAD_S = 90 * 86_400
_CHECKED_S = 60 * 86_400
_MINUTE_S = 60
Persons = list[tuple[int, int, Any]]


@dataclass(frozen=True, slots=True)
class HandOff:
    """The fields to write so that an edit waits for its hand-off, and what a reviewer reads about it."""

    fields: Fields
    notes: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()


def keep_present(desired: Fields, live: Fields, now: str) -> HandOff | None:
    """How to come from the live fields of a schedule to the desired ones, both settled at the moment `now`.

    None where the desired layers can be written as they are, because the person on call does not change before the next hand-off.
    """
    wanted, current = desired.get(LAYERS), live.get(LAYERS) or []
    if wanted is None or (wanted == current and desired.get("time_zone") == live.get("time_zone")):
        return None
    moment = read_rendered_s(now)
    before, after = _read(live), _read({**live, **desired})
    bound = _whole_minute(_next_hand_off(before, moment + MARGIN_S))
    hand_off = _find_waiting(wanted, current, moment, bound)
    if hand_off is None:
        present = shift_at(before.render(moment, moment + 1).final, moment)
        if present is None or present.user is None or _persons(before, moment, bound) == _persons(after, moment, bound):
            return None
        hand_off = bound
    duplicates = tuple(_find_duplicates(current))
    if duplicates:
        return HandOff({LAYERS: list(wanted)}, blockers=duplicates)
    layers = _compose(wanted, current, hand_off)
    together = _read({**live, **desired, LAYERS: layers})
    blockers = tuple(_find_blockers(layers, current))
    ahead = hand_off + _CHECKED_S
    if _persons(together, moment, hand_off) != _persons(before, moment, hand_off) or (
        _persons(together, hand_off, ahead) != _persons(after, hand_off, ahead)
    ):
        blockers += (
            "layers alone cannot keep the person on call until the next hand-off: change time_zone in a separate edit, or take "
            "'rotation' out of lifecycle",
        )
    return HandOff({LAYERS: layers}, _notes(layers, hand_off, after.zone), blockers)


def _compose(wanted: Sequence[Layer], current: Sequence[Layer], hand_off: int) -> list[Layer]:
    """The layers of both, in an order that is theirs before the hand-off and after it."""
    stamp = render_instant_s(hand_off)
    active = [layer for layer in current if _start(layer) < hand_off]
    by_name = {str(layer["name"]): layer for layer in wanted}
    same = [str(layer["name"]) for layer in active if by_name.get(str(layer["name"])) == layer]
    if same != [name for name in by_name if name in same]:
        same = []  # they change places, so that each of them changes
    kept = set(same)
    layers: list[Layer] = []
    for index, (olds, news) in enumerate(zip(_segments(active, kept), _segments(wanted, kept), strict=True)):
        layers += [end_at_hand_off(layer, stamp) for layer in olds]
        layers += [
            {**layer, "start": render_instant_s(max(_start(layer), hand_off))}
            for layer in news
            if not layer.get("end") or read_rendered_s(str(layer["end"])) > hand_off
        ]
        layers += [by_name[same[index]]] if index < len(same) else []
    return layers


def _segments(layers: Sequence[Layer], kept: set[str]) -> list[list[Layer]]:
    """The layers before, between and after those that are kept."""
    found: list[list[Layer]] = [[]]
    for layer in layers:
        if str(layer["name"]) in kept:
            found.append([])
        else:
            found[-1].append(layer)
    return found


def _find_waiting(wanted: Sequence[Layer], current: Sequence[Layer], moment: int, bound: int) -> int | None:
    """The hand-off that an earlier plan has set up and that is still ahead. A moment further ahead than the next hand-off is not ours."""
    by_name = {str(layer["name"]): layer for layer in wanted}
    ends = [
        read_rendered_s(str(layer["end"]))
        for layer in current
        if waits_for_hand_off(layer) and layer["name"] not in by_name
    ]
    starts = [
        _start(layer)
        for layer in current
        if layer["name"] in by_name and layer.get("start") and not by_name[str(layer["name"])].get("start")
    ]
    for found in (ends, starts):
        ahead = [each for each in found if moment < each <= bound]
        if ahead:
            return min(ahead)
    return None


def _next_hand_off(schedule: Schedule, moment: int) -> int:
    """The next hand-off after an instant: the end of the turn, or of the shift. Where no one is on call, the start of the next
    shift. Looks 90 days ahead for a shift to end or begin."""
    until = moment + _LOOK_AHEAD_S
    persons = _persons(schedule, moment, until)
    if not persons:
        return moment
    start, end, _ = persons[0]
    if start > moment:
        return start
    for layer in reversed(schedule.layers):
        if layer.render(schedule.zone, moment, moment + 1):
            turn = layer.turn_end(schedule.zone, moment)
            return turn if end == until else min(end, turn)
    return end


def _persons(schedule: Schedule, since: int, until: int) -> Persons:
    """Who is on call when, through any layer."""
    found: Persons = []
    for shift in schedule.render(since, until).final if since < until else ():
        if shift.user is None:
            continue
        if found and found[-1][1] == shift.start and found[-1][2] == shift.user:
            found[-1] = (found[-1][0], shift.end, shift.user)
        else:
            found.append((shift.start, shift.end, shift.user))
    return found


def _find_blockers(layers: Sequence[Layer], current: Sequence[Layer]) -> Iterator[str]:
    yield from _find_duplicates(layers)
    if layers != list(current):
        for layer in layers:
            if None in (layer.get("users") or ()):
                yield f"layer {layer['name']!r} has a turn of a deleted user, so it cannot be kept as it is"


def _find_duplicates(layers: Sequence[Layer]) -> Iterator[str]:
    """Layers are identified by name, which PagerDuty does not require."""
    for name, count in sorted(Counter(str(layer["name"]) for layer in layers).items()):
        if count > 1:
            yield f"{count} layers are called {name!r}, so none of them can be continued: rename them, or take 'rotation' out of lifecycle"


def _notes(layers: Sequence[Layer], hand_off: int, zone: str) -> tuple[str, ...]:
    local = datetime.fromtimestamp(hand_off, UTC).astimezone(load_zone(zone))
    when = f"{local:%a} {local.day} {local:%b %Y %H:%M} in {zone}"
    ending = [str(layer["name"]) for layer in layers if waits_for_hand_off(layer)]
    begun = [str(layer["name"]) for layer in layers if layer.get("start") and _start(layer) == hand_off]
    notes = [f"hand-off aware: the person on call stays until the next hand-off, {when}"]
    if ending:
        notes.append(f"until then the current layers continue as {', '.join(map(repr, ending))}")
    if begun:
        notes.append(
            f"from then on {', '.join(map(repr, begun))} {'applies' if len(begun) == 1 else 'apply'} as written in the manifest"
        )
    return tuple(notes)


def _read(fields: Mapping[str, Canonical]) -> Schedule:
    return read_schedule(fields, lambda user: user)


def _start(layer: Layer) -> int:
    """0 where the layer has begun."""
    return read_rendered_s(str(layer["start"])) if layer.get("start") else 0


def _whole_minute(moment: int) -> int:
    """Layers end on whole minutes."""
    return -(-moment // _MINUTE_S) * _MINUTE_S
