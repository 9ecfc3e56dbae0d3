"""The result of a condition for one event, with the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from pdsync.condition.tree import Node

Join: TypeAlias = Literal["", "not", "and", "or"]


class Verdict(NamedTuple):
    """True, false, or None where something that decides it is not known."""

    result: bool | None
    node: Node
    """The condition, or the part of it, that was judged."""
    explain: Callable[[], str] | None = None
    """For a leaf: says what the event holds and how that compares. None for a join."""
    join: Join = ""
    parts: tuple[Verdict, ...] = ()
    is_boolean: bool | None = True
    """False for a value that is not a boolean where one is needed: `and`, `or` and `not` of it are false. None: not known."""

    @property
    def text(self) -> str:
        """What was judged, as a person writes it. Most verdicts are never shown, and texts take most of the time."""
        return str(self.node)

    @property
    def reason(self) -> str:
        """For a leaf: what the event holds and how that compares. Empty for a join. It is made when it is asked for."""
        return self.explain() if self.explain is not None else ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """What decided: the parts that are false make an `and` false, one true part makes an `or` true."""
        return tuple(dict.fromkeys(self._iter_reasons()))

    def _iter_reasons(self) -> Iterator[str]:
        if not self.parts:
            yield self.reason
            return
        deciding = [part for part in self.parts if self.join == "not" or part.result is self.result]
        if (self.join, self.result) == ("or", True):
            deciding = deciding[:1]
        for part in deciding:
            yield from part._iter_reasons()


def negate(part: Verdict, node: Node) -> Verdict:
    """The opposite, for the same reason."""
    result = None if part.result is None else part.is_boolean is not False and not part.result
    return Verdict(result, node, None, "not", (part,))


def join(kind: Literal["and", "or"], parts: tuple[Verdict, ...], node: Node) -> Verdict:
    """From left to right. A part that decides ends it; an unknown part leaves it open, unless another one decides."""
    deciding = kind == "or"
    result, is_boolean = parts[0].result, parts[0].is_boolean
    for part in parts[1:]:
        if result is deciding and is_boolean:
            break
        sure = is_boolean is not False and part.is_boolean is not False
        if not sure:
            result = None if result is None and deciding else False
        elif deciding in (result, part.result):
            # A value that is not known may be no boolean, and then an `or` is false in spite of the other part.
            result = None if deciding and None in (is_boolean, part.is_boolean) else deciding
        elif part.result is None:
            result = None
        is_boolean = True
    return Verdict(result, node, None, kind, parts, is_boolean)
