"""Writes documents: those of a parent that is new, and the reset that stands for a delete."""

from __future__ import annotations

from msgspec.structs import replace

from pdsync.apply.comparison import Comparison, ended_by
from pdsync.apply.error import IgnoredError, UnresolvedError
from pdsync.apply.reader import body_of
from pdsync.apply.tool import Tools
from pdsync.apply.wire import Wire
from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject, Ref
from pdsync.plan import Change, Outcome, Status, Verdict
from pdsync.plan.saved.judgement import Judgement

TAKEN = Judgement(Verdict.CONFLICT, "the object that this document is of no longer belongs to this workspace")


class DocumentWriter:
    """Shared by all workers; holds nothing that changes.

    A document exists as soon as its parent does, so there is no POST, and no second one can be made.
    """

    def __init__(self, wire: Wire, tools: Tools, comparison: Comparison) -> None:
        self._wire = wire
        self._identities = tools.identities
        self._reader = tools.reader
        self._requester = tools.requester
        self._verification = tools.verification
        self._comparison = comparison

    def fill(self, change: Change, outcome: Outcome) -> Outcome:
        """Writes the document of a parent that this run made. Raises what the client raises, and `UnresolvedError`."""
        kind = BY_SLUG[change.kind]
        assert kind.document is not None
        parent = change.values.get(kind.document.parent)
        identity = self._identities.id_of(parent) if isinstance(parent, Ref) else None
        if not identity:
            raise UnresolvedError(f"{parent} does not exist")
        live = self._reader.read(change.kind, identity, change.child_lists)
        if live is None:
            raise UnresolvedError(f"{parent} has no such document yet. Run plan again.")
        judgement = self._comparison.judge_document(change, live)
        if judgement.verdict is Verdict.ALREADY:
            self._identities.learn(change.address, identity)
        if judgement.verdict is not Verdict.VALID:
            return ended_by(judgement, replace(outcome, id=identity))
        if not self.is_ours(change, identity):
            return ended_by(TAKEN, replace(outcome, id=identity))
        body = self._requester.body(change, {**kind.document.empty, **change.values}, live)
        answer = body_of(self._wire.put(kind.path_of(identity), body))
        self._identities.learn(change.address, identity)
        made = kind.read_live(kind.complete_answer(answer, identity))
        try:
            self._verification.check(change, made, change.values)
        except IgnoredError as error:
            return replace(outcome, id=identity, status=Status.FAILED, message=str(error), written=True)
        return replace(outcome, id=identity)

    def is_ours(self, change: Change, identity: str) -> bool:
        """Whether the parent still is this workspace's, just before its document is written. What is not a document is ours as
        far as this is concerned: its own ownership line says so."""
        kind = BY_SLUG[change.kind]
        if kind.document is None or BY_SLUG[kind.parent_kind].marker_line is None:
            return True
        parent = self._reader.read(kind.parent_kind, identity, ())
        marker = parent.marker if parent is not None else None
        return marker is not None and marker.workspace == self._identities.workspace

    def reset(self, change: Change, live: LiveObject) -> None:
        """Writes the empty form of the document, or puts an object out of use that is never deleted. Raises what the client raises,
        and `IgnoredError`."""
        kind = BY_SLUG[change.kind]
        empty = kind.source.empty
        answer = body_of(self._wire.put(kind.path_of(live.id), self._requester.body(change, empty, live)))
        self._verification.check(change, kind.read_live(kind.complete_answer(answer, live.id)), empty)
