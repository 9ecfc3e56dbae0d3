"""Looks for a group of creates of one kind: one reading of a collection serves all that wait."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from pdsync.apply.children import ChildWriter
from pdsync.apply.finder import Finder, RowLimit, Swept, TooLongError
from pdsync.apply.look import ClaimLook, Look, NewLook, Sight, Steps, WrittenLook
from pdsync.apply.looker import Looker
from pdsync.apply.reader import Reader, with_lists
from pdsync.apply.wire import Wire
from pdsync.client import Error, HttpServerError, IncompleteListError, NetworkError
from pdsync.client.recovery import LOOK_WAITS_S
from pdsync.kinds import BY_SLUG
from pdsync.model import ChildList, Kind, UnreadableError
from pdsync.plan import Change, ChildChange, ChildOperation

_ROWS_OF_A_PAGE = 95
"""How many new rows a request of a sweep brings."""


@dataclass(slots=True)
class Member:
    """One create of a group."""

    change: Change
    steps: Steps
    look: Look
    """What it waits for, or waited for last."""
    answer: Sight | Exception | None = None
    """What was seen, or the error that ended the look. None where the create has to look on its own."""
    is_begun: bool = False
    """Whether the journal knows about it."""
    is_ended: bool = False
    others: int = 0
    """How many objects of other runs the last look saw."""

    @property
    def is_unwritten(self) -> bool:
        """Whether nothing of it is in the account."""
        return isinstance(self.look, ClaimLook) and self.look.made is None


class Sweeper:
    """Shared by all groups; holds nothing that changes."""

    def __init__(self, wire: Wire, finder: Finder, looker: Looker, reader: Reader) -> None:
        self._wire = wire
        self._finder = finder
        self._reader = reader
        self.alone = looker
        """For creates that look for themselves."""

    def see(self, change: Change, look: Look) -> Sight | None:
        """What needs no reading, or a reading for this create alone. None where it waits for the next sweep."""
        if isinstance(look, ClaimLook):
            return None
        if isinstance(look, NewLook):
            kind = BY_SLUG[change.kind]
            lists = _lists_given(kind, change)
            if not lists:
                # PagerDuty makes none of these by itself: what the answer to the POST does not show is not there.
                nothing = dict.fromkeys(change.child_lists, ())
                return Sight(live=replace(look.made, children={**nothing, **look.made.children}))
            if all(child.read_from == "parent" for child in lists):
                return None  # a list that the sweep does not show is empty: PagerDuty makes none of its items
        if isinstance(look, WrittenLook) and all(_is_shown_in_bulk(change.kind, it) for it in look.children.unshown):
            return None
        return self.alone.see(change, look)

    def sweep(self, slug: str, members: Sequence[Member]) -> bool:
        """Gives each member what it waits for. False where they look on their own from now on, because that costs less.

        Raises nothing that PagerDuty or the network can cause: a member has the error for an answer then.
        """
        written = [member for member in members if isinstance(member.look, WrittenLook)]
        others = [member for member in members if not isinstance(member.look, WrittenLook)]
        for member in members:
            member.answer = None
        with self._wire.at_host_of(slug):
            if written:
                self._look_at_items(slug, written)
            return self._look_at_objects(slug, others) if others else True

    def _look_at_objects(self, slug: str, members: Sequence[Member]) -> bool:
        """False where that costs more than to look for each alone, from the first look on."""
        try:
            swept = self._read(slug, members)
        except TooLongError:
            return not all(member.is_unwritten for member in members)
        except IncompleteListError:
            return True  # each looks for itself this time
        except Exception as error:  # noqa: BLE001 - each create judges it, and raises what it does not know
            for member in members:
                member.answer = error
            return True
        others_go = _do_others_go(members, swept)
        for member in members:
            member.answer = _answer(member, swept, others_go)
        return True

    def _look_at_items(self, slug: str, members: Sequence[Member]) -> None:
        """Answers those whose items are there. The others look for themselves: what they do not find, they look for again."""
        kind = BY_SLUG[slug]
        parents = {_children_of(member).live.id for member in members}
        names = sorted({it.list_name for member in members for it in _children_of(member).unshown})
        try:
            shown = {name: self._read_items(it, parents) for name in names if (it := kind.child(name))}
        except (Error, TooLongError):
            return
        for member in members:
            children = _children_of(member)
            listed = {name: items.get(children.live.id, []) for name, items in shown.items() if items is not None}
            with suppress(UnreadableError):
                live = with_lists(children.live, listed)
                if all(self._reader.is_child_done(it, live) for it in children.unshown):
                    member.answer = Sight(live=live)

    def _read_items(self, declared: ChildList, parents: Collection[str]) -> Mapping[str, list[dict[str, Any]]] | None:
        """The items of these parents, by id of the parent, as far as one listing shows them. None where it does not show whose
        they are. Raises `TooLongError` where it is longer than a reading for each parent."""
        assert declared.in_bulk is not None
        member, rows = declared.in_bulk.parents, RowLimit(len(parents) * _ROWS_OF_A_PAGE)

        def wanted(raw: Mapping[str, Any]) -> bool:
            rows.count(raw)
            held = raw.get(member)
            return not isinstance(held, list) or any(it.get("id") in parents for it in held if isinstance(it, Mapping))

        collection = BY_SLUG[declared.in_bulk.kind].collection
        return declared.items_of(self._wire.dict_all(collection, where=wanted).values())

    def _read(self, slug: str, members: Sequence[Member]) -> Swept:
        changes = [member.change for member in members if isinstance(member.look, ClaimLook)]
        identities = {member.look.made.id for member in members if isinstance(member.look, NewLook)}
        must_be_whole = any(member.look.whole for member in members if isinstance(member.look, ClaimLook))
        most_rows = None if must_be_whole else len(members) * _ROWS_OF_A_PAGE
        self._wire.wait(max(_wait_s_of(member.look) for member in members))
        lost: Error | None = None
        for wait_s in LOOK_WAITS_S:
            self._wire.wait(wait_s)
            try:
                return self._finder.sweep(slug, changes, identities, most_rows=most_rows)
            except (NetworkError, HttpServerError) as error:
                lost = error  # much hangs on this look
        assert lost is not None
        raise lost


def _lists_given(kind: Kind, change: Change) -> list[ChildList]:
    """The lists into which PagerDuty puts items by itself, of those that the change writes and those that their items refer to."""
    given = kind.given(dict(change.values))
    bases = (kind.rests_on(name) for name in change.child_lists)
    needed = {*change.child_lists, *(base.list_name for base in bases if base is not None)}
    return [child for child in kind.children if child.name in needed and given.get(child.name)]


def _is_shown_in_bulk(slug: str, change: ChildChange) -> bool:
    """Whether one listing of all items shows that the change was done."""
    declared = BY_SLUG[slug].child(change.list_name)
    assert declared is not None
    is_kept = change.operation is not ChildOperation.REMOVE
    return declared.in_bulk is not None and is_kept and not declared.names_unshown([change.values])


def _children_of(member: Member) -> ChildWriter:
    assert isinstance(member.look, WrittenLook)
    return member.look.children


def _wait_s_of(look: Look) -> float:
    return look.wait_s if isinstance(look, ClaimLook) else 0.0


def _do_others_go(members: Sequence[Member], swept: Swept) -> bool:
    """Whether there is less of what other runs made than at the last look. Notes how much there is now."""
    before = now = 0
    for member in members:
        if isinstance(member.look, ClaimLook) and member.look.made is not None:
            made, found = member.look.made, swept.found[member.change.address]
            others = sum(live.id != made.id for live in found.ours)
            if member.others:
                before, now = before + member.others, now + others
            member.others = others
    return now < before


def _answer(member: Member, swept: Swept, others_go: bool) -> Sight | None:
    look = member.look
    if isinstance(look, ClaimLook):
        return Sight(swept.found[member.change.address], others_go=others_go)
    live = swept.objects.get(look.made.id) if isinstance(look, NewLook) else None
    return Sight(live=live) if live is not None else None
