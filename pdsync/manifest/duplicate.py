"""Two manifests that describe the same object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pdsync.manifest.manifest import Manifest
from pdsync.model.account import identity_of
from pdsync.model.address import render_address
from pdsync.model.codec.plain import Canonical
from pdsync.model.name import fold_name
from pdsync.model.ref import Ref
from pdsync.model.scope import Path


def check_duplicates(manifests: Sequence[Manifest]) -> None:
    """Notes a problem at each manifest whose address, email, name, id or former key an earlier one of the same kind has."""
    _check_moves(manifests)
    seen: dict[tuple[str, str, str, bool], tuple[Manifest, Path]] = {}
    for manifest in manifests:
        if manifest.kind is None:
            continue
        for what, value, path in _claims(manifest):
            # An object with an ownership line is identified by that line: its tombstone may have the name of the object that comes after it.
            is_tombstone = (
                manifest.lifecycle.absent and manifest.kind.marker_line is not None and what not in ("key", "id")
            )
            claim = (manifest.kind.slug, what, fold_name(value) if what != "key" else value, is_tombstone)
            first, place = seen.setdefault(claim, (manifest, path))
            if first is manifest and place == path:
                continue
            if what == "name" and first is not manifest and first.id and manifest.id:
                continue  # of two objects that share a name, ids say which is meant
            if what == "key":
                manifest.problem(
                    path, f"{manifest.address!r} is defined twice", f"The first one is at {first.source()}."
                )
                break  # a copy repeats everything else too
            if what == "single":
                message = f"{first.address} at {first.source()} describes it already: there is one {value}"
                manifest.problem(("metadata", "name"), message, "Write everything in one manifest.")
                continue
            named = "Two objects of one kind need different names, or metadata.id in both if both exist in PagerDuty."
            hint = named if what == "name" else "Remove one of them."
            manifest.problem(path, f"{first.address} at {first.source()} has the {what} {value!r} too", hint)


def _check_moves(manifests: Sequence[Manifest]) -> None:
    """A former key must be free, and only one manifest may name it: two manifests cannot be the same object."""
    moved = [manifest for manifest in manifests if manifest.lifecycle.moved_from]
    known = {manifest.address: manifest for manifest in manifests if manifest.address} if moved else {}
    claimed: dict[str, Manifest] = {}
    for manifest in moved:
        for key in manifest.lifecycle.moved_from:
            old = render_address(manifest.kind.slug, key) if manifest.kind else ""
            path = ("lifecycle", "moved_from")
            other = known.get(old)
            if other is manifest:
                manifest.problem(path, f"{key!r} is the current key", "Write the previous key.")
            elif other is not None:
                hint = "Remove moved_from, or that manifest."
                manifest.problem(path, f"{key!r} has a manifest of its own at {other.source()}", hint)
            elif claimed.setdefault(old, manifest) is not manifest:
                hint = "One object cannot become two."
                manifest.problem(path, f"{claimed[old].address} at {claimed[old].source()} was moved from it too", hint)


def _shown(value: Canonical) -> str:
    """A value of an identity, as a person would say it. Items of a list have no order."""
    if isinstance(value, list):
        return f"[{', '.join(sorted(map(_shown, value)))}]"
    return value.value if isinstance(value, Ref) else str(value)


def _claims(manifest: Manifest) -> Iterable[tuple[str, str, Path]]:
    """What only one manifest of a kind may claim: (what, value, path)."""
    kind = manifest.kind
    if manifest.key:
        yield "key", manifest.key, ("metadata", "name")
    if manifest.id:
        yield "id", manifest.id, ("metadata", "id")
    if kind is None:
        return
    if kind.source.single:
        yield "single", kind.noun, ("metadata", "name")
    yield from manifest.unique
    # What several objects have in common identifies none of them.
    if kind.passing.expand is None and identity_of(kind.identity, manifest.fields) is not None:
        # Not only where PagerDuty refuses it: pairing by identity would have two candidates.
        values = [_shown(manifest.fields[name]) for name in kind.identity]
        first = kind.identity[0]
        yield (
            " and ".join(kind.identity),
            ", ".join(values),
            ("spec", first) if manifest.shows_identity else ("metadata", "name"),
        )
