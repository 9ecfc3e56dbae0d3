"""Workbench: where a probe makes objects, asks its question of them, and leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pdsync.client import AmbiguousWriteError, EventsApiV2Client, NetworkError, RestApiV2Client, UrlError
from pdsync.probe.answer import Answer, Unasked
from pdsync.probe.cleanup import Remnant
from pdsync.probe.collection import BY_PATH, COLLECTIONS, Collection
from pdsync.probe.guard import Guard
from pdsync.probe.mark import PREFIX, Mark
from pdsync.probe.risk import FREE_SEATS

Object = dict[str, Any]
Found = TypeVar("Found")
_WAITS_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Before each look for what happens a little later."""
_LATE_S = (0.5, 1.0, 2.0, 4.0)
"""Before each further read of an object that this run made and that is not found."""
_NOT_FOUND = 404


class Stopped(Exception):  # noqa: N818 (the user asked for it)
    """The user asked the run to end. What it made is removed."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How far a run may go."""

    may_page: bool = False
    """Incidents may be opened. They are assigned only to users of the run, whose addresses no person reads."""
    surveys: bool = False
    """Besides its questions, the run finds what the account's plan is without, and how late lists show a write."""
    is_stopped: Callable[[], bool] = lambda: False
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    """Counts seconds."""
    events_url: str | None = None
    """Where events go; None: none is sent."""


class Workbench:
    """The objects of one run. Every request of a probe goes through here."""

    def __init__(self, client: RestApiV2Client, manner: Manner, seats: Mapping[str, int] | None = None) -> None:
        """`seats`: how many users the licences allow at its beginning, by role. A role without a limit is not in it."""
        self.client = client
        self.mark = Mark.random()
        self._seats = seats or {}
        self.manner = manner
        self.touched: set[str] = set()
        """Collections in which something may have been made."""
        self.unanswered: set[str] = set()
        """Collections in which something may have been made though no answer came."""
        self._guard = Guard(may_page=manner.may_page)
        self._made: list[tuple[Collection, str]] = []
        self._lasting: list[tuple[Collection, str]] = []
        self._shared: dict[str, Object | Unasked] = {}
        self._count = 0

    # What a probe uses.

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Makes a request and gives the answer, also a refusal.

        Raises ForbiddenWriteError for a write that no probe may make, Stopped, and the client's errors where there is no answer.
        """
        if self.manner.is_stopped():
            raise Stopped
        collection = BY_PATH.get(path) if method == "POST" else None
        if collection is not None and (body is None or isinstance(body, Mapping)):
            body = collection.filled(body or {}, self.mark, self._what(path))
        self._guard.check(method, path, body)
        if method == "POST" and path == "users":
            self._check_seat(body)
        if collection is not None:
            self.touched.add(path)
        wrappers = self._wrappers(method, path)
        document = {wrappers[0]: body} if wrappers[0] is not None and body is not None else body
        try:
            response = self.client.request(method, path, json=document, params=params, headers=headers)
        except (AmbiguousWriteError, NetworkError):
            if collection is not None:
                self.unanswered.add(path)
            raise
        answer = Answer.of(response, wrappers[1])
        if answer.ok:
            self._learn(path, collection, answer.body)
        return answer

    def get(self, path: str, **params: Any) -> Answer:
        """Reads. A parameter that is a list is sent as one of PagerDuty's (``statuses`` as ``statuses[]``).

        A 404 for an object of this run is asked again for a while: reads may show a new object late.
        """
        pairs = {f"{name}[]" if isinstance(value, list) else name: value for name, value in params.items()}
        answer = self.send("GET", path, params=pairs)
        for wait_s in _LATE_S if self._guard.is_there(path) else ():
            if answer.status != _NOT_FOUND:
                break
            self.manner.sleep(wait_s)
            answer = self.send("GET", path, params=pairs)
        return answer

    def post(self, path: str, body: object = None, **how: Any) -> Answer:
        """Creates. In a collection the name and the marker are added where `body` has none."""
        return self.send("POST", path, body, **how)

    def put(self, path: str, body: object = None, **how: Any) -> Answer:
        """Changes."""
        return self.send("PUT", path, body, **how)

    def delete(self, path: str) -> Answer:
        """Deletes."""
        answer = self.send("DELETE", path)
        if answer.ok:
            self._guard.forget(path)
        return answer

    def make(self, path: str, **body: Any) -> Object:
        """Creates what the question needs. Raises Unasked where that is refused."""
        return self.need(self.post(path, body), path)

    def read(self, path: str, **params: Any) -> Any:
        """Reads what the question needs. Raises Unasked where that is refused."""
        answer = self.get(path, **params)
        if not answer.ok:
            raise Unasked(f"GET of {self._shape(path)}, which the question needs, was refused", answer)
        return answer.body

    def need(self, answer: Answer, path: str) -> Object:
        """The object of an answer. Raises Unasked where the answer has none."""
        if not answer.ok or not isinstance(answer.body, dict) or not isinstance(answer.body.get("id"), str):
            raise Unasked(f"POST of {self._shape(path)}, which the question needs, was refused", answer)
        return answer.body

    def event(self, integration: Mapping[str, Any], action: str, key: str, summary: str = "trouble") -> Answer:
        """Sends an event to an integration of this run. PagerDuty carries it out a little later: see `wait_for`."""
        if self.manner.is_stopped():
            raise Stopped
        routing_key = integration.get("integration_key")
        self._guard.check_event(routing_key)
        if self.manner.events_url is None:
            raise Unasked("it is not known where events go")
        if self.client.default_from is None and self.client.api_key_access == "account":
            raise Unasked("an account-level key takes --from to end the incidents that an event opens")
        self.touched.add("incidents")
        payload = {"summary": self.mark.label(summary), "source": "probe", "severity": "info"}
        with EventsApiV2Client(str(routing_key), base_url=self.manner.events_url, sleep=self.manner.sleep) as client:
            body = {"event_action": action, "dedup_key": f"{self.mark.run}-{key}", "payload": payload}
            return Answer.of(client.post("v2/enqueue", json=body), None)

    def incidents_of(self, service: Mapping[str, Any]) -> list[Object]:
        """The incidents of a service of this run, the oldest first. They may be written to from then on."""
        body = self.read("incidents", service_ids=[service["id"]], date_range="all", sort_by="created_at:asc")
        for incident in body:
            self._guard.check_incident(incident)
            if ("incidents", incident["id"]) not in [(it.path, identity) for it, identity in self._made]:
                self._learn("incidents", BY_PATH["incidents"], incident)
        return list(body)

    def wait_for(self, look: Callable[[], Found | None]) -> Found:
        """What `look` finds, as soon as it finds something. Raises Unasked where it finds nothing in time."""
        found = self.look_for(look)
        if not found:
            raise Unasked("what the question needs did not happen in time")
        return found

    def get_late(self, path: str, status: int) -> Answer:
        """Reads until the answer has this status, or time is up: what follows from a write may be seen late."""
        answers: list[Answer] = []

        def look() -> bool:
            answers.append(self.send("GET", path))
            return answers[-1].status == status

        self.look_for(look)  # it looks at once, and again later
        return answers[-1]

    def look_for(self, look: Callable[[], Found | None]) -> Found | None:
        """As `wait_for`, but None where it finds nothing in time."""
        for wait_s in _WAITS_S:
            self.manner.sleep(wait_s)
            found = look()
            if found:
                return found
        return None

    def integration_address(self, what: str) -> str:
        """An address that an email integration of this account can have."""
        return f"{PREFIX}{self.mark.run}-{what}@{self.client.subdomain}.pagerduty.com"

    def share(self, name: str, make: Callable[[Workbench], Object]) -> Object:
        """An object that several probes use and none changes. It is made when it is first asked for."""
        if name not in self._shared:
            at = len(self._made)
            try:
                self._shared[name] = make(self)
            except Unasked as refused:
                self._shared[name] = refused
            else:
                for collection, identity in self._made[at:]:
                    self._guard.fix(identity)
                    self._lasting.append((collection, identity))
                del self._made[at:]
        found = self._shared[name]
        if isinstance(found, Unasked):
            raise found
        return found

    # What the run uses.

    def take_made(self, *, lasting: bool = False) -> list[tuple[Collection, str]]:
        """What probes made since this was last asked; with `lasting` also what they share. What refers to others comes first."""
        made, self._made = self._made, []
        if lasting:
            made, self._lasting = made + self._lasting, []
        return sorted(made, key=lambda it: COLLECTIONS.index(it[0]))

    def _check_seat(self, body: object) -> None:
        """Raises Unasked where one more user could cost money. Users of all roles count, so it errs on the safe side."""
        role = body.get("role") if isinstance(body, Mapping) else None
        there = [collection.path for collection, _ in (*self._made, *self._lasting)].count("users")
        if there >= min(FREE_SEATS, self._seats.get(str(role), FREE_SEATS)):
            raise Unasked("the licences may have no room for the users that the question needs")

    def keep(self, left: Iterable[Remnant]) -> None:
        """What could not be removed yet is removed with what lasts."""
        self._lasting += [(BY_PATH[it.path], it.identity) for it in left]

    def _learn(self, path: str, collection: Collection | None, body: object) -> None:
        if collection is not None and isinstance(body, Mapping) and isinstance(body.get("id"), str):
            self._guard.learn(body["id"])
            self._made.append((collection, body["id"]))
        else:
            self._guard.learn_below(path, body)

    def _wrappers(self, method: str, path: str) -> tuple[str | None, str | None]:
        try:
            return self.client.endpoints.match(method, f"/{path}").wrappers
        except UrlError:
            return None, None

    def _shape(self, path: str) -> str:
        """A path as the API describes it, so without the ids in it."""
        try:
            return self.client.endpoints.canonical_path(f"/{path}")
        except UrlError:
            return "a path that is not described"

    def _what(self, path: str) -> str:
        self._count += 1
        return f"{path.rpartition('/')[2].replace('_', ' ')} {self._count}"
