"""Pending deletes: orphans where pruning is on, and what a tombstone names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, LiveObject, Ref, Resource, Source
from pdsync.model.address import is_retired, render_address, retired_of, without_step
from pdsync.model.field import mirrored_fields
from pdsync.plan.change import Change, Operation
from pdsync.plan.diff.draft import shown_clock, what_was_approved
from pdsync.plan.diff.last_applied import is_protected, may_be_copied
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.match import Pairing
from pdsync.plan.pairing.pair import normal_lists
from pdsync.plan.pairing.paired_account import PairedAccount
from pdsync.plan.pending import Pending, find_endings
from pdsync.plan.people import ImpliedMembers, compute_implied_members, find_member_ids, named_on_call


@dataclass(frozen=True, slots=True)
class PendingDelete:
    """A live object that is to be deleted."""

    live: LiveObject
    address: str
    tombstone: Resource | None = None
    """The manifest that says so; None for an orphan."""
    source: Source | None = None
    """The place of the manifest whose object replaces this one."""

    @property
    def ref(self) -> Ref:
        """How other objects refer to it."""
        return Ref(self.live.kind, "id", self.live.id)

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Every way in which lists that were compared may refer to it."""
        return (self.ref, Ref(self.live.kind, "key", self.address.partition("/")[2]))


def choose_deletes(pairing: Pairing, options: PlanOptions, moment: str) -> tuple[list[PendingDelete], list[str]]:
    """What is to be deleted, and notes on managed objects that are not meant any more and stay."""
    pending: list[PendingDelete] = []
    notes: list[str] = []
    for resource, live in pairing.tombstones:
        if why := BY_SLUG[live.kind].passing.why_left(live, moment):
            notes.append(f"{resource.address} ({live.id}): {why}")
        elif not BY_SLUG[live.kind].is_reset(live):
            pending.append(PendingDelete(live, resource.address, resource))
    if options.targets or not options.whole:
        return pending, notes
    notes += [
        f"{render_address(live.kind, live.marker.key)}: {live.name!r} ({live.id}) carries a copy of its ownership line; it is not "
        "managed and stays. Remove the line from its description"
        for live in pairing.copies
        if live.marker is not None
    ]
    marked = Counter((live.kind, live.marker.key) for live in pairing.orphans if live.marker is not None)
    steps = _find_steps(pairing.orphans, marked) if any(BY_SLUG[slug].facts.replaced for slug, _ in marked) else {}
    for live in pairing.orphans:
        assert live.marker is not None
        if BY_SLUG[live.kind].is_reset(live):
            continue  # it is out of use already, and cannot go
        address = steps.get((live.kind, live.id)) or render_address(live.kind, live.marker.key)
        mode = options.prune_mode(live.kind)
        what = f"{without_step(address)} ({live.name!r}, {live.id}) no longer has a manifest"
        if mode != "off" and (why := BY_SLUG[live.kind].passing.why_left(live, moment)):
            notes.append(f"{what}; {why}")
        elif is_protected(live.marker) and mode == "owned":
            notes.append(f"{what}; it is protected and stays")
        elif marked[live.kind, live.marker.key] > 1 and (live.kind, live.id) not in steps and mode != "off":
            # One of them is a copy that a person made by hand, and nothing tells which.
            notes.append(f"{what}; another object carries the same marker, so both stay")
        elif mode == "owned" and may_be_copied(live):
            notes.append(
                f"{what}; its name is not the one that pdsync wrote, so it may be a copy that a person made, and stays. "
                "Give it back its name, or delete it by hand"
            )
        elif mode == "owned":
            pending.append(PendingDelete(live, address))
        elif mode == "report":
            notes.append(f"{what}; 'prune: owned' would delete it")
    return pending, notes


def _find_steps(orphans: Sequence[LiveObject], marked: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], str]:
    """The addresses of objects with one line of which one was made in place of the other, by kind and id."""
    from pdsync.plan.pairing.replaced import order_chain

    found = {}
    for slug, key in (it for it, count in marked.items() if count > 1 and BY_SLUG[it[0]].facts.replaced is not None):
        address = render_address(slug, key)
        for live in order_chain([it for it in orphans if it.marker and (it.kind, it.marker.key) == (slug, key)]):
            found[live.kind, live.id] = address
            address = retired_of(address)
    return found


def defer_deletes(
    paired: PairedAccount, pending: Sequence[PendingDelete], moment: str
) -> tuple[list[PendingDelete], list[Pending]]:
    """What can be deleted now, and the people who cannot yet: a layer that is taken out names them until its end has
    passed, which is at the next whole minute or at a hand-off, and PagerDuty refuses the delete until then."""
    if not pending:
        return [], []
    gone = frozenset(each.ref for each in pending)
    after = [(ref, fields) for ref, fields in paired.after(gone) if BY_SLUG[ref.kind].passing.linger is not None]
    lasting = {it for ref, fields in after for it in _named(ref, BY_SLUG[ref.kind].passing.without_ending(fields))}
    ending = {ref: it for ref, it in find_endings(paired, gone, moment).items() if ref not in lasting}
    staying = [
        Pending(
            each.address,
            ending[each.ref].moment,
            f"{each.live.name!r} stays until the {ending[each.ref].nouns} that name this person have ended, {ending[each.ref].in_words()}; "
            "the next plan after that deletes it",
        )
        for each in pending
        if each.ref in ending
    ]
    return [each for each in pending if each.ref not in ending], staying


def _named(ref: Ref, fields: Fields) -> Iterator[Ref]:
    return named_on_call(BY_SLUG[ref.kind], fields)


def draft_deletes(paired: PairedAccount, pending: Sequence[PendingDelete]) -> Iterator[Change]:
    """The deletes."""
    if not pending:
        return
    passing = compute_implied_members(paired.during())
    for each in pending:
        yield _draft_delete(each, paired, passing)


def _draft_delete(each: PendingDelete, paired: PairedAccount, passing: ImpliedMembers) -> Change:
    """Every child list and document that was read counts: what was added since would go with the object. `passing` are memberships that
    PagerDuty may make while the plan is applied."""
    live, kind = each.live, BY_SLUG[each.live.kind]
    people = passing.get(each.ref, {})
    source = each.tombstone.source if each.tombstone is not None else each.source
    lists = normal_lists(kind, live, paired.resolver)
    return Change(
        address=each.address,
        kind=live.kind,
        operation=Operation.RETIRE if is_retired(each.address) else Operation.DELETE,
        name=live.name,
        id=live.id,
        source=str(source) if source is not None else None,
        url=live.url,
        before=what_was_approved(live, paired.others[each.ref][1], lists),
        digest=live.digest(
            (*live.children, *live.documents),
            find_member_ids(kind, lists, people),
            mirrored_fields(kind.fields),
        ),
        child_lists=tuple(sorted(live.children)),
        documents=tuple(sorted(live.documents)),
        implied=tuple(sorted(people)) if kind.facts.membership in live.children else (),
        clock=shown_clock(each.tombstone),
    )
