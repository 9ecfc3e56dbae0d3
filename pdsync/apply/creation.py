"""Creates objects, each exactly once: looks before and after, and never re-sends a POST blindly.

PagerDuty lets two objects of some kinds have the same name, so what keeps two runs from making the same object twice is
the ownership line: it is looked for before the POST, after a lost answer, and once more after the POST where PagerDuty
itself would not have refused a second object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from pdsync.apply.completion import Completion, first_on_record
from pdsync.apply.encounter import Encounter
from pdsync.apply.error import UnknownOutcomeError
from pdsync.apply.finder import Finder
from pdsync.apply.look import ClaimLook, RestLook, Sight, Steps
from pdsync.apply.looker import Looker, go_on
from pdsync.apply.request import Requester
from pdsync.apply.rivals import Rivals, has_rivals
from pdsync.apply.wire import Wire
from pdsync.client import Error, HttpError
from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject
from pdsync.model.codec.secret_text import USED
from pdsync.plan import Change, Outcome, Status

_ATTEMPTS = 3


class Creation:
    """Carries out creates. Used by several workers at once; holds nothing that changes."""

    def __init__(
        self, wire: Wire, finder: Finder, requester: Requester, encounter: Encounter, completion: Completion
    ) -> None:
        self._wire = wire
        self._finder = finder
        self._requester = requester
        self._encounter = encounter
        self._completion = completion
        self._rivals = Rivals(wire)

    def create(self, change: Change, outcome: Outcome, looker: Looker) -> Outcome:
        """Creates the object with its children, or says what is in the way. Raises what the client raises, and
        `UnknownOutcomeError`."""
        steps = self.steps(change, outcome)
        ended = go_on(steps, change, next(steps), None, looker.see)
        assert isinstance(ended, Outcome)
        return ended

    def steps(self, change: Change, outcome: Outcome, *, in_bulk: bool = False) -> Steps:
        """The same, step by step: it stops where something must be looked at.

        `in_bulk` says that other objects of the kind are created at the same time, so that another run needs time to take its own
        ones away, and that the record of the child lists is sent with the object.
        """
        for _ in range(_ATTEMPTS):
            met = self._meet(change, (yield ClaimLook()), outcome)
            if met is not None:
                return met
            try:
                made, is_late = self._post(change, in_bulk=in_bulk)
            except HttpError as error:
                if "taken" not in str(error):
                    raise
                # Another run was faster by less than a round trip.
                met = self._meet(change, (yield ClaimLook()), outcome)
                if met is None:
                    raise
                return met
            done = replace(outcome, id=made.id, written=True)
            try:
                is_kept = yield from self._rivals.settle(change, made, is_late=is_late, is_patient=in_bulk)
            except (Error, UnknownOutcomeError) as error:
                return self._completion.incomplete(done, error, is_late=is_late)
            if is_kept:
                self._completion.learn(change, made.id)
                if change.rest_waits_for:
                    yield RestLook()
                return (yield from self._completion.steps(change, made, done, is_late=is_late, in_bulk=in_bulk))
        message = "another run is creating the same object. Run plan again when that run has ended."
        return replace(outcome, status=Status.CONFLICT, message=message)

    def _meet(self, change: Change, sight: Sight, outcome: Outcome) -> Outcome | None:
        """What exists already although the plan saw nothing; None when there is still nothing."""
        met = self._encounter.judge(change, sight.found, outcome)
        if met is not None and met.status is Status.ALREADY:
            self._completion.learn(change, str(met.id))
        return met

    def _post(self, change: Change, *, in_bulk: bool) -> tuple[LiveObject, bool]:
        """The object that a POST made, and whether a second one may still turn up, since the POST was sent twice."""
        kind = BY_SLUG[change.kind]
        # What is not complete yet is not on record: `Completion` writes the whole record later.
        first = first_on_record(change, in_bulk=in_bulk)
        body = self._requester.body(first, change.values, None)

        def look(number: int) -> Mapping[str, Any] | None:
            # The search index may lag behind the collection.
            found = self._finder.find(change, whole=number > 0)
            if len(found.ours) > 1:
                raise UnknownOutcomeError(
                    f"the answer was lost, and more than one object carries its ownership line: {found.ids()}"
                )
            return found.ours[0].raw if found.ours else None

        if self._finder.parented is not None and kind.source.parent is not None:
            made, sent_again = self._finder.parented.create(change, body, look)
        elif self._finder.nested is not None and kind.source.nested is not None:
            made, sent_again = self._finder.nested.create(change, body, look)
        else:
            path, body = kind.source.made_at(body)
            made, sent_again = self._wire.create(path, body, look)
        if change.hands_out is not None:
            USED.update(filter(None, [change.hands_out.find(made)]))  # from now on every output hides it
        return kind.read_live(made), sent_again and has_rivals(change)
