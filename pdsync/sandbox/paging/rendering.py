"""Rendering: who is on call in a schedule, and when: its layers, its overrides, and what is left of them in the end.

Overrides win over all layers (PagerDuty's support pages). Which layer and which override wins, the account's profile says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pdsync.sandbox.paging.rotation import layer_spans
from pdsync.sandbox.paging.span import Span, joined, overlay
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store

_EDGE = timedelta(days=8)  # a weekly restriction and a change of the clocks


@dataclass(frozen=True, slots=True)
class Rendering:
    """``layers`` is by layer id. Everything is in order of time, and stretches of one user are whole."""

    layers: dict[str, list[Span]]
    overrides: list[Span]
    final: list[Span]


def render(store: Store, schedule: Record, since: datetime, until: datetime) -> Rendering:
    """What touches the period; at its edges as far as it can be seen from there (a turn of every layer, at least)."""
    body = schedule.body
    turns = [timedelta(seconds=layer["rotation_turn_length_seconds"]) for layer in body["schedule_layers"]]
    edge = max([timedelta(), *turns]) + _EDGE
    low, high = since - edge, until + edge
    by_clock = store.profile.reads("daily_turns_at_clock_change", "wall_clock")
    layers = {
        it["id"]: layer_spans(it, body["time_zone"], low, high, by_clock=by_clock) for it in body["schedule_layers"]
    }
    overrides: list[Span] = []
    for record in store.children("override", schedule.id):
        override = _span(record)
        if override.start < high and override.end > low:
            newest = store.profile.reads("overlapping_overrides", "newest")
            overrides = overlay([override], overrides) if newest else overlay(overrides, [override])
    final: list[Span] = []
    upwards = 1 if store.profile.reads("winning_layer", "last") else -1
    for layer in body["schedule_layers"][::upwards]:
        final = overlay(layers[layer["id"]], final)
    final = overlay(overrides, final)
    return Rendering(
        {id: _touching(spans, since, until) for id, spans in layers.items()},
        _touching(overrides, since, until),
        _touching(final, since, until),
    )


def _touching(spans: Sequence[Span], since: datetime, until: datetime) -> list[Span]:
    return [it for it in joined(spans) if it.start < until and it.end > since]


def _span(override: Record) -> Span:
    body = override.body
    return Span(loaded(body["start"]), loaded(body["end"]), body["user"]["id"])
