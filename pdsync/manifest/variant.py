"""References to kinds that share a name with others: a key may be that of a manifest of any of them.

``schedule: payments`` is read as a schedule with layers. Where the manifest of that key is of another version, the reference leads there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.manifest.manifest import Manifest
from pdsync.model import Ref
from pdsync.model.address import Address, render_address
from pdsync.model.scope import Path

Keys = dict[tuple[str, str], Manifest]


def check_variants(manifests: Sequence[Manifest]) -> Keys:
    """The manifests that are not of the kind which their name means first, by that kind and their key. Notes a problem for a key
    that two kinds of one name have: a reference could mean either."""
    first: Keys = {}
    others: Keys = {}
    for manifest in manifests:
        fact = manifest.kind.facts.variant if manifest.kind is not None and manifest.key else None
        if fact is not None and manifest.kind is not None:
            known = first if manifest.kind.slug == fact.of else others
            known.setdefault((fact.of, manifest.key), manifest)
    for place, manifest in others.items():
        other = first.get(place)
        if other is not None and not (other.lifecycle.absent or manifest.lifecycle.absent):
            _note_both(manifest, other)
    return {place: it for place, it in others.items() if place not in first or first[place].lifecycle.absent}


def _note_both(manifest: Manifest, other: Manifest) -> None:
    assert manifest.kind is not None
    fact = manifest.kind.facts.variant
    assert fact is not None
    message = f"{other.address} at {other.source()} has the key {manifest.key!r} too"
    hint = f"Keep one of the two, whatever its {fact.member}: a reference could mean either."
    manifest.problem(("metadata", "name"), message, hint)


def use_variants(manifests: Sequence[Manifest], keys: Keys) -> None:
    """Leads references to the manifests of these keys."""
    if not keys:
        return

    def followed(ref: Ref) -> Ref:
        found = keys.get((ref.kind, ref.value)) if ref.by == "key" else None
        return Ref(found.kind.slug, "key", ref.value) if found is not None and found.kind is not None else ref

    for manifest in manifests:
        if manifest.kind is not None and any(followed(ref) is not ref for _, ref in manifest.refs):
            _follow(manifest, followed)


def _follow(manifest: Manifest, followed: Callable[[Ref], Ref]) -> None:
    kind = manifest.kind
    assert kind is not None
    manifest.fields = kind.map_fields(manifest.fields, followed)
    manifest.children = {
        name: tuple(declared.item.map_refs(item, followed) for item in items)
        if (declared := kind.child(name))
        else items
        for name, items in manifest.children.items()
    }
    refs: list[tuple[Path, Ref]] = [(path, followed(ref)) for path, ref in manifest.refs]
    manifest.refs = refs


def find_variant(address: str, known: Collection[str]) -> str:
    """The address of a manifest that someone names by the first kind of its name; the address itself where it is known, or nothing is."""
    named = Address.parse(address)
    if address in known or named.kind not in BY_SLUG:
        return address
    kinds = KINDS.variants_of(BY_SLUG[named.kind])
    others = (render_address(kind.slug, named.key) for kind in kinds)
    return next((it for it in others if it in known), address)
