"""Codecs of contact methods, and of what names one of the same person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Canonical, Choice, Codec, Integer
from pdsync.model.codec.reference import Pointer
from pdsync.model.codec.structure import Object, optional, required
from pdsync.model.explanation import type_name
from pdsync.model.pattern import NOT_BLANK
from pdsync.model.ref import Ref
from pdsync.model.scope import Path, Scope

EMAIL = "email_contact_method"
PUSH = "push_notification_contact_method"
NUMBERS = ("phone_contact_method", "sms_contact_method", "whatsapp_contact_method")
_TYPES = (EMAIL, *NUMBERS, PUSH)
REFERS_AS = "contact_method"
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


@dataclass(frozen=True, slots=True)
class MethodPointer(Pointer):
    """Names a contact method of the same user by what it is: ids are the server's, labels are free text."""

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


METHOD_KEY = Object.of(
    type=required(Choice(_TYPES), "How it reaches the person."),
    address=required(MethodAddress(), "The email address, or the number in digits without the country code."),
    country_code=optional(
        CountryCode(1, 1999), "Country calling code of a number, such as 49. Without one PagerDuty fills it in."
    ),
)
