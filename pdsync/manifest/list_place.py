"""Items of child lists that other hosts keep: where they are, unless they say so themselves, pdsync.yaml says for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pdsync.manifest.manifest import Manifest
from pdsync.model import ChildList


def fill_places(manifests: Sequence[Manifest], places: Mapping[str, str]) -> None:
    """Gives items the place that they leave out, by name of the list. Notes a problem where there is none, and for an item that becomes
    another one's equal."""
    for manifest in manifests:
        for declared in manifest.kind.children if manifest.kind is not None else ():
            is_read = declared.hosted is not None and declared.name in manifest.children
            # Something else is wrong with an item that cannot be read.
            if is_read and not any(it[:2] == ("spec", declared.name) for it in manifest.unreadable):
                _fill(manifest, declared, places.get(declared.name, ""))


def _fill(manifest: Manifest, declared: ChildList, default: str) -> None:
    assert declared.hosted is not None
    name, place = declared.name, declared.hosted.place
    items = manifest.children[name]
    lacking = [item for item in items if not item.get(place)]
    if not lacking:
        return
    label = declared.label_of(lacking[0])
    if not default:
        hint = f"Add it, or write '{name}: {{{place}: ...}}' into pdsync.yaml for all of them."
        manifest.problem(("spec", name), f"{name} {label}: has no {place}", hint)
        return
    filled = tuple(item if item.get(place) else {**item, place: default} for item in items)
    seen: set[str] = set()
    for item in filled:
        key = declared.key_of(item)
        if key in seen:
            message = f"{name} {declared.label_of(item)} is listed twice: with the {place} {default}, and without one"
            manifest.problem(("spec", name), message, "Remove one of them.")
        seen.add(key)
    manifest.children = {**manifest.children, name: filled}
