"""A condition as a value. Each node's text is the condition as PagerDuty reads it, so what is equal as text means the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from pdsync.condition.window import Window

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


class How(StrEnum):
    """How a value is compared with a text."""

    WHOLE = "matches"
    PART = "matches part"
    REGEX = "matches regex"


@dataclass(frozen=True, slots=True)
class Path:
    """A value of the event, such as ``event.custom_details['disk usage'][0]``. The first key is the root."""

    keys: tuple[str | int, ...]

    def __str__(self) -> str:
        text = str(self.keys[0])
        for key in self.keys[1:]:
            if isinstance(key, str) and _WORD.match(key):
                text += f".{key}"
            else:
                text += f"[{quote(key)}]"
        return text

    @property
    def root(self) -> str:
        return str(self.keys[0])


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written in the condition."""

    value: str | int | float | bool
    column: int = field(default=1, compare=False)
    """Where it is in the text."""

    def __str__(self) -> str:
        return quote(self.value)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date and time that is written in the condition."""

    at: datetime
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Now:
    """The time at which the event is evaluated."""

    def __str__(self) -> str:
        return "now"


@dataclass(frozen=True, slots=True)
class Count:
    """How many trigger events this rule has seen lately, with this one."""

    seconds: int
    resetting: bool

    def __str__(self) -> str:
        return f"{'resetting_' if self.resetting else ''}trigger_count over {render_duration(self.seconds)}"


@dataclass(frozen=True, slots=True)
class Nested:
    """A condition whose result is used as a value: ``(event.x > 5) == true``."""

    node: Node

    def __str__(self) -> str:
        return f"({self.node})"


Operand: TypeAlias = Path | Literal | Moment | Now | Count | Nested


@dataclass(frozen=True, slots=True)
class Truth:
    """An operand alone: true where its value is ``true``."""

    operand: Operand

    def __str__(self) -> str:
        return str(self.operand)


@dataclass(frozen=True, slots=True)
class Matches:
    left: Operand
    how: How
    right: Operand
    exactly: bool

    def __str__(self) -> str:
        return f"{self.left} {self.how}{' exactly' if self.exactly else ''} {self.right}"


@dataclass(frozen=True, slots=True)
class Compare:
    left: Operand
    operator: str
    right: Operand

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True, slots=True)
class Exists:
    path: Path

    def __str__(self) -> str:
        return f"{self.path} exists"


@dataclass(frozen=True, slots=True)
class During:
    window: Window

    def __str__(self) -> str:
        return f"now in {self.window}"


@dataclass(frozen=True, slots=True)
class Not:
    part: Node

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, And | Or) else f"not {self.part}"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


Leaf: TypeAlias = Truth | Matches | Compare | Exists | During
Node: TypeAlias = Leaf | Not | And | Or


def quote(value: object) -> str:
    """A value as a condition writes it."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # A float needs its point: Python writes 1e+22.
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text


def render_duration(seconds: int) -> str:
    """``1 hour 30 minutes``."""
    parts = []
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " ".join(parts)


def is_deeper(node: Node, limit: int) -> bool:
    """Whether conditions are nested in it more than `limit` levels deep. Goes level by level, since a call for each would end at Python's
    own limit."""
    level: list[Node] = [node]
    for _ in range(limit):
        level = [inner for each in level for inner in _inner_nodes(each)]
        if not level:
            return False
    return True


def _inner_nodes(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Not):
        return (node.part,)
    if isinstance(node, And | Or):
        return node.parts
    return tuple(it.node for it in operands_of(node) if isinstance(it, Nested))


def iter_leaves(node: Node) -> Iterator[Leaf]:
    """Every leaf, in the order of the text."""
    match node:
        case And() | Or():
            for part in node.parts:
                yield from iter_leaves(part)
        case Not():
            yield from iter_leaves(node.part)
        case _:
            yield node
            for operand in operands_of(node):
                if isinstance(operand, Nested):
                    yield from iter_leaves(operand.node)


def operands_of(leaf: Leaf) -> tuple[Operand, ...]:
    """The values that a leaf looks at."""
    match leaf:
        case Truth():
            return (leaf.operand,)
        case Exists():
            return (leaf.path,)
        case Matches() | Compare():
            return (leaf.left, leaf.right)
        case During():
            return (Now(),)
