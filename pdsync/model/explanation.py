"""Explains what is wrong with a value: the errors of jsonschema in our words, each with its place and what to do next.

A schema carries what is said. Editors show the same, so its words are theirs where they have one:

- ``errorMessage``: the hint, what to write instead.
- ``x-expected``: valid here, such as "an email address"; without it the type says so.
- ``x-noun``: what the members of a mapping or the items of a list are called.
- ``x-otherwise``: what to do about a value that is like none of those listed, with ``{}`` in its place.
- ``x-instead``: names or values that people know and that are not here, each with what to write instead.
- ``x-meant``: of these names, the one that each is written in place of; that it is missing is not reported.
- ``x-short``: members that would make the value a short form.
- ``x-refusal``: what is wrong with such a name, where "cannot be managed" is not it.
- ``description``: the hint where a required member is missing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from pdsync.model.pattern import NOT_BLANK
from pdsync.model.scope import Path, Problem
from pdsync.model.suggestion import did_you_mean, find_nearest


class Error(Protocol):
    """The parts of jsonschema's ValidationError that are used here."""

    instance: Any
    schema: Any
    validator: str
    validator_value: Any
    absolute_path: Iterable[str | int]
    relative_path: Sequence[str | int]
    relative_schema_path: Sequence[str | int]
    context: Sequence[Any]
    parent: Any


_TYPES: Mapping[str, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "null": "nothing (null)",
}


def type_name(value: object) -> str:
    """The type of a value, in the words of a person who writes YAML."""
    names: list[tuple[type | tuple[type, ...], str]] = [
        (bool, "true or false"), (int, "a whole number"), (float, "a number with a fraction"), (str, "text"),
        (list, "a list"), (dict, "a mapping"),
    ]  # fmt: skip
    if value is None:
        return "nothing (null)"
    return next((name for types, name in names if isinstance(value, types)), type(value).__name__)


def explain(errors: Iterable[Error], schema: Mapping[str, Any], path: Path) -> list[Problem]:
    """The problems behind the errors of a value that is at `path` and was checked against `schema`."""
    explanation = _Explanation(schema, path)
    found = [problem for error in errors for problem in explanation.problems(error)]
    return list(dict.fromkeys(found))


class _Explanation:
    """Turns one error after the other into problems."""

    def __init__(self, schema: Mapping[str, Any], path: Path) -> None:
        self._schema = schema
        self._path = path
        self._by_keyword: Mapping[str, Callable[[Error], Iterator[Problem]]] = {
            "type": self._type,
            "enum": self._choice,
            "const": self._choice,
            "pattern": self._pattern,
            "not": self._forbidden,
            "minLength": self._length,
            "maxLength": self._length,
            "minimum": self._bound,
            "maximum": self._bound,
            "minItems": self._count,
            "maxItems": self._count,
            "uniqueItems": self._twice,
            "minProperties": self._shape,
            "maxProperties": self._shape,
            "additionalProperties": self._unknown,
            "required": self._missing,
            "anyOf": self._none_of,
        }

    def problems(self, error: Error) -> Iterator[Problem]:
        """The message of one error."""
        if "propertyNames" in error.relative_schema_path:
            yield from self._name(error)
        else:
            yield from self._by_keyword.get(str(error.validator), self._shape)(error)

    def _place(self, error: Error) -> Path:
        return (*self._path, *error.absolute_path)

    def _bad(self, error: Error, message: str, hint: str = "") -> Problem:
        return Problem(self._place(error), message, hint, unreadable=True)

    def _type(self, error: Error) -> Iterator[Problem]:
        value, expected = error.instance, _word(error, "x-expected")
        hint = _word(error, "errorMessage")
        if not expected and _type_of(error.schema) == "string" and isinstance(value, int | float):
            hint = f'Quote it: "{_as_written(value)}".'
        yield self._bad(error, f"expected {expected or _expected(error.schema)}, got {type_name(value)}", hint)

    def _choice(self, error: Error) -> Iterator[Problem]:
        value, options = error.instance, error.schema.get("enum", [error.schema.get("const")])
        instead: Mapping[str, str] = error.schema.get("x-instead", {})
        if isinstance(value, str) and value in instead:
            yield self._bad(error, f"{value!r} cannot be set through the API", instead[value])
            return
        named = [option for option in options if option is not None]
        shown = _as_written(value) if isinstance(value, int | float) else type_name(value)
        if isinstance(value, str):
            shown = repr(value)
        listed = ", ".join(map(_as_written, named))
        hint = did_you_mean(value, named) or _word(error, "x-otherwise").replace("{}", str(value))
        yield self._bad(error, f"{shown} is not one of: {listed}", hint)

    def _pattern(self, error: Error) -> Iterator[Problem]:
        if error.validator_value == NOT_BLANK:
            yield self._empty(error)
            return
        expected = _word(error, "x-expected")
        what = f"is not {expected}" if expected else "is not allowed here"
        yield self._bad(error, f"{error.instance!r} {what}", _word(error, "errorMessage"))

    def _empty(self, error: Error) -> Problem:
        return self._bad(error, "is empty", "Write a value, or leave out the field.")

    def _forbidden(self, error: Error) -> Iterator[Problem]:
        if "pattern" in error.schema:  # a line break after a text that fits otherwise
            yield from self._pattern(error)
            return
        if "required" in error.validator_value:
            one, other = error.validator_value["required"]
            hint = "Both mean the same: remove one of them."
            yield Problem((*self._place(error), other), f"{other!r} and {one!r} exclude each other", hint, on_key=True)
            return
        found = sorted(set(re.findall(error.validator_value["pattern"], error.instance)))
        yield self._bad(error, f"may not contain {' '.join(found)}", _word(error, "errorMessage"))

    def _length(self, error: Error) -> Iterator[Problem]:
        length, limit = len(error.instance), error.validator_value
        if not error.instance and error.schema.get("pattern") == NOT_BLANK:  # which says so as well
            yield self._empty(error)
        elif _word(error, "x-expected"):
            yield from self._pattern(error)
        elif error.validator == "maxLength":
            yield self._bad(error, f"is {length} characters long; at most {limit} are allowed")
        elif length == 0:
            yield self._empty(error)
        else:
            yield self._bad(error, f"is shorter than {limit} characters")

    def _bound(self, error: Error) -> Iterator[Problem]:
        side = "below the minimum" if error.validator == "minimum" else "above the maximum"
        yield self._bad(error, f"{error.instance} is {side} of {error.validator_value}")

    def _count(self, error: Error) -> Iterator[Problem]:
        count, limit = len(error.instance), error.validator_value
        noun = _word(error, "x-noun") or "item"
        if error.validator == "maxItems":
            yield Problem(self._place(error), f"has {count} {noun}s; at most {limit} are allowed")
        else:
            message = f"needs at least {limit} {noun}{'s' if limit > 1 else ''}"
            yield Problem(self._place(error), message, "" if count else "It is empty.")

    def _twice(self, error: Error) -> Iterator[Problem]:
        items = error.instance
        noun = _word(error, "x-noun") or "item"
        for index, item in enumerate(items):
            if item in items[:index]:
                yield Problem((*self._place(error), index), f"this {noun} is listed twice", "Remove one.")

    def _shape(self, error: Error) -> Iterator[Problem]:
        expected = _word(error, "x-expected") or "valid here"
        yield self._bad(error, f"is not {expected}", _word(error, "errorMessage"))

    def _unknown(self, error: Error) -> Iterator[Problem]:
        schema, value = error.schema, error.instance
        if "maxProperties" in schema:  # a choice of one member: without it the mapping says nothing
            yield from self._shape(error)
            return
        known = list(dict.fromkeys((*schema.get("properties", {}), *schema.get("x-short", ()))))
        instead: Mapping[str, str] = schema.get("x-instead", {})
        refusals: Mapping[str, str] = schema.get("x-refusal", {})
        for name in value:
            place = (*self._place(error), name)
            if name in instead:
                refusal = refusals.get(
                    name, "is not possible here" if name in schema.get("x-meant", ()) else "cannot be managed"
                )
                yield Problem(place, f"{name!r} {refusal}", instead[name], on_key=True)
            elif name not in known:
                near = _nearest_name(name, known, value)
                hint = f"Did you mean {near!r}?" if near else f"Possible here: {', '.join(known)}."
                yield Problem(place, f"unknown {schema.get('x-noun', 'field')} {name!r}", hint, on_key=True)

    def _missing(self, error: Error) -> Iterator[Problem]:
        value, schema = error.instance, self._mapping_at(error)
        properties: Mapping[str, Any] = schema.get("properties", {})
        for name, near in _misspelt_marks(error):
            yield Problem(
                (*self._place(error), name), f"unknown field {name!r}", f"Did you mean {near!r}?", on_key=True
            )
            return
        # Where each unknown name is a mistake of its own: that the right one is missing goes without saying.
        is_closed = schema.get("additionalProperties") is False
        unknown = [name for name in value if name not in properties] if is_closed else []
        meant: Mapping[str, str] = schema.get("x-meant", {})
        misspelt = {meant.get(name) or _nearest_name(name, list(properties), value) for name in unknown}
        # Where nothing that is written belongs here, that is the mistake: it is named with all that would.
        if misspelt & _other_ways(error) or (unknown and properties and properties.keys().isdisjoint(value)):
            return
        for name in error.validator_value:
            if name not in value and name not in misspelt:
                hint = error.schema.get("errorMessage") or _about(properties.get(name, {}))
                yield Problem(self._place(error), f"{name!r} is missing", hint)

    def _mapping_at(self, error: Error) -> Mapping[str, Any]:
        """The schema of the mapping that lacks a field. A condition says what is required apart from what there is."""
        schema = error.schema if "properties" in error.schema else self._schema
        for step in error.absolute_path if schema is self._schema else ():
            schema = schema.get("properties", {}).get(step, {})
        found: Mapping[str, Any] = schema
        return found

    def _name(self, error: Error) -> Iterator[Problem]:
        name, expected = str(error.instance), _word(error, "x-expected")
        place = (*self._place(error), name)
        yield Problem(place, f"{name!r} is not {expected}", _word(error, "errorMessage"), on_key=True)

    def _none_of(self, error: Error) -> Iterator[Problem]:
        """The one of the ways to write a value that was probably meant: the first one that has the type of the value."""
        ways: dict[Any, list[Error]] = defaultdict(list)
        for inner in error.context or ():
            ways[inner.relative_schema_path[0]].append(inner)
        fitting = [found for found in ways.values() if not any(_is_of_all(inner, "type") for inner in found)]
        meant = next((found for found in fitting if not _is_of_all(found[0], "enum")), fitting[0] if fitting else None)
        if meant is None:
            yield from self._type(error)
        for inner in meant or ():
            yield from self.problems(inner)


def _word(error: Error, name: str) -> str:
    """What the schema says under this name, or the choice of ways that the schema is one of."""
    said: str = error.schema.get(name, "")
    parent = error.parent
    if not said and parent is not None and not error.relative_path:
        return _word(parent, name)
    return said


def _misspelt_marks(error: Error) -> Iterator[tuple[str, str]]:
    """The members that are like the one which makes a value a short form; what its long form lacks is not the mistake then."""
    known = error.schema.get("properties", {})
    for name in error.instance:
        near = find_nearest(name, error.schema.get("x-short", ())) if name not in known else None
        if near is not None:
            yield name, near


def _other_ways(error: Error) -> set[str]:
    """The members of which one would do in place of those that are missing."""
    ways = error.parent.context if error.parent is not None and error.parent.validator == "anyOf" else ()
    return {name for way in ways for name in (way.validator_value if way.validator == "required" else ())}


def _is_of_all(error: Error, keyword: str) -> bool:
    """Whether this keyword refuses the value as a whole, and not a part of it."""
    return error.validator == keyword and not error.relative_path


def _type_of(schema: Mapping[str, Any]) -> str:
    named = schema.get("type", "")
    return str(named[0] if isinstance(named, list) else named)


def _expected(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(_expected, schema["anyOf"])))
    named = _type_of(schema)
    if named != "object":
        return _TYPES.get(named, "an object")
    names = ", ".join(schema.get("properties", {}))
    return f"a mapping with {names}" if names else "a mapping"


def _as_written(value: float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _about(schema: Mapping[str, Any]) -> str:
    """The hint where a member is missing: what it is, or what it may be."""
    if "description" in schema:
        return str(schema["description"])
    return f"Write one of: {', '.join(map(str, schema['enum']))}." if "enum" in schema else ""


def _nearest_name(name: str, known: list[str], value: Mapping[str, Any]) -> str | None:
    """The member that was probably meant; one that is not there yet comes first."""
    return find_nearest(name, [other for other in known if other not in value]) or find_nearest(name, known)
