"""The one way from apply to PagerDuty: the client's verbs, with a journal that records each write before it is sent and after.

PagerDuty may not know yet what it has just made: a read of it can be 404, and a reference to it can be 400 (replicas that
follow behind), or 404. Nothing was done then, so the request is made again, a few times and no more.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from threading import Lock, local
from typing import Any

from requests import Response

from pdsync.client import AmbiguousWriteError, Error, HttpError, HttpServerError, Recovery, RestApiV2Client
from pdsync.client.entity_client import Resource, resource_address
from pdsync.client.recovery import Look
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient, Send
from pdsync.kinds import BY_SLUG
from pdsync.plan import Change

Tell = Callable[[Mapping[str, Any]], None]
"""Receives one event for the journal. Called by several workers, one at a time."""

_BAD_REQUEST, _NOT_FOUND = 400, 404
_LOCK_ATTEMPTS = 6
_LOCK_WAIT_S = 0.5
_INTERRUPTED_WAITS_S = (1.0, 3.0)
_NOT_YET_WAITS_S = (0.5, 1.0, 2.0, 4.0)


class Wire:
    """Shared by all workers. Raises what the client raises."""

    def __init__(self, client: RestApiV2Client, sleep: Callable[[float], None], tell: Tell) -> None:
        self._client = client
        self._sleep = sleep
        self._tell = tell
        self._lock = Lock()
        self._numbers = itertools.count(1)
        self._here = local()
        self._made: set[str] = set()
        self.one_at_a_time = Lock()
        """Held during a write of which PagerDuty accepts only one at a time."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Notes every answer to a write, those that lead to another attempt too, for as long as the context lasts."""
        heard = [client.hooks["response"] for client in (self._client, *self._client.hosts.values())]
        for hooks in heard:
            hooks.append(self._hear)
        try:
            yield
        finally:
            for hooks in heard:
                hooks.remove(self._hear)

    def tell(self, event: str, **more: Any) -> None:
        """Writes an event to the journal."""
        with self._lock:
            self._tell({"event": event, **more})

    @contextmanager
    def on_behalf(self, change: Change, *, is_begun: bool = False) -> Iterator[None]:
        """Requests of this thread are of this change until the context ends. `is_begun` says that the journal knows about it."""
        self._here.address = change.address
        if not is_begun:
            self.tell("change", address=change.address, operation=change.operation.value, id=change.id)
        try:
            with self.at_host_of(change.kind):
                yield
        finally:
            self._here.address = None

    def at_host_of(self, slug: str) -> AbstractContextManager[None]:
        """Requests of this thread go to the host of this kind until the context ends."""
        return self.at_host(BY_SLUG[slug].host, BY_SLUG[slug].source.loose_wrapper)

    @contextmanager
    def at_host(self, host: str | None, wrapper: str = "") -> Iterator[None]:
        """Requests of this thread go to this host until the context ends, and then to the one before."""
        before = getattr(self._here, "host", None), getattr(self._here, "wrapper", "")
        self._here.host, self._here.wrapper = host, wrapper
        try:
            yield
        finally:
            self._here.host, self._here.wrapper = before

    def note_made(self, identity: str) -> None:
        """An object is so new that PagerDuty may not know it everywhere."""
        with self._lock:
            self._made.add(identity)

    def wait(self, seconds: float) -> None:
        """Waits, as long as there is something to wait for."""
        if seconds:
            self._sleep(seconds)

    def now(self) -> datetime:
        """The present moment at PagerDuty, by its last answer."""
        return self._client.server_clock.now()

    def monotonic(self) -> float:
        """The seconds of a monotonic clock: to measure how long ago something was read."""
        return self._client.server_clock.monotonic()

    def recovery(self, look: Look) -> Recovery:
        """How a lost answer is made good, with the waits of this run."""
        return Recovery(look, sleep=self._sleep)

    def get(self, path: str, **options: Any) -> Any:
        """The object at a path."""
        return self._patiently(path, None, lambda: self._there().rget(path, **options))

    def list_all(self, path: str, **options: Any) -> list[dict[str, Any]]:
        """The whole collection."""
        listed: list[dict[str, Any]] = self._patiently(
            path, None, lambda: self._there().list_all(path, complete=True, **options)
        )
        return listed

    def dict_all(self, path: str, **options: Any) -> dict[str, dict[str, Any]]:
        """The whole collection by id, or what `where` chooses of it."""
        listed: dict[str, dict[str, Any]] = self._patiently(
            path, None, lambda: self._there().dict_all(path, complete=True, **options)
        )
        return listed

    def page(
        self, path: str, offset: int, size: int, *, includes: Sequence[str] = (), count: bool = False
    ) -> tuple[list[Any], int | None]:
        """Up to `size` rows of a collection from a row on; and how many it has, where `count` asks and PagerDuty says."""
        params = {"offset": str(offset), **({"include[]": list(includes)} if includes else {})}
        totals: list[int | str] = []
        rows = self._there().iter_all(path, params, size, lambda item, number, total: totals.append(total), total=count)
        # A page that is short of rows is the last one, or the server gives out smaller ones; then the next one is read too.
        found = list(itertools.islice(rows, size))
        total = totals[-1] if totals else None
        return found, total if isinstance(total, int) else None

    def create(self, path: str, body: Mapping[str, Any], look: Look) -> tuple[dict[str, Any], bool]:
        """The object that a POST made, whether its answer arrived or `look` found it; and whether the POST was sent twice."""
        sent = 0

        def send(method: str, resource: Resource, body: Any) -> Any:
            nonlocal sent
            sent += 1
            return self.send(method, resource, body)

        recover = self.recovery(look)
        made = self._there().persist(path, None, body, find=_nothing, recover=recover, send=send)
        self.note_made(str(made["id"]))
        return made, sent > 1

    def put(self, path: str, body: Any, verb: str = "PUT") -> Any:
        """What the object is now. `verb` is the method that changes it."""
        return self.send(verb, path, body)

    def get_bare(self, path: str) -> Any:
        """What is at a path, with its wrapper and all that is next to it."""
        return self._patiently(path, None, lambda: self._there().jget(path))

    def put_bare(self, path: str, body: Any) -> Any:
        """A PUT of a body that has its wrapper. Gives the answer as it is."""
        return self._write("PUT", path, body, lambda: self._there().jput(path, json=body))

    def post_bare(self, path: str, body: Mapping[str, Any]) -> Any:
        """A POST that may be repeated, of a body without a wrapper. Gives the answer as it is."""
        return self._write("POST", path, body, lambda: self._there().jpost(path, json=body))

    def post_again(self, path: str, body: Mapping[str, Any]) -> Any:
        """A POST that means the same however often it is sent: it is sent again where its answer is lost, and where another request
        was in its way. Gives the answer as it is."""
        for wait_s in _INTERRUPTED_WAITS_S:
            try:
                return self.post_bare(path, body)
            except (AmbiguousWriteError, HttpServerError):
                pass
            except HttpError as error:
                if not is_interrupted(error):
                    raise
            self._sleep(wait_s)
        return self.post_bare(path, body)

    def multi_update(self, path: str, items: Sequence[Mapping[str, Any]], send: Send) -> list[dict[str, Any]]:
        """Updates several objects by few requests, each sent by `send`, which calls `send` of this. Gives what they are now."""
        return self._there().multi_update(path, items, send=send)

    def delete(self, path: str) -> None:
        """Deletes the object."""
        self._write("DELETE", path, None, lambda: self._there().rdelete(path))

    def send(self, method: str, resource: Resource, body: Any) -> Any:
        """One write, as the verbs of the client send it. Gives the answer without its wrapper."""
        path = resource_address(resource)
        client = self._there()
        request = {"POST": client.rpost, "PATCH": client.rpatch}.get(method, client.rput)
        answer = self._write(method, path, body, lambda: self._opened(request(path, json=body, wrap=True)))
        if method == "POST" and isinstance(answer, dict) and isinstance(answer.get("id"), str):
            self.note_made(answer["id"])
        return answer

    def _write(self, method: str, path: str, body: Any, request: Callable[[], Any]) -> Any:
        def once() -> Any:
            number = next(self._numbers)
            self.tell("request", number=number, address=self._address(), method=method, path=path)
            self._here.number = number
            try:
                answer = request()
            except Error as error:
                self.tell("failed", number=number, status=getattr(error, "status", None), message=str(error))
                raise
            finally:
                self._here.number = None
            identity = answer.get("id") if isinstance(answer, dict) else None
            self.tell("done", number=number, id=identity if isinstance(identity, str) else None)
            return answer

        return once() if method == "DELETE" else self._patiently(path, body, once)

    def _opened(self, answer: Any) -> Any:
        """The object of an answer that may be in a member of it, alone or in a list."""
        wrapper: str | None = getattr(self._here, "wrapper", None)
        held = answer.get(wrapper) if wrapper and isinstance(answer, dict) else None
        if isinstance(held, list) and len(held) == 1:
            return held[0]
        return held if isinstance(held, dict) else answer

    def _there(self) -> RestApiV2BaseClient:
        """The client of the host that the requests of this thread go to."""
        host: str | None = getattr(self._here, "host", None)
        return self._client.for_host(host) if host else self._client

    def _address(self) -> str | None:
        address: str | None = getattr(self._here, "address", None)
        return address

    def _hear(self, response: Response, *args: Any, **options: Any) -> None:
        number = getattr(self._here, "number", None)
        if number is not None:
            request_id = response.headers.get("x-request-id")
            self.tell("answer", number=number, status=response.status_code, request_id=request_id)

    def _patiently(self, path: str, body: Any, request: Callable[[], Any]) -> Any:
        locked = not_yet = 0
        while True:
            try:
                return request()
            except HttpError as error:
                # Another create held the account: nothing was done (terraform-provider-pagerduty #1117).
                if error.status == _BAD_REQUEST and "could not be locked" in str(error) and locked < _LOCK_ATTEMPTS - 1:
                    locked += 1
                    wait_s = _LOCK_WAIT_S * locked
                elif self._is_not_yet(error, path, body) and not_yet < len(_NOT_YET_WAITS_S):
                    wait_s = _NOT_YET_WAITS_S[not_yet]
                    not_yet += 1
                else:
                    raise
            self._sleep(wait_s)

    def _is_not_yet(self, error: HttpError, path: str, body: Any) -> bool:
        with self._lock:
            made = tuple(self._made)
        if error.status == _NOT_FOUND and any(part in made for part in path.split("/")):
            return True
        if error.status not in (_BAD_REQUEST, _NOT_FOUND) or body is None or "taken" in str(error):
            return False
        text = json.dumps(body)
        return any(f'"{identity}"' in text for identity in made)


def is_interrupted(error: HttpError) -> bool:
    """Whether PagerDuty refused a request because another one changed the same object: a 400 whose body is not JSON
    (terraform-provider-pagerduty #1019)."""
    if error.status != _BAD_REQUEST:
        return False
    try:
        error.response.json()
    except ValueError:
        return True
    return False


def _nothing() -> None:
    """The caller has looked already, in its own way."""
