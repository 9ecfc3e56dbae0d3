"""One YAML document: its value, and where every part of it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pdsync.manifest.events import Mark
from pdsync.manifest.flaw import Flaw
from pdsync.model.scope import Path

Places: TypeAlias = (
    "dict[str, tuple[Mark, Mark, Places | None]] | list[tuple[Mark, Places | None]]"  # key, value, below; value, below
)


@dataclass(slots=True)
class Document:
    """A document of a file. `value` holds dicts with text keys, lists and scalars; parts may be shared by aliases."""

    file: str
    """As shown to the user."""
    value: Any
    mark: Mark
    places: Places | None
    flaws: list[Flaw] = field(default_factory=list)

    def locate(self, path: Path, *, on_key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of what is at `path`, or of its nearest parent that is there.

        With `on_key` the key is meant and not its value.
        """
        mark, places = self.mark, self.places
        for at, step in enumerate(path):
            last = at == len(path) - 1
            if isinstance(places, dict) and isinstance(step, str) and step in places:
                key, value, below = places[step]
                mark, places = (key if on_key and last else value), below
            elif isinstance(places, list) and isinstance(step, int) and step < len(places):
                mark, places = places[step]
            else:
                break
        return mark.line + 1, mark.column + 1

    def locate_members(self, path: tuple[str, ...]) -> dict[str, tuple[int, int]]:
        """Line and column, from 1, of every key of the mapping at `path`; empty where there is none."""
        places = self.places
        for step in path:
            places = places[step][2] if isinstance(places, dict) and step in places else None
        if not isinstance(places, dict):
            return {}
        return {name: (key.line + 1, key.column + 1) for name, (key, _, _) in places.items()}
