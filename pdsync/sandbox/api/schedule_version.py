"""Schedule version: what is answered where a layer-based schedule is asked for by a path of version 3, or the reverse.

Both kinds share one space of ids, and a client may not know which kind an id belongs to. pagerduty-mcp (tools/schedules.py)
tries version 2, and takes a 400 whose message names the other API as the hint to try version 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pdsync.sandbox.api.collection import Handler, Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import Problem, not_found

# The first as pagerduty-mcp quotes it; of the second only the words that it looks for are known.
_MESSAGES = {
    "schedule": "This is a layer-based schedule. Use the v2 Schedules API to access it.",
    "schedule_v3": "This is a shift-based schedule. Use the v3 Schedules API to access it.",
}


def pointing_to(other: str, routes: Iterable[Route]) -> list[Route]:
    """The routes, which point to the other API for the id of a schedule of the ``other`` kind."""
    return [replace(route, handler=_pointing(other, route.handler)) for route in routes]


def _pointing(other: str, handler: Handler) -> Handler:
    def handle(call: Call, **parts: str) -> Answer:
        if "id" in parts and call.store.get(other, parts["id"]) is not None:
            if other == "schedule" and call.profile.reads("layer_based_by_v3", "not_found"):
                raise not_found(other)
            raise Problem(400, 2001, _MESSAGES[other])
        return handler(call, **parts)

    return handle
