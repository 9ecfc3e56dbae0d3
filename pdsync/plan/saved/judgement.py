"""Whether a change may still be written: valid, already done, or in conflict. Pure.

This is the one place that decides it. A saved plan is judged as a whole before anything is written (`staleness.py`), and each
change once more by `pdsync.apply`, with the object that was read just before its write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Kind, LiveChild, LiveObject, Marker, Ref, split_marker
from pdsync.model.account import identity_of
from pdsync.model.codec.open import agree
from pdsync.model.field import mirrored_fields
from pdsync.model.last_applied import parse_last_applied, same_but_for
from pdsync.model.name import fold_name
from pdsync.plan.change import Change, ChildChange, ChildOperation, Operation
from pdsync.plan.pairing.open_field import SEALS

Normal = Callable[[Ref], Ref]
"""Gives the normal form of a reference found in the account: by key where a manifest manages the target."""


@dataclass(frozen=True, slots=True)
class View:
    """How the account is read in the words of the plan, at one moment."""

    to_normal: Normal
    id_of: Callable[[Ref], str | None]
    """The id that a reference leads to."""
    moment: str


class Verdict(StrEnum):
    """Whether a change may still be written."""

    VALID = "valid"
    """The object is unchanged since the plan."""
    ALREADY = "already"
    """The object already has what the change would write."""
    CONFLICT = "conflict"
    """The object was changed since the plan, and a write would overwrite that change unseen."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and for a conflict what is in the way."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Live objects where a create would put one, sorted by id."""

    ours: tuple[LiveObject, ...] = ()
    """The objects that carry the ownership line of the change, or that have its identity where the kind has no line."""
    same_name: tuple[LiveObject, ...] = ()
    """Others of the same name."""

    def ids(self) -> str:
        """The ids of ours, for a message."""
        return ids_of(self.ours)


def judge_existing(change: Change, live: LiveObject | None, view: View, digest: str | None) -> Judgement:
    """A change of an object that was there when it was planned. `digest` is of the object as the plan saw it."""
    if live is None:
        if change.ends:
            return Judgement(Verdict.ALREADY)
        return Judgement(Verdict.CONFLICT, f"{change.id} was deleted since it was planned")
    if digest_for(change, live, view.id_of) == digest and not _is_mirror_moved(change, live, view):
        passed = _find_passed(change, live, view)
        if passed:
            return Judgement(Verdict.CONFLICT, f"the {passed} of {change.id} has passed since it was planned")
        return Judgement(Verdict.VALID)
    if is_done(change, live, view):
        return Judgement(Verdict.ALREADY)
    return Judgement(Verdict.CONFLICT, f"{change.id} was changed since it was planned")


def _find_passed(change: Change, live: LiveObject, view: View) -> str:
    """The field that the change is about and that has become past since the plan: a delete would end now what it was to prevent."""
    kind = BY_SLUG[change.kind]
    past = live.fields.keys() - kind.passing.settle(dict(live.fields), view.moment).keys()
    about = change.before if change.ends else {delta.field for delta in change.deltas}
    return next((name.replace("_", " ") for name in sorted(past) if name in about and name in change.before), "")


def _is_mirror_moved(change: Change, live: LiveObject, view: View) -> bool:
    """Whether a field that the change writes, and that another object's write changes too, is not as it was planned against."""
    kind = BY_SLUG[change.kind]
    names = mirrored_fields(kind.fields) & {*change.values, *change.followup}
    held = kind.map_fields({name: live.fields.get(name) for name in names}, view.to_normal)
    moved = [name for name in names if held[name] != change.before.get(name)]
    return any(not _is_moved_by_plan(change, kind, name, held[name]) for name in moved)


def _is_moved_by_plan(change: Change, kind: Kind, name: str, held: Canonical) -> bool:
    """Whether all that moved in a field are parts that the change writes, and that the changes before it have moved: an option of a custom
    field that gets another text takes the values along, and one that goes takes them away."""
    document = kind.fields_by_name[name].document
    if document is None:
        return False
    before, wanted, now = (side or {} for side in (change.before.get(name), change.values.get(name), held))
    moved = [part for part in {*before, *wanted, *now} if now.get(part) != before.get(part)]
    is_later = any(other.startswith(f"{document.parts_of}/") for other in change.waits_for)
    return not moved or (
        is_later
        and all(wanted.get(part) != before.get(part) and now.get(part) in (wanted.get(part), None) for part in moved)
    )


def judge_create(change: Change, found: Found, view: View, freed: frozenset[str]) -> Judgement:
    """A create. `freed` holds ids of objects whose name the plan itself frees."""
    if len(found.ours) > 1:
        what = (
            f"has the {BY_SLUG[change.kind].identity_noun}" if change.marker is None else "carries the ownership line"
        )
        return Judgement(Verdict.CONFLICT, f"more than one object {what} of this manifest: {found.ids()}")
    if found.ours:
        if is_done(change, found.ours[0], view):
            return Judgement(Verdict.ALREADY)
        return Judgement(
            Verdict.CONFLICT, f"it was created in the meantime, as {found.ids()}, and differs from the plan"
        )
    in_the_way = [live for live in found.same_name if live.id not in freed]
    if in_the_way:
        return Judgement(Verdict.CONFLICT, f"the name {change.name!r} is taken by {ids_of(in_the_way)}")
    return Judgement(Verdict.VALID)


def find_claims(change: Change, objects: Iterable[LiveObject]) -> Found:
    """The objects that a create would duplicate, or would share its name with."""
    ours: dict[str, LiveObject] = {}
    same_name: dict[str, LiveObject] = {}
    for live in objects:
        claim = claim_of(change, live)
        if claim is not None:
            (ours if claim is Claim.OURS else same_name)[live.id] = live
    return Found(*(tuple(group[identity] for identity in sorted(group)) for group in (ours, same_name)))


def in_plan_words(live: LiveObject, view: View) -> LiveObject:
    """A live object as the plan would hold it at this moment: references by key, and without what is past."""
    kind = BY_SLUG[live.kind]
    return replace(live, fields=kind.passing.settle(kind.map_fields(live.fields, view.to_normal), view.moment))


def ids_of(objects: Sequence[LiveObject]) -> str:
    """Their ids, for a message."""
    return ", ".join(sorted(live.id for live in objects))


class Claim(StrEnum):
    """What a live object has to do with a create."""

    OURS = "ours"
    """It carries the ownership line of the change (for kinds without one: it has the identity)."""
    SAME_NAME = "same_name"
    """It has the name, and is not ours."""


def claim_of(change: Change, live: LiveObject) -> Claim | None:
    """Whether a live object is where a create would put one."""
    kind = BY_SLUG[change.kind]
    if kind.marker_line is None:
        wanted = identity_of(kind.identity, change.values)
        return Claim.OURS if wanted is not None and identity_of(kind.identity, live.fields) == wanted else None
    marker = split_marker(change.marker)[1] if change.marker else None
    if live.marker is not None and marker is not None and live.marker.is_same(marker):
        # The object that is replaced has the same line. That of the new one says which one it replaces.
        return Claim.OURS if not change.replaces or _replaces(live.marker) == _replaces(marker) else None
    if kind.label not in kind.identity:
        return None  # a name says nothing about such an object, and may repeat
    return Claim.SAME_NAME if fold_name(live.name) == fold_name(change.name) else None


def _replaces(marker: Marker) -> str:
    record = parse_last_applied(marker)
    return record.replaces if record is not None else ""


def find_differences(
    live: LiveObject, values: Mapping[str, Canonical], normal: Normal, moment: str
) -> dict[str, tuple[Canonical, Canonical]]:
    """(live, wanted) of every field of `values` that the object does not say, judged at `moment`.

    Fields that the answer does not hold are left out: some come only with an include. So are documents that were not read.
    """
    kind = BY_SLUG[live.kind]
    held = kind.passing.settle(kind.map_fields(live.fields, normal), moment)
    wanted = kind.passing.settle(dict(values), moment)
    return {
        name: (held.get(name), wanted[name])
        for name in wanted
        if _is_known(kind, live, name) and not agree(kind.fields_by_name[name].codec, wanted[name], held.get(name))
    }


def _is_known(kind: Kind, live: LiveObject, name: str) -> bool:
    return name in live.fields if name in kind.documents else name in live.raw


def is_shown_or_recorded(change: Change, values: Mapping[str, Canonical], live: LiveObject) -> bool:
    """Whether the object shows all that these values of the change say. What PagerDuty never shows is there if the record in the
    ownership line is the one that went with it."""
    codecs = BY_SLUG[live.kind].open_fields
    if all(codec.shows(values[name], live.fields.get(name)) for name, codec in codecs.items() if name in values):
        return True
    wanted = split_marker(change.marker)[1]
    if wanted is None or live.marker is None:
        return False
    # Seals differ where one run has the key of fingerprints and another has not.
    return same_but_for(wanted, live.marker, SEALS)


def normal_children(live: LiveObject, name: str, normal: Normal) -> tuple[LiveChild, ...]:
    """A child list with its references in normal form."""
    declared = BY_SLUG[live.kind].child(name)
    if declared is None:
        return ()
    return tuple(
        LiveChild(child.id, declared.item.map_refs(child.value, normal)) for child in live.children.get(name, ())
    )


def is_done(change: Change, live: LiveObject, view: View) -> bool:
    """True when the object already says everything that the change would have made it say."""
    if change.ends or change.operation is Operation.INTERIM:
        return False
    if change.operation is Operation.RELEASE:
        return live.marker is None
    wanted = split_marker(change.marker)[1]
    if wanted is not None and not wanted.says_the_same(live.marker):
        return False
    values = {**change.values, **change.followup}
    if find_differences(live, values, view.to_normal, view.moment) or not is_shown_or_recorded(change, values, live):
        return False
    if any(name not in live.fields or live.documents[name].is_on is False for name in change.documents):
        return False
    return all(is_child_done(child, live, view.to_normal) for child in change.children)


def is_child_done(change: ChildChange, live: LiveObject, normal: Normal) -> bool:
    """True when a child list of the object is already as one change would have made it."""
    declared = BY_SLUG[live.kind].child(change.list_name)
    assert declared is not None
    held = normal_children(live, change.list_name, normal)
    if change.operation is ChildOperation.REMOVE:
        return all(child.id != change.id for child in held)
    return any(declared.covers(change.values, child.value) for child in held)


def digest_for(change: Change, live: LiveObject, id_of: Callable[[Ref], str | None]) -> str:
    """The digest of a live object in the way that the plan took it."""
    ids = (id_of(ref) for ref in change.implied)
    uncounted = mirrored_fields(BY_SLUG[change.kind].fields)
    return live.digest(change.read_apart, frozenset(identity for identity in ids if identity), uncounted)
