"""Three-way comparison: what changed in the account since a plan was approved, next to what the plan asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject
from pdsync.plan.change import MARKER_BEFORE, Change
from pdsync.plan.json_form import Form, says
from pdsync.plan.saved.judgement import View, normal_children

OWNERSHIP = "ownership line"


class ThreeWay(Form, frozen=True):
    """One field that changed in the account."""

    path: Annotated[str, says("The field.")]
    approved: Annotated[Canonical, says("The value when the plan was approved.")]
    live: Annotated[Canonical, says("The value now.")]
    desired: Annotated[Canonical, says("The value that the plan asks for.")]


def compute_three_ways(change: Change, live: LiveObject, view: View) -> tuple[ThreeWay, ...]:
    """Every field and child list that changed in the account, and the ownership line."""
    kind = BY_SLUG[change.kind]
    now: dict[str, Canonical] = dict(kind.passing.settle(kind.map_fields(live.fields, view.to_normal), view.moment))
    for name in change.child_lists:
        now[name] = [dict(child.value) for child in normal_children(live, name, view.to_normal)]
    wanted = _wanted(change)
    fields = [f.name for f in kind.fields if f.document is None or f.name in change.documents]
    names = [*fields, *change.child_lists]
    found = [
        ThreeWay(name, change.before.get(name), now.get(name), wanted.get(name, change.before.get(name)))
        for name in names
        if now.get(name) != change.before.get(name) and (change.before or name in wanted)
    ]
    planned = _line(change.before)
    line = str(live.marker or "") or None
    if not change.makes and line != planned:
        found.append(ThreeWay(OWNERSHIP, planned, line, change.marker))
    return tuple(found)


def _line(before: Mapping[str, Canonical]) -> str | None:
    return before.get(MARKER_BEFORE) or None


def _wanted(change: Change) -> dict[str, Canonical]:
    wanted: dict[str, Canonical] = {**change.values, **change.followup}
    for child in change.children:
        wanted.setdefault(child.list_name, []).append(f"{child.operation.value} {child.label}")
    return {} if change.ends else wanted
