"""After an error no page is asked for."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from requests import Response

from pdsync.account import Extent, fetch_account
from pdsync.account.pages import Pages, StoppedError
from pdsync.client import HttpError, RestApiV2Client
from pdsync.client.collection import Reader, fetch_whole_collection
from pdsync.client.pagination import Page
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget


def test_what_has_not_begun_is_not_done() -> None:
    held = Event()
    done: list[int] = []
    with Pages(1) as pages:
        first = pages.submit(held.wait, 30)
        rest = [pages.submit(done.append, number) for number in range(5)]
        with pytest.raises(KeyboardInterrupt), pages.until_error():
            raise KeyboardInterrupt
        held.set()
    assert first.result()
    assert done == []
    assert all(isinstance(future.exception(), StoppedError) for future in rest)


def test_a_large_collection_ends_soon() -> None:
    asked_for: list[int] = []
    reached, held = Event(), Event()

    def fetch(limit: int, offset: int, total: bool) -> Page:
        asked_for.append(offset)
        if len(asked_for) >= 5:
            reached.set()
            held.wait(30)
            time.sleep(0.01)  # as a request takes some time: the workers give up the other pages in it
        rows = [{"id": f"P{number}"} for number in range(offset, offset + limit)]
        return Page(rows, Response(), True, 5000)

    with Pages(2) as pages, ThreadPoolExecutor(1) as collections:
        reading = collections.submit(fetch_whole_collection, "services", fetch, Reader(100, pages))
        assert reached.wait(30)
        with pytest.raises(KeyboardInterrupt), pages.until_error():
            raise KeyboardInterrupt
        held.set()
        assert isinstance(reading.exception(), StoppedError)
    assert len(asked_for) <= 10


def test_an_error_of_one_collection_is_raised_and_the_account_is_not_read_again(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    sandbox.control.set_faults([{"match": {"path": "/users/me"}, "action": {"type": "error", "status": 401}}])
    forget(sandbox)
    with pytest.raises(HttpError, match="users/me"):
        fetch_account(client, Extent())
    paths = [path for _, path in asked(sandbox)]
    assert len(paths) == len(set(paths))
