"""The JSON form of what pdsync saves and prints: a plan, a result, drift, an impact.

Each of these is a `Form`: a class that declares its members once, with their types and descriptions. From the declaration
come the JSON (`Form.to_json`), the way back (`from_json`) and the published schema (`pdsync.plan.saved.output_schema`), so
none of the three can say something else than the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, UNSET, Meta, Struct, ValidationError, convert
from msgspec.json import Encoder

from pdsync.model import Canonical, decode, encode
from pdsync.model.live import compact_bytes, encode_other


def says(description: str, **schema: Any) -> Meta:
    """What a member means. `schema` holds what its type cannot say, in the words of JSON Schema."""
    return Meta(description=description, extra_json_schema=schema or None)


DIGEST_PATTERN = r"^[0-9a-f]{64}$"

Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Digest = Annotated[str, Meta(pattern=DIGEST_PATTERN, max_length=64)]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Source = Annotated[str | None, says("file:line of the manifest that causes it; null if none does.")]
Values = Mapping[str, Canonical]
VALUE = 'A value in canonical form: durations as numbers in the API\'s unit, references as {"$ref": kind, "key" or "id": ...}.'


def counts(description: str, members: Mapping[str, str], optional: Collection[str] = ()) -> Meta:
    """What a mapping of counts means, and each of its members. The members that are `optional` are there only where they are not 0."""
    properties = {name: {"type": "integer", "minimum": 0, "description": text} for name, text in members.items()}
    return says(description, properties=properties, required=[it for it in members if it not in optional])


class Form(Struct, frozen=True):
    """A value with a JSON form."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, members in the order of their declaration."""
        return {name: _plain(value) for name, value in self.members()}

    def members(self) -> Iterator[tuple[str, Any]]:
        """Each member of its JSON with the value that is written, not yet plain."""
        for attribute, name, default in _declared(type(self)):
            value = getattr(self, attribute)
            if value is UNSET:
                continue
            # An empty text where there may be none says the same, and is published as null.
            yield name, None if default is None and value == "" else value


@cache
def _declared(form: type[Form]) -> tuple[tuple[str, str, Any], ...]:
    """The members of a class: attribute, name in JSON, default."""
    attributes, defaults = form.__struct_fields__, form.__struct_defaults__  # defaults are of the last ones
    all_defaults = (NODEFAULT,) * (len(attributes) - len(defaults)) + defaults
    return tuple(zip(attributes, form.__struct_encode_fields__, all_defaults, strict=True))


def _plain(value: Any) -> Any:
    # msgspec.to_builtins would write a `Ref` field by field, because it is a dataclass: references have a form of their own.
    if isinstance(value, Form):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else encode(value)


@cache
def _writer() -> Callable[[Form], bytes]:
    """Writes a form as `compact_bytes` writes its JSON."""
    return Encoder(order="sorted", enc_hook=encode_other).encode


def _compact(value: Any) -> bytes:
    """`compact_bytes` of the JSON of a value; of a form without its JSON being made, where the two are the same."""
    if isinstance(value, Form) and not _has_blank(value):
        with suppress(UnicodeEncodeError):
            return _writer()(value)
    return compact_bytes(_plain(value))


@cache
def _optional_texts(form: type[Form]) -> tuple[str, ...]:
    """The members that are a text or null: an empty text there is published as null."""
    hints = get_type_hints(form)
    return tuple(name for name, _, default in _declared(form) if default is None and str in get_args(hints[name]))


@cache
def _inner(form: type[Form]) -> tuple[str, ...]:
    """The members that hold forms in which such texts may be."""
    return tuple(
        name for name, hint in get_type_hints(form).items() if any(map(_may_be_blank, (hint, *get_args(hint))))
    )


def _may_be_blank(hint: Any) -> bool:
    return (
        isinstance(hint, type)
        and get_origin(hint) is None
        and issubclass(hint, Form)
        and bool(_optional_texts(hint) or _inner(hint))
    )


def _has_blank(form: Form) -> bool:
    """Whether an empty text is published as null, in the form or in one inside it."""
    if any(getattr(form, name) == "" for name in _optional_texts(type(form))):
        return True
    for name in _inner(type(form)):
        value = getattr(form, name)
        for item in value if type(value) is tuple else (value,):
            if isinstance(item, Form) and _has_blank(item):
                return True
    return False


def digest_of_members(members: Iterable[tuple[str, Any]]) -> str:
    """`digest_of` the JSON of a form that has these members, of which never more than one item of a list is held as text."""
    digest, lead = hashlib.sha256(), "{"
    for name, value in sorted(members, key=lambda member: member[0]):
        digest.update(f'{lead}"{name}":'.encode())
        lead = ","
        if isinstance(value, tuple):
            digest.update(b"[")
            for at, item in enumerate(value):
                digest.update(b"," + _compact(item) if at else _compact(item))
            digest.update(b"]")
        else:
            digest.update(_compact(value))
    digest.update(b"}" if lead == "," else b"{}")
    return digest.hexdigest()


AnyForm = TypeVar("AnyForm", bound=Form)


def from_json(body: Mapping[str, Any], form: type[AnyForm]) -> AnyForm:
    """The inverse of `Form.to_json`. Raises ValueError for what is not of that form."""
    try:
        return convert(decode(body), form)
    except ValidationError as error:
        raise ValueError(str(error)) from None
