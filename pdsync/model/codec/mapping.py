"""Codec of a mapping whose names are free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import MAPPING, Canonical, Codec
from pdsync.model.scope import Path, RefMap, Scope


@dataclass(frozen=True, slots=True)
class MapOf(Codec):
    """A mapping of names that no schema knows to values of one kind. The order of names means nothing."""

    value: Codec

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.value.schema()}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return {
            name: self.value.desired(inner, scope, (*path, name))
            for name, inner in value.items()
            if (*path, name) not in scope.unreadable
        }

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, MAPPING):
            return {}
        return {str(name): self.value.live(inner, scope) for name, inner in value.items() if inner is not None}

    def to_api(self, value: Mapping[str, Canonical], refs: RefMap) -> Any:
        return {name: self.value.to_api(inner, refs) for name, inner in value.items()}

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        mapped = {name: self.value.map_refs(inner, refs) for name, inner in value.items()}
        return value if all(mapped[name] is inner for name, inner in value.items()) else mapped

    def refers(self) -> bool:
        return self.value.refers()

    def part(self, step: str | int) -> Codec | None:
        """The codec of a member: all of them have the same."""
        return self.value
