"""Items of a child list as a manifest writes them, and those that cannot be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pdsync.export.namer import Namer
from pdsync.export.written import write_value
from pdsync.model import Canonical, ChildList, Kind, LiveChild, Ref, Scope
from pdsync.model.child import without_number
from pdsync.model.codec.structure import Single
from pdsync.model.validator import read_value


@dataclass(slots=True)
class WrittenItems:
    """The items in a stable order, and how many are left out for which reason."""

    items: list[Any] = field(default_factory=list)
    values: list[Mapping[str, Canonical]] = field(default_factory=list)
    """The canonical values of `items`."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Why an item is not among them, by its id."""

    def comments(self, name: str) -> list[str]:
        """A line for each reason; `name` is that of the list."""
        noun = name.replace("_", " ").removesuffix("s")
        return [
            f"Left out: {count} {noun}{'s' if count > 1 else ''} {reason}."
            for reason, count in sorted(Counter(self.left_out.values()).items())
        ]


def write_children(
    kind: Kind,
    child: ChildList,
    live: Sequence[LiveChild],
    namer: Namer,
    kept: Mapping[str, frozenset[str]],
) -> WrittenItems:
    """Writes what a manifest can hold. `kept` are the items that other lists may refer to, by list."""
    result = WrittenItems()
    seen: set[str] = set()
    named = [(item.id, child.item.map_refs(item.value, namer)) for item in live]
    for identity, value in sorted(named, key=lambda each: child.key_of(each[1])):
        reason = _left_out(child, value, namer, kept) or ("that is listed twice" if child.key_of(value) in seen else "")
        item = None if reason else write_item(kind, child, value)
        if item is None:
            result.left_out[identity] = reason or "that cannot be written in a manifest"
            continue
        seen.add(child.key_of(value))
        result.items.append(item)
        result.values.append(value)
    return result


def _left_out(
    child: ChildList, value: Mapping[str, Canonical], namer: Namer, kept: Mapping[str, frozenset[str]]
) -> str:
    """Why the item is not even tried."""
    if child.lasting(value):
        return f"that the API cannot create{f': {child.lasting_because}' if child.lasting_because else ''}"
    gone = next((inner for inner in value.values() if isinstance(inner, Ref) and namer.is_gone(inner)), None)
    if gone is not None:
        return f"whose {gone.kind.replace('_', ' ')} was deleted"
    rest = child.rests_on
    held = value.get(rest.member) if rest is not None and rest.list_name in kept else None
    if rest is not None and isinstance(held, Ref) and held.value not in kept[rest.list_name]:
        return f"for a {rest.list_name.replace('_', ' ').rstrip('s')} that is left out"
    return ""


def write_item(kind: Kind, child: ChildList, value: Mapping[str, Canonical]) -> Any:
    """One item, without members that cannot be written in a manifest; None where that makes it something else."""
    written: dict[str, Any] = {}
    for part in child.item.parts:
        inner = value.get(part.name)
        is_said = part.required or part.name in child.key
        if (
            inner is None
            or (inner in ([], "") and not is_said)
            or (part.name in child.defaults and child.defaults[part.name] == inner)
        ):
            continue
        text = write_value(part.codec, inner)
        scope = Scope()
        if reads_back(read_value(part.codec, text, scope), inner, text) and not scope.problems:
            written[part.name] = text
    # A list of plain values writes the one member that its items have.
    item = written.get(child.item.member.name) if isinstance(child.item, Single) else written
    scope = Scope()
    _, children, _ = kind.read_desired({child.name: [item]}, scope, ())
    if any(problem.path[:1] == (child.name,) for problem in scope.problems):
        return None
    (back,) = children[child.name]
    return item if child.key_of(back) == child.key_of(without_number(value)) else None


def reads_back(read: Canonical, value: Canonical, written: Any) -> bool:
    """True where a manifest that holds `written` means `value`, and can be written in UTF-8 at all."""
    return read == value and can_encode(written)


def can_encode(value: Any) -> bool:
    """False where some text holds half of a surrogate pair."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, Mapping):
        return all(map(can_encode, value.values()))
    return all(map(can_encode, value)) if isinstance(value, list) else True
