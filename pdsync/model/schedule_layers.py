"""The layers of a schedule, and what time does to them.

PagerDuty keeps every layer for ever: a layer is begun and ended, and never deleted or moved. So what the account answers, what a manifest
says and what a request must hold are three different lists, and which layer is which depends on the moment. All of that is said here.

    has ended    its end is past, or comes within this minute: the write of an end is rounded up to the next whole minute, so such a
                 layer is as good as gone, and comparing it would plan the same end again and again
    settled      without the layers that have ended and without starts that are past: the server rewrites a past start to the time of
                 the write, so neither can differ in a way that a write would fix
    stable       also without layers that will end and without all starts: what must be the same a year later, for the record of what
                 was applied last, which is read at another moment than it was written
    lingering    with the layers that a write takes out: they name their people until their end has passed, and as long as that lasts
                 PagerDuty keeps those people in the team and refuses to delete them
    waiting      a layer that runs on to its hand-off only, while another one takes its name and place: `oncall/hand_off.py`

Every moment is the account's own (`Account.fetched_at`), in plan and apply alike: a local clock that is wrong by a minute would end
another layer. A layer is a mapping; canonical values and the API's answers have the same names and the same text of instants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias
from unicodedata import normalize

from pdsync.model.codec.plain import Canonical
from pdsync.model.instant import next_whole_minute, parse_instant, render_instant
from pdsync.model.passing import Fields

LAYERS = "schedule_layers"
Layer: TypeAlias = Mapping[str, Canonical]
NAME_LIMIT = 255
UNTIL_HAND_OFF = " (until hand-off)"
"""Ends the name of a layer that waits for its hand-off. PagerDuty would take two layers of one name; pdsync tells them apart by it."""
_CLOCKS_DIFFER = timedelta(seconds=2)
"""How much the moment of a program may be behind that of another one, which has just written a start: both have it from headers in
whole seconds. The moment may be behind that of the server too."""
_SENT_OF_ENDING = (
    "id",
    "name",
    "start",
    "rotation_virtual_start",
    "rotation_turn_length_seconds",
    "users",
    "restrictions",
)


def base_first(answered: Sequence[Any]) -> list[Any]:
    """The layers of an answer in the order of requests, base first.

    Answers list them the other way round (terraform-provider-pagerduty, flattenScheduleLayers). Which end wins is to be
    verified on a real account; this function is the one place that knows.
    """
    return list(reversed(answered))


def has_ended(layer: Layer, now: str) -> bool:
    """Whether a layer counts no more at a moment. A layer that ends within the minute was just ended. For the server, which rounds the
    end up, the next minute may have begun."""
    end = parse_instant(layer["end"], "Etc/UTC") if isinstance(layer.get("end"), str) else None
    moment = parse_instant(now)
    return end is not None and moment is not None and end <= next_whole_minute(moment + _CLOCKS_DIFFER)


@lru_cache(maxsize=4)
def _latest_past(now: str) -> str:
    """The latest start that counts as past at a moment."""
    moment = parse_instant(now)
    return render_instant(moment + _CLOCKS_DIFFER) if moment is not None else now


def count_nameless(answered: Sequence[Layer], names: Collection[str]) -> int:
    """How many turns of the layers of these names are of deleted people whom an answer gives as null."""
    turns = (entry for layer in answered if _name(layer) in names for entry in layer.get("users") or ())
    return sum(not _names_anyone(entry) for entry in turns)


def waits_for_hand_off(layer: Layer) -> bool:
    """Whether a layer runs on to its hand-off only."""
    return str(layer.get("name") or "").endswith(UNTIL_HAND_OFF) and bool(layer.get("end"))


def name_until_hand_off(name: str) -> str:
    """What a layer is called while it waits for its hand-off."""
    return name[: NAME_LIMIT - len(UNTIL_HAND_OFF)] + UNTIL_HAND_OFF


def end_at_hand_off(layer: Layer, hand_off: str) -> Layer:
    """The layer as it is, to the hand-off and no further."""
    end = layer.get("end")
    name = str(layer["name"]) if waits_for_hand_off(layer) else name_until_hand_off(str(layer["name"]))
    return {**layer, "name": name, "end": min(str(end), hand_off) if end else hand_off}


@dataclass(frozen=True, slots=True)
class ScheduleLayers:
    """The layers of one schedule, base first."""

    items: tuple[Layer, ...]

    @classmethod
    def of(cls, fields: Mapping[str, Canonical]) -> ScheduleLayers:
        """The layers among the fields of a schedule."""
        return cls(tuple(fields.get(LAYERS) or ()))

    def within(self, fields: Mapping[str, Canonical]) -> Fields:
        """The fields with these layers."""
        return {**fields, LAYERS: list(self.items)}

    def settled(self, now: str) -> ScheduleLayers:
        """What can differ at a moment. The server rewrites a past start to the time of the write
        (terraform-provider-pagerduty #200, SuppressScheduleLayerStartDiff)."""
        past = _latest_past(now)
        return ScheduleLayers(
            tuple(
                {name: value for name, value in layer.items() if name != "start" or str(value) > past}
                for layer in self.items
                if not has_ended(layer, now)
            )
        )

    def stable(self) -> ScheduleLayers:
        """What neither the server nor the passing of time changes."""
        return ScheduleLayers(
            tuple(
                {name: value for name, value in layer.items() if name != "start"}
                for layer in self.items
                if not layer.get("end")
            )
        )

    def lasting(self) -> ScheduleLayers:
        """The layers that do not wait for their hand-off."""
        return ScheduleLayers(tuple(layer for layer in self.items if not waits_for_hand_off(layer)))

    def lingering(self, live: ScheduleLayers, now: str) -> ScheduleLayers:
        """These, with the live ones that a write of these takes out and that have not ended yet."""
        kept = Counter(layer.get("name") for layer in self.items)
        ending = []
        for layer in live.items:
            if has_ended(layer, now):
                if str(layer["end"]) > now:  # its end has been set, and comes within the minute
                    ending.append(layer)
                continue
            kept[layer.get("name")] -= 1
            if kept[layer.get("name")] < 0:  # one of a name is kept, others of it are ended
                ending.append(layer)
        return ScheduleLayers((*self.items, *ending))

    def written_over(self, live: ScheduleLayers, now: str) -> ScheduleLayers:
        """What the account holds once these were written: those of a name that is there keep a start that is past, a new one
        begins now, and those that are not wanted end, below the others."""
        left = list(live.items)
        layers: list[Layer] = []
        for layer in self.items:
            same = next(
                (other for other in left if other.get("name") == layer.get("name") and not has_ended(other, now)), None
            )
            if same is not None:
                left.remove(same)
            started = same.get("start") if same is not None else None
            past = started if started is not None and str(started) <= now else now
            layers.append({**layer, "start": layer.get("start") or past})
        ended = [layer if has_ended(layer, now) else {**layer, "end": now} for layer in left]
        return ScheduleLayers((*ended, *layers))


def finish_request(wanted: Sequence[dict[str, Any]], answered: Sequence[Layer], now: datetime) -> list[dict[str, Any]]:
    """The layers of a request: each wanted one with the id of the live layer that it is, and the live ones that are not wanted any
    more with an end. `answered` are the live layers of an answer, base first."""
    moment = now.astimezone(UTC)
    stamp = render_instant(moment)
    left = [layer for layer in answered if not has_ended(layer, stamp)]
    current = [layer for layer in wanted if not has_ended(layer, stamp)]
    identities = _take_identities(current, left)
    layers = [_with_identity(layer, same, stamp) for layer, same in zip(current, identities, strict=True)]
    end = render_instant(next_whole_minute(moment))
    # The dropped ones go first, below the others, so that no wanted layer is hidden while they run out.
    return [_ended_layer(layer, stamp, end) for layer in left] + layers


def _take_identities(wanted: Sequence[Layer], left: list[Layer]) -> list[Layer | None]:
    """The live layer that each wanted one is; takes them out of `left`. They are told apart by name. A layer that is to wait for its
    hand-off is the one it is called after, whose name goes to its successor."""
    found: list[Layer | None] = [None] * len(wanted)
    for at in sorted(range(len(wanted)), key=lambda at: not waits_for_hand_off(wanted[at])):
        name = wanted[at]["name"]
        same = next((layer for layer in left if _name(layer) == name), None)
        if same is None and waits_for_hand_off(wanted[at]):
            same = next((layer for layer in left if name_until_hand_off(_name(layer)) == name), None)
        if same is not None:
            left.remove(same)
            found[at] = same
    return found


def _names_anyone(entry: Mapping[str, Any] | None) -> bool:
    """Whether an answered turn is anyone's: it wraps a person, and a deleted one may be answered as null."""
    return any((entry or {}).values())


def _name(layer: Layer) -> str:
    """The name of an answered layer as manifests have it: in Unicode NFC, so that an accent in two characters makes no second layer."""
    return normalize("NFC", str(layer.get("name", ""))).strip()


def _with_identity(layer: dict[str, Any], same: Layer | None, now: str) -> dict[str, Any]:
    started = parse_instant(same["start"]) if same and isinstance(same.get("start"), str) else None
    has_started = started is not None and render_instant(started) <= now
    start = layer.get("start") or (same["start"] if same and has_started else now)
    identity = {"id": same["id"]} if same and same.get("id") else {}
    # An absent `end` would keep the old one: only an explicit null un-ends a layer.
    return {**identity, **layer, "start": start, "end": layer.get("end")}


def _ended_layer(layer: Layer, now: str, end: str) -> dict[str, Any]:
    kept = {name: layer[name] for name in _SENT_OF_ENDING if layer.get(name) is not None}
    users = [entry for entry in kept.get("users", ()) if _names_anyone(entry)]
    started = parse_instant(layer["start"]) if isinstance(layer.get("start"), str) else None
    if started is not None and render_instant(started) > now:
        kept["start"] = now  # it must not end before it starts
    return {**kept, "users": users, "end": end}
