"""What follows once a create has made its object: the fields and child lists that the POST could not carry."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace as replace_dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pdsync.apply.children import SENT_AGAIN, ChildWriter
from pdsync.apply.document import DocumentWriter
from pdsync.apply.error import (
    IgnoredError,
    MovedError,
    NotHandedOutError,
    RefusedItemError,
    UnknownOutcomeError,
    UnresolvedError,
)
from pdsync.apply.look import Look, NewLook, Sight, Steps, WrittenLook
from pdsync.apply.reader import body_of
from pdsync.apply.tool import Tools
from pdsync.apply.wire import Wire
from pdsync.client import AmbiguousWriteError, Error, HttpError, HttpServerError
from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject, join_marker, split_marker
from pdsync.model.fact import HandedOutFact
from pdsync.model.last_applied import value_hash, with_warnings, without_parts
from pdsync.plan import Change, ChildChange, ChildOperation, Outcome, Status, Warned
from pdsync.plan.diff.child_change import compute_child_changes
from pdsync.plan.pairing.open_field import parts_name

if TYPE_CHECKING:
    from pdsync.apply.handed_out import HandOut
    from pdsync.apply.step_writer import StepWriter

_WORTH_ANOTHER = (404, 408, 409, 425, 429)
"""Refusals that are temporary: a new object may not be known everywhere yet, and a rate limit ends after a while."""


class Completion:
    """Shared by all workers; holds nothing that changes."""

    def __init__(self, wire: Wire, tools: Tools, hand_out: HandOut | None = None) -> None:
        self._wire = wire
        self._hand_out = hand_out
        self._tools = tools
        self._identities = tools.identities
        self._reader = tools.reader
        self._requester = tools.requester
        self._verification = tools.verification

    def learn(self, change: Change, identity: str) -> None:
        """Notes which object belongs to the manifest from now on."""
        self._identities.learn(change.address, identity)
        self._wire.note_made(identity)
        if any(kind.facts.values is not None and kind.facts.values.of == change.kind for kind in BY_SLUG.values()):
            self._wire.note_made(change.name)  # a value names its field, which may not be known everywhere yet

    def steps(self, change: Change, made: LiveObject, outcome: Outcome, *, is_late: bool, in_bulk: bool) -> Steps:
        """Sends what a create cannot carry: fields that a second request sets, and child lists.

        `is_late` says that the POST was sent twice, so a second object may still turn up. `in_bulk` says that the POST has put
        the child lists on record already. Raises nothing that PagerDuty or the network can cause: the outcome says what is missing.
        """
        documents = DocumentWriter(self._wire, self._tools, change, made)
        steps = step_writer(self._wire, self._tools, change, made)
        has_lists_on_record = bool(recorded_lists(change)) and in_bulk
        try:
            if change.hands_out is not None:
                made = self._give_secret(change, change.hands_out, made, in_bulk=in_bulk)
            self._verification.check(change, made, change.values)
            if change.followup:
                self._put(change, made, change.followup)
            if change.child_lists:
                sent_again = yield from self._complete_children(change, made)
                is_late = is_late or sent_again
            documents.write(change.values, is_fresh=False)
            if steps is not None:
                steps.write(change.values, is_fresh=False)
            if is_stamped_later(change, in_bulk=in_bulk):
                self._stamp(with_warned(change, documents.warned), made)
        except (
            Error, UnresolvedError, UnknownOutcomeError, IgnoredError, MovedError, NotHandedOutError,
        ) as error:  # fmt: skip
            if has_lists_on_record:
                self._take_off_record(change, made)
            outcome = replace(outcome, warned=documents.all_warned)
            return self.incomplete(outcome, error, is_late=is_late)
        return replace(outcome, warning=SENT_AGAIN if is_late else "", warned=documents.all_warned)

    def incomplete(self, outcome: Outcome, error: Exception, *, is_late: bool) -> Outcome:
        """The outcome for an object that exists and lacks something. It carries our marker: the next run pairs it and does the
        rest."""
        why = str(error).removesuffix(" Run plan again.").removesuffix(".")
        message = f"it was created as {outcome.id}, but not completed: {why}. {_way_out(error)}"
        unknown = isinstance(error, AmbiguousWriteError | UnknownOutcomeError)
        status = Status.UNKNOWN if unknown else Status.FAILED
        return replace(outcome, status=status, message=message, warning=SENT_AGAIN if is_late else "")

    def _give_secret(self, change: Change, fact: HandedOutFact, made: LiveObject, *, in_bulk: bool) -> LiveObject:
        """Hands out the secret of a new object, and then takes the word from its ownership line that it is due. Gives the object with that
        line, which does not have the secret."""
        from pdsync.apply.handed_out import hand_out_secret  # few plans make such objects

        hand_out_secret(change, fact, made, self._hand_out)
        recorded = first_on_record(change, in_bulk=in_bulk, is_given=True)
        self._stamp(recorded, made)
        return replace_dataclass(made, marker=split_marker(recorded.marker)[1])

    def _stamp(self, change: Change, made: LiveObject) -> None:
        """Writes the record into the ownership line, now that the child lists are as the manifest says."""
        kind = BY_SLUG[change.kind]
        names = kind.together(set(kind.marker_fields))
        self._put(change, made, {it: said for it, said in {**change.values, **change.followup}.items() if it in names})

    def _take_off_record(self, change: Change, made: LiveObject) -> None:
        """Writes the record without the child lists, which are not as it says. Where that fails too, the next plan adds what is
        missing anyway: it compares with the account, not with the record."""
        try:
            self._stamp(first_on_record(change, in_bulk=False), made)
        except (Error, UnresolvedError, UnknownOutcomeError, IgnoredError):
            return

    def _put(self, change: Change, made: LiveObject, values: Mapping[str, Canonical]) -> None:
        kind = BY_SLUG[change.kind]
        path = kind.source.path_to(made.id, made.raw)
        answer = body_of(self._wire.put(path, self._requester.body(change, values, made), kind.source.verb))
        self._verification.check(change, kind.read_live(answer), values)

    def _complete_children(self, change: Change, made: LiveObject) -> Generator[Look, Sight, bool]:
        """Writes the child lists of a new object, compared with what PagerDuty put there by itself (a new user has a
        default contact method and rules, and the same one again would be refused). True where an item was sent twice."""
        live = (yield NewLook(made)).live
        if live is None:
            raise UnresolvedError(f"{change.kind} {made.id} cannot be read yet")
        children = ChildWriter(self._wire, self._tools, live)
        children.write(self._missing(change, live))
        if children.unshown:
            sight = yield WrittenLook(children)
            if sight.live is not None:
                self._remove_surplus(change, sight.live)
        return children.sent_again

    def _missing(self, change: Change, live: LiveObject) -> list[ChildChange]:
        """What must be done to the child lists of an object that is as `live`."""
        missing: list[ChildChange] = []
        for declared in BY_SLUG[change.kind].children:
            if declared.name in change.child_lists:
                missing.extend(
                    compute_child_changes(
                        declared,
                        [child.values for child in change.children if child.list_name == declared.name],
                        self._reader.children_of(live, declared.name),
                        exclusive=declared.name in change.exclusive,
                        keep=frozenset(declared.key_of({declared.identified_by: it}) for it in change.implied),
                    )
                )
        return missing

    def _remove_surplus(self, change: Change, seen: LiveObject) -> None:
        """Removes what PagerDuty put into a new object by itself although it is not known to. `seen` is what a reading in bulk
        shows: on its word alone nothing is removed."""
        names = {it.list_name for it in self._missing(change, seen) if it.operation is ChildOperation.REMOVE}
        live = self._reader.read_lists(seen, sorted(names)) if names else None
        if live is not None:
            children = ChildWriter(self._wire, self._tools, live)
            missing = self._missing(change, live)
            children.write([it for it in missing if it.operation is ChildOperation.REMOVE and it.list_name in names])
            children.check()


def _way_out(error: Exception) -> str:
    """What to do next. Sending the same request again helps only where PagerDuty did not judge it."""
    if isinstance(error, IgnoredError):
        return "Run plan again to see what is missing."
    if isinstance(error, NotHandedOutError):
        return "Run plan again: the next apply replaces it."
    if is_refused(error):
        return "PagerDuty refuses it: correct the manifest or the account, and run plan again."
    return "Run again to complete it."


def is_refused(error: Exception) -> bool:
    """Whether PagerDuty judged a request and would refuse it once more."""
    if isinstance(error, RefusedItemError):
        return True
    is_http = isinstance(error, HttpError) and not isinstance(error, HttpServerError)
    return is_http and isinstance(error, HttpError) and error.status not in _WORTH_ANOTHER


def recorded_lists(change: Change) -> set[str]:
    """The child lists that the last-applied record names, and that only further requests write."""
    return set(change.exclusive) & set(change.child_lists) if change.marker is not None else set()


def is_stamped_later(change: Change, *, in_bulk: bool) -> bool:
    """Whether the record is written once more at the end. Of many objects that are made side by side the first request records the
    child lists; what documents and steps write is never recorded before that."""
    return change.marker is not None and bool(written_apart(change) or (recorded_lists(change) and not in_bulk))


def written_apart(change: Change) -> tuple[str, ...]:
    """The fields of a change that have requests of their own."""
    return (*change.documents, *sorted(BY_SLUG[change.kind].stepped & change.values.keys()))


def step_writer(wire: Wire, tools: Tools, change: Change, live: LiveObject) -> StepWriter | None:
    """Writes what a change writes in steps; None where that is nothing."""
    if BY_SLUG[change.kind].stepped.isdisjoint(change.values):
        return None
    from pdsync.apply.step_writer import StepWriter  # most plans have nothing that takes steps

    return StepWriter(wire, tools, change, live)


def first_on_record(change: Change, *, in_bulk: bool, is_given: bool = False) -> Change:
    """The change with an ownership line that records only what the first request writes. `is_given` says that the secret which PagerDuty
    shows once was handed out."""
    marker = split_marker(change.marker)[1]
    lists = bool(recorded_lists(change)) and not in_bulk
    apart = written_apart(change)
    is_due = change.hands_out is not None and not is_given
    if marker is None or not (lists or apart or is_due):
        return change
    if is_due:
        marker = marker.with_secret_due()
    if lists or apart:
        names = [name for each in apart for name in (each, parts_name(each))]
        marker = without_parts(marker, lists=lists, names=names)
    return replace(change, marker=str(marker))


def with_warned(change: Change, warned: Mapping[str, Sequence[Warned]]) -> Change:
    """The change with an ownership line that records what PagerDuty said about the documents that were written."""
    marker, line = split_marker(change.marker)[1], BY_SLUG[change.kind].marker_line
    reset = {delta.field for delta in change.deltas if delta.is_reset}
    said = {name: value_hash([str(each) for each in texts]) for name, texts in warned.items() if texts}
    if marker is None or line is None or not said.keys() - reset:
        return change
    room = line.limit - len(join_marker(change.values.get(line.field) or "", marker.with_record(""))) - len(" #")
    kept = {name: text for name, text in said.items() if name not in reset}
    return replace(change, marker=str(with_warnings(marker, kept, room)))
