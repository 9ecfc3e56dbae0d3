"""Codecs of contact methods, and of references to a contact method of the same person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pdsync.model.codec.plain import Canonical, CheckedCodec, Choice, Codec, Integer
from pdsync.model.codec.reference import Pointer
from pdsync.model.codec.shorthand import ShortForm, ShortObject
from pdsync.model.codec.structure import Object, Part
from pdsync.model.explanation import type_name
from pdsync.model.pattern import NOT_BLANK, whole
from pdsync.model.ref import Ref
from pdsync.model.scope import Path, Scope

EMAIL = "email_contact_method"
PUSH = "push_notification_contact_method"
NUMBERS = ("phone_contact_method", "sms_contact_method", "whatsapp_contact_method")
_TYPES = (EMAIL, *NUMBERS, PUSH)
REFERS_AS = "contact_method"
_TRUNK_ZERO = {33, 40, 44, 45, 49, 61, 66, 91}
_MEXICAN_SMS = (52, "sms_contact_method")
_METHOD_NAME = re.compile(r"(?P<type>\S+) (?:\+(?P<code>[0-9]{1,4}) )?(?P<address>.*)", re.S)


def method_name(method: Mapping[str, Canonical]) -> str:
    """The natural key of a method as the text of a reference: ``sms_contact_method +49 5550101``."""
    code = method.get("country_code")
    return " ".join([str(method.get("type")), *([f"+{code}"] if code else []), str(method.get("address"))])


def without_country(name: str) -> str:
    """The same text without a country code."""
    return re.sub(r"^(\S+) \+[0-9]+ ", r"\1 ", name)


@dataclass(frozen=True, slots=True)
class MethodAddress(Codec):
    """Where a contact method delivers to; an email address is compared in lower case, a number without punctuation."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 100, "pattern": NOT_BLANK}

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        text = str(value or "").strip()
        return text.lower() if "@" in text else text


@dataclass(frozen=True, slots=True)
class CountryCode(Integer):
    """A country calling code; shown as people write it."""

    def show(self, value: Canonical) -> str:
        return f"+{value}"


_NUMBER_HINT = 'Write it with its country code and in quotes: "+351 912 345 678".'


@lru_cache(maxsize=1024)
def _read_number(text: str) -> tuple[int, str] | str:
    """The country code and the digits behind it, without a trunk prefix; or what is wrong with the number."""
    # Only a manifest with such a number needs the library: its import takes longer than all of validation.
    import phonenumbers
    from phonenumbers import ValidationResult

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return f"{text!r} does not begin with a country code"
    code, digits = int(number.country_code or 0), phonenumbers.national_significant_number(number)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.IS_POSSIBLE:
        return code, digits
    # Local only: such a number has no area code, and the country code before it does not replace that.
    few = (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)
    much = "has too few" if reason in few else "has too many" if reason == ValidationResult.TOO_LONG else ""
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
            "errorMessage": _NUMBER_HINT,
            "examples": ["+351 912 345 678"],
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        read = _read_number(value)
        return None if isinstance(read, str) else read

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """Whether there is such a country code, and the number has a length that numbers of that country have."""
        read = _read_number(value)
        if isinstance(read, str):
            scope.problem(path, read, _NUMBER_HINT)


@dataclass(frozen=True, slots=True)
class MethodPointer(Pointer):
    """Refers to a contact method of the same user by type and address: ids belong to the server, and labels are free text."""

    def schema(self) -> dict[str, Any]:
        return METHOD_KEY.schema()

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        key = METHOD_KEY.desired(value, scope, path)
        if "type" not in key or "address" not in key:
            return None
        if key["type"] not in NUMBERS and "country_code" in key:
            scope.problem((*path, "country_code"), "only a number has a country code", "Remove it.", on_key=True)
        ref = Ref(REFERS_AS, "name", method_name(key))
        scope.refs.append((path, ref))
        return ref

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, Mapping):
            return Ref(REFERS_AS, "name", type_name(value))
        return Ref(REFERS_AS, "name", method_name(METHOD_KEY.live(value, scope)))

    def is_short(self, value: Any) -> bool:
        return METHOD_KEY.is_short(value)

    def to_manifest(self, value: Canonical) -> Any:
        match = _METHOD_NAME.fullmatch(value.value) if isinstance(value, Ref) else None
        if match is None:
            return value.value if isinstance(value, Ref) else value
        code = {"country_code": int(match["code"])} if match["code"] else {}
        return {"type": match["type"], **code, "address": match["address"]}

    def means(self, desired: Canonical, live: Canonical) -> bool:
        if not isinstance(desired, Ref) or not isinstance(live, Ref):
            return bool(desired == live)
        return desired.value in (live.value, without_country(live.value))


def _short_form(kind: str, *more: Part) -> ShortForm:
    """A number as people write it, in place of its type, country code and digits."""
    mark = kind.partition("_")[0]

    def meaning(said: Mapping[str, Canonical]) -> list[Canonical]:
        rest = {name: value for name, value in said.items() if name != mark}
        if mark not in said:
            return [rest]
        code, digits = said[mark]
        return [{"type": kind, "address": digits, "country_code": code, **rest}]

    says = (
        f'Instead of type {kind}, country_code and address: the number as people write it, such as "+351 912 345 678".'
    )
    return ShortForm(mark, Object((Part(mark, PhoneNumber(), says, required=True), *more)), meaning)


def method_object(*more: Part, of_email: Part | None = None) -> ShortObject:
    """A contact method with these members in addition to those that name it; `of_email` is one that an email address alone has."""
    forms = tuple(_short_form(kind, *more) for kind in NUMBERS)
    return ShortObject((*_KEY, *more, *([of_email] if of_email is not None else [])), forms=forms)


_KEY = (
    Part("type", Choice(_TYPES), "The type of contact method.", required=True),
    Part(
        "address",
        MethodAddress(),
        "The email address, or the number in digits without the country code.",
        required=True,
    ),
    Part(
        "country_code",
        CountryCode(1, 1999),
        "Country calling code of a number, such as 49. By default PagerDuty fills it in.",
    ),
)
METHOD_KEY = method_object()


def long_method(method: Mapping[str, Any]) -> Mapping[str, Any]:
    """A written method in its long form."""
    if not METHOD_KEY.is_short(method):
        return method
    read: Mapping[str, Any] = METHOD_KEY.desired(method, Scope(), ())
    return read


def check_method(method: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Reports an address that PagerDuty refuses for its type and country."""
    kind, address, code = method.get("type"), method.get("address"), method.get("country_code")
    if address is None:
        return
    if kind == EMAIL:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address.strip()):
            scope.problem((*path, "address"), f"{address!r} is not an email address")
        if code is not None:
            scope.problem((*path, "country_code"), "an email address has no country code", "Remove it.", on_key=True)
        return
    if "send_short_email" in method:
        scope.problem((*path, "send_short_email"), "only an email address has this", "Remove it.", on_key=True)
    if kind in NUMBERS:
        # Rules as PagerDuty applies them: terraform-provider-pagerduty, resource_pagerduty_user_contact_method.go
        if not re.fullmatch(r"[0-9,*#]{1,40}", address):
            hint = "Digits without spaces, and the country in country_code."
            scope.problem((*path, "address"), f"{address!r} is not a number that PagerDuty accepts", hint)
        elif code in _TRUNK_ZERO and address.startswith("0"):
            says = f"a number under +{code} is written without the leading 0"
            scope.problem((*path, "address"), says, f"Write {address[1:]!r}.")
        elif address.startswith("1") and (code == 1 or (code, kind) == _MEXICAN_SMS):
            what = "a number" if code == 1 else "a number for SMS"
            says = f"{what} under +{code} is written without a leading 1"
            scope.problem((*path, "address"), says, f"Write {address[1:]!r}.")
