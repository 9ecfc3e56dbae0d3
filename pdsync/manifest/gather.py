"""Fragments become part of the fields that they belong to. Pure.

What is wrong with a fragment is a problem at its own line, and not at the object whose list it is part of: the people who wrote the line
can correct it. Then the field has no order, and its manifest is left as it is; with a problem nothing is planned anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pdsync.manifest.manifest import Manifest
from pdsync.model import Field, Gathered
from pdsync.model.fragment import AFTER, BEFORE, Fragment, FragmentList, Gathering, Item
from pdsync.model.fragment_order import Surroundings, compose
from pdsync.model.scope import Path


def gather_fragments(manifests: Sequence[Manifest], *, is_whole: bool) -> None:
    """Puts the fragments of all manifests into the fields that they are of, and notes what is wrong with them.

    `is_whole` says that these are all manifests, so that what none of them declares does not exist."""
    declaring = [manifest for manifest in manifests if manifest.fragments]
    is_whole = is_whole and not any(manifest.problems or manifest.spec_problems for manifest in declaring)
    found: dict[tuple[str, str], list[tuple[Manifest, FragmentList, Fragment]]] = defaultdict(list)
    for manifest in declaring:
        for declared in manifest.kind.fragments if manifest.kind else ():
            for fragment in manifest.fragments.get(declared.name, ()):
                found[fragment.target.address or "", declared.into].append((manifest, declared, fragment))
    for target in manifests:
        for field, codec in _gathering(target):
            own = found.get((target.address, field.name), [])
            if field.name not in target.fields or not codec.takes_fragments(target.fields[field.name]):
                _refuse(target, codec, own)
            else:
                _gather(target, field, codec, own, is_whole=is_whole)


def _gathering(manifest: Manifest) -> Iterator[tuple[Field, Gathering]]:
    """The fields of a manifest that may take fragments."""
    if manifest.kind is not None and manifest.key and not manifest.lifecycle.absent:
        for field in manifest.kind.fields:
            if isinstance(field.codec, Gathering) and ("spec", field.name) not in manifest.unreadable:
                yield field, field.codec


def _refuse(target: Manifest, codec: Gathering, found: Sequence[tuple[Manifest, FragmentList, Fragment]]) -> None:
    for manifest, declared, fragment in found:
        message = (
            f"{target.address} does not share its {declared.into}: no other manifest declares {declared.noun}s of it"
        )
        hint = f"{codec.share_hint()} at {target.source()}, or write this {declared.noun} there."
        manifest.problem(_path(declared, fragment, declared.target), message, hint)


def _gather(
    target: Manifest,
    field: Field,
    codec: Gathering,
    found: Sequence[tuple[Manifest, FragmentList, Fragment]],
    *,
    is_whole: bool,
) -> None:
    if field.name in target.lifecycle.ignore:
        message = f"{field.name} is shared: what other manifests declare of it would never be written"
        target.problem(("lifecycle", "ignore"), message, "Take it out of lifecycle.ignore, or do not share it.")
    value = target.fields[field.name]
    first, last = codec.own_items(value)
    own = Surroundings(first, last, codec.item_key, codec.item_noun, is_whole)
    made = compose(own, [fragment for _, _, fragment in found])
    places = {id(fragment): (manifest, declared) for manifest, declared, fragment in found}
    for flaw in made.flaws:
        manifest, declared = places[id(flaw.fragment)]
        where = ""
        if flaw.other is not None:
            other, of_other = places[id(flaw.other)]
            where = f", at {other.source(_path(of_other, flaw.other, declared.key))}"
        manifest.problem(_path(declared, flaw.fragment, flaw.member), f"{flaw.message}{where}", flaw.hint)
    target.gathered[field.name] = tuple(
        Gathered(fragment.key, manifest.address, manifest.source(_path(declared, fragment)))
        for manifest, declared, fragment in sorted(found, key=lambda it: it[2].order)
    )
    if not made.flaws:
        target.fields = {**target.fields, field.name: codec.gathered(value, made.items)}
        _check_first(target, codec, made.items, found)


def _check_first(
    target: Manifest, codec: Gathering, items: Sequence[Item], found: Sequence[tuple[Manifest, FragmentList, Fragment]]
) -> None:
    """Notes a problem at each fragment that is before an item which must be the first."""
    first = codec.must_be_first(items)
    keys = [str(item[codec.item_key]) for item in items]
    ahead = set(keys[: keys.index(first)]) if first else set()
    for manifest, declared, fragment in found:
        if fragment.key in ahead:
            message = f"{first!r} must be the first {declared.noun} of {target.address}, and this one is before it"
            hint = f"Write '{AFTER}: {first}', or take '{BEFORE}' out."
            manifest.problem(_path(declared, fragment, BEFORE if fragment.before else ""), message, hint)


def _path(declared: FragmentList, fragment: Fragment, member: str = "") -> Path:
    return ("spec", declared.name, fragment.at, *((member,) if member else ()))
