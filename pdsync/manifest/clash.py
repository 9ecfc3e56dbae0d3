"""Parts of manifests that are right by themselves and do not go together, such as two overrides at the same time."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.kinds import KINDS
from pdsync.manifest.manifest import Manifest


def check_clashes(manifests: Sequence[Manifest]) -> None:
    """Notes a problem at both lines."""
    for kind in KINDS:
        if kind.passing.clashes is None:
            continue
        group = [it for it in manifests if it.kind is kind and not it.lifecycle.absent]
        for clash in kind.passing.clashes([it.fields for it in group]):
            for (here, path), (there, other) in ((clash.first, clash.second), (clash.second, clash.first)):
                group[here].problem(path, *clash.says(str(group[there].source(other))))
