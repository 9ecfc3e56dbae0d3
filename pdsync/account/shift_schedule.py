"""Shift-based schedules that a question about on call leads to, and what people set up in them by hand. Read only where they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pdsync.account.reading import check_row
from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.model import Kind, LiveObject
from pdsync.model.instant import render_instant_s

_T = TypeVar("_T")
Rows = list[Mapping[str, Any]]


def fetch_shift_schedules(
    client: RestApiV2Client, kind: Kind, identities: Iterable[str]
) -> tuple[Mapping[str, LiveObject], Mapping[str, HttpError]]:
    """The schedules of these ids, a request each; and those that PagerDuty refuses to show. Raises the client's other errors."""

    def read(identity: str) -> LiveObject | HttpError:
        try:
            found = client.rget(kind.path_of(identity))
        except HttpError as error:
            if error.status not in REFUSED:
                raise
            return error
        check_row(kind.slug, found, ())
        return kind.read_live(found, {})

    found = _each(read, identities)
    return (
        {identity: it for identity, it in found.items() if isinstance(it, LiveObject)},
        {identity: it for identity, it in found.items() if isinstance(it, HttpError)},
    )


def list_shift_schedules(client: RestApiV2Client, kind: Kind) -> Mapping[str, str]:
    """The names of all shift-based schedules, by id; none where PagerDuty refuses to list them."""
    try:
        listed = client.dict_all(kind.collection, complete=True)
    except HttpError as error:
        if error.status not in REFUSED:
            raise
        return {}
    return {identity: str(raw.get("summary") or raw.get("name") or "") for identity, raw in listed.items()}


def fetch_shift_edits(
    client: RestApiV2Client, kind: Kind, identities: Iterable[str], period_s: tuple[int, int]
) -> Mapping[str, tuple[Rows, Rows]]:
    """The overrides and custom shifts of a period (seconds since 1970) as PagerDuty answers them, by id of the schedule: two
    requests for each schedule. In the order in which they were made, which their ids begin with: answers are in order of time. Raises
    the client's errors."""
    since, until = map(render_instant_s, period_s)
    period = {"since": since, "until": until}

    def read(path: str) -> Rows:
        found = client.dict_all(path, params=period, complete=True)
        return [found[identity] for identity in sorted(found)]

    paths = {
        (identity, name): f"{kind.path_of(identity)}/{name}"
        for identity in identities
        for name in ("overrides", "custom_shifts")
    }
    found = _each(read, paths.values())
    return {
        identity: (found[paths[identity, "overrides"]], found[paths[identity, "custom_shifts"]])
        for identity, name in paths
        if name == "overrides"
    }


def _each(read: Callable[[str], _T], texts: Iterable[str]) -> dict[str, _T]:
    """What `read` gives for each text, several at a time."""
    with ThreadPoolExecutor(MOST_IN_FLIGHT) as pool:
        asked = {text: pool.submit(read, text) for text in texts}
        try:
            return {text: answer.result() for text, answer in asked.items()}
        finally:
            for answer in asked.values():
                answer.cancel()
