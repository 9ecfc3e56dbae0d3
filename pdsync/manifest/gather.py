"""Fragments become part of the fields that they belong to. Pure.

What is wrong with a fragment is a problem at its own line, and not at the object whose list it is part of: the people who wrote the line
can correct it. The field then has no order, and its manifest is left as it is: with a problem nothing is planned anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pdsync.manifest.manifest import Manifest
from pdsync.model import Field, Gathered, Scope
from pdsync.model.fragment import Fragment, FragmentList, Gathering, Item
from pdsync.model.fragment_order import Surroundings, compose
from pdsync.model.scope import Path


def gather_fragments(manifests: Sequence[Manifest], *, is_whole: bool) -> None:
    """Puts the fragments of all manifests into their fields, and notes problems.

    `is_whole` says that these are all manifests, so that an item which none of them declares does not exist."""
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
            f"{target.address} does not share its {declared.into}: no other manifest declares {declared.noun}s in it"
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
        message = f"{field.name} is shared: items that other manifests declare in it would never be written"
        target.problem(("lifecycle", "ignore"), message, "Remove it from lifecycle.ignore, or do not share it.")
    value = target.fields[field.name]
    first, last = codec.own_items(value)
    keys = [item[codec.item_key] for item in (*first, *last)]
    if len(set(keys)) < len(keys):
        return  # which is said where they are
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
    gathered = tuple(
        Gathered(fragment.key, manifest.address, manifest.source(_path(declared, fragment)))
        for manifest, declared, fragment in sorted(found, key=lambda it: it[2].order)
    )
    target.gathered = {**target.gathered, field.name: gathered}
    if not made.flaws:
        _check(target, field, made.items, found)
        target.fields = {**target.fields, field.name: codec.gathered(value, made.items)}


def _check(
    target: Manifest, field: Field, items: Sequence[Item], found: Sequence[tuple[Manifest, FragmentList, Fragment]]
) -> None:
    """Notes what is wrong with items compared with those of other manifests, each at its own place."""
    codec, scope = field.codec, Scope()
    assert isinstance(codec, Gathering)
    codec.check_gathered(items, scope)
    if not (scope.problems or scope.warnings):
        return
    keys = [str(item[codec.item_key]) for item in items]
    places = {fragment.key: (it, _path(declared, fragment)) for it, declared, fragment in found}
    own = codec.own_places(target.fields[field.name])
    for problem in (*scope.problems, *scope.warnings):
        key, *below = keys[int(problem.path[0])], *problem.path[1:]
        manifest, path = places[key] if key in places else (target, ("spec", field.name, *own[key]))
        told = replace(problem, path=(*path, *below))
        # What its own items do to each other was found where its spec was read.
        if all(it.path != told.path or it.severity != told.severity for it in manifest.spec_problems):
            manifest.problems.append(told)


def _path(declared: FragmentList, fragment: Fragment, member: str = "") -> Path:
    return ("spec", declared.name, fragment.at, *((member,) if member else ()))
