"""Carries out one change: re-read, compare, write, verify.

PagerDuty has no conditional writes. The object is read again and compared with the digest in the plan just before its
write; the race that remains is one round trip.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from pdsync.apply.children import ChildWriter
from pdsync.apply.identity import Identities, UnresolvedError
from pdsync.apply.reader import Reader, body_of
from pdsync.client import AmbiguousWriteError, Error, HttpError, RestApiV2Client
from pdsync.kinds import BY_SLUG, Canonical, LiveObject, join_marker, split_marker
from pdsync.plan import Change, ChildChange, ChildOperation, Operation, Outcome, Status
from pdsync.plan.diff import compute_child_changes

_NOT_FOUND, _BAD_REQUEST, _SERVER_ERROR = 404, 400, 500
_LOCK_ATTEMPTS = 6
_LOCK_WAIT_S = 0.5


class Writer:
    """Turns changes into requests. Used by several workers at once."""

    def __init__(
        self,
        client: RestApiV2Client,
        identities: Identities,
        reader: Reader,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._identities = identities
        self._reader = reader
        self._sleep = sleep
        self._clock = clock
        self._lock = Lock()
        self._own_digests: dict[tuple[str, str], str] = {}

    def write(self, change: Change) -> Outcome:
        """Does it, and says how it ended. Raises nothing that PagerDuty or the network can cause."""
        outcome = Outcome(change.address, change.operation, change.name, Status.APPLIED, change.id)
        try:
            if change.operation is Operation.CREATE:
                return self._create(change, outcome)
            return self._change_existing(change, outcome)
        except AmbiguousWriteError as error:
            message = (
                f"the answer was lost, so it may have been done: {error}. Run plan again to see what PagerDuty holds."
            )
            return replace(outcome, status=Status.UNKNOWN, message=message)
        except (Error, UnresolvedError) as error:
            status = error.status if isinstance(error, HttpError) else None
            return replace(outcome, status=Status.FAILED, message=str(error), http_status=status)

    def _body(self, change: Change, values: Mapping[str, Canonical], live: LiveObject | None) -> dict[str, Any]:
        kind = BY_SLUG[change.kind]
        body = kind.to_body(values, self._identities.to_request, live, self._clock())
        if change.marker is not None and "description" in body:
            marker = split_marker(change.marker)[1]
            assert marker is not None
            body["description"] = join_marker(body["description"], marker)
        return body

    def _create(self, change: Change, outcome: Outcome) -> Outcome:
        kind = BY_SLUG[change.kind]
        body = self._body(change, change.values, None)
        try:
            made = body_of(self._patiently(lambda: self._client.rpost(kind.collection, json=body)))
        except HttpError as error:
            if _BAD_REQUEST <= error.status < _SERVER_ERROR:
                raise  # refused: surely not done
            message = f"PagerDuty failed while creating it, so it may exist: {error}. Run plan again to see."
            return replace(outcome, status=Status.UNKNOWN, message=message)
        identity = str(made.get("id") or "")
        if not identity:
            return replace(outcome, status=Status.UNKNOWN, message="PagerDuty answered the create without an id")
        self._identities.learn(change.address, identity)
        outcome = replace(outcome, id=identity)
        try:
            if change.followup:
                followup = self._body(change, change.followup, kind.read_live(made))
                self._client.rput(f"{kind.collection}/{identity}", json=followup)
            if change.children or change.exclusive:
                self._complete_children(change, identity)
        except (Error, UnresolvedError) as error:
            # It exists and carries our marker: the next run pairs it and does the rest.
            message = f"it was created as {identity}, but not completed: {error}. Run again to complete it."
            return replace(outcome, status=Status.FAILED, message=message)
        return replace(
            outcome, warning=self._verify(change, kind.read_live(made), {**change.values, **change.followup})
        )

    def _complete_children(self, change: Change, identity: str) -> None:
        """Writes the child lists of a new object, compared with what PagerDuty put there by itself (a new user has a
        default contact method and rules, and the same one again would be refused)."""
        live = self._reader.read(change.kind, identity, change.child_lists)
        if live is None:
            raise UnresolvedError(f"{change.kind} {identity} cannot be read yet")
        wanted: list[ChildChange] = []
        for declared in BY_SLUG[change.kind].children:
            desired = [child.values for child in change.children if child.list_name == declared.name]
            if desired or declared.name in change.exclusive:
                wanted.extend(
                    compute_child_changes(
                        declared,
                        desired,
                        self._reader.children_of(live, declared.name),
                        exclusive=declared.name in change.exclusive,
                        keep=frozenset(declared.key_of({"user": user}) for user in change.implied),
                    )
                )
        ChildWriter(self._client, self._identities, live).write(wanted)

    def _change_existing(self, change: Change, outcome: Outcome) -> Outcome:
        kind = BY_SLUG[change.kind]
        assert change.id is not None
        live = self._reader.read(change.kind, change.id, change.child_lists)
        if live is None:
            if change.operation is Operation.DELETE:
                return replace(outcome, status=Status.ALREADY)
            message = "somebody deleted it since it was planned. Run plan again."
            return replace(outcome, status=Status.CONFLICT, message=message)
        if not self._is_as_planned(change, live):
            if self._is_done(change, live):
                return replace(outcome, status=Status.ALREADY)
            message = "somebody changed it since it was planned, so it was left alone. Run plan again."
            return replace(outcome, status=Status.CONFLICT, message=message)
        path = f"{kind.collection}/{change.id}"
        if change.operation is Operation.DELETE:
            return self._delete(path, outcome)
        warning = ""
        if change.operation is Operation.INTERIM:
            values = {name: live.fields.get(name) for name in kind.together({"name"})} | dict(change.values)
            self._client.rput(path, json=self._body(change, values, live))
            self._remember(change)
            return outcome
        if change.values:
            body = self._body(change, change.values, live)
            answer = body_of(self._patiently(lambda: self._client.rput(path, json=body)))
            warning = self._verify(change, kind.read_live(answer), change.values) if answer else ""
        ChildWriter(self._client, self._identities, live).write(change.children)
        return replace(outcome, warning=warning)

    def _delete(self, path: str, outcome: Outcome) -> Outcome:
        try:
            self._client.rdelete(path)
        except HttpError as error:
            if error.status != _NOT_FOUND:
                raise
            return replace(outcome, status=Status.ALREADY)
        return outcome

    def _digest(self, change: Change, live: LiveObject) -> str:
        ids = (self._identities.id_of(ref) for ref in change.implied)
        return live.digest(change.child_lists, frozenset(identity for identity in ids if identity))

    def _is_as_planned(self, change: Change, live: LiveObject) -> bool:
        with self._lock:
            expected = self._own_digests.get((change.kind, live.id), change.digest)
        return self._digest(change, live) == expected

    def _remember(self, change: Change) -> None:
        """After an interim name the object differs from the plan by our own doing."""
        assert change.id is not None
        live = self._reader.read(change.kind, change.id, change.child_lists)
        if live is not None:
            with self._lock:
                self._own_digests[change.kind, change.id] = self._digest(change, live)

    def _is_done(self, change: Change, live: LiveObject) -> bool:
        """True when the object already says everything that the change would have made it say."""
        if change.operation in (Operation.DELETE, Operation.INTERIM):
            return False
        if change.marker is not None and str(live.marker or "") != change.marker:
            return False
        if self._reader.differences(live, change.values, self._clock()):
            return False
        return all(self._is_child_done(child, live) for child in change.children)

    def _is_child_done(self, change: ChildChange, live: LiveObject) -> bool:
        declared = BY_SLUG[live.kind].child(change.list_name)
        assert declared is not None
        held = self._reader.children_of(live, change.list_name)
        if change.operation is ChildOperation.REMOVE:
            return all(child.id != change.id for child in held)
        return any(declared.covers(change.values, child.value) for child in held)

    def _verify(self, change: Change, answered: LiveObject, values: Mapping[str, Canonical]) -> str:
        """Says which fields PagerDuty stored otherwise than asked; the answer itself is looked at, nothing is read."""
        differs = self._reader.differences(answered, values, self._clock())
        if differs:
            # An answer may leave out what only an include delivers: ask once more before saying anything.
            live = self._reader.read(change.kind, answered.id, ())
            differs = self._reader.differences(live, values, self._clock()) if live else []
        return f"PagerDuty stored something else in {', '.join(differs)}; the next plan shows it" if differs else ""

    def _patiently(self, request: Callable[[], Any]) -> Any:
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
