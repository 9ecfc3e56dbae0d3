"""Validator: whether JSON that people wrote fits a JSON Schema, and a sentence for each thing that is wrong.

jsonschema-rs says which documents do, in no time; jsonschema says what is wrong with the others. A schema carries the
words: ``x-must`` is what belongs at a place, ``x-missing`` ends the sentence about a member that is not there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

Schema = dict[str, Any]


class Validator:
    """One schema, which is built when the first document comes."""

    def __init__(self, build_schema: Callable[[], Schema]) -> None:
        self._build_schema = build_schema

    @cached_property
    def _fits(self) -> Callable[[Any], bool]:
        from jsonschema_rs import Draft202012Validator

        fits: Callable[[Any], bool] = Draft202012Validator(self._build_schema()).is_valid
        return fits

    @cached_property
    def _slow(self) -> Any:
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self._build_schema())

    def problems(self, document: Any, place: str = "") -> list[str]:
        """What is wrong with a document that is at `place`, each with its own place."""
        try:
            return self._problems(document, place)
        except RecursionError:
            return [f"{place or 'the document'} is nested too deeply"]

    def _problems(self, document: Any, place: str) -> list[str]:
        try:
            if self._fits(document):
                return []
        except ValueError:  # half of a surrogate pair: Rust has no text for it
            if self._slow.is_valid(document):
                return []
        errors = sorted(
            self._slow.iter_errors(_plain(document)), key=lambda error: [str(it) for it in error.absolute_path]
        )
        found = [sentence for error in errors for sentence in _sentences(error, place)]
        return list(dict.fromkeys(found)) or [f"{place or 'the document'} does not fit its schema"]


def _plain(value: Any) -> Any:
    """The same document without what JSON does not know: the validators do not agree on it."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _sentences(error: Any, place: str) -> Iterator[str]:
    at = _at(place, error.absolute_path)
    known = error.schema.get("properties", {})
    if error.validator == "additionalProperties":
        for name in error.instance:
            if name not in known:
                yield f"{_at(at, [name])} is unknown; there is: {', '.join(sorted(known))}"
    elif error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield f"{_at(at, [name])} is missing{error.schema.get('x-missing', '')}"
    else:
        yield f"{at or 'the document'} must {error.schema.get('x-must', 'be something else')}"


def _at(place: str, path: Sequence[str | int]) -> str:
    for step in path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    return place
