"""Looks for an object that a create may have made, or that has its name. One or a few list requests, never a write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from pdsync.apply.wire import Wire
from pdsync.client import IncompleteListError
from pdsync.kinds import BY_SLUG, LiveObject
from pdsync.plan import Change
from pdsync.plan.comparison import Claim, claim_of


@dataclass(frozen=True, slots=True)
class Found:
    """What has the identity that a create would give, sorted by id."""

    ours: tuple[LiveObject, ...] = ()
    """Objects that carry the ownership line of this change (for users: the email address)."""
    namesakes: tuple[LiveObject, ...] = ()
    """Others of the same name."""

    def ids(self) -> str:
        """The ids of ours, for a message."""
        return ", ".join(live.id for live in self.ours)


class Finder:
    """Reads by name with the includes of the plan, so that what is found can be compared."""

    def __init__(self, wire: Wire, includes: Mapping[str, Sequence[str]]) -> None:
        self._wire = wire
        self._includes = includes
        self._one_at_a_time = Lock()

    def find(self, change: Change, *, whole: bool = False) -> Found:
        """What there is now. `whole` reads the full collection, for when a search index may lag; of one that PagerDuty does not
        give out as a whole, what the index finds is taken if it is ours. Raises client errors."""
        if not whole:
            return self._find(change, whole=False)
        # A large collection takes memory as long as it is read, and requests: not for several workers at once.
        with self._one_at_a_time:
            try:
                return self._find(change, whole=True)
            except IncompleteListError:
                found = self._find(change, whole=False)
                if not found.ours:
                    raise  # The index may lag: this proves nothing.
                return found

    def _find(self, change: Change, *, whole: bool) -> Found:
        kind = BY_SLUG[change.kind]
        params: dict[str, object] = {}
        if not whole:
            params["query"] = str(change.values.get(kind.identity) or change.name)
        if includes := self._includes.get(change.kind):
            params["include[]"] = list(includes)
        claims: dict[Claim, list[LiveObject]] = {claim: [] for claim in Claim}
        for raw in self._wire.list_all(kind.collection, params=params):
            live = kind.read_live(raw)
            claim = claim_of(change, live)
            # Of all others nothing is kept.
            if claim is not None:
                claims[claim].append(live)
        return Found(*(tuple(sorted(claims[claim], key=_identity)) for claim in (Claim.OURS, Claim.NAMESAKE)))


def _identity(live: LiveObject) -> str:
    return live.id
