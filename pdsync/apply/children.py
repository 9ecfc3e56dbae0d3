"""Writes child lists: contact methods, notification rules, members, integrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pdsync.apply.identity import Identities, UnresolvedError
from pdsync.apply.reader import Reader, body_of
from pdsync.apply.unknown import UnknownOutcomeError
from pdsync.apply.wire import Wire
from pdsync.client import AmbiguousWriteError, Error, HttpError, HttpServerError, NetworkError
from pdsync.kinds import BY_SLUG
from pdsync.kinds.user import method_name
from pdsync.model import Canonical, ChildList, LiveObject, Ref
from pdsync.plan import ChildChange, ChildOperation

_NOT_FOUND = 404
LOOK_WAITS_S = (0.0, 1.0, 3.0)
"""Waits before each look for what a lost answer may have made: longer than listings are known to lag."""
SENT_AGAIN = (
    "PagerDuty did not answer the first request, nothing was found of it, and it was sent again. "
    "Should PagerDuty carry out the first one after all there are two; the next plan shows both and touches neither"
)


class ChildWriter:
    """Carries out the child changes of one object, adds first and removals last."""

    def __init__(
        self,
        wire: Wire,
        identities: Identities,
        reader: Reader,
        live: LiveObject,
        sleep: Callable[[float], None],
    ) -> None:
        self._wire = wire
        self._identities = identities
        self._reader = reader
        self._live = live
        self._sleep = sleep
        self.written = 0
        """How many changes were written."""
        self.sent_again = False
        """True where a second item may still turn up, because PagerDuty lets there be two."""
        self._methods = {method_name(child.value): child.id for child in live.children.get("contact_methods", ())}

    def write(self, changes: Sequence[ChildChange]) -> None:
        """Writes all of them. Raises what the client raises at the first that fails, and `UnknownOutcomeError`."""
        kind = BY_SLUG[self._live.kind]
        order = {child.name: at for at, child in enumerate(kind.children)}
        forward = [change for change in changes if change.operation is not ChildOperation.REMOVE]
        removals = [change for change in changes if change.operation is ChildOperation.REMOVE]
        # A rule needs its contact method: methods come first, and go last.
        for change in sorted(forward, key=lambda change: order[change.list_name]):
            self._put(change)
            self.written += 1
        for change in sorted(removals, key=lambda change: -order[change.list_name]):
            self._remove(change)
            self.written += 1

    def _declared(self, change: ChildChange) -> ChildList:
        declared = BY_SLUG[self._live.kind].child(change.list_name)
        assert declared is not None
        return declared

    def _put(self, change: ChildChange) -> None:
        declared = self._declared(change)
        if declared.by_put:
            user = self._identities.to_request(change.values["user"])["id"]
            role = {"role": change.values["role"]} if "role" in change.values else {}
            path = declared.member.format(parent=self._live.id, id=user)
            self._surely(change, lambda: self._wire.put_membership(path, role))
            return
        body = self._body(declared, change.values)
        if change.operation is ChildOperation.ADD:
            identity = self._add(declared, change, body)
            if declared.name == "contact_methods":
                self._methods[method_name(change.values)] = identity
        else:
            # An echoed vendor may rotate the routing key, and it cannot change anyway: it is part of the natural key.
            body.pop("vendor", None)
            path = declared.member.format(parent=self._live.id, id=change.id)
            self._surely(change, lambda: self._wire.put(path, body))

    def _surely(self, change: ChildChange, write: Callable[[], object]) -> None:
        """A write that may be repeated. Where its answer was lost all the same, a look tells whether it was done; raises its
        error where it was not."""
        try:
            write()
        except (NetworkError, HttpServerError) as error:
            for live in self._looks(change.list_name, error):
                if live is not None and self._reader.is_child_done(change, live):
                    return
            raise

    def _looks(self, list_name: str, lost: Error) -> Iterator[LiveObject | None]:
        """The object with one child list, again and again for as long as listings are known to lag. Raises `UnknownOutcomeError`
        where the last look fails."""
        for number, wait_s in enumerate(LOOK_WAITS_S, 1):
            if wait_s:
                self._sleep(wait_s)
            try:
                live = self._reader.read(self._live.kind, self._live.id, (list_name,))
            except Error as error:
                if number < len(LOOK_WAITS_S):
                    continue
                message = f"the answer was lost ({lost}), and looking again failed: {error}"
                raise UnknownOutcomeError(message) from error
            yield live

    def _add(self, declared: ChildList, change: ChildChange, body: dict[str, Any]) -> str:
        """The id of the new item. A POST whose answer was lost is sent again only when the item cannot be found."""
        for last in (False, True):
            self.sent_again |= last and bool(declared.loses)
            try:
                made = body_of(self._wire.post(declared.collection.format(parent=self._live.id), body))
                return str(made.get("id") or "")
            except (AmbiguousWriteError, HttpServerError) as error:
                found = self._look_for(declared, change, error)
                if found:
                    return found
                if last:
                    raise
        raise AssertionError("unreachable")

    def _look_for(self, declared: ChildList, change: ChildChange, lost: Error) -> str:
        """The id of an item that says what was sent and was not there before; empty when there is none."""
        before = {child.id for child in self._live.children.get(declared.name, ())}
        for live in self._looks(declared.name, lost):
            for child in self._reader.children_of(live, declared.name) if live else ():
                if child.id not in before and declared.covers(change.values, child.value):
                    return child.id
        return ""

    def _body(self, declared: ChildList, values: Mapping[str, Canonical]) -> dict[str, Any]:
        body = dict(declared.item.to_api(values, self._refer))
        if declared.name == "contact_methods":
            body.setdefault("label", str(values.get("type", "")).partition("_")[0].capitalize())
        return {**body, **(declared.constant or {})}

    def _refer(self, ref: Ref) -> dict[str, Any]:
        if ref.kind != "contact_method":
            return self._identities.to_request(ref)
        method = self._methods.get(ref.value)
        if method is None:
            raise UnresolvedError(f"the user has no contact method {ref.value!r}; add it to contact_methods")
        return {"id": method, "type": f"{ref.value.partition(' ')[0]}_reference"}

    def _remove(self, change: ChildChange) -> None:
        declared = self._declared(change)
        path = declared.member.format(parent=self._live.id, id=change.id)
        try:
            self._surely(change, lambda: self._wire.delete(path))
        except HttpError as error:
            if error.status != _NOT_FOUND:  # removing a contact method removes its rules with it
                raise
