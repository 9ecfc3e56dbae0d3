"""Listings by parent: objects that PagerDuty lists only for the object that they belong to, their *parent*.

The id of such an object begins with its parent: ``schedule:PSCHED1:QOVER1``. So the id alone says at which path the object is, and
an object of another parent never has the same id. Each row of an answer gets a member that refers to the parent, as an answer of
PagerDuty would refer to it.

Time passes these objects by: a listing is asked for from now on, until the last moment that a manifest says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias

from pdsync.model.codec.plain import Canonical
from pdsync.model.instant import read_rendered, render_instant
from pdsync.model.ref import Ref

Row: TypeAlias = dict[str, Any]
GetRows: TypeAlias = Callable[[str, Mapping[str, str], bool], list[Row] | None]
"""All rows at a path with these parameters. Where the last argument is true, it gives None for a period that PagerDuty refuses (400), since it
may be too long; anything else that PagerDuty refuses is raised."""
_PART = timedelta(days=30)
"""What is asked for at once where PagerDuty refuses a longer period. No document says how long one may be."""
_OVER = timedelta(seconds=2)
"""How precise the clock is that the moments of answers are compared with: ``Date`` headers have whole seconds."""


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when objects are listed, as canonical instants."""

    since: str
    until: str

    def parts(self) -> Iterable[Period]:
        """The same in parts that follow one another."""
        begin, end = read_rendered(self.since), read_rendered(self.until)
        while begin < end:
            following = min(begin + _PART, end)
            yield Period(render_instant(begin), render_instant(following))
            begin = following

    @property
    def is_short(self) -> bool:
        """Whether it has one part."""
        return read_rendered(self.until) - read_rendered(self.since) <= _PART


@dataclass(frozen=True, slots=True)
class ParentListing:
    """How the objects of a kind are listed that belong to one parent each."""

    parent_field: str
    """The field that refers to the parent."""
    paths: Mapping[str, str]
    """The listing by the slug of the parent's kind, with ``{parent}`` for its id. An object is at this path and its own id."""
    reach: Callable[[Mapping[str, Canonical]], str | None]
    """Until when the objects last that a manifest or a change means, from its fields; None where it means none."""
    end_of: Callable[[Row], str | None]
    """When the object of a row ends, as a canonical instant."""
    wrapper: str
    """The member of an answer to a POST that holds the list of what it made. Some answers are the list itself."""
    item: str
    """The member of an item of that list that holds the object, next to its status. Some items are the object itself."""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What a request must say besides its period, so that rows are whole."""
    with_parent: Mapping[str, Callable[[Row, Mapping[str, Any]], Row]] = field(default_factory=dict, hash=False)
    """What a row says together with its answered parent, by the slug of the kinds of parents where it does not say all itself."""
    complete: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]] = field(
        default_factory=dict, hash=False
    )
    """The body of a POST with what only the answered parent tells, by the slug of the kinds of parents where that is needed. Raises KeyError
    with the name of what the parent does not have."""
    horizon: timedelta = timedelta(days=365)
    """How far ahead all of them are read, where no manifest says how far."""

    def collection_of(self, parent: Ref) -> str:
        """The path of the listing of a parent, given by id."""
        return self.paths[parent.kind].format(parent=parent.value)

    def path_of(self, identity: str) -> str:
        """The path of the object of this id."""
        slug, parent, own = identity.split(":", 2)
        return f"{self.collection_of(Ref(slug, 'id', parent))}/{own}"

    def parent_of(self, identity: str) -> Ref:
        """The parent of the object of this id."""
        slug, parent, _ = identity.split(":", 2)
        return Ref(slug, "id", parent)

    def row(self, parent: Ref, answered: Mapping[str, Any], whole: Mapping[str, Any] | None = None) -> Row:
        """An answered object with the parent that it belongs to. `whole` is the answered parent, where rows need it."""
        reference = {"id": parent.value, "type": f"{parent.kind}_reference"}
        if whole is not None and parent.kind in self.with_parent:
            answered = self.with_parent[parent.kind](dict(answered), whole)
        return {**answered, "id": f"{parent.kind}:{parent.value}:{answered['id']}", self.parent_field: reference}

    def fetch(self, parent: Ref, period: Period, get: GetRows, whole: Mapping[str, Any] | None = None) -> list[Row]:
        """The objects of a parent in a period. `whole` is the answered parent, where rows need it. Raises what `get` raises."""
        path = self.collection_of(parent)
        answered = get(path, self._params(period), not period.is_short)
        if answered is None:
            # An object that reaches into the next part comes twice, and is whole each time.
            parts = [get(path, self._params(part), False) or [] for part in period.parts()]
            answered = list({str(row["id"]): row for rows in parts for row in rows}.values())
        over = render_instant(read_rendered(period.since) + _OVER)
        return [self.row(parent, it, whole) for it in answered if (end := self.end_of(it)) is None or end > over]

    def _params(self, period: Period) -> dict[str, str]:
        return {**self.params, "since": period.since, "until": period.until}
