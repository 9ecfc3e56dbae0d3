"""What an unquoted YAML scalar means: YAML 1.2 with no surprises.

``yes``, ``no``, ``on`` and ``off`` are text, and so are dates and ``08:00``. Numbers are written as JSON writes them: what
has a leading zero or plus, or a base, is text, since a phone number or a commit hash is more likely meant than an octal
number, and YAML 1.1 and 1.2 read it differently.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER_START = frozenset("-.0123456789+")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FRACTION = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)")
_MAX_DIGITS = 100


class WrittenFloat(float):
    """A number that shows as it was written, so that ``1.10`` is not quoted back as 1.1."""

    __slots__ = ("text",)
    text: str

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


class UnusableNumberError(ValueError):
    """A number that no field can hold; the text says why."""


@lru_cache(maxsize=4096)  # most values are there many times: each is read once, and held once
def read_plain(text: str) -> Any:
    """The value of an unquoted scalar. Raises `UnusableNumberError` for infinities, ``.nan`` and endless digits."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INTEGER.fullmatch(text):
        if len(text) > _MAX_DIGITS:
            raise UnusableNumberError(f"a number of more than {_MAX_DIGITS} digits is refused")
        return int(text)
    if _FRACTION.fullmatch(text):
        return _fraction(text)
    if _NO_NUMBER.fullmatch(text):
        raise UnusableNumberError(f"{text} is refused")
    return text


def _fraction(text: str) -> WrittenFloat:
    number = WrittenFloat(text)
    if not math.isfinite(number):
        raise UnusableNumberError(
            f"the number {text} is too large" if len(text) <= _MAX_DIGITS else "the number is too large"
        )
    number.text = text
    return number


_TAGS = {
    "tag:yaml.org,2002:null": type(None),
    "tag:yaml.org,2002:bool": bool,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}
TEXT_TAG = "tag:yaml.org,2002:str"
PLAIN_TEXT = "!"
"""The tag that says: not a number or the like."""
SCALAR_TAGS = frozenset({*_TAGS, TEXT_TAG, PLAIN_TEXT})


def read_tagged(text: str, tag: str) -> Any:
    """The value of a scalar with one of the tags in `SCALAR_TAGS`. Raises ValueError when it does not fit the tag."""
    if tag in (TEXT_TAG, PLAIN_TEXT):
        return text
    value = read_plain(text)
    wanted = _TAGS[tag]
    if wanted is float and type(value) is int:
        return float(value)
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return value
    raise ValueError(f"{text[:40]!r} does not fit its tag {tag.replace('tag:yaml.org,2002:', '!!')!r}")
