"""Carries out one change: re-read, compare, write, verify.

PagerDuty has no conditional writes. The object is read again and compared with the digest in the plan just before its
write. The race that remains is one round trip, and where many objects change the seconds since their page (`page_reader.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pdsync.apply.before import BeforeRecorder
from pdsync.apply.children import SENT_AGAIN, ChildWriter
from pdsync.apply.comparison import Comparison, ended_by
from pdsync.apply.completion import Completion, is_refused, step_writer, with_warned
from pdsync.apply.creation import Creation
from pdsync.apply.document import DocumentWriter
from pdsync.apply.encounter import Encounter
from pdsync.apply.ending import EXPECTED, ended_with
from pdsync.apply.error import IgnoredError, MovedError, UnknownOutcomeError, UnresolvedError
from pdsync.apply.finder import Finder
from pdsync.apply.identity import Identities
from pdsync.apply.look import Look
from pdsync.apply.looker import Looker, See, go_on, look_by
from pdsync.apply.page_reader import PageReader
from pdsync.apply.reader import Reader, Reading, body_of
from pdsync.apply.reassigner import Reassigner, ReassignError
from pdsync.apply.refusal import explain_refusal
from pdsync.apply.request import Requester
from pdsync.apply.sweeper import Member, Sweeper
from pdsync.apply.tool import Tools
from pdsync.apply.verification import Verification
from pdsync.apply.wire import Wire
from pdsync.client import AmbiguousWriteError, Error, HttpError, HttpServerError, NetworkError
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject
from pdsync.plan import Change, Operation, Outcome, Plan, Status, Verdict
from pdsync.plan.saved.judgement import Judgement

if TYPE_CHECKING:
    from pdsync.apply.handed_out import HandOut
    from pdsync.apply.nested import Nested
    from pdsync.apply.parented import Parented

_BAD_REQUEST, _NOT_FOUND = 400, 404
_AGAIN = " Run plan again."


class Writer:
    """Turns changes into requests. Used by several workers at once."""

    def __init__(self, wire: Wire, plan: Plan, hand_out: HandOut | None = None) -> None:
        self._wire = wire
        self._identities = Identities(plan.bindings, plan.workspace)
        parented = _parented_of(plan, wire, self._identities)
        self._reader = Reader(wire, self._identities, plan.includes, parented)
        self._pages = PageReader(wire, plan)
        self._before = BeforeRecorder(wire, self._identities)
        self._reassigner = Reassigner(wire, self._identities, plan)
        self._requester = Requester(self._identities, wire.now)
        self._verification = Verification(self._identities, self._reader, wire.now, wire.wait)
        self._tools = Tools(self._identities, self._reader, self._requester, self._verification)
        self._comparison = Comparison(self._identities, wire.now)
        nested = _nested_of(plan, wire, self._identities)
        finder = Finder(wire, plan.includes, parented, nested, self._identities.to_normal)
        self._looker = Looker(wire, finder, self._reader)
        self.sweeper = Sweeper(wire, finder, self._looker, self._reader)
        self._creation = Creation(
            wire,
            finder,
            self._requester,
            Encounter(self._reader, self._comparison, plan.freed),
            Completion(wire, self._tools, hand_out),
        )

    def write(self, change: Change) -> Outcome:
        """Carries out the change and returns its outcome. Raises nothing that PagerDuty or the network can cause."""
        with self._wire.on_behalf(change):
            return self._write(change)

    def note_end(self, change: Change) -> None:
        """A change ended: what waits for it must not be judged by what was read before."""
        self._pages.note_end(change)

    def _write(self, change: Change) -> Outcome:
        outcome = outcome_of(change)
        try:
            if change.makes:
                return self._creation.create(change, outcome, self._looker)
            return self._change_existing(change, outcome)
        except EXPECTED as error:
            return ended_with(error, outcome)

    def begin(self, change: Change, *, in_bulk: bool) -> Member:
        """A create that is carried out side by side with others of its kind (`in_bulk`), or in halves. Nothing is sent yet."""
        steps = self._creation.steps(change, outcome_of(change), in_bulk=in_bulk)
        return Member(change, steps, next(steps))

    def make(self, member: Member) -> Outcome | None:
        """The first half of a create: None once its object is made, or how the create ended."""
        reached = self.go_on(member, self._looker.see_half)
        return reached if isinstance(reached, Outcome) else None

    def finish(self, member: Member) -> Outcome:
        """The second half, after an answer to the look at which the first half ended."""
        ended = self.go_on(member, self._looker.see)
        assert isinstance(ended, Outcome)
        return ended

    def go_on(self, member: Member, see: See) -> Outcome | Look:
        """Takes such a create further, until it ends or has to wait for a look. Raises nothing that PagerDuty or the network
        can cause."""
        change, look = member.change, member.look
        with self._wire.on_behalf(change, is_begun=member.is_begun):
            member.is_begun = True
            try:
                answer = member.answer or look_by(self._looker.see, change, look)
                return go_on(member.steps, change, look, answer, see)
            except EXPECTED as error:
                return ended_with(error, outcome_of(change))

    def _change_existing(self, change: Change, outcome: Outcome) -> Outcome:
        assert change.id is not None
        reading, judgement = self._read_and_judge(change, change.id)
        if reading is None or judgement.verdict is not Verdict.VALID:
            return ended_by(judgement, outcome)
        live = reading.live
        self._before.record(change, reading.answer)
        if change.ends:
            if BY_SLUG[change.kind].source.empty:
                self._put_out_of_use(change, live)
                return outcome
            return self._delete(change, live, outcome)
        if change.operation is Operation.INTERIM:
            return self._rename_for_a_moment(change, live, outcome)
        return self._update(change, live, outcome)

    def _read_and_judge(self, change: Change, identity: str) -> tuple[Reading | None, Judgement]:
        """The object as it is before its write. A page may say that a change is valid; anything else is said by the object alone."""
        row = self._pages.take(change)
        if row is not None:
            reading = self._reader.complete_row(change.kind, row, change.read_apart)
            judgement = self._comparison.judge(change, reading.live if reading is not None else None)
            if reading is not None and judgement.verdict is Verdict.VALID:
                return reading, judgement
        reading = self._reader.read_answer(change.kind, identity, change.read_apart)
        return reading, self._comparison.judge(change, reading.live if reading is not None else None)

    def _rename_for_a_moment(self, change: Change, live: LiveObject, outcome: Outcome) -> Outcome:
        kind = BY_SLUG[change.kind]
        values = {name: live.fields.get(name) for name in kind.together({kind.label})} | dict(change.values)
        self._put(change, values, live)
        renamed = self._reader.read(change.kind, live.id, change.read_apart)
        if renamed is not None:
            self._verification.check(change, renamed, change.values)
            self._comparison.remember(change, renamed)
        return outcome

    def _update(self, change: Change, live: LiveObject, outcome: Outcome) -> Outcome:
        """Child lists, documents and steps first: the ownership line that is written with the fields records that everything was applied.
        What a document refers to comes before it, and goes after it."""
        children = ChildWriter(self._wire, self._tools, live)
        documents = DocumentWriter(self._wire, self._tools, change, live)
        steps = step_writer(self._wire, self._tools, change, live)
        try:
            children.write_forward(change.children)
            documents.write(change.values, is_fresh=not children.written)
            children.write_removals(change.children)
            children.check()
            if steps is not None:
                steps.write(change.values, is_fresh=not (children.written or documents.written))
            if change.values.keys() - documents.names - BY_SLUG[change.kind].stepped:
                self._put_fields(with_warned(change, documents.warned), live)
        except IgnoredError:
            raise
        except (Error, UnresolvedError, UnknownOutcomeError, MovedError) as error:
            is_begun = bool(children.written or documents.written or (steps is not None and steps.written))
            status = error.status if isinstance(error, HttpError) else None
            ambiguous = isinstance(error, AmbiguousWriteError | UnknownOutcomeError)
            done = "a part was written before: " if is_begun else ""
            failed = Status.CONFLICT if isinstance(error, MovedError) else Status.FAILED
            return replace(
                outcome,
                status=Status.UNKNOWN if ambiguous else failed,
                message=f"{done}{str(error).removesuffix(_AGAIN).removesuffix('.')}.{'' if is_refused(error) else _AGAIN}",
                http_status=status,
                written=is_begun,
                warned=documents.all_warned,
            )
        return replace(outcome, warning=SENT_AGAIN if children.sent_again else "", warned=documents.all_warned)

    def _put_fields(self, change: Change, live: LiveObject) -> None:
        """Sends the fields, and makes sure that PagerDuty holds them."""
        answer = self._put(change, change.values, live)
        if answer is not None:
            answered = BY_SLUG[change.kind].read_live(answer)
            self._verification.check(change, answered, change.values)

    def _put(self, change: Change, values: Mapping[str, Canonical], live: LiveObject) -> dict[str, Any] | None:
        """Sends the fields; gives the answer, or None where it was lost and a look shows that it was done."""
        source = BY_SLUG[change.kind].source
        body = self._requester.body(change, values, live)
        try:
            answer = body_of(self._wire.put(source.path_to(live.id, live.raw), body, source.verb))
            return answer if source.nested is None else source.nested.again(live.id, answer)
        except (NetworkError, HttpServerError) as error:
            now = self._look_again(change, error)
            if now is None or not self._comparison.says(change, values, now):
                if now is not None and self._comparison.judge(change, now).verdict is Verdict.VALID:
                    raise  # Surely not done: it is as it was.
                raise UnknownOutcomeError(
                    f"the answer was lost, and the object is neither as before nor as planned: {error}"
                ) from error
            return None

    def _look_again(self, change: Change, lost: Error) -> LiveObject | None:
        try:
            return self._reader.read(change.kind, change.id or "", change.read_apart)
        except Error as error:
            raise UnknownOutcomeError(
                f"the answer was lost ({lost}), and looking again failed: {error}. Run plan again."
            ) from error

    def _put_out_of_use(self, change: Change, live: LiveObject) -> None:
        """The delete of an object that PagerDuty never deletes. Raises what the client raises, and `IgnoredError`."""
        kind = BY_SLUG[change.kind]
        if kind.source.single:
            DocumentWriter(self._wire, self._tools, change, live).write(kind.source.empty, is_fresh=True)
            return
        answer = body_of(self._wire.put(kind.path_of(live.id), self._requester.body(change, kind.source.empty, live)))
        self._verification.check(change, kind.read_live(answer), kind.source.empty)

    def _delete(self, change: Change, live: LiveObject, outcome: Outcome) -> Outcome:
        """Deletes the object, after open incidents that depend on it were reassigned."""
        moved = 0
        try:
            if change.reassign is not None:
                moved = self._reassigner.reassign(change, change.reassign)
            self._send_delete(change, live)
            self._verification.check_gone(change)
        except ReassignError as error:
            part = f"{_incidents(error.moved)}; " if error.moved else ""
            message = f"{part}reassigning the open incidents failed, so nothing was deleted: {error}"
            return replace(
                outcome, status=Status.FAILED, message=message, http_status=error.status, written=error.moved > 0
            )
        except HttpError as error:
            if error.status != _NOT_FOUND:
                message = f"{_incidents(moved)} before; {error}" if moved else str(error)
                hint = f". {explain_refusal(self._wire, change)}" if error.status == _BAD_REQUEST else ""
                return replace(
                    outcome,
                    status=Status.FAILED,
                    message=message + hint,
                    http_status=error.status,
                    written=moved > 0,
                )
            return replace(outcome, status=Status.ALREADY, written=moved > 0)
        except Error as error:
            if not moved:
                raise
            return replace(outcome, status=Status.FAILED, message=f"{_incidents(moved)} before; {error}", written=True)
        return replace(outcome, message=f"{_incidents(moved)} before" if moved else "")

    def _send_delete(self, change: Change, live: LiveObject) -> None:
        try:
            self._wire.delete(BY_SLUG[change.kind].source.path_to(live.id, live.raw))
        except (NetworkError, HttpServerError) as error:
            if self._look_again(change, error) is not None:
                raise


def _parented_of(plan: Plan, wire: Wire, identities: Identities) -> Parented | None:
    """What reads and creates the objects of the plan that have a parent; None where there are none."""
    if not any(BY_SLUG[change.kind].source.parent for change in plan.changes):
        return None
    from pdsync.apply.parented import Parented

    return Parented(wire, identities, plan)


def _nested_of(plan: Plan, wire: Wire, identities: Identities) -> Nested | None:
    """What finds and creates the objects of the plan that are nested; None where there are none."""
    if not any(BY_SLUG[change.kind].source.nested for change in plan.changes):
        return None
    from pdsync.apply.nested import Nested

    return Nested(wire, identities)


def outcome_of(change: Change) -> Outcome:
    """The outcome of a change that goes well."""
    return Outcome(change.address, change.operation, change.name, Status.APPLIED, change.id)


def _incidents(count: int) -> str:
    return "1 incident was reassigned" if count == 1 else f"{count} incidents were reassigned"
