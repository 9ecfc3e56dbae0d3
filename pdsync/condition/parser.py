"""Text to condition. lark is imported here alone, and only when the first condition is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pdsync.condition.error import ConditionError
from pdsync.condition.tree import Node

if TYPE_CHECKING:
    from lark import Lark

MOST_KEPT = 65_536
"""How many conditions are kept once they are read. The same one is read by several checks, by the plan and for each event, each time all
rules in turn: so where there are more than are kept, none is found again."""

MOST_NESTED = 50
"""How deep a condition may be nested. Each level is a call or more in what reads it, and Python's calls are bounded."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was read."""

    text: str
    node: Node

    def __str__(self) -> str:
        return str(self.node)


@lru_cache(maxsize=MOST_KEPT)
def parse(text: str) -> Condition:
    """The condition that the text means; a `ConditionError` says what is wrong with it."""
    from lark import LarkError, UnexpectedInput

    from pdsync.condition.builder import as_condition
    from pdsync.condition.syntax_error import explain
    from pdsync.condition.tree import is_deeper

    parser = _parser()
    try:
        tree: Any = parser.parse(text)
    except UnexpectedInput as error:
        raise explain(text, error) from None
    except LarkError as error:  # an error of the builder arrives wrapped
        raise (error.__context__ or error) from None
    node = as_condition(tree)
    if is_deeper(node, MOST_NESTED):
        raise ConditionError(
            f"the condition is nested more than {MOST_NESTED} levels deep", 1, "Split it into several rules."
        )
    return Condition(text, node)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    from pdsync.condition.builder import Builder

    grammar = files("pdsync.condition").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=Builder(), maybe_placeholders=True)
