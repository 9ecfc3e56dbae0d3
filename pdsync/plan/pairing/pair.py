"""A manifest and its live object side by side, in the same words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING

from pdsync.model import Fields, Kind, LiveChild, LiveObject, Ref, Resource
from pdsync.model.kind import ChildItems
from pdsync.model.last_applied import LastApplied
from pdsync.model.last_applied_v1 import RecordV1
from pdsync.oncall.hand_off import HandOff
from pdsync.plan.pairing.removed_field import NOTHING_REMOVED, Removed, find_removed_fields
from pdsync.plan.pairing.resolver import RecordedRefs, Resolver

if TYPE_CHECKING:  # most plans have no shared field
    from pdsync.plan.pairing.shared_field import Undeclared


@dataclass
class Pair:
    """One resource, ready to be compared. References are resolved and what is past is left out on both sides.

    Nothing of it is changed once it is made: `ref`, `after` and the keys of items are computed once.
    """

    resource: Resource
    kind: Kind
    live: LiveObject | None
    fields: Fields
    children: ChildItems
    refs: RecordedRefs
    """References as the record of what was last applied holds them."""
    written: Fields = field(default_factory=dict)
    """The fields as the manifest says them, what is past included."""
    before: Fields = field(default_factory=dict)
    held: Fields = field(default_factory=dict)
    """The live fields before anything was made comparable but their references and what is past."""
    children_before: dict[str, tuple[LiveChild, ...]] = field(default_factory=dict)
    hand_off: HandOff | None = None
    """How the person on call stays until the next hand-off, where that takes more than writing the fields."""
    undeclared: Mapping[str, Undeclared] = field(default_factory=dict)
    """What shared fields hold besides what manifests declare. `fields` has what stays."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Why child lists are unknown that the manifest names or the record has, by name. `children` lacks them."""
    last: LastApplied | None = None
    """What was last applied; None where that is not known."""
    last_v1: RecordV1 | None = None
    """The same as an older version of pdsync recorded it."""
    removed: Removed = field(init=False)
    """What happens to fields that the manifest no longer names. `fields` holds those that are reset."""
    keeps_removed: InitVar[bool] = False

    ref: Ref = field(init=False)
    """How other objects refer to it."""
    after: Fields = field(init=False)
    """All fields as they will be after the plan."""
    _keys: dict[str, list[str]] = field(init=False, default_factory=dict)

    def __post_init__(self, keeps_removed: bool) -> None:
        self.ref = Ref(self.resource.kind, "key", self.resource.key)
        self.removed = NOTHING_REMOVED
        if self.has_record:
            self.removed = find_removed_fields(self, self.refs.was_field, keep=keeps_removed)
            self.fields = {**self.fields, **self.removed.resets}
        self.after = {**self.before, **self.fields} if self.before else self.fields

    def keys_of(self, name: str) -> Sequence[str]:
        """The natural keys of the items of a child list that the manifest names. They are asked for several times, and come once."""
        keys = self._keys.get(name)
        if keys is None:
            declared = self.kind.child(name)
            assert declared is not None
            keys = self._keys[name] = [declared.key_of(item) for item in self.children[name]]
        return keys

    @property
    def has_record(self) -> bool:
        """Whether it is known what was last applied to the object."""
        return bool(self.last or self.last_v1)


def normal_lists(kind: Kind, live: LiveObject, resolver: Resolver) -> dict[str, tuple[LiveChild, ...]]:
    """The child lists of a live object with their references in normal form."""
    children = {}
    for name, items in live.children.items():
        declared = kind.child(name)
        if declared is not None:
            mapped = [LiveChild(item.id, declared.item.map_refs(item.value, resolver.live)) for item in items]
            children[name] = tuple(sorted(mapped, key=lambda child: (declared.key_of(child.value), child.id)))
    return children
