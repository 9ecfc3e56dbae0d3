"""Validator: checks JSON that people wrote against a JSON Schema, with a sentence for each error.

jsonschema-rs says which documents do, in no time; jsonschema says what is wrong with the others. A schema carries the
words: ``x-must`` is what belongs at a place, ``x-missing`` ends the sentence about a member that is not there.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, ``says``, with the part of a document that is at ``path``."""

    path: tuple[str | int, ...]
    says: str

    def sentence(self, place: str = "") -> str:
        """With the place in the document that is at ``place``."""
        return f"{_at(place, self.path) or 'the document'} {self.says}"


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
        return list(dict.fromkeys(flaw.sentence(place) for flaw in self.flaws(document)))

    def flaws(self, document: Any) -> list[Flaw]:
        try:
            return self._flaws(document)
        except RecursionError:
            return [Flaw((), "is nested too deeply")]

    def _flaws(self, document: Any) -> list[Flaw]:
        try:
            if self._fits(document):
                return []
        except ValueError:  # half of a surrogate pair: Rust has no text for it
            if self._slow.is_valid(document):
                return []
        errors = sorted(
            self._slow.iter_errors(_plain(document)), key=lambda error: [str(it) for it in error.absolute_path]
        )
        found = [flaw for error in errors for flaw in _flaws_of(error)]
        return list(dict.fromkeys(found)) or [Flaw((), "does not fit its schema")]


def _plain(value: Any) -> Any:
    """The same document without what JSON does not know: the validators do not agree on it."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _flaws_of(error: Any) -> Iterator[Flaw]:
    path = tuple(error.absolute_path)
    known = error.schema.get("properties", {})
    if error.validator == "additionalProperties":
        for name in error.instance:
            if name not in known:
                hint = _did_you_mean(name, known) or f"; there is: {', '.join(sorted(known))}"
                yield Flaw((*path, name), f"is unknown{hint}")
    elif error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield Flaw((*path, name), f"is missing{error.schema.get('x-missing', '')}")
    else:
        guess = _did_you_mean(error.instance, error.validator_value) if error.validator == "enum" else ""
        yield Flaw(path, f"must {error.schema.get('x-must', 'be something else')}{guess}")


def _did_you_mean(given: Any, known: Iterable[Any]) -> str:
    """The end of a sentence, empty where nothing known is like what was given."""
    names = [it for it in known if isinstance(it, str)]
    close = difflib.get_close_matches(given, names, n=1) if isinstance(given, str) else []
    return f"; did you mean {close[0]}?" if close else ""


def _at(place: str, path: Sequence[str | int]) -> str:
    for step in path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    return place
