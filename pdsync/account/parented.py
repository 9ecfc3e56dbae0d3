"""Objects that PagerDuty lists only for their parent: read of the parents that manifests name, one request each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any

from pdsync.account.extent import Extent, may_mean
from pdsync.account.reading import Answered, Shared, check_row
from pdsync.account.refusal import REFUSED, UnknownKindError
from pdsync.client import HttpError, RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.model import Kind, Ref, Resource
from pdsync.model.instant import read_rendered, render_instant
from pdsync.model.parent_listing import ParentListing, Period, Row

_BAD_REQUEST, _NOT_FOUND = 400, 404
_ANY_ZONE = timedelta(days=1)
"""A moment that a manifest says in wall-clock time may be so much later in a zone that is not known yet."""


class ParentedReading:
    """The objects of one kind."""

    def __init__(self, client: RestApiV2Client, kind: Kind, pages: Executor, extent: Extent, shared: Shared) -> None:
        """`pages` reads in parallel. `shared` has the listings of the parents."""
        assert kind.source.parent is not None
        self._client = client
        self._kind = kind
        self._listing: ParentListing = kind.source.parent
        self._pages = pages
        self._extent = extent
        self._shared = shared

    def read(self) -> Answered:
        """The canonical objects. Raises UnknownKindError where PagerDuty refuses to list the parents or the objects of one."""
        parents = self._parents()
        if not parents:
            return (), ()
        now = render_instant(self._client.server_clock.now())
        asked = [
            self._pages.submit(self._fetch, parent, Period(now, until), raw)
            for parent, (until, raw) in sorted(parents.items(), key=lambda each: each[0])
            if until > now
        ]
        try:
            rows = [row for each in asked for row in each.result()]
        except HttpError as error:
            raise (UnknownKindError(error) if error.status in REFUSED else error) from error
        finally:
            for each in asked:
                each.cancel()
        return tuple(sorted((self._kind.read_live(row) for row in rows), key=lambda live: live.id)), ()

    def _parents(self) -> Mapping[Ref, tuple[str, Row]]:
        """The parents whose objects are needed, each with how far, and as it was answered."""
        found: dict[Ref, tuple[str, Row]] = {}
        manifests = [*self._reaching(self._extent.known.get(self._kind.slug, ()))]
        for slug in self._listing.paths:
            rows = self._shared.rows[slug].result() if slug in self._shared.rows else ()
            for raw in rows:
                reaches = [until for ref, until in manifests if self._may_mean(ref, slug, raw)]
                if self._extent.everything:
                    # Only now: before the first answer the time at PagerDuty is not known.
                    reaches.append(render_instant(self._client.server_clock.now() + self._listing.horizon))
                if reaches:
                    found[Ref(slug, "id", str(raw["id"]))] = max(reaches), dict(raw)
        return found

    def _reaching(self, manifests: Sequence[Resource]) -> Iterator[tuple[Ref, str]]:
        """The parents that manifests name, each with until when."""
        for manifest in manifests:
            ref, until = manifest.fields.get(self._listing.parent_field), self._listing.reach(manifest.fields)
            if isinstance(ref, Ref) and until is not None:
                yield ref, render_instant(read_rendered(until) + _ANY_ZONE)

    def _may_mean(self, ref: Ref, slug: str, raw: Mapping[str, Any]) -> bool:
        # An id or a name may be that of a parent of any kind.
        return (ref.kind == slug or ref.by != "key") and may_mean(ref, BY_SLUG[slug], raw, self._extent)

    def _fetch(self, parent: Ref, period: Period, whole: Row) -> list[Row]:
        client = self._client.for_host(self._kind.host)

        def get(path: str, params: Mapping[str, str], may_be_too_long: bool) -> list[Row] | None:
            try:
                rows = client.list_all(path, params=params, complete=True)
            except HttpError as error:
                if error.status == _BAD_REQUEST and may_be_too_long:
                    return None
                if error.status == _NOT_FOUND:
                    return []  # the parent was deleted in the meantime
                raise
            for row in rows:
                check_row(self._kind.slug, row, ())
            return rows

        return self._listing.fetch(parent, period, get, whole)
