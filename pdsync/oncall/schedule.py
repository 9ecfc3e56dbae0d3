"""A schedule rendered: who is on call when, and when no one is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.oncall.interval import Interval, find_gaps, total_s
from pdsync.oncall.layer import Layer, read_layer
from pdsync.oncall.shift import Shift, covered, join_shifts, overlay, seconds_by_user


@dataclass(frozen=True, slots=True)
class Rendered:
    """A schedule between two instants (seconds since 1970)."""

    since: int
    until: int
    layers: tuple[tuple[str, tuple[Shift, ...]], ...]
    """Each layer or rotation by itself, base first."""
    overrides: tuple[Shift, ...]
    final: tuple[Shift, ...]
    """In order of their starts. Those of a shift-based schedule may overlap: then several people are on call."""

    @property
    def gaps(self) -> list[Interval]:
        """When no one is on call."""
        return find_gaps(covered(self.final), self.since, self.until)

    @property
    def coverage(self) -> float:
        """The part of the time, 0 to 1, at which someone is on call."""
        return total_s(covered(self.final)) / (self.until - self.since) if self.until > self.since else 0.0

    @property
    def seconds(self) -> dict[Ref, int]:
        """How long each person is on call."""
        return seconds_by_user(self.final)


@dataclass(frozen=True, slots=True)
class Part:
    """A layer, or an event of a rotation. None at `start` or `end`: it has always counted, or will not stop to."""

    name: str
    start: int | None
    end: int | None
    users: tuple[Ref | None, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Layers, base first: where they overlap, the later one wins. Overrides win over all of them."""

    zone: str
    layers: tuple[Layer, ...]
    overrides: tuple[Shift, ...] = ()
    """In the order they were made; of two at once the later one wins."""

    def render(self, since: int, until: int) -> Rendered:
        """The schedule between two instants; what lies outside is cut off."""
        layers = tuple((layer.name, layer.render(self.zone, since, until)) for layer in self.layers)
        final: tuple[Shift, ...] = ()
        for _, shifts in layers:
            final = overlay(final, shifts)
        overrides: tuple[Shift, ...] = ()
        for each in self.overrides:
            start, end = max(each.start, since), min(each.end, until)
            if start < end:
                overrides = overlay(overrides, (Shift(start, end, each.user, ""),))
        return Rendered(since, until, layers, overrides, join_shifts(overlay(final, overrides)))

    def parts(self) -> Iterator[Part]:
        """The layers."""
        for layer in self.layers:
            yield Part(layer.name, layer.start, layer.end, layer.users)

    def people_by_hand(self, since: int | None) -> Iterator[Ref | None]:
        """Whom overrides name, of those that have not ended by an instant."""
        for shift in self.overrides:
            if since is None or shift.end > since:
                yield shift.user


def read_schedule(
    fields: Mapping[str, Canonical], user_of: Callable[[Canonical], Ref | None], overrides: Iterable[Shift] = ()
) -> Schedule:
    """The schedule that canonical fields describe. `user_of` gives the person a reference means, None for a deleted one."""
    layers = []
    for value in fields.get("schedule_layers") or ():
        layers.append(read_layer(value, tuple(user_of(user) for user in value.get("users") or ())))
    return Schedule(str(fields.get("time_zone") or "Etc/UTC"), tuple(layers), tuple(overrides))
