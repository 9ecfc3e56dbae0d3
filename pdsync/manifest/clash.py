"""Parts of manifests that are right by themselves and do not go together, such as two overrides at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdsync.kinds import KINDS
from pdsync.manifest.manifest import Manifest
from pdsync.model.kind import Kind
from pdsync.model.passing import Clash, Fields
from pdsync.model.sole import find_sole_clashes


def check_clashes(manifests: Sequence[Manifest]) -> None:
    """Notes a problem at both lines."""
    for kind in KINDS:
        group = [it for it in manifests if it.kind is kind and not it.lifecycle.absent]
        for clash in find_clashes(kind, [it.fields for it in group]):
            for (here, path), (there, other) in ((clash.first, clash.second), (clash.second, clash.first)):
                group[here].problem(path, *clash.says(str(group[there].source(other))))


def find_clashes(kind: Kind, group: Sequence[Fields]) -> Iterator[Clash]:
    """What does not go together in manifests of one kind, from the fields of each."""
    if kind.passing.clashes is not None:
        yield from kind.passing.clashes(group)
    if kind.facts.sole is not None:
        yield from find_sole_clashes(kind, kind.facts.sole, group)
