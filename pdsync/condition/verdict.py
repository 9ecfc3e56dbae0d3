"""The result of a condition for one event, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Join: TypeAlias = Literal["", "not", "and", "or"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """True, false, or None where something that decides it is not known."""

    result: bool | None
    text: str
    """The condition, or the part of it, that was judged."""
    reason: str = ""
    """For a leaf: what the event holds and how that compares. Empty for a join."""
    join: Join = ""
    parts: tuple[Verdict, ...] = ()

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


def negate(part: Verdict, text: str) -> Verdict:
    """The opposite, for the same reason."""
    return Verdict(None if part.result is None else not part.result, text, "", "not", (part,))


def join(kind: Literal["and", "or"], parts: tuple[Verdict, ...], text: str) -> Verdict:
    """One part decides where it can; otherwise an unknown part leaves the whole unknown."""
    deciding = kind == "or"
    results = [part.result for part in parts]
    result = deciding if deciding in results else None if None in results else not deciding
    return Verdict(result, text, "", kind, parts)
