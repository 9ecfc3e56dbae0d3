"""What is deleted: orphans where pruning is on, and what a tombstone names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pdsync.kinds import BY_SLUG
from pdsync.kinds.schedule import waits_for_hand_off
from pdsync.model import Fields, LiveObject, Ref, Resource
from pdsync.model.address import Address, render_address
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.implied_member import compute_implied_members
from pdsync.plan.diff.draft import ImpliedMembers, what_was_approved
from pdsync.plan.diff.fingerprint import Fingerprint
from pdsync.plan.diff.record import PROTECT
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.match import Pairing
from pdsync.plan.pairing.paired_account import PairedAccount, normal_lists


@dataclass(frozen=True, slots=True)
class Doomed:
    """A live object that is to be deleted."""

    live: LiveObject
    address: str
    source: str | None = None
    """Where the tombstone stands; None for an orphan."""
    blockers: tuple[str, ...] = ()

    @property
    def ref(self) -> Ref:
        """How other objects refer to it."""
        return Ref(self.live.kind, "id", self.live.id)


def choose_deletes(pairing: Pairing, options: PlanOptions) -> tuple[list[Doomed], list[str]]:
    """What is deleted, and what is said of managed objects that have no manifest any more and stay."""
    doomed = [_buried(pairing, options, *tomb) for tomb in pairing.tombs]
    notes: list[str] = []
    if options.targets:
        return doomed, notes
    marked = Counter((live.kind, live.marker.key) for live in pairing.orphans if live.marker is not None)
    for live in pairing.orphans:
        assert live.marker is not None
        address = render_address(live.kind, live.marker.key)
        mode = options.prune_mode(live.kind)
        what = f"{address} ({live.name!r}, {live.id}) has no manifest any more"
        # The flag may have been edited away; the record remembers it.
        protected = live.marker.protect or Fingerprint(live.marker.applied).has(PROTECT)
        if protected and mode == "owned":
            notes.append(f"{what}; it is protected and stays")
        elif marked[live.kind, live.marker.key] > 1 and mode != "off":
            # One of them is a copy that somebody made by hand, and nothing tells which.
            notes.append(f"{what}; another object carries the same marker, so both stay")
        elif mode == "owned":
            doomed.append(Doomed(live, address))
        elif mode == "report":
            notes.append(f"{what}; 'prune: owned' would delete it")
    return doomed, notes


def _buried(pairing: Pairing, options: PlanOptions, resource: Resource, live: LiveObject) -> Doomed:
    blockers = []
    not_ours = resource.address in pairing.unmarked or BY_SLUG[resource.kind].marker_line is None
    if not_ours and not (options.adopt or resource.lifecycle.adopt):
        blockers.append(
            "it was not made by pdsync; to delete it all the same write 'adopt: true' beside 'absent: true'"
        )
    if live.marker is not None and live.marker.protect:
        blockers.append("it is protected: apply its manifest without 'protect: true' first")
    if live.fields.get("role") == "owner":
        # PagerDuty has always exactly one (terraform-provider-pagerduty PR 379).
        blockers.append("this person owns the account and cannot be deleted: make somebody else the owner first")
    return Doomed(live, resource.address, str(resource.source), tuple(blockers))


def defer(paired: PairedAccount, doomed: Sequence[Doomed], moment: str) -> tuple[list[Doomed], list[str]]:
    """What can be deleted now, and what is said of people who cannot yet: a layer that is taken out names them until its
    end has passed, which is at the next whole minute, and PagerDuty refuses the delete until then."""
    if not doomed:
        return [], []
    gone = frozenset(each.ref for each in doomed)
    after = [fields for _, fields in paired.after(gone)]
    lasting = {ref for fields in after for ref in _layer_users(fields, waiting=False)}
    waiting = {ref for fields in after for ref in _layer_users(fields)} - lasting
    ending = {ref for _, fields in paired.lingering(gone, moment) for ref in _layer_users(fields)} - lasting
    notes = [
        f"{each.address} ({each.live.name!r}) stays until the layers that name this person have ended, "
        f"{'at the next hand-off' if each.ref in waiting else 'in a minute or so'}; a plan after that deletes it"
        for each in doomed
        if each.ref in ending
    ]
    return [each for each in doomed if each.ref not in ending], notes


def _layer_users(fields: Fields, *, waiting: bool = True) -> Iterator[Ref]:
    """Who has turns; not `waiting`: without layers that run on to their hand-off only."""
    for layer in fields.get("schedule_layers") or ():
        if waiting or not waits_for_hand_off(layer):
            yield from (user for user in layer.get("users", ()) if user is not None)


def suggest_moves(
    paired: PairedAccount, changes: Mapping[str, Change], orphans: Sequence[LiveObject]
) -> dict[str, Change]:
    """The changes, with a note where a create looks like an orphan under a new key."""
    found = dict(changes)
    for address, change in changes.items():
        if change.operation is not Operation.CREATE:
            continue
        fields = paired.pairs[address].fields
        for live in orphans:
            held = paired.others[Ref(live.kind, "id", live.id)][1]
            alike = live.kind == change.kind and (
                live.name.casefold() == change.name.casefold()
                or (len(fields) > 1 and all(held.get(n) == value for n, value in fields.items() if n != "name"))
            )
            if alike and live.marker is not None:
                note = (
                    f"looks like {render_address(live.kind, live.marker.key)} ({live.id}) under a new key: to keep that object, "
                    f"write 'lifecycle: {{moved_from: {live.marker.key}}}'"
                )
                found[address] = replace(change, notes=(*change.notes, note))
                break
    return found


def draft_deletes(
    paired: PairedAccount, doomed: Sequence[Doomed], changes: Mapping[str, Change]
) -> Iterator[tuple[str, Change]]:
    """The deletes, each with a note where another manifest makes a new object of the same name."""
    if not doomed:
        return
    passing = compute_implied_members(paired.during())
    made = {
        (change.kind, change.name.casefold()): change.address
        for change in changes.values()
        if change.operation is Operation.CREATE
    }
    for each in doomed:
        change = _draft_delete(each, paired, passing)
        again = made.get((each.live.kind, each.live.name.casefold()))
        if again is not None:
            key = Address.parse(change.address).key
            note = f"{again} makes a new object of this name: to keep this one, write 'moved_from: {key}' there"
            change = replace(change, notes=(*change.notes, note))
        yield change.address, change


def _draft_delete(each: Doomed, paired: PairedAccount, passing: ImpliedMembers) -> Change:
    """Every child list that was read counts: what somebody added since would go with the object. `passing` are
    memberships that PagerDuty may make while the plan is applied."""
    live = each.live
    users = passing.get(each.ref, {})
    lists = normal_lists(BY_SLUG[live.kind], live, paired.resolver)
    without = frozenset(child.id for child in lists.get("members", ()) if child.value["user"] in users)
    return Change(
        address=each.address,
        kind=live.kind,
        operation=Operation.DELETE,
        name=live.name,
        id=live.id,
        source=each.source,
        url=live.url,
        before=what_was_approved(live, paired.others[each.ref][1], lists),
        digest=live.digest(live.children, without),
        child_lists=tuple(sorted(live.children)),
        implied=tuple(sorted(users)) if "members" in live.children else (),
        blockers=each.blockers,
        notes=tuple(_notes(live)),
    )


def _notes(live: LiveObject) -> Iterator[str]:
    for name, items in live.children.items():
        declared = BY_SLUG[live.kind].child(name)
        if items and declared is not None and declared.loses:
            noun = name.replace("_", " ")
            if len(items) == 1:
                yield f"1 {noun.rstrip('s')} goes with it: its {declared.loses} stops working"
            else:
                yield f"{len(items)} {noun} go with it: their {declared.loses}s stop working"
