"""Layers of a manifest that have ended: what is history, and what was never there. Pure.

A layer that ended stays in git, as PagerDuty keeps it too; nothing is to be done with it. A layer that ended and that the account never
had is a mistake, most often in the year: it would be left out without a word, and nothing would tell until the night on which no one
is on call. So it is a problem, and so is a schedule of which no layer is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pdsync.model import Canonical, Fields, LiveObject
from pdsync.model.instant import parse_instant
from pdsync.model.schedule_layers import LAYERS, Layer, ScheduleLayers, has_ended, name_until_hand_off
from pdsync.oncall.pending import render_when

Mistake = tuple[str, str, str]
"""Where it is, what is wrong, and what to do about it."""


def find_ended_layers(written: Fields, live: LiveObject | None, moment: str, zone: str) -> Iterator[Mistake]:
    """What is wrong with layers that have ended at a moment. `written` are the fields as the manifest says them, and `live` is the
    schedule with every layer that it ever had."""
    layers = ScheduleLayers.of(written).items
    held = ScheduleLayers.of(live.fields).items if live is not None else ()
    known = {layer.get("name") for layer in held}
    strange = [at for at, layer in enumerate(layers) if has_ended(layer, moment) and known.isdisjoint(_names(layer))]
    for at in strange:
        name, end = layers[at].get("name"), _when(layers[at], zone)
        yield (
            f"{LAYERS}[{at}].end",
            f"{LAYERS}[{name}].end: the layer ended at {end}, and the account never had it: it would be left out",
            "Correct 'end', or remove the layer.",
        )
    # Where the account has none left either, nothing is to be done, and a schedule that was meant to end must block no other.
    is_over = live is not None and all(has_ended(layer, moment) for layer in held)
    if layers and not strange and not is_over and all(has_ended(layer, moment) for layer in layers):
        message = f"{LAYERS}: every layer has ended, so the schedule has no layers and no one is on call"
        yield LAYERS, message, "Give a layer a later 'end' or none, or delete the schedule."


def has_run_out(written: Mapping[str, Canonical], live: LiveObject | None, moment: str) -> bool:
    """Whether every layer has ended, in the manifest and in the account."""
    held = ScheduleLayers.of(live.fields).items if live is not None else ()
    layers = ScheduleLayers.of(written).items
    return bool(layers and held) and all(has_ended(layer, moment) for layer in (*layers, *held))


def _names(layer: Layer) -> tuple[str, str]:
    """What PagerDuty may know it by: a layer that ran on to a hand-off got another name for that."""
    name = str(layer.get("name"))
    return name, name_until_hand_off(name)


def _when(layer: Layer, zone: str) -> str:
    end = parse_instant(str(layer["end"]))
    assert end is not None, layer  # it has ended
    return render_when(int(end.timestamp()), zone)
