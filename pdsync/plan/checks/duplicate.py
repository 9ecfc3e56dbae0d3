"""Duplicates: live child items that cannot be distinguished. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pdsync.model import Canonical, ChildList, LiveChild
from pdsync.plan.checks.check import Check, Finding, Note, PlanContext
from pdsync.plan.pairing.duplicate import choose, group_by_key
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.pair import Pair


class Duplicates(Check):
    """Notes duplicates of listed items where they only stay; where one would have to change they are a problem."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair in context.paired.pairs.values():
            if not pair.children_before:
                continue
            for declared, item, alike in _find_listed(pair):
                resource, name = pair.resource, declared.name
                ids = ", ".join(child.id for child in alike)
                what = f"{len(alike)} {name.replace('_', ' ')} are alike: {declared.label_of(item)!r} ({ids})"
                if choose(declared, item, alike) is None:
                    source = str(resource.positions.get(name, resource.source))
                    message = f"{name}: {what}, and none of them matches the manifest"
                    hint = "It is unclear which one the manifest means: remove or rename the others by hand."
                    yield PlanProblem(resource.address, source, message, hint)
                elif declared.loses or resource.modes.get(name, declared.default_mode) == "exclusive":
                    stay = "it is unclear which one is in use, so all of them stay: remove the others by hand"
                    yield Note(f"{resource.address} ({resource.name!r}): {what}; {stay}")


def _find_listed(pair: Pair) -> Iterator[tuple[ChildList, Mapping[str, Canonical], Sequence[LiveChild]]]:
    for name, desired in pair.children.items():
        declared = pair.kind.child(name)
        live = pair.children_before.get(name, ())
        if declared is None or len(live) < 2:
            continue
        groups = group_by_key(declared, live)
        for item in desired:
            alike = groups.get(declared.key_of(item), [])
            if len(alike) > 1:
                yield declared, item, alike
