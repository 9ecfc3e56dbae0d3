"""Located: a value of YAML or JSON that knows the line of each of its parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]


class UnreadableError(ValueError):
    """Text that is neither YAML nor JSON, or uses what a profile does not need; ``line`` is where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Located:
    value: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Sequence[str | int]) -> int:
        """From 1; of the nearest part that is there."""
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)


def read_located(data: bytes) -> Located:
    """Raises UnreadableError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(data[: error.start].count(b"\n") + 1, "is not text in UTF-8") from None
    try:
        _check_plain(text)
        node = yaml.compose(_without_tabs(text), yaml.SafeLoader)
        value = yaml.safe_load(_without_tabs(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"is neither YAML nor JSON: {error.problem or error.context}"
        raise UnreadableError(mark.line + 1 if mark is not None else 1, message) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(1, "is neither YAML nor JSON") from None
    return Located(value, dict(_lines(node, ()))) if node is not None else Located(value)


def _check_plain(text: str) -> None:
    """An alias can make a small file into a value of any size."""
    for event in yaml.parse(_without_tabs(text), yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            raise UnreadableError(line, "has an alias (*), which an account profile cannot have")


def _without_tabs(text: str) -> str:
    """JSON may be indented by tabs, and YAML may not. Between the quotes of JSON there are none."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text.replace("\t", " ")


def _lines(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, inner in node.value:
            if key.value in seen:
                raise UnreadableError(key.start_mark.line + 1, f"has {key.value!r} twice; keep one of them")
            seen.add(key.value)
            yield from _lines(inner, (*path, key.value))
            yield (*path, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, inner in enumerate(node.value):
            yield from _lines(inner, (*path, index))
