"""Items that the manifest no longer lists: those that go, and those that stay. Pure.

Terms. An item is *dropped* if the record in the ownership line holds it and the manifest does not list it any more. In an exclusive
list that the manifest names nothing is left to decide: what is not listed goes. Otherwise a dropped item goes only if pdsync added it
and it is unchanged, and the mode of its list is what it was: from an exclusive list that no manifest names any more, and from an
additive list where pruning is ``owned``. Any other dropped item stays, and the plan says why.

A *dropped member* is a part of an item, such as the role of a team's member, that the manifest named and no longer names, while it
still lists the item. No default is known about those, so the live value stays, and the plan names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pdsync.model import Canonical, ChildList, LiveChild, Ref
from pdsync.model.child import without_number
from pdsync.model.last_applied import AppliedItem, AppliedList, key_hash, keys_hash
from pdsync.plan.change import ChildChange, ChildOperation, Unmanaged
from pdsync.plan.diff.last_applied import item_hash
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.duplicate import group_by_key
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.removed_field import EDITED, IGNORED, KEEP, NO_DEFAULT, OLDER

UNCLEAR = "it may be an item that pdsync added and that was edited since"
UNCLEAR_PERSON = "this may be a person whom pdsync added and whose address changed since"
NOT_ON_RECORD = "the record does not list its items"
HOW_TO_REMOVE = "apply this plan with prune 'owned' to remove it: later plans do not name it"
"""The record forgets the item when the plan is applied, so no later plan can remove it."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What happens to the dropped items of one object."""

    removals: tuple[ChildChange, ...] = ()
    stays: tuple[Unmanaged, ...] = ()

    def including(self, removals: Sequence[ChildChange]) -> Dropped:
        """The same, where these items go for another reason."""
        going = {removal.id for removal in removals}
        paths = {_path(removal.list_name, removal.label) for removal in removals}
        return Dropped(
            (*(removal for removal in self.removals if removal.id not in going), *removals),
            tuple(it for it in self.stays if it.path not in paths),
        )


NOTHING_DROPPED = Dropped()


def find_dropped_items(
    pair: Pair, options: PlanOptions, implied: frozenset[Ref], gone: frozenset[Ref] = frozenset()
) -> Dropped:
    """What happens to the dropped items. `implied` are the members that PagerDuty adds by itself. An item that refers to one of the
    `gone`, which the plan deletes, does not stay: PagerDuty removes it with that object."""
    found = [_List(pair, declared, options, implied).judge() for declared in pair.kind.children]
    going = {
        _path(declared.name, declared.label_of(item.value))
        for declared in pair.kind.children
        for item in pair.children_before.get(declared.name, ())
        if gone and not gone.isdisjoint(declared.item.refs_in(item.value))
    }
    return Dropped(
        tuple(removal for each in found for removal in each.removals),
        tuple(it for each in found for it in each.stays if it.path not in going),
    )


class _List:
    """One child list of a pair."""

    def __init__(self, pair: Pair, declared: ChildList, options: PlanOptions, implied: frozenset[Ref]) -> None:
        self._pair, self._declared, self._options = pair, declared, options
        self._name = declared.name
        self._is_named = self._name in pair.resource.children
        keys = {declared.key_of({declared.identified_by: it}) for it in implied}
        self._implied = keys if declared is pair.kind.membership else set()

    def judge(self) -> Dropped:
        """What happens to its items."""
        applied = self._pair.last.of_list(self._name) if self._pair.last else None
        if self._name in self._pair.unread:
            return Dropped()  # the change is stopped for that
        if applied is None:
            is_known = not self._is_named and self._pair.last_v1 is not None and self._pair.last_v1.has(self._name)
            return self._stay(OLDER) if is_known else Dropped()
        if self._name in self._pair.resource.lifecycle.ignore:
            return self._stay(IGNORED)
        is_exclusive = self._is_named and self._pair.resource.modes.get(self._name) == "exclusive"
        if applied.items is None or self._name not in self._pair.children_before:
            if not self._is_named:
                return self._stay(NOT_ON_RECORD)
            return Dropped() if is_exclusive else self._unrecorded(applied)
        on_record = {item.key: item for item in applied.items}
        if self._declared.hosted is not None:
            return self._judge_hosted(applied, on_record, is_exclusive=is_exclusive)
        return self._judge_items(applied, on_record, is_exclusive=is_exclusive)

    def _judge_hosted(
        self, applied: AppliedList, on_record: Mapping[str, AppliedItem], *, is_exclusive: bool
    ) -> Dropped:
        """In a list that another host keeps, only the places that manifests or pdsync.yaml name are read. An item on record that is in none
        of them may be in another."""
        hosted, listed = self._declared.hosted, self._pair.children.get(self._name, ())
        assert hosted is not None
        held = (child.value for child in self._pair.children_before[self._name])
        known = {found.key for value in (*listed, *held) if (found := self._recorded(on_record, value)[0])}
        judged = self._judge_items(applied, on_record, is_exclusive=is_exclusive)
        if on_record.keys() <= known:
            return judged
        why = (
            f"an item that pdsync wrote may be in a {hosted.place} that no manifest names now. To remove it, write "
            f"'{self._name}: {{{hosted.place}: ...}}' into pdsync.yaml before you apply this plan: later plans do not name it"
        )
        return Dropped(judged.removals, (*judged.stays, Unmanaged(_path(self._name, "not found"), None, why)))

    def _judge_items(
        self, applied: AppliedList, on_record: Mapping[str, AppliedItem], *, is_exclusive: bool
    ) -> Dropped:
        removals, stays = [], list(self._dropped_members(on_record))
        if is_exclusive:
            return Dropped(stays=tuple(stays))
        for item, alike in self._dropped(on_record):
            why = self._why_it_stays(applied, item, alike)
            label, value = self._declared.label_of(alike[0].value), alike[0].value
            if why:
                stays.append(Unmanaged(_path(self._name, label), None, why))
            else:
                key = self._declared.key_of(value)
                removals.append(
                    ChildChange(self._name, ChildOperation.REMOVE, label, key, value, alike[0].id, is_dropped=True)
                )
        return Dropped(tuple(removals), (*stays, *self._unclear(on_record)))

    def _stay(self, why: str) -> Dropped:
        return Dropped(stays=(Unmanaged(self._name, None, why),))

    def _unrecorded(self, applied: AppliedList) -> Dropped:
        """In an additive list whose items are not on record, all items that are not listed are named, if the listed items are not those
        that were applied."""
        declared = self._declared
        listed = {
            declared.key_of(item): key_hash(declared.key_of(declared.item.map_refs(item, self._pair.refs.of_item)))
            for item in self._pair.children[self._name]
        }
        held = {declared.key_of(child.value) for child in self._pair.children_before.get(self._name, ())}
        there = keys_hash(hashed for key, hashed in listed.items() if key in held)
        if held <= listed.keys() or applied.value in (there, keys_hash(listed.values())):
            return Dropped()
        return Dropped(stays=(Unmanaged(_path(self._name, "not listed"), None, NOT_ON_RECORD),))

    def _unclear(self, on_record: Mapping[str, AppliedItem]) -> Iterator[Unmanaged]:
        """Where an item that pdsync added is neither listed nor found: the items that it may have become, by another name."""
        declared = self._declared
        listed = {declared.key_of(item): item for item in self._pair.children.get(self._name, ())}
        live = {declared.key_of(child.value): child.value for child in self._pair.children_before[self._name]}
        known = {
            found.key for value in (*listed.values(), *live.values()) if (found := self._recorded(on_record, value)[0])
        }
        if all(item.key in known for item in on_record.values() if item.is_added):
            return
        why = UNCLEAR_PERSON if declared is self._pair.kind.membership else UNCLEAR
        for key, value in live.items():
            if key not in listed and key not in self._implied and self._recorded(on_record, value)[0] is None:
                yield Unmanaged(_path(self._name, declared.label_of(value)), None, why)

    def _dropped_members(self, on_record: Mapping[str, AppliedItem]) -> Iterator[Unmanaged]:
        """The members of listed items that are on record, that the manifest does not name now, and that have a value."""
        declared = self._declared
        now = group_by_key(declared, self._pair.children_before[self._name])
        for item in self._pair.children.get(self._name, ()):
            was, alike = self._recorded(on_record, item)[0], now.get(declared.key_of(item), ())
            if was is None or len(alike) != 1:
                continue
            for at, name in enumerate(declared.beside_key):
                if was.members >> at & 1 and name not in item and alike[0].value.get(name):
                    why = KEEP if self._options.removed_fields == "keep" else NO_DEFAULT
                    yield Unmanaged(f"{_path(self._name, declared.label_of(alike[0].value))}.{name}", None, why)

    def _dropped(self, on_record: Mapping[str, AppliedItem]) -> Iterator[tuple[AppliedItem, Sequence[LiveChild]]]:
        """The dropped items that the account still holds, each with the live ones of its key."""
        declared = self._declared
        listed = {declared.key_of(item) for item in self._pair.children.get(self._name, ())}
        for key, alike in group_by_key(declared, self._pair.children_before[self._name]).items():
            item, _ = self._recorded(on_record, alike[0].value)
            if item is not None and key not in listed:
                yield item, alike

    def _recorded(
        self, on_record: Mapping[str, AppliedItem], value: Mapping[str, Canonical]
    ) -> tuple[AppliedItem | None, Mapping[str, Canonical]]:
        """An item on record, by what it is called now or was called before this plan; and the value with those references."""
        value = mapped = without_number(value)
        for refs in (self._pair.refs.of_item, self._pair.refs.was_item):
            mapped = self._declared.item.map_refs(value, refs)
            found = on_record.get(key_hash(self._declared.key_of(mapped)))
            if found is not None:
                return found, mapped
        return None, mapped

    def _why_it_stays(self, applied: AppliedList, item: AppliedItem, alike: Sequence[LiveChild]) -> str:
        """Empty where the item goes."""
        declared, mode = self._declared, self._options.prune_mode(self._pair.kind.slug)
        _, live = self._recorded({item.key: item}, alike[0].value)
        reasons = (
            (self._is_named and applied.is_exclusive, f"{self._name}_mode is additive now"),
            (not item.is_added, "pdsync did not add it"),
            (len(alike) > 1, "more than one item has its key"),
            (item_hash(declared, live, item.members) != item.value, EDITED),
            (declared.lasting(alike[0].value), f"pdsync never removes it: {declared.lasting_because}"),
            (declared.key_of(alike[0].value) in self._implied, "PagerDuty adds it by itself"),
            (self._options.removed_fields == "keep", KEEP),
            (not applied.is_exclusive and mode != "owned", f"prune is {mode!r}; {HOW_TO_REMOVE}"),
        )
        return next((why for applies, why in reasons if applies), "")


def _path(list_name: str, label: str) -> str:
    return f"{list_name}[{label}]"
