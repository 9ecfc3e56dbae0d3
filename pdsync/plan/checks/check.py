"""A check: one rule that a plan is judged by. Here is what every check sees and gives.

Terms. A *finding* is what a check returns: a blocker, a note, something pending, a risk, a problem, a refusal, an edge of the order, or a reassignment. The
*context* is what it sees: the account before and after the plan, the pending deletes, and the changes as they were drafted. A check
never changes anything and never sees what another check found, so their order only decides in which order people read.

Which kinds a rule is about, the kinds declare (`model/fact.py`). A kind without the fact is not checked.

To add a rule: one file with one class, and one line in `registry.py`, which says what in a plan the rule is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, TypeAlias

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Fields, Kind, LiveObject, Ref
from pdsync.model.address import Address
from pdsync.model.last_applied import former_key_hash, parse_last_applied, value_hash
from pdsync.model.name import fold_name
from pdsync.plan.change import Change, Operation
from pdsync.plan.diff.pending_delete import PendingDelete
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.match import Pairing, PlanProblem
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.paired_account import PairedAccount
from pdsync.plan.pending import Ending, Pending, find_endings
from pdsync.plan.people import ImpliedMembers
from pdsync.plan.reassignment import Reassignment
from pdsync.plan.risk import Risk

Prerequisite = Literal["abilities", "licenses", "incidents", "mentions", "placeholders", "actions"]
"""Parts of an account that are read only where a check asks for them; each is named like a member of `Account`."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a change cannot be applied as it is."""

    address: str
    message: str
    alone: bool = False
    """True where only this change and what waits for it are skipped. Otherwise nothing of the plan is applied."""


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """What a reviewer should know about a change."""

    address: str
    message: str
    in_result: bool = False
    """True where the result says it too, because the account differs from the manifest after the apply."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a reviewer should know about something that the plan leaves alone."""

    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A limit that the plan exceeds: no part of the plan may be applied."""

    message: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One change that waits for another, both by address."""

    later: str
    earlier: str


@dataclass(frozen=True, slots=True)
class ReassignFirst:
    """Open incidents that are reassigned before an object is deleted."""

    address: str
    reassignment: Reassignment


Finding: TypeAlias = Blocker | ChangeNote | Note | Pending | Risk | PlanProblem | Refusal | Edge | ReassignFirst


@dataclass(frozen=True)
class PlanContext:
    """What a check sees."""

    paired: PairedAccount
    account: Account
    options: PlanOptions
    pairing: Pairing
    pending: tuple[PendingDelete, ...]
    implied: ImpliedMembers
    """Memberships that PagerDuty makes by itself, with those that last only until layers have ended."""
    changes: Mapping[str, Change]
    """The changes by address, as they were drafted."""

    @cached_property
    def gone(self) -> frozenset[Ref]:
        """What the plan deletes."""
        return frozenset(each.ref for each in self.pending)

    @cached_property
    def before(self) -> Mapping[Ref, Fields]:
        """Every object that exists now."""
        return dict(self.paired.before())

    @cached_property
    def after(self) -> Mapping[Ref, Fields]:
        """Every object that will exist."""
        return dict(self.paired.after(self.gone))

    @cached_property
    def fields_before(self) -> Mapping[str, Fields]:
        """By address the fields that objects with a manifest have now, and those of pending deletes."""
        found = {address: pair.before for address, pair in self.paired.pairs.items()}
        return found | {each.address: self.paired.others[each.ref][1] for each in self.pending}

    @cached_property
    def fields_after(self) -> Mapping[str, Fields]:
        """By address the fields that objects with a manifest will have."""
        return {address: pair.after for address, pair in self.paired.pairs.items()}

    @cached_property
    def endings(self) -> Mapping[Ref, Ending]:
        """People whom layers name that do not last, and when the last of those ends."""
        return find_endings(self.paired, self.gone, self.account.fetched_at)

    @cached_property
    def drafted(self) -> tuple[tuple[Pair, Change], ...]:
        """The manifests that change something, each with its change."""
        pairs, changes = self.paired.pairs, self.changes
        return tuple((pairs[address], change) for address, change in changes.items() if address in pairs)

    @cached_property
    def _orphans_by_name(self) -> Mapping[tuple[str, str], tuple[LiveObject, ...]]:
        found: dict[tuple[str, str], list[LiveObject]] = defaultdict(list)
        for live in self.pairing.orphans:
            if live.name:
                found[live.kind, fold_name(live.name)].append(live)
        return {name: tuple(group) for name, group in found.items()}

    @cached_property
    def _orphans_by_record(self) -> Mapping[tuple[str, str], list[LiveObject]]:
        """By kind, and by what the record holds of the name that pdsync gave it, and of the keys before its moves."""
        found: dict[tuple[str, str], list[LiveObject]] = defaultdict(list)
        for live in self.pairing.orphans:
            record = parse_last_applied(live.marker)
            name = record.of_field(live.label) if record is not None else None
            if name is not None:
                found[live.kind, f"name {name.value}"].append(live)
            for key in record.former_keys if record is not None else ():
                found[live.kind, f"key {key}"].append(live)
        return found

    def look_alikes(self, change: Change) -> tuple[LiveObject, ...]:
        """Managed objects without a manifest that have the kind and the name of an object which this change makes or takes over; or had
        it before a person edited it; or had its key before a move. An object that the manifest names by its id is meant, whatever it
        is called."""
        if kind_of(change).passing.expand is not None:
            return ()  # the objects of one manifest have one name
        takes = change.operation in (Operation.CREATE, Operation.ADOPT)
        if not takes or not self.pairing.orphans or self.paired.pairs[change.address].resource.id is not None:
            return ()
        shown = self._orphans_by_name.get((change.kind, fold_name(change.name)), ())
        key = former_key_hash(Address.parse(change.address).key)
        known = [f"name {value_hash(change.name)}", f"key {key}"] if self._orphans_by_record else []
        recorded = [live for text in known for live in self._orphans_by_record.get((change.kind, text), ())]
        return tuple({live.id: live for live in (*shown, *recorded)}.values())

    def name_of(self, ref: Ref) -> str:
        """An object as a reviewer knows it: its address, or its name, id and link where no manifest describes it."""
        if ref not in self.paired.others:
            return str(ref)
        live = self.paired.others[ref][0]
        link = f": {live.url}" if live.url else ""
        mark = live.marker
        whose = f"no manifest here, marked {mark.workspace}/{mark.kind}/{mark.key}" if mark else "not managed here"
        if not live.name:
            return f"{live.kind} {live.id} ({whose}{link})"
        return f"{live.kind} {live.name!r} ({live.id}, {whose}{link})"


def kind_of(change: Change) -> Kind:
    """The kind of a change."""
    return BY_SLUG[change.kind]


class Check(Protocol):
    """One rule."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        """The findings of the rule about a plan."""
        ...

    def prerequisites(self, changes: Iterable[Change], account: Account) -> Iterator[Prerequisite]:
        """What must be read before the rule can judge these changes. Most rules need nothing."""
        return iter(())
