"""Creates objects, each exactly once: looks before and after, and never sends a POST again blindly.

PagerDuty lets two objects of some kinds have the same name, so what keeps two runs from making the same object twice is
the ownership line: it is looked for before the POST, after a lost answer, and once more after the POST where PagerDuty
itself would not have refused a second object.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pdsync.apply.children import LOOK_WAITS_S, SENT_AGAIN, ChildWriter
from pdsync.apply.comparison import Comparison
from pdsync.apply.finder import Finder, Found
from pdsync.apply.identity import Identities, UnresolvedError
from pdsync.apply.reader import Reader, body_of
from pdsync.apply.request import Requester
from pdsync.apply.unknown import UnknownOutcomeError
from pdsync.apply.wire import Wire
from pdsync.client import AmbiguousWriteError, Error, HttpError, HttpServerError
from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject, split_marker
from pdsync.plan import Change, ChildChange, Outcome, Status
from pdsync.plan.diff.delta import compute_child_changes

_ATTEMPTS = 3
_NOT_FOUND = 404


class Creation:
    """Carries out creates. Used by several workers at once."""

    def __init__(
        self,
        wire: Wire,
        identities: Identities,
        reader: Reader,
        finder: Finder,
        requester: Requester,
        comparison: Comparison,
        sleep: Callable[[float], None],
        freed: frozenset[str],
    ) -> None:
        self._wire = wire
        self._identities = identities
        self._reader = reader
        self._finder = finder
        self._requester = requester
        self._comparison = comparison
        self._sleep = sleep
        self._freed = freed
        self._sent_again: set[str] = set()
        """Addresses of which a second object may still turn up."""

    def create(self, change: Change, outcome: Outcome) -> Outcome:
        """Makes the object with its children, or says what stands in the way. Raises what the client raises, and
        `UnknownOutcomeError`."""
        for _ in range(_ATTEMPTS):
            met = self._meet(change, self._finder.find(change), outcome)
            if met is not None:
                return met
            made, taken = self._try_to_post(change)
            if made is None:
                met = self._meet(change, self._finder.find(change), outcome)
                if met is None and taken is not None:
                    raise taken
                continue
            done = replace(outcome, id=made.id, written=True)
            try:
                kept = self._is_kept(change, made)
            except (Error, UnknownOutcomeError) as error:
                return self._incomplete(change, done, error)
            if kept:
                self._learn(change, made.id)
                return self._complete(change, made, done)
        message = "another run makes the same object at the same time. Run plan again when it is over."
        return replace(outcome, status=Status.CONFLICT, message=message)

    def _learn(self, change: Change, identity: str) -> None:
        self._identities.learn(change.address, identity)
        self._wire.note_made(identity)

    def _try_to_post(self, change: Change) -> tuple[LiveObject | None, HttpError | None]:
        """The object made; or None, where somebody was faster by less than a round trip, with what PagerDuty said."""
        try:
            return self._post(change), None
        except HttpError as error:
            if "taken" not in str(error):
                raise
            return None, error

    def _meet(self, change: Change, found: Found, outcome: Outcome) -> Outcome | None:
        """What there is already where the plan saw nothing; None when it still is so."""
        if len(found.ours) > 1:
            what = "has the email address" if change.marker is None else "carries the ownership line"
            message = f"more than one object {what} of this manifest: {found.ids()}. Run plan again."
            return replace(outcome, status=Status.CONFLICT, message=message)
        if found.ours:
            return self._met(change, found.ours[0], outcome)
        others = [live.id for live in found.namesakes if live.id not in self._freed]
        if others:
            message = (
                f"the name {change.name!r} was taken since it was planned, by {', '.join(others)}. Run plan again."
            )
            return replace(outcome, status=Status.CONFLICT, message=message)
        return None

    def _met(self, change: Change, live: LiveObject, outcome: Outcome) -> Outcome:
        """Somebody else made it, with the same identity: it is theirs unless it says exactly what we would say."""
        full = self._reader.read(change.kind, live.id, change.child_lists) if change.child_lists else live
        if full is not None and self._comparison.is_done(change, full):
            self._learn(change, live.id)
            return replace(outcome, status=Status.ALREADY, id=live.id)
        message = f"it was made meanwhile as {live.id} and is not as planned. Run plan again."
        return replace(outcome, status=Status.CONFLICT, id=live.id, message=message)

    def _post(self, change: Change) -> LiveObject:
        """The object that a POST made, whether its answer arrived or not."""
        try:
            return self._send(change)
        except (AmbiguousWriteError, HttpServerError) as error:
            made = self._look_for(change, error)
            if made is not None:
                return made
        if change.marker is not None and not BY_SLUG[change.kind].unique_name:
            self._sent_again.add(change.address)
        try:
            return self._send(change)  # It was looked for long enough: the first one was most likely not processed.
        except (AmbiguousWriteError, HttpServerError) as error:
            made = self._look_for(change, error)
            if made is not None:
                return made
            message = f"PagerDuty did not say whether it made it, and it cannot be found: {error}. Run plan again."
            raise UnknownOutcomeError(message) from error

    def _send(self, change: Change) -> LiveObject:
        kind = BY_SLUG[change.kind]
        # What is not complete yet is not on record: see `_stamp`.
        first = replace(change, marker=_without_record(change.marker)) if _is_stamped_later(change) else change
        body = self._requester.body(first, change.values, None)
        answer = body_of(self._wire.post(kind.collection, body))
        made = kind.read_live(answer)
        if made.id:
            return made
        found = self._look_for(change, None)
        if found is None:
            raise UnknownOutcomeError("PagerDuty answered the create without an id, and it cannot be found")
        return found

    def _look_for(self, change: Change, lost: Error | None) -> LiveObject | None:
        """What the POST made, by its ownership line; None when it surely made nothing."""
        for attempt, wait_s in enumerate(LOOK_WAITS_S):
            if wait_s:
                self._sleep(wait_s)
            try:
                # The search index may lag behind the collection.
                found = self._finder.find(change, whole=attempt > 0)
            except Error as error:
                if attempt == len(LOOK_WAITS_S) - 1:
                    message = (
                        f"the answer was lost ({lost}), and looking for the object failed: {error}. Run plan again."
                    )
                    raise UnknownOutcomeError(message) from error
                continue
            if len(found.ours) > 1:
                raise UnknownOutcomeError(
                    f"the answer was lost, and more than one object carries its line: {found.ids()}"
                )
            if found.ours:
                return found.ours[0]
        return None

    def _is_kept(self, change: Change, made: LiveObject) -> bool:
        """Of two runs that made the same object within one round trip, one takes its own away.

        Whoever sees the other and has the greater id yields. The one with the smaller id waits for that, and yields too
        when the other stays, because that run was past its look already. The other may be this run's own first request, too,
        which PagerDuty carries out late: after one that was sent again nothing is believed before the last look.
        """
        if BY_SLUG[change.kind].unique_name or change.marker is None:
            return True
        is_late = change.address in self._sent_again
        for attempt, wait_s in enumerate(LOOK_WAITS_S if is_late else LOOK_WAITS_S[:2]):
            if wait_s:
                self._sleep(wait_s)
            found = self._finder.find(change, whole=is_late and attempt > 0)
            others = [live for live in found.ours if live.id != made.id]
            if others and others[0].id < made.id:
                break
            if not others and not is_late:
                return True
        if not others:
            return True
        self._take_away(change, made)
        return False

    def _take_away(self, change: Change, made: LiveObject) -> None:
        """Deletes what this run has just made. PagerDuty may not know it everywhere yet: a 404 is no proof that it is gone."""
        for wait_s in LOOK_WAITS_S:
            if wait_s:
                self._sleep(wait_s)
            try:
                self._wire.delete(BY_SLUG[change.kind].path_of(made.id))
            except HttpError as error:
                if error.status != _NOT_FOUND:
                    raise UnknownOutcomeError(_twin(made, error)) from error
            except Error as error:
                raise UnknownOutcomeError(_twin(made, error)) from error
            else:
                return

    def _complete(self, change: Change, made: LiveObject, outcome: Outcome) -> Outcome:
        """What a create cannot carry: fields that a second request sets, and child lists."""
        kind = BY_SLUG[change.kind]
        try:
            if change.followup:
                followup = self._requester.body(change, change.followup, made)
                self._wire.put(kind.path_of(made.id), followup)
            if change.child_lists and self._complete_children(change, made.id):
                self._sent_again.add(change.address)
            if _is_stamped_later(change):
                self._stamp(change, made)
        except (Error, UnresolvedError, UnknownOutcomeError) as error:
            return self._incomplete(change, outcome, error)
        stored = self._comparison.verify(change, made, {**change.values, **change.followup})
        return replace(outcome, warning="; ".join(filter(None, (self._doubt(change), stored))))

    def _incomplete(self, change: Change, outcome: Outcome, error: Exception) -> Outcome:
        """It exists and carries our marker: the next run pairs it and does the rest."""
        why = str(error).removesuffix(" Run plan again.").removesuffix(".")
        message = f"it was created as {outcome.id}, but not completed: {why}. Run again to complete it."
        unknown = isinstance(error, AmbiguousWriteError | UnknownOutcomeError)
        status = Status.UNKNOWN if unknown else Status.FAILED
        return replace(outcome, status=status, message=message, warning=self._doubt(change))

    def _doubt(self, change: Change) -> str:
        return SENT_AGAIN if change.address in self._sent_again else ""

    def _stamp(self, change: Change, made: LiveObject) -> None:
        """Writes the record into the ownership line, now that the child lists are as the manifest says."""
        kind = BY_SLUG[change.kind]
        names = kind.together(set(kind.marker_fields))
        values = {name: value for name, value in {**change.values, **change.followup}.items() if name in names}
        self._wire.put(kind.path_of(made.id), self._requester.body(change, values, made))

    def _complete_children(self, change: Change, identity: str) -> bool:
        """Writes the child lists of a new object, compared with what PagerDuty put there by itself (a new user has a
        default contact method and rules, and the same one again would be refused). True where an item was sent twice."""
        live = self._reader.read(change.kind, identity, change.child_lists)
        if live is None:
            raise UnresolvedError(f"{change.kind} {identity} cannot be read yet")
        wanted: list[ChildChange] = []
        for declared in BY_SLUG[change.kind].children:
            if declared.name in change.child_lists:
                wanted.extend(
                    compute_child_changes(
                        declared,
                        [child.values for child in change.children if child.list_name == declared.name],
                        self._reader.children_of(live, declared.name),
                        exclusive=declared.name in change.exclusive,
                        keep=frozenset(declared.key_of({"user": user}) for user in change.implied),
                    )
                )
        children = ChildWriter(self._wire, self._identities, self._reader, live, self._sleep)
        children.write(wanted)
        return children.sent_again


def _twin(made: LiveObject, error: Error) -> str:
    return f"another run made the same, and whether {made.id} was taken away again cannot be told: {error}"


def _is_stamped_later(change: Change) -> bool:
    """Whether the record speaks of child lists that only further requests write."""
    return change.marker is not None and bool(set(change.exclusive) & set(change.child_lists))


def _without_record(line: str | None) -> str | None:
    marker = split_marker(line)[1]
    return str(replace(marker, applied="")) if marker is not None else line
