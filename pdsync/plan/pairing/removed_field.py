"""Fields that the manifest no longer names: those that return to PagerDuty's default, and those that stay. Pure.

Terms. A field is *removed* if the record in the ownership line holds it and the manifest does not name it any more. It is *reset* if
pdsync wrote its value, if the account still has that value, and if PagerDuty's default is known. Any other removed field stays, and
the plan says why: pdsync takes back its own writes and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from pdsync.model import Canonical, Field, Fields, Kind, Ref, Resource
from pdsync.model.codec.plain import MISSING
from pdsync.model.last_applied import AppliedField, LastApplied, value_hash
from pdsync.model.last_applied_v1 import RecordV1
from pdsync.plan.change import Unmanaged
from pdsync.plan.pairing.open_field import is_as_applied, reset_parts

KEEP = "removed_fields is 'keep'"
IGNORED = "lifecycle.ignore names it"
OLDER = "an older version of pdsync wrote the ownership line, which does not say who set this"
NO_DEFAULT = "PagerDuty's default is unknown"
EDITED = "it was edited since pdsync wrote it"
FOUND = "it was there before pdsync managed it"
REFUSED = "PagerDuty refuses to show it"


class Before(Protocol):
    """What is known about an object that exists: its manifest, what was last applied to it, and what the account holds."""

    resource: Resource
    kind: Kind
    before: Fields
    last: LastApplied | None
    last_v1: RecordV1 | None


@dataclass(frozen=True, slots=True)
class Removed:
    """What happens to the removed fields of one object."""

    resets: Mapping[str, Canonical]
    """The defaults that fields return to."""
    stays: tuple[Unmanaged, ...] = ()
    """What stays as it is."""


NOTHING_REMOVED = Removed({})


def find_removed_fields(held: Before, recorded: Callable[[Ref], Ref], *, keep: bool) -> Removed:
    """What happens to the removed fields. `recorded` gives a reference as records hold it, `keep` says that nothing is reset."""
    why = {declared.name: reason for declared, reason in _judge(held, recorded, keep=keep)}
    while True:
        resets = {name for name, reason in why.items() if not reason}
        bound = {name: beside for name in resets if (beside := _staying_companion(held, name, resets))}
        if not bound:
            break
        why |= {name: f"{beside} stays, and PagerDuty accepts the two only together" for name, beside in bound.items()}
    defaults = {declared.name: _default_of(declared, held) for declared in held.kind.fields}
    stays = tuple(Unmanaged(name, held.before.get(name), reason) for name, reason in why.items() if reason)
    return Removed({name: defaults[name] for name in why if name in resets}, stays)


def _default_of(declared: Field, held: Before) -> Canonical:
    codec = declared.open
    if codec is not None and codec.PART_DEFAULT is not MISSING:
        return reset_parts(declared.name, codec, held.before.get(declared.name), held.last)
    return declared.default


def _judge(held: Before, recorded: Callable[[Ref], Ref], *, keep: bool) -> Iterator[tuple[Field, str]]:
    """The removed fields whose value is not the default, each with why it stays; empty where it does not."""
    stable = held.kind.passing.stabilise(held.before)
    for declared in held.kind.fields:
        name = declared.name
        ignored = name in held.resource.lifecycle.ignore
        if name in held.resource.fields and not ignored:
            continue
        applied = held.last.of_field(name) if held.last else None
        if applied is None and not (held.last_v1 and held.last_v1.has(name)):
            continue
        if ignored:
            yield declared, IGNORED
        elif declared.document is not None and name not in held.before:
            yield declared, REFUSED
        elif not declared.is_default(held.before.get(name)):
            value = declared.codec.map_refs(stable.get(name), recorded)
            yield declared, KEEP if keep else _why_it_stays(declared, applied, held.last, value)


def _why_it_stays(declared: Field, applied: AppliedField | None, last: LastApplied | None, live: Canonical) -> str:
    if applied is None:
        return OLDER
    if not applied.is_written:
        return FOUND
    if not declared.has_default:
        return NO_DEFAULT
    codec = declared.open
    if codec is not None:
        return "" if is_as_applied(declared.name, codec, last, live, trusts_hidden=True) else EDITED
    return "" if applied.stable == value_hash(live) else EDITED


def _staying_companion(held: Before, name: str, resets: set[str]) -> str:
    """A field that PagerDuty takes only together with this one, and that no one resets: without it this one cannot change alone."""
    declared = held.kind.field(name)
    for beside in declared.sent_with if declared is not None else ():
        other = held.kind.field(beside)
        is_settled = other is None or beside in held.resource.fields or other.is_default(held.before.get(beside))
        if beside != name and beside not in resets and not is_settled:
            return beside
    return ""
