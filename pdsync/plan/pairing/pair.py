"""A manifest and its live object side by side, in the same words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from pdsync.model import Fields, Kind, LiveChild, LiveObject, Ref, Resource
from pdsync.model.kind import ChildItems
from pdsync.oncall.hand_off import HandOff
from pdsync.plan.pairing.resolver import Resolver


@dataclass
class Pair:
    """One resource, ready to be compared. References are resolved and what is past is left out on both sides.

    Nothing of it is changed once it is made but `children`: `ref` and `after` are computed once.
    """

    resource: Resource
    kind: Kind
    live: LiveObject | None
    fields: Fields
    children: ChildItems
    written: Fields = field(default_factory=dict)
    """The fields as the manifest says them, what is past included."""
    before: Fields = field(default_factory=dict)
    children_before: dict[str, tuple[LiveChild, ...]] = field(default_factory=dict)
    hand_off: HandOff | None = None
    """How the person on call stays until the next hand-off, where that takes more than writing the fields."""

    ref: Ref = field(init=False)
    """How other objects refer to it."""
    after: Fields = field(init=False)
    """All fields as they will be after the plan."""

    def __post_init__(self) -> None:
        self.ref = Ref(self.resource.kind, "key", self.resource.key)
        self.after = {**self.before, **self.fields}


def normal_lists(kind: Kind, live: LiveObject, resolver: Resolver) -> dict[str, tuple[LiveChild, ...]]:
    """The child lists of a live object with their references in normal form."""
    children = {}
    for name, items in live.children.items():
        declared = kind.child(name)
        if declared is not None:
            mapped = [LiveChild(item.id, declared.item.map_refs(item.value, resolver.live)) for item in items]
            children[name] = tuple(sorted(mapped, key=lambda child: (declared.key_of(child.value), child.id)))
    return children
