"""The kinds that are known, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import overload

from pdsync.model.kind import Kind


class Catalog(Sequence[Kind]):
    """All kinds, in order, by name and by slug. The two mappings always show what the catalog holds now.

    Of several kinds of one name (`VariantFact`), the first is the one that the name means where nothing else is said.
    """

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = kinds
        self._by_name = _first_of_names(kinds)
        self._by_slug = {kind.slug: kind for kind in kinds}
        self.by_name: Mapping[str, Kind] = MappingProxyType(self._by_name)
        self.by_slug: Mapping[str, Kind] = MappingProxyType(self._by_slug)

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    @overload
    def __getitem__(self, index: int) -> Kind: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Kind]: ...
    def __getitem__(self, index: int | slice) -> Kind | Sequence[Kind]:
        return self._kinds[index]

    def meant(self, name: str, spec: object) -> Kind | None:
        """The kind of a manifest: of several that have the name, the one that the spec says."""
        first = self._by_name.get(name)
        if first is None or first.facts.variant is None or not isinstance(spec, Mapping):
            return first
        said = spec.get(first.facts.variant.member)
        others = (it for it in self._kinds if it.name == name and it.facts.variant is not None)
        return next((it for it in others if it.facts.variant and it.facts.variant.value == said), first)

    def variants_of(self, kind: Kind) -> tuple[Kind, ...]:
        """The kinds that have the name of this one, itself among them; the one that is meant where nothing is said comes first."""
        return tuple(it for it in self._kinds if it.name == kind.name)

    @contextmanager
    def including(self, *kinds: Kind) -> Iterator[None]:
        """The catalog with more kinds while the context lasts: for programs that manage kinds of their own.

        Not for use while another thread plans or applies. Raises ValueError for a name or slug that is known.
        """
        before = self._kinds
        known = (*before, *kinds)
        names = [kind.name for kind in known if kind.facts.variant is None]
        if len(set(names)) < len(names) or len({kind.slug for kind in known}) < len(known):
            raise ValueError(f"a kind is registered twice: one of {', '.join(kind.name for kind in kinds)}")
        self._hold(known)
        try:
            yield
        finally:
            self._hold(before)

    def _hold(self, kinds: tuple[Kind, ...]) -> None:
        self._kinds = kinds
        for known, now in ((self._by_name, _first_of_names(kinds)), (self._by_slug, {it.slug: it for it in kinds})):
            known.clear()
            known.update(now)


def _first_of_names(kinds: Sequence[Kind]) -> dict[str, Kind]:
    """By name, in order."""
    found: dict[str, Kind] = {}
    for kind in kinds:
        found.setdefault(kind.name, kind)
    return found
