"""Request bodies from changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pdsync.apply.identity import Identities
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject, join_marker, split_marker
from pdsync.plan import Change


class Requester:
    """Shared by all workers; holds nothing that changes."""

    def __init__(self, identities: Identities, clock: Callable[[], datetime]) -> None:
        self._identities = identities
        self._clock = clock

    def body(self, change: Change, values: Mapping[str, Canonical], live: LiveObject | None) -> dict[str, Any]:
        """The body, unwrapped, with the ownership line in its description. Raises `UnresolvedError`."""
        body = BY_SLUG[change.kind].to_body(values, self._identities.to_request, live, self._clock())
        line = BY_SLUG[change.kind].marker_line
        if line is not None and change.marker is not None and line.field in body:
            marker = split_marker(change.marker)[1]
            assert marker is not None
            body[line.field] = join_marker(body[line.field], marker)
        return body
