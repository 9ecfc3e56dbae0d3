"""Twins: live items of a child list that nothing tells apart. Pure.

Two integrations may have the same name and type, and nothing says which one's routing key somebody uses. So one of several
is never chosen: they stay, and a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pdsync.model import Canonical, ChildList, LiveChild
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.paired_account import Pair


def group_by_key(declared: ChildList, live: Sequence[LiveChild]) -> dict[str, list[LiveChild]]:
    """Live items by natural key; more than one of a key are twins."""
    groups: dict[str, list[LiveChild]] = defaultdict(list)
    for child in live:
        groups[declared.key_of(child.value)].append(child)
    return groups


def choose(declared: ChildList, desired: Mapping[str, Canonical], twins: Sequence[LiveChild]) -> LiveChild | None:
    """The live item that a manifest means: the only one, or one that is as it says; None where that cannot be told."""
    if len(twins) == 1:
        return twins[0]
    return next((child for child in twins if declared.covers(desired, child.value)), None)


def report_twins(pair: Pair) -> tuple[list[str], list[PlanProblem]]:
    """What is said of the twins among listed items: notes where they only stay, problems where one would have to change."""
    notes: list[str] = []
    problems: list[PlanProblem] = []
    resource = pair.resource
    for declared, item, twins in _listed_twins(pair):
        noun = declared.name.replace("_", " ")
        ids = ", ".join(child.id for child in twins)
        what = f"{len(twins)} {noun} are alike: {declared.label_of(item)!r} ({ids})"
        if choose(declared, item, twins) is None:
            source = str(resource.positions.get(declared.name, resource.source))
            message = f"{declared.name}: {what}, and none of them is as the manifest says"
            hint = "Nothing tells which one is meant: remove or rename the others by hand."
            problems.append(PlanProblem(resource.address, source, message, hint))
        elif resource.modes.get(declared.name, declared.default_mode) == "exclusive":
            notes.append(
                f"{resource.address} ({resource.name!r}): {what}; "
                "nothing tells which one is in use, so all of them stay: remove the others by hand"
            )
    return notes, problems


def _listed_twins(pair: Pair) -> Iterable[tuple[ChildList, Mapping[str, Canonical], list[LiveChild]]]:
    for name, desired in pair.children.items():
        declared = pair.kind.child(name)
        if declared is not None:
            held = pair.children_before.get(name, ())
            if len(held) < 2:
                continue
            groups = group_by_key(declared, held)
            for item in desired:
                twins = groups.get(declared.key_of(item), [])
                if len(twins) > 1:
                    yield declared, item, twins
