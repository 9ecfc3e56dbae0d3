"""What was planned or applied and counts only later: edits that wait for a hand-off, and what waits for the end of a layer. Pure.

A plan that says "no changes" would be half of the truth while such an edit waits: the account and the manifests differ in who is on
call, and a later plan has a change of its own. Nothing of this is drift, and nothing is to be done. It is not part of the digest: it
depends on the time of day, and a plan of the same changes stays the same plan.

Nothing is kept between two plans. What waits is read from the account and the manifests:

    a hand-off    layers whose start is ahead though no manifest says that start, and layers that run on to the hand-off
    an end        a layer that was taken out ends at the next whole minute
    a person      is named by a layer until its end, so that PagerDuty refuses the delete
    a membership  is PagerDuty's own as long as a layer of the team names the person
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Kind, Ref
from pdsync.model.instant import read_rendered_s, render_instant_s
from pdsync.model.schedule_layers import LAYERS, Layer, ScheduleLayers, has_ended, waits_for_hand_off
from pdsync.oncall.layer import read_layer
from pdsync.oncall.pending import find_pending_layers, render_when
from pdsync.oncall.schedule import Part
from pdsync.plan.json_form import Form, Moment, says
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.paired_account import PairedAccount
from pdsync.plan.people import is_person, named_on_call

_SOON_S = 60


class Pending(Form, frozen=True):
    """One thing that happens by itself, or that a later plan does, at a moment that is known."""

    address: Annotated[str, says("The manifest, as kind/name.")]
    at: Annotated[Moment | None, says("When it takes effect; null for about a minute after the apply.")]
    message: Annotated[str, says("What happens then, and what applies until then.")]

    def __str__(self) -> str:
        return f"{self.address}: {self.message}"


@dataclass(frozen=True, slots=True)
class Ending:
    """When the last layer ends that names a person and does not last."""

    at: int
    """Seconds since 1970."""
    zone: str
    is_exact: bool
    """False where the plan itself ends the layer, when it is applied."""
    nouns: str = "layers"
    """What names the person."""

    @property
    def moment(self) -> str | None:
        """The moment as plans have it; None where it depends on the apply."""
        return render_instant_s(self.at) if self.is_exact else None

    def in_words(self) -> str:
        """When that is."""
        return f"at {render_when(self.at, self.zone)}" if self.is_exact else "in about a minute"


def find_pending_hand_offs(pairs: Mapping[str, Pair], moment: str) -> Iterator[Pending]:
    """Edits of schedules that count from a later moment on, whether this plan makes them or an earlier one did. `pairs` are those
    of schedules that the account has, by address."""
    now = read_rendered_s(moment)
    for address, pair in pairs.items():
        yield from _find_waiting_steps(address, pair, moment)
        if LAYERS not in pair.fields:
            continue
        zone = _zone(pair.kind, pair.after)
        read = (read_layer(layer, ()) for layer in _waiting(pair, moment))
        layers = [Part(layer.name, layer.start, layer.end, layer.users) for layer in read]
        for found in find_pending_layers(layers, now):
            yield Pending(address, render_instant_s(found.at), found.in_words(zone))


def _find_waiting_steps(address: str, pair: Pair, moment: str) -> Iterator[Pending]:
    """What takes effect later of fields that an earlier plan has written in steps. What this plan writes is said by a check."""
    for name in sorted(pair.kind.stepped & pair.fields.keys()):
        load = pair.kind.fields_by_name[name].stepped
        if load is not None and pair.fields[name] == pair.before.get(name):
            for at, text in load().find_waiting(pair.fields[name], pair.held.get(name), moment):
                yield Pending(address, render_instant_s(at), text)


def _waiting(pair: Pair, moment: str) -> Iterator[Layer]:
    """The layers that begin or end at a moment which the manifest does not say, without what it does say."""
    written = {str(layer["name"]): layer for layer in ScheduleLayers.of(pair.written).items}
    for layer in ScheduleLayers.of(pair.after).items:
        said = written.get(str(layer["name"]), {})
        yield {**layer, **{name: None for name in ("start", "end") if layer.get(name) == said.get(name)}}
    live = ScheduleLayers.of(pair.live.fields) if pair.live is not None else ScheduleLayers(())
    for layer in live.items:
        is_ending = has_ended(layer, moment) and str(layer["end"]) > moment
        if is_ending and written.get(str(layer["name"]), {}).get("end") != layer["end"]:
            yield {**layer, "start": None}


def find_endings(paired: PairedAccount, gone: frozenset[Ref], moment: str) -> dict[Ref, Ending]:
    """People whom layers name that do not last, and when the last of those ends. People whom a lasting layer, or anything else,
    names too are among them."""
    found: dict[Ref, Ending] = {}
    for ref, fields in paired.after(gone):
        kind = BY_SLUG[ref.kind]
        if kind.passing.linger is None:
            continue
        live = paired.pairs[ref.address].live if ref.address else paired.others[ref][0]
        if ref.address and kind.stepped:
            _note_ending_steps(found, paired.pairs[ref.address], moment)
        before = kind.map_fields(live.fields, paired.resolver.live) if live is not None else {}
        for layer, ending in _ending_layers(fields, before, moment, _zone(kind, fields)):
            for person in filter(is_person, named_on_call(kind, {LAYERS: [layer]})):
                if person not in found or found[person].at < ending.at:
                    found[person] = ending
    return found


def _note_ending_steps(found: dict[Ref, Ending], pair: Pair, moment: str) -> None:
    """The same for what is written in steps: what the account holds once they are carried out."""
    for name in pair.kind.stepped & pair.held.keys():
        load = pair.kind.fields_by_name[name].stepped
        if load is None:
            continue
        held, at_once = pair.held[name], pair.resource.lifecycle.at_once
        if name in pair.fields and pair.fields[name] != pair.before.get(name):
            held = load().predict(pair.fields[name], held, moment, at_once=at_once)
        for part, at in load().find_ending(held, moment):
            ending = Ending(at, _zone(pair.kind, pair.after), is_exact=True, nouns="events")
            for person in filter(is_person, named_on_call(pair.kind, {name: part})):
                if person not in found or found[person].at < at:
                    found[person] = ending


def _ending_layers(fields: Fields, before: Fields, moment: str, zone: str) -> Iterator[tuple[Layer, Ending]]:
    """The layers that will not last, each with its end."""
    kept = ScheduleLayers.of(fields)
    for layer in kept.items:
        if waits_for_hand_off(layer):
            yield layer, Ending(read_rendered_s(str(layer["end"])), zone, is_exact=True)
    for layer in kept.lingering(ScheduleLayers.of(before), moment).items[len(kept.items) :]:
        if has_ended(layer, moment):
            yield layer, Ending(read_rendered_s(str(layer["end"])), zone, is_exact=True)
        else:
            yield layer, Ending(read_rendered_s(moment) + _SOON_S, zone, is_exact=False)


def _zone(kind: Kind, fields: Fields) -> str:
    return str(fields.get(kind.zone_field or "") or "Etc/UTC")
