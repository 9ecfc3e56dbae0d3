"""The JSON form of what pdsync saves and prints: a plan, a result, drift, an impact.

Each of these is a `Form`: a class that declares its members once, with their types and descriptions. From the declaration
come the JSON (`Form.to_json`), the way back (`from_json`) and the published schema (`pdsync.plan.saved.output_schema`), so
none of the three can say something else than the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeVar

from msgspec import NODEFAULT, UNSET, Meta, Struct, ValidationError, convert

from pdsync.model import Canonical, decode, encode


def says(description: str, **schema: Any) -> Meta:
    """What a member means. `schema` holds what its type cannot say, in the words of JSON Schema."""
    return Meta(description=description, extra_json_schema=schema or None)


DIGEST_PATTERN = r"^[0-9a-f]{64}$"

Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Digest = Annotated[str, Meta(pattern=DIGEST_PATTERN, max_length=64)]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Source = Annotated[str | None, says("file:line of the manifest that causes it; null where none does.")]
Values = Mapping[str, Canonical]
VALUE = 'A value in canonical form: durations as numbers in the API\'s unit, references as {"$ref": kind, "key" or "id": ...}.'


def counts(description: str, members: Mapping[str, str]) -> Meta:
    """What a mapping of counts means, and each of its members."""
    properties = {name: {"type": "integer", "minimum": 0, "description": text} for name, text in members.items()}
    return says(description, properties=properties, required=list(members))


class Form(Struct, frozen=True):
    """A value with a JSON form."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, members in the order of their declaration."""
        return {name: _plain(value) for name, value in _members(self)}


@cache
def _declared(form: type[Form]) -> tuple[tuple[str, str, Any], ...]:
    """The members of a class: attribute, name in JSON, default."""
    attributes, defaults = form.__struct_fields__, form.__struct_defaults__  # defaults are of the last ones
    all_defaults = (NODEFAULT,) * (len(attributes) - len(defaults)) + defaults
    return tuple(zip(attributes, form.__struct_encode_fields__, all_defaults, strict=True))


def _members(form: Form) -> Iterator[tuple[str, Any]]:
    for attribute, name, default in _declared(type(form)):
        value = getattr(form, attribute)
        if value is UNSET:
            continue
        # An empty text where there may be none says the same, and is published as null.
        yield name, None if default is None and value == "" else value


def _plain(value: Any) -> Any:
    # msgspec.to_builtins would write a `Ref` field by field, because it is a dataclass: references have a form of their own.
    if isinstance(value, Form):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else encode(value)


AnyForm = TypeVar("AnyForm", bound=Form)


def from_json(body: Mapping[str, Any], form: type[AnyForm]) -> AnyForm:
    """The inverse of `Form.to_json`. Raises ValueError for what is not of that form."""
    try:
        return convert(decode(body), form)
    except ValidationError as error:
        raise ValueError(str(error)) from None
