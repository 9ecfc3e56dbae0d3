"""Telephone numbers as people write them: with a plus sign, the country code, and spaces where they like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pdsync.model.codec.plain import Canonical, CheckedCodec
from pdsync.model.pattern import whole
from pdsync.model.scope import Path, Scope

_HINT = 'Write it with its country code and in quotes: "+351 912 345 678".'


@lru_cache(maxsize=1024)
def _read(text: str) -> tuple[int, str] | str:
    """The country code and the digits behind it, without a trunk prefix; or what is wrong with the number."""
    # Only a manifest with such a number needs the library: its import takes longer than all of validation.
    import phonenumbers
    from phonenumbers import ValidationResult

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return f"{text!r} does not begin with the code of a country"
    code, digits = int(number.country_code or 0), phonenumbers.national_significant_number(number)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason in (ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return code, digits
    much = {ValidationResult.TOO_LONG: "has too many", ValidationResult.TOO_SHORT: "has too few"}.get(reason)
    return f"{text!r} {much or 'does not have the right number of'} digits behind +{code}"


@dataclass(frozen=True, slots=True)
class PhoneNumber(CheckedCodec):
    """A number in international form; the canonical value is the country code and the digits behind it."""

    def schema(self) -> dict[str, Any]:
        expected = "a phone number with its country code"
        return {
            "type": "string",
            "maxLength": 40,
            **whole(r"[+][0-9][0-9 ().\-/]{3,38}"),
            "x-expected": expected,
            "errorMessage": _HINT,
            "examples": ["+351 912 345 678"],
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        read = _read(value)
        return None if isinstance(read, str) else read

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """Whether there is such a country code, and the number has a length that numbers of that country have."""
        read = _read(value)
        if isinstance(read, str):
            scope.problem(path, read, _HINT)
