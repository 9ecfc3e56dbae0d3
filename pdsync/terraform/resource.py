"""One resource of a Terraform state, in the same form whichever file it was read from."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

PREFIX = "pagerduty_"
"""Every resource type of PagerDuty's provider begins with it."""
Path: TypeAlias = tuple[str | int, ...]
"""Where a value is in the attributes of a resource: names and indexes."""


@dataclass(frozen=True, slots=True)
class StateResource:
    """One instance of a resource that Terraform manages, without its sensitive values."""

    type: str
    name: str
    module: str
    """The address of its module; empty for the root module."""
    index: str | int | None
    """The key of `for_each`, or the number of `count`."""
    values: Mapping[str, Any] = field(repr=False)
    hidden: frozenset[str] = frozenset()
    """The attributes that are left out of `values`, because Terraform says that they are sensitive."""
    file: str = ""
    """The file that it was read from, as the user named it."""
    provider: str = ""
    """The provider's configuration that it was made with; empty where the file does not say."""

    @property
    def id(self) -> str:
        """The id that the provider gave it; empty where it has none."""
        held = self.values.get("id")
        return held if isinstance(held, str) else ""

    @property
    def block(self) -> str:
        """The address of all instances of its block: what ``terraform state rm`` takes to forget them together."""
        path = f"{self.type}.{self.name}"
        return f"{self.module}.{path}" if self.module else path

    @property
    def address(self) -> str:
        """The address of this instance, as Terraform writes it."""
        if self.index is None:
            return self.block
        quoted = json.dumps(self.index, ensure_ascii=False)
        return f"{self.block}[{quoted.replace('${', '$${').replace('%{', '%%{')}]"


def read_index(held: Any) -> str | int | None:
    """What tells an instance of a block from the others; None where it is the only one."""
    return held if isinstance(held, str | int) else None


_HEADER = ("header", "value")
_COMPLETE_WITHOUT: Mapping[str | int, frozenset[tuple[str, str]]] = {
    "step": frozenset({("input", "value")}),
    "set": frozenset({_HEADER}),
    "catch_all": frozenset({_HEADER}),
    "delivery_method": frozenset({("custom_header", "value"), ("delivery_method", "secret")}),
}
"""The members that go alone where they are sensitive, each with the block that it is in, by attribute."""


def without_sensitive(values: Mapping[str, Any], paths: Collection[Path]) -> tuple[dict[str, Any], frozenset[str]]:
    """The attributes without those that hold a sensitive value, and the names of those.

    An attribute that holds one somewhere goes as a whole: what is left of it would mean something else. Only an input of a step and a
    header of a webhook are complete without their value: a manifest names the inputs that it manages, and no manifest has what a
    header holds. The empty path is that of everything: only the id, which no one keeps secret, is left then.
    """
    if () in paths:
        return {name: value for name, value in values.items() if name == "id"}, frozenset(values.keys() - {"id"})
    kept = dict(values)
    hidden = set()
    for path in paths:
        if _is_complete_without(path) and path[0] in kept:
            kept[path[0]] = _without(kept[path[0]], path[1:])
        elif path:
            hidden.add(str(path[0]))
    return {name: value for name, value in kept.items() if name not in hidden}, frozenset(hidden)


def _is_complete_without(path: Path) -> bool:
    return any(block in path and path[-1] == name for block, name in _COMPLETE_WITHOUT.get(path[0] if path else "", ()))


def _without(value: Any, path: Path) -> Any:
    """A copy without the member that the path leads to."""
    name, *rest = path
    if isinstance(value, Mapping) and isinstance(name, str):
        if not rest:
            return {key: inner for key, inner in value.items() if key != name}
        return {**value, name: _without(value.get(name), tuple(rest))}
    if isinstance(value, list) and isinstance(name, int) and rest:
        return [_without(inner, tuple(rest)) if index == name else inner for index, inner in enumerate(value)]
    return value
