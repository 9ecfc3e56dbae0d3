"""The kinds that are known, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import overload

from pdsync.model.kind import Kind


class Catalog(Sequence[Kind]):
    """All kinds, in order, by name and by slug. The two mappings always show what the catalog holds now."""

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = kinds
        self._by_name = {kind.name: kind for kind in kinds}
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

    @contextmanager
    def including(self, *kinds: Kind) -> Iterator[None]:
        """The catalog with more kinds while the context lasts: for programs that manage kinds of their own.

        Not for use while another thread plans or applies. Raises ValueError for a name or slug that is known.
        """
        before = self._kinds
        known = (*before, *kinds)
        if len({kind.name for kind in known}) < len(known) or len({kind.slug for kind in known}) < len(known):
            raise ValueError(f"a kind is registered twice: one of {', '.join(kind.name for kind in kinds)}")
        self._hold(known)
        try:
            yield
        finally:
            self._hold(before)

    def _hold(self, kinds: tuple[Kind, ...]) -> None:
        self._kinds = kinds
        for known, name_of in ((self._by_name, _name), (self._by_slug, _slug)):
            known.clear()
            known.update((name_of(kind), kind) for kind in kinds)


def _name(kind: Kind) -> str:
    return kind.name


def _slug(kind: Kind) -> str:
    return kind.slug
