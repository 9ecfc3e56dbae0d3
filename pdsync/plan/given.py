"""What PagerDuty makes by itself with a new object, such as a way to reach a new person. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Fields
from pdsync.plan.change import Change


def compute_given(change: Change, fields: Fields) -> dict[str, tuple[Mapping[str, Canonical], ...]]:
    """The child items that a created object of these fields has without being asked for, by list. Items that a manifest's whole list
    leaves out are removed again, and what rests on them goes too."""
    kind = BY_SLUG[change.kind]
    kept: dict[str, tuple[Mapping[str, Canonical], ...]] = {}
    for name, items in kind.given(fields).items():
        declared = kind.child(name)
        assert declared is not None
        listed = {child.key for child in change.children if child.list_name == name}
        whole = name in change.exclusive and name in change.child_lists
        kept[name] = tuple(item for item in items if not whole or declared.key_of(item) in listed)
    for name in kept:
        rest = kind.rests_on(name)
        if rest is not None:
            there = {rest.name_of(item) for item in kept.get(rest.list_name, ())}
            kept[name] = tuple(item for item in kept[name] if item[rest.member].value in there)
    return kept
