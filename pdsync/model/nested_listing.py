"""Nested listings: objects that PagerDuty lists only for a row of another table that no one manages, their *base*.

The id of such an object begins with its base: ``PMAPPING:PRULE``. So the id alone says at which path the object is, and an object of another
base never has the same id. Each row of an answer gets a member that refers to the base, as an answer of PagerDuty would refer to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class NestedListing:
    """How the objects of a kind are listed that belong to one base each."""

    field: str
    """The field that refers to the base."""
    path: str
    """The listing of a base, with ``{base}`` for its id. An object is at this path and its own id."""

    def collection_of(self, base: str) -> str:
        """The path of the listing of a base."""
        return self.path.format(base=base)

    def path_of(self, identity: str) -> str:
        """The path of the object of this id."""
        base, own = identity.split(_BETWEEN, 1)
        return f"{self.collection_of(base)}/{own}"

    def row(self, base: str, answered: Mapping[str, Any]) -> dict[str, Any]:
        """An answered object with the base that it belongs to."""
        return {**answered, "id": f"{base}{_BETWEEN}{answered['id']}", self.field: {"id": base}}

    def again(self, identity: str, answered: Mapping[str, Any]) -> dict[str, Any]:
        """The same of the object of this id; an answer without an id stays as it is."""
        return self.row(identity.split(_BETWEEN, 1)[0], answered) if answered.get("id") else dict(answered)
