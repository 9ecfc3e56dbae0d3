"""A snapshot of an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pdsync.model.account_index import AccountIndex
from pdsync.model.incident import OpenIncident
from pdsync.model.license import License
from pdsync.model.live import LiveObject


@dataclass(frozen=True)
class Account:
    """A snapshot of the live account. A kind outside `complete_for` was not read to its end: nothing of it is pruned."""

    objects: Mapping[str, tuple[LiveObject, ...]]
    complete_for: frozenset[str]
    fetched_at: str
    """RFC 3339 in UTC. Whether a layer has started or ended is judged at this moment, in plan and apply alike."""
    subdomain: str = ""
    lookups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Ids of what PagerDuty lists for every account, such as vendors: by kind, then by name as names are compared."""
    includes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ``include[]`` that this account allows, by kind: a re-read must ask for the same."""
    user_token: bool = True
    """False for an account-level key, which needs a ``From`` address to create users."""
    abilities: frozenset[str] | None = None
    """What the account can, by PagerDuty's names; None where it was not asked or may not be known."""
    licenses: tuple[License, ...] | None = None
    """The licences; None where they were not asked for or may not be known."""
    incidents: tuple[OpenIncident, ...] | None = None
    """All open incidents; None where they were not asked for, or could not be read whole."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Kinds that this account's plan or token does not let pdsync read, by slug, with what PagerDuty answered."""
    incidents_unread: str = ""
    """Why the incidents that were asked for are not known."""

    @cached_property
    def index(self) -> AccountIndex:
        """The objects by what they are looked up by."""
        return AccountIndex(self.objects)

    def find(self, kind: str, identity: str) -> LiveObject | None:
        """The object of that kind and id, if the account has it."""
        return self.index.find(kind, identity)
