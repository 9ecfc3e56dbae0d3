"""Holds the account that is predicted of a plan against the one that its apply left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, LiveObject, Ref
from pdsync.model.codec.open import agree


def assert_predicted(predicted: Account, after: Account, made: Mapping[str, str]) -> None:
    """`made` are the ids of all managed objects by address: what was created is predicted under its address.

    Of a created object only what its request names is predicted; PagerDuty fills in the rest.
    """

    def real(kind: str, identity: str) -> str:
        return made[identity] if "/" in identity else identity

    def to_real(ref: Ref) -> Ref:
        return Ref(ref.kind, ref.by, real(ref.kind, ref.value)) if ref.by == "id" else ref

    for slug, kind in BY_SLUG.items():
        group = {real(slug, live.id): live for live in predicted.objects.get(slug, ())}
        parent = kind.source.parent.parent_field if kind.source.parent is not None else ""
        if parent:  # those of a parent that only changed are read for its change, and not again
            read = {live.fields[parent] for live in after.objects.get(slug, ())}
            group = {it: live for it, live in group.items() if live.fields[parent] in read or "/" in live.id}
        assert sorted(group) == sorted(live.id for live in after.objects.get(slug, ())), slug
        for live in after.objects.get(slug, ()):
            expected = group[live.id]
            fields = kind.passing.settle(kind.map_fields(expected.fields, to_real), after.fetched_at)
            held = kind.passing.settle(dict(live.fields), after.fetched_at)
            # A document that nothing asks for is not read again.
            known = [it for it in fields if it in held or it not in kind.documents]
            differing = [it for it in known if not agree(kind.fields_by_name[it].codec, fields[it], held[it])]
            assert not differing, (live.name, differing)
            if "/" not in expected.id:
                assert held.keys() == set(known)
            assert expected.marker == live.marker
            _assert_same_lists(expected, live, to_real)


def _assert_same_lists(expected: LiveObject, live: LiveObject, to_real: Any) -> None:
    for declared in BY_SLUG[live.kind].children:
        if declared.name not in live.children or declared.name not in expected.children:
            continue
        wanted = [declared.item.map_refs(child.value, to_real) for child in expected.children[declared.name]]
        if declared.name in live.partial:
            wanted = [declared.shown(item) for item in wanted]
        held: list[Mapping[str, Canonical]] = [child.value for child in live.children[declared.name]]
        # PagerDuty itself adds members that come with a policy, and nothing to any other list.
        assert declared.name == "members" or len(wanted) == len(held), (live.name, wanted, held)
        assert all(any(declared.covers(item, other) for other in held) for item in wanted), (wanted, held)
