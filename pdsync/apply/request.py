"""Request bodies from changes, and how patiently requests are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pdsync.apply.identity import Identities
from pdsync.client import HttpError
from pdsync.kinds import BY_SLUG, Canonical, LiveObject, join_marker, split_marker
from pdsync.plan import Change

_BAD_REQUEST = 400
_LOCK_ATTEMPTS = 6
_LOCK_WAIT_S = 0.5


class Requester:
    """Shared by all workers; holds nothing that changes."""

    def __init__(self, identities: Identities, sleep: Callable[[float], None], clock: Callable[[], datetime]) -> None:
        self._identities = identities
        self._sleep = sleep
        self._clock = clock

    def body(self, change: Change, values: Mapping[str, Canonical], live: LiveObject | None) -> dict[str, Any]:
        """The body, unwrapped, with the ownership line in its description. Raises `UnresolvedError`."""
        body = BY_SLUG[change.kind].to_body(values, self._identities.to_request, live, self._clock())
        if change.marker is not None and "description" in body:
            marker = split_marker(change.marker)[1]
            assert marker is not None
            body["description"] = join_marker(body["description"], marker)
        return body

    def patiently(self, request: Callable[[], Any]) -> Any:
        """Repeats a request that was refused because the account was locked by another create: nothing was done then
        (terraform-provider-pagerduty #1117)."""
        for attempt in range(1, _LOCK_ATTEMPTS + 1):
            try:
                return request()
            except HttpError as error:
                locked = error.status == _BAD_REQUEST and "could not be locked" in str(error)
                if not locked or attempt == _LOCK_ATTEMPTS:
                    raise
            self._sleep(_LOCK_WAIT_S * attempt)
        raise AssertionError("unreachable")
