"""Writes the items of child lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from pdsync.apply.error import RefusedItemError, UnresolvedError
from pdsync.apply.pair_sender import PairSender
from pdsync.apply.tool import Tools
from pdsync.apply.wire import Wire, is_interrupted
from pdsync.client import HttpError
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, ChildList, LiveObject, Ref
from pdsync.plan import ChildChange, ChildOperation

_NOT_FOUND = 404
_BUSY = (
    "PagerDuty refuses to change the {name} of this {noun} (HTTP {status}), and its answer is not JSON. "
    "PagerDuty answers like this while they are being changed elsewhere. None of them was changed"
)
SENT_AGAIN = (
    "PagerDuty did not answer the first request, no trace of it was found, and it was sent again. "
    "If PagerDuty still carries out the first request, there are two; the next plan shows both and changes neither"
)


class ChildWriter:
    """Carries out the child changes of one object, adds first and removals last."""

    def __init__(self, wire: Wire, tools: Tools, live: LiveObject) -> None:
        self._wire = wire
        self._identities = tools.identities
        self._reader = tools.reader
        self._verification = tools.verification
        self._live = live
        self._raw = dict(live.raw)
        """The object as it is answered, with what was added to its lists since: items refer to each other by id."""
        self._unshown: list[ChildChange] = []
        """Changes that were written but that no answer shows."""
        self.written = 0
        """How many changes were written."""
        self.sent_again = False
        """True where a second item may still appear, because PagerDuty allows two."""
        self._local: dict[str, dict[str, dict[str, str]]] = {}
        """Items that other lists of the object refer to, as PagerDuty takes a reference: by kind of reference and name."""
        for declared in BY_SLUG[live.kind].children:
            for child in live.children.get(declared.name, ()) if declared.refers_as else ():
                self._note_local(declared, child.value, child.id)

    def write(self, changes: Sequence[ChildChange]) -> None:
        """Writes all of them; `check` follows. Raises what the client raises at the first that fails, and `UnresolvedError`."""
        self.write_forward(changes)
        self.write_removals(changes)

    def write_forward(self, changes: Sequence[ChildChange]) -> None:
        """Adds and changes items. Where one request does both, it removes as well."""
        order = self._order()
        forward = [change for change in changes if change.operation is not ChildOperation.REMOVE]
        # A rule needs its contact method: methods come first, and go last.
        for change in sorted(forward, key=lambda change: order[change.list_name]):
            if not self._declared(change).is_written_together:
                self._put(change)
                self.written += 1
        self._send_pairs(forward)
        self._send_names(changes)

    def write_removals(self, changes: Sequence[ChildChange]) -> None:
        """Removes the items that are left to remove."""
        order = self._order()
        removals = [change for change in changes if change.operation is ChildOperation.REMOVE]
        for change in sorted(removals, key=lambda change: -order[change.list_name]):
            if not self._declared(change).is_written_together:
                self._remove(change)
                self.written += 1
        self._send_pairs(removals)

    def _order(self) -> dict[str, int]:
        return {child.name: at for at, child in enumerate(BY_SLUG[self._live.kind].children)}

    @property
    def live(self) -> LiveObject:
        """The object as it was before."""
        return self._live

    @property
    def unshown(self) -> Sequence[ChildChange]:
        """Changes that were written but that no answer shows."""
        return self._unshown

    def check(self) -> None:
        """Makes sure that the changes that no answer showed were done. Raises `IgnoredError`, and `UnknownOutcomeError`."""
        if self._unshown:
            self._verification.check_items(self._live, self._unshown)

    def _declared(self, change: ChildChange) -> ChildList:
        declared = BY_SLUG[self._live.kind].child(change.list_name)
        assert declared is not None
        return declared

    def _put(self, change: ChildChange) -> None:
        declared = self._declared(change)
        if declared.added_by == "PUT":
            identity = self._identities.to_request(change.values[declared.identified_by])["id"]
            rest = {name: value for name, value in change.values.items() if name != declared.identified_by}
            path = declared.member.format(parent=self._live.id, id=identity)
            self._surely([change], lambda: self._wire.put(path, declared.item.to_api(rest, self._refer)))
            self._unshown.append(change)
            return
        body = self._body(declared, change.values)
        if change.operation is ChildOperation.ADD:
            identity = self._add(declared, change, body)
            if declared.refers_as:
                self._note_local(declared, change.values, identity)
        else:
            held = next((it for it in self._live.children.get(declared.name, ()) if it.id == change.id), None)
            if held is not None and held.answer:
                body = declared.finish(declared.item.to_api(change.values, self._refer), held.answer)
            body = {name: value for name, value in body.items() if name not in declared.fixed}
            path = self._member(declared, change)
            with self._where(declared):
                self._note_answer(change, self._surely([change], lambda: self._wire.put(path, body)))

    def _where(self, declared: ChildList) -> AbstractContextManager[None]:
        """Requests go to the host that keeps the list until the context ends."""
        return self._wire.at_host(declared.hosted.host) if declared.hosted is not None else nullcontext()

    def _member(self, declared: ChildList, change: ChildChange) -> str:
        """The path of an item that exists."""
        place = change.values[declared.hosted.place] if declared.hosted is not None else ""
        return declared.member.format(parent=self._live.id, id=change.id, place=place)

    def _note_answer(self, change: ChildChange, answer: object) -> None:
        """Keeps what an answer says about an item, and what it leaves open."""
        if not self._verification.is_shown(change, answer, self._live, self._raw):
            self._unshown.append(change)
        elif isinstance(answer, dict):
            self._raw[change.list_name] = [*(self._raw.get(change.list_name) or ()), answer]

    def _surely(self, changes: Sequence[ChildChange], write: Callable[[], object]) -> object:
        """A write that may be repeated, of changes of one list; gives its answer. If the answer is lost, looks tell whether it was
        done; raises its error if not."""
        answers: list[object] = []

        def look(number: int) -> Mapping[str, Any] | None:
            live = self._look(changes[0].list_name)
            done = live is not None and all(self._reader.is_child_done(change, live) for change in changes)
            return live.raw if done and live is not None else None

        self._wire.recovery(look).confirm(lambda: answers.append(write()))
        return answers[0] if answers else None

    def _look(self, list_name: str) -> LiveObject | None:
        return self._reader.read(self._live.kind, self._live.id, (list_name,))

    def _add(self, declared: ChildList, change: ChildChange, body: dict[str, Any]) -> str:
        """The id of the new item. If the answer is lost, an item that says what was sent and was not there before is it."""
        before = {child.id for child in self._live.children.get(declared.name, ())}

        def look(number: int) -> Mapping[str, Any] | None:
            live = self._look(declared.name)
            for child in self._reader.children_of(live, declared.name) if live is not None else ():
                if child.id not in before and declared.covers(change.values, child.value):
                    return {"id": child.id}
            return None

        hosted = declared.hosted
        place = change.values[hosted.place] if hosted is not None else ""
        with self._where(declared):
            path = declared.collection.format(parent=self._live.id, place=place)
            made, sent_again = self._wire.create(path, body, look)
        self.sent_again |= sent_again and bool(declared.loses)
        self._note_answer(change, made)
        return str(made["id"])

    def _send_pairs(self, changes: Sequence[ChildChange]) -> None:
        """Adds or removes the associations of each list. Raises `RefusedItemError` once all of a list were sent."""
        for name in dict.fromkeys(change.list_name for change in changes):
            group = [change for change in changes if change.list_name == name]
            declared = self._declared(group[0])
            if declared.pairs is None:
                continue
            pairs = [declared.pairs.pair_of(self._parent(), self._body(declared, change.values)) for change in group]
            sender = PairSender(self._wire, declared.pairs, self._live.id, self._surely, self._is_done)
            try:
                sender.send(list(zip(group, pairs, strict=True)))
            finally:
                self._unshown.extend(sender.sent)
                self.written += len(sender.sent)
            if sender.refused:
                raise RefusedItemError(f"PagerDuty refused {'; '.join(f'{name} {text}' for text in sender.refused)}")

    def _is_done(self, change: ChildChange) -> bool:
        live = self._look(change.list_name)
        return live is not None and self._reader.is_child_done(change, live)

    def _send_names(self, changes: Sequence[ChildChange]) -> None:
        """Adds and takes away the items of one list by one request. Its answer is trusted: the list may show the old items for
        minutes, so waiting for it would prove nothing."""
        for name in dict.fromkeys(change.list_name for change in changes):
            group = [change for change in changes if change.list_name == name]
            declared = self._declared(group[0])
            if declared.by_name is None:
                continue
            removed = [change for change in group if change.operation is ChildOperation.REMOVE]
            kept = [change for change in group if change.operation is not ChildOperation.REMOVE]
            added = [self._body(declared, change.values) for change in kept]
            path = declared.by_name.path.format(parent=self._live.id)
            body = declared.by_name.body(added, [str(change.id) for change in removed])
            # Two requests at a time that name the same new item could make it twice.
            with self._wire.one_at_a_time:
                try:
                    self._wire.post_again(path, body)
                except HttpError as error:
                    if is_interrupted(error):
                        noun = BY_SLUG[self._live.kind].noun
                        raise UnresolvedError(_BUSY.format(name=name, noun=noun, status=error.status)) from error
                    raise
            self.written += len(group)

    def _parent(self) -> dict[str, str]:
        return {"id": self._live.id, "type": f"{self._live.kind}_reference"}

    def _body(self, declared: ChildList, values: Mapping[str, Canonical]) -> dict[str, Any]:
        parent: dict[str, Any] = {}
        if declared.parent_member and declared.pairs is None and declared.names_parent_by != "path":
            forms = {"id": {"id": self._live.id}, "text": self._live.id}
            parent[declared.parent_member] = forms.get(declared.names_parent_by) or self._parent()
        return {**declared.fill(declared.item.to_api(values, self._refer)), **(declared.constant or {}), **parent}

    def _refer(self, ref: Ref) -> dict[str, Any]:
        kind = BY_SLUG[self._live.kind]
        declared = next((child for child in kind.children if child.refers_as == ref.kind), None)
        if declared is None:
            return self._identities.to_request(ref)
        found = self._local.get(ref.kind, {}).get(ref.value)
        if found is None:
            noun = kind.slug.replace("_", " ")
            raise UnresolvedError(f"the {noun} has no {declared.noun} {ref.value!r}; add it to {declared.name}")
        return dict(found)

    def _note_local(self, declared: ChildList, value: Mapping[str, Canonical], identity: str) -> None:
        named = {"id": identity, "type": f"{value.get('type')}_reference"}
        self._local.setdefault(declared.refers_as, {})[declared.name_of(value)] = named

    def _remove(self, change: ChildChange) -> None:
        declared = self._declared(change)
        path = self._member(declared, change)
        try:
            with self._where(declared):
                self._surely([change], lambda: self._wire.delete(path))
        except HttpError as error:
            if error.status != _NOT_FOUND:  # removing a contact method removes its rules with it
                raise
        else:
            self._unshown.append(change)
