"""Session: one library with clients for the sandbox, that never sleeps."""

from __future__ import annotations

import ssl
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx2
import pytest

import pdsync.client
from pdsync.sandbox import SandboxServer
from tests.contract.conftest import TOKEN
from tests.contract.differential.outcome import Outcome, plain, raised
from tests.contract.differential.recorder import Canned, Recorder


class Transports:
    """What each library sends by, shared by all of its clients: a handshake for every client would take most of the time."""

    def __init__(self, server: SandboxServer) -> None:
        self.url = server.url
        self.theirs = httpx2.HTTPTransport(verify=ssl.create_default_context(cafile=str(server.ca_file)))
        self.ca_file = str(server.ca_file)
        self.ours = pdsync.client.RestApiV2Client(TOKEN, base_url=server.url)

    def close(self) -> None:
        self.theirs.close()
        self.ours.close()


class Session:
    """One library in one run. ``known`` are ids of the account, by names such as ``user``."""

    def __init__(self, library: ModuleType, transports: Transports, known: Mapping[str, str]) -> None:
        self.library, self.url, self.known = library, transports.url, dict(known)
        self.waits: list[float] = []
        self._transports, self._client = transports, None

    def __getattr__(self, name: str) -> str:
        """The id of an object of the account: ``it.user`` is that of a user."""
        try:
            return self.known[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def client(self) -> Any:
        """The client of REST API v2, made on first use."""
        if self._client is None:
            self._client = self.made("RestApiV2Client", TOKEN, default_from="owner@example.com")
        return self._client

    def made(self, name: str, *arguments: Any, path: str = "", **options: Any) -> Any:
        """A client of this class, for the sandbox; ``path`` goes behind its address."""
        return self.made_of(getattr(self.library, name), *arguments, path=path, **options)

    def made_of(self, kind: Any, *arguments: Any, path: str = "", **options: Any) -> Any:
        """The same for a class that is not the library's."""
        if self.library is pdsync.client:
            client = kind(*arguments, sleep=self.waits.append, clock=self._clock, **options)
            client.verify, client.trust_env = self._transports.ca_file, False
            client.mount("https://", self._transports.ours.get_adapter(self.url))
        elif kind.__name__.startswith("Slack"):  # hands nothing on to its HTTP library
            client = kind(*arguments, **options)
            client._transport = self._transports.theirs
        else:
            client = kind(*arguments, transport=self._transports.theirs, **options)
        client.url = self.url + path
        return client

    def _clock(self) -> float:
        return time.monotonic() + sum(self.waits)


def run(
    session: Session, call: Callable[[Session], Any], recorder: Recorder, canned: tuple[Canned, ...] = ()
) -> Outcome:
    """Makes a call. What it gives is read to its end: iterating is part of it."""
    recorder.begin(canned)
    with warnings.catch_warnings(record=True) as warned, _no_sleep(session):
        warnings.simplefilter("always")
        try:
            result = plain(call(session))
        except Exception as error:  # noqa: BLE001 (whatever it raises is what is compared)
            result = raised(error, session.library)
    return Outcome(list(recorder.sent), result, list(session.waits), [it.category.__name__ for it in warned])


@contextmanager
def _no_sleep(session: Session) -> Iterator[None]:
    """The other library takes no clock, so the one of its module is replaced."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pagerduty.api_client.time", SimpleNamespace(sleep=session.waits.append))
        yield


def each(values: Iterator[Any], count: int) -> list[Any]:
    """The first values of an iterator."""
    return [value for _, value in zip(range(count), values, strict=False)]
