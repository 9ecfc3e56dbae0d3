"""A change: what will be done to one object, complete enough to be saved, reviewed and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, UnsetType, field

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Canonical, Ref
from pdsync.model.fact import HandedOutFact
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.json_form import VALUE, Digest, Form, Values, says
from pdsync.plan.reassignment import Reassignment

MARKER_BEFORE = "$marker"
"""The name under which `Change.before` holds the ownership line."""


class Operation(StrEnum):
    """What a change does."""

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    """Takes over an existing object: writes the ownership line and everything else that differs."""
    DELETE = "delete"
    RELEASE = "release"
    """Removes the ownership line, and changes nothing else."""
    INTERIM = "interim"
    """Frees a name temporarily, because two objects swap names."""
    REPLACE = "replace"
    """Creates an object in place of another one, because PagerDuty allows no change of a field. What refers to the other one is
    led to the new one by updates of its own, and `RETIRE` ends it."""
    RETIRE = "retire"
    """Deletes the object that was replaced, last of all."""


MAKES = frozenset({Operation.CREATE, Operation.REPLACE})
"""The operations that make an object."""
ENDS = frozenset({Operation.DELETE, Operation.RETIRE})
"""The operations that delete one."""
WRITES = MAKES | {Operation.UPDATE, Operation.ADOPT}
"""The operations that write what a manifest says."""
PARTS = frozenset({Operation.INTERIM, Operation.RETIRE})
"""The operations that are steps of another change, of which people read in its entry."""


class ChildOperation(StrEnum):
    """What is done to one item of a child list."""

    ADD = "add"
    UPDATE = "update"
    REMOVE = "remove"


_Origin = Annotated[Origin | None, says("Where the difference comes from, for a managed object; null if unknown.")]


def field_at(path: str) -> str:
    """The field or list that a path such as ``schedule_layers[Nights].users`` leads into."""
    return path.partition("[")[0].partition(".")[0].partition(" ")[0]


class Delta(Form, frozen=True, gc=False):
    """One difference of a field."""

    path: Annotated[str, says("Where, such as escalation_rules[0].targets.")]
    before: Annotated[Canonical, says(f"The live value. {VALUE}")]
    after: Annotated[Canonical, says(f"The desired value. {VALUE}")]
    origin: _Origin = None
    is_reset: Annotated[
        bool, says("Whether the manifest no longer names the field, so that it returns to PagerDuty's default.")
    ] = False

    @property
    def field(self) -> str:
        """The field that a path such as ``schedule_layers[Nights].users`` leads into."""
        return field_at(self.path)


class ChildChange(Form, frozen=True, rename={"list_name": "list"}):
    """A change of one item of a child list."""

    list_name: Annotated[str, says("The list, such as contact_methods.")]
    operation: Annotated[ChildOperation, says("What happens to the item.")]
    label: Annotated[str, says("The item's name, for people to read.")]
    key: Annotated[str, says("What distinguishes the item from the others in its list.")]
    values: Annotated[Values, says(f"The members that the request holds. {VALUE}")]
    id: Annotated[str | None, says("The PagerDuty id of the item; null for an item that is added.")] = None
    deltas: Annotated[tuple[Delta, ...], says("What is different, for an update.")] = ()
    origin: _Origin = None
    is_dropped: Annotated[
        bool, says("Whether the item goes because pdsync added it and the manifest no longer lists it.")
    ] = False


class Unmanaged(Form, frozen=True):
    """Something that the manifest no longer names, and that stays as it is."""

    path: Annotated[str, says("The field, the list, or the item of a list, such as integrations[Datadog].")]
    live: Annotated[Canonical, says(f"The live value of a field. {VALUE}")]
    why: Annotated[str, says("Why it stays.")]


class ShownClock(Form, frozen=True):
    """The clock on which people read the times of an object that has no time zone of its own."""

    time_zone: Annotated[str, says("The time zone in which the manifest says the times.")]
    rule: Annotated[str, says("The series that the object belongs to, in words; empty if there is none.")] = ""


class Change(Form, frozen=True):
    """What will be done to one object, and what must hold before it is done."""

    address: Annotated[
        str, says("The manifest, as kind/name; for an object without a manifest, the address in its ownership line.")
    ]
    kind: Annotated[str, says("The kind of object.", enum=[kind.slug for kind in KINDS])]
    operation: Annotated[Operation, says("The operation.")]
    name: Annotated[str, says("The name in PagerDuty.")]
    id: Annotated[str | None, says("The PagerDuty id; null for an object that is created.")] = None
    source: Annotated[str | None, says("file:line of the manifest; null if there is none.")] = None
    url: Annotated[str | None, says("The web page of the object in PagerDuty.")] = None
    deltas: Annotated[tuple[Delta, ...], says("The fields that change; for a create, all fields that are set.")] = ()
    children: Annotated[tuple[ChildChange, ...], says("The items of child lists that change.")] = ()
    values: Annotated[Values, says(f"The fields that the request holds. {VALUE}")] = field(default_factory=dict)
    # The server refuses some fields in the request that creates the object.
    followup: Annotated[Values, says("Fields that a second request sets after a create.")] = field(default_factory=dict)
    marker: Annotated[str | None, says("The ownership line, the last line of the description.")] = None
    before: Annotated[Values, says("The live object at the time of the plan, with the child lists that were read.")] = (
        field(default_factory=dict)
    )
    digest: Annotated[
        Digest | None, says("The digest of the live object at the time of the plan; null for a create.")
    ] = None
    child_lists: Annotated[tuple[str, ...], says("Child lists that were read in full. They count in the digest.")] = ()
    documents: Annotated[
        tuple[str, ...],
        says("Fields with requests of their own that are written, or go with the object. They count in the digest."),
    ] = ()
    exclusive: Annotated[tuple[str, ...], says("Child lists from which everything that is not listed is removed.")] = ()
    implied: Annotated[
        tuple[Ref, ...], says("Members that PagerDuty adds by itself. They do not count in the digest, and stay.")
    ] = ()
    reassign: Annotated[
        Reassignment | None, says("Open incidents that are reassigned before the delete; null if there are none.")
    ] = None
    at_once: Annotated[
        bool | UnsetType,
        says("True if people on call may change at once, and not only at the next hand-off; else left out."),
    ] = UNSET
    waits_for: Annotated[tuple[str, ...], says("Addresses of changes that must succeed before this one.")] = ()
    completes_after: Annotated[
        tuple[str, ...] | UnsetType,
        says(
            "Addresses of changes that wait for this create and that its child lists or documents refer to. It makes its object, and writes "
            "these once those changes have ended. Left out where there are none."
        ),
    ] = UNSET
    blockers: Annotated[
        tuple[str, ...],
        says(
            "Why this change cannot be applied. If there is any, no part of the plan is applied, unless 'alone' is true."
        ),
    ] = ()
    alone: Annotated[
        bool, says("True if the blockers stop only this change and the changes that wait for it; the rest is applied.")
    ] = False
    notes: Annotated[tuple[str, ...], says("What a reviewer should know.")] = ()
    afterwards: Annotated[
        tuple[str, ...],
        says("Notes that the result repeats: how the account will differ from the manifest after this change."),
    ] = ()
    defaults: Annotated[
        Mapping[str, str] | UnsetType,
        says(
            "Where the values come from that the manifest has from Defaults: file:line, by field or child list. Only of those that change; "
            "left out where there are none."
        ),
    ] = UNSET
    unmanaged: Annotated[
        tuple[Unmanaged, ...],
        says("What the manifest no longer names and pdsync no longer manages. It stays as it is."),
    ] = ()
    clock: Annotated[
        ShownClock | UnsetType,
        says("The clock of the times in the manifest, for an object that has no time zone; left out for all others."),
    ] = UNSET

    replaces: Annotated[
        str | UnsetType,
        says("The PagerDuty id of the object in whose place this one is created; only of the operation 'replace'."),
    ] = UNSET
    because: Annotated[
        tuple[str, ...] | UnsetType,
        says(
            "Why the object is replaced: the fields that PagerDuty allows no change of, or another reason in words; only of 'replace'."
        ),
    ] = UNSET
    loses: Annotated[
        tuple[str, ...] | UnsetType,
        says("What is lost with the object that is replaced; only of 'replace'."),
    ] = UNSET

    @property
    def makes(self) -> bool:
        """True where it makes an object: a create, or the first step of a replacement."""
        return self.operation in MAKES

    @property
    def ends(self) -> bool:
        """True where it deletes an object: a delete, or the last step of a replacement."""
        return self.operation in ENDS

    @property
    def rest_waits_for(self) -> tuple[str, ...]:
        """What must have ended before it writes the rest of a new object."""
        return self.completes_after or ()

    @property
    def read_apart(self) -> tuple[str, ...]:
        """The child lists and documents that are read again just before the change is written."""
        return (*self.child_lists, *self.documents)

    @property
    def hands_out(self) -> HandedOutFact | None:
        """The secret that PagerDuty makes with the object and shows once; None where the change makes no such object."""
        fact = BY_SLUG[self.kind].facts.hands_out
        makes = self.makes and fact is not None and fact.applies(self.values)
        return fact if makes else None

    @property
    def is_renewal(self) -> bool:
        """True where only the record in the ownership line is written, and there are no notes."""
        return self.operation is Operation.UPDATE and not (self.deltas or self.children or self.unmanaged)
