"""Objects that two manifests put into different containers, and objects whose own field contradicts a container."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdsync.kinds import KINDS
from pdsync.manifest.manifest import Manifest
from pdsync.model import Ref
from pdsync.model.exclusive import exclusive_kinds
from pdsync.model.fact import ExclusiveFact
from pdsync.model.scope import Path


def check_exclusive(manifests: Sequence[Manifest]) -> None:
    """Notes a problem at both lines, or at the line of the own field."""
    for kind, fact in exclusive_kinds(KINDS):
        containers = [it for it in manifests if it.kind is kind and not it.lifecycle.absent]
        if not containers:
            continue
        first: dict[Ref, tuple[Manifest, Path]] = {}
        for container in containers:
            for path, ref in _held(container, fact):
                other, place = first.setdefault(ref, (container, path))
                if other is not container:
                    _note_both(ref, (other, place), (container, path), kind.noun)
        for manifest in manifests if fact.same_as else ():
            if manifest.kind is not None and fact.same_as in manifest.fields and not manifest.lifecycle.absent:
                found = first.get(Ref(manifest.kind.slug, "key", manifest.key))
                if found is not None and not manifest.forgo(fact.same_as):
                    _note_own_field(manifest, found, fact)


def _held(container: Manifest, fact: ExclusiveFact) -> Iterator[tuple[Path, Ref]]:
    return ((path, ref) for path, ref in container.refs if path[:2] == ("spec", fact.field))


def _note_both(ref: Ref, first: tuple[Manifest, Path], second: tuple[Manifest, Path], noun: str) -> None:
    for (here, path), (there, other) in ((first, second), (second, first)):
        message = f"{ref.value!r} is in {there.address} at {there.source(other)} too"
        here.problem(path, message, f"PagerDuty allows it in only one {noun}: keep it in one of them.")


def _note_own_field(manifest: Manifest, container: tuple[Manifest, Path], fact: ExclusiveFact) -> None:
    there, path = container
    message = f"{there.address} at {there.source(path)} is to {fact.says} of {manifest.key!r} too"
    hint = f"Remove {fact.same_as} here, in the same commit: {there.address} takes over without a gap. Or remove it from that list."
    manifest.problem(("spec", fact.same_as), message, hint)
