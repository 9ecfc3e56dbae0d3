"""User: a person who can be notified, with contact methods and notification rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.kinds.child import ChildList
from pdsync.kinds.codec import (
    Boolean,
    Canonical,
    Choice,
    Codec,
    Duration,
    Email,
    Integer,
    Nullable,
    Text,
    Zone,
)
from pdsync.kinds.field import Field
from pdsync.kinds.kind import Kind
from pdsync.kinds.reference import Ref
from pdsync.kinds.scope import Path, RefMap, Scope
from pdsync.kinds.structure import Object, Part

_API = "PagerDuty API description, User"
_PUSH = "push_notification_contact_method"
_METHOD_TYPES = (
    "email_contact_method",
    "phone_contact_method",
    "sms_contact_method",
    "whatsapp_contact_method",
    _PUSH,
)
_ROLES = {
    "admin": "Global admin",
    "user": "Manager",
    "limited_user": "Responder",
    "observer": "Observer (needs advanced permissions)",
    "restricted_access": "Restricted access (needs advanced permissions)",
    "read_only_user": "Full stakeholder (needs read_only_users; cannot be on call)",
    "read_only_limited_user": "Limited stakeholder (needs read_only_users; cannot be on call)",
}


@dataclass(frozen=True, slots=True)
class Role(Choice):
    """A base role. The owner is read, but the API can neither set nor change it (terraform-provider-pagerduty PR 379)."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if value == "owner":
            scope.problem(path, "'owner' cannot be set through the API", "Leave the role out for the account owner.")
            return "admin"
        return Choice.desired(self, value, scope, path)


@dataclass(frozen=True, slots=True)
class Address(Codec):
    """Where a contact method delivers to; an email address is compared in lower case, a number without punctuation."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 100}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if not isinstance(value, str):
            hint = f'Quote it: "{value}".' if isinstance(value, int) else ""
            scope.problem(path, "expected an address in quotes", hint)
            return ""
        text = value.strip()
        if not text or len(value) > 100:
            scope.problem(path, "needs 1 to 100 characters")
        return text.lower() if "@" in text else text

    def live(self, value: Any, scope: Scope) -> Canonical:
        text = str(value or "").strip()
        return text.lower() if "@" in text else text


@dataclass(frozen=True, slots=True)
class MethodPointer(Codec):
    """Names a contact method of the same user by type and address: ids are the server's, labels are free text."""

    def schema(self) -> dict[str, Any]:
        return _METHOD_KEY.schema()

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        key = _METHOD_KEY.desired(value, scope, path)
        ref = Ref("contact_method", "name", f"{key.get('type')} {key.get('address')}")
        scope.refs.append((path, ref))
        return ref

    def live(self, value: Any, scope: Scope) -> Canonical:
        key = _METHOD_KEY.live(value, scope)
        return Ref("contact_method", "name", f"{key.get('type')} {key.get('address')}")

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return refs(value)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return refs(value)


_METHOD_KEY = Object(
    (
        Part("type", Choice(_METHOD_TYPES), "How it reaches the person.", required=True),
        Part(
            "address",
            Address(),
            "The email address, or the number in digits without the country code.",
            required=True,
        ),
    )
)

CONTACT_METHODS = ChildList(
    name="contact_methods",
    item=Object(
        (
            *_METHOD_KEY.parts,
            Part("label", Text(max_length=100, min_length=1), "A name for people, such as Work or Mobile."),
            Part(
                "country_code",
                Integer(1, 1999),
                "Country calling code of a number, such as 49. Without one PagerDuty fills it in.",
            ),
            Part("send_short_email", Boolean(), "Send a short text instead of the full email."),
        )
    ),
    key=("type", "address"),
    description="Ways to reach this person. Those that are not listed stay: people add their own.",
    source="PagerDuty API description; uniqueness per user: terraform-provider-pagerduty, user_contact_method",
    default_mode="additive",
    collection="users/{parent}/contact_methods",
    member="users/{parent}/contact_methods/{id}",
    wrapper="contact_method",
    # The phone app registers itself; the API cannot make such a method again (terraform-provider-pagerduty PR 247).
    lasting=lambda value: value.get("type") == _PUSH,
)


def _rule_with_address(rule: dict[str, Any], user: Mapping[str, Any]) -> dict[str, Any]:
    """A rule answers only the id of its contact method; the same user's methods give type and address."""
    held = rule.get("contact_method") or {}
    methods = {method.get("id"): method for method in user.get("contact_methods") or ()}
    method = methods.get(held.get("id"), {})
    kind = method.get("type") or str(held.get("type", "")).removesuffix("_reference")
    return {
        **rule,
        "contact_method": {"type": kind, "address": method.get("address") or f"id {held.get('id')}"},
    }


NOTIFICATION_RULES = ChildList(
    name="notification_rules",
    item=Object(
        (
            Part("urgency", Choice(("high", "low")), "Which incidents it is for.", required=True),
            Part(
                "start_delay_in_minutes",
                Duration(minimum=0, unit_s=60),
                "How long after the assignment: minutes, or text such as 5m.",
                required=True,
            ),
            Part("contact_method", MethodPointer(), "By which contact method of this user.", required=True),
        )
    ),
    key=("urgency", "start_delay_in_minutes", "contact_method"),
    description="When and how this person is notified of an assigned incident. Those that are not listed stay.",
    source="PagerDuty API description; uniqueness per user: terraform-provider-pagerduty, user_notification_rule",
    default_mode="additive",
    collection="users/{parent}/notification_rules",
    member="users/{parent}/notification_rules/{id}",
    wrapper="notification_rule",
    constant={"type": "assignment_notification_rule"},
    prepare=_rule_with_address,
)

_TRUNK_ZERO = {33, 40, 44, 45, 49, 61, 66, 91}


def _check(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    methods = spec.get("contact_methods")
    for index, method in enumerate(methods if isinstance(methods, list) else ()):
        if isinstance(method, Mapping):
            _check_method(method, scope, (*path, "contact_methods", index))


def _check_method(method: Mapping[str, Any], scope: Scope, path: Path) -> None:
    kind, address, code = method.get("type"), method.get("address"), method.get("country_code")
    if not isinstance(address, str):
        return
    if kind == "email_contact_method":
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address.strip()):
            scope.problem((*path, "address"), f"{address!r} is not an email address")
        if code is not None:
            scope.problem((*path, "country_code"), "an email address has no country code", "Remove it.", on_key=True)
        return
    if "send_short_email" in method:
        scope.problem((*path, "send_short_email"), "only an email address has this", "Remove it.", on_key=True)
    if kind in ("phone_contact_method", "sms_contact_method", "whatsapp_contact_method"):
        # Rules as PagerDuty applies them: terraform-provider-pagerduty, resource_pagerduty_user_contact_method.go
        if not re.fullmatch(r"[0-9,*#]{1,40}", address):
            hint = "Digits without spaces, and the country in country_code."
            scope.problem((*path, "address"), f"{address!r} is not a number PagerDuty takes", hint)
        elif code in _TRUNK_ZERO and address.startswith("0"):
            scope.problem(
                (*path, "address"),
                f"a number under +{code} is written without the leading 0",
                f"Write {address[1:]!r}.",
            )
        elif code == 1 and address.startswith("1"):
            scope.problem(
                (*path, "address"),
                "a number under +1 is written without a leading 1",
                f"Write {address[1:]!r}.",
            )


USER = Kind(
    name="User",
    slug="user",
    collection="users",
    description="A person. Identity is the email address; pdsync never deletes users by pruning.",
    identity="email",
    marked=False,
    includes=("contact_methods", "notification_rules"),
    fields=(
        Field(
            "name",
            Text(max_length=100, min_length=1, collapse=True),
            "The person's name. Defaults to metadata.name.",
            f"{_API}; white space is collapsed by the server (terraform-provider-pagerduty #810)",
            carry=True,
        ),
        Field(
            "email",
            Email(),
            "The login email address, in any case: PagerDuty stores it in lower case. It identifies the person.",
            f"{_API}; lower-cased by the server (terraform-provider-pagerduty, SuppressCaseDiff)",
            required=True,
            carry=True,
        ),
        Field(
            "role",
            Role(tuple(_ROLES), tuple(_ROLES.values())),
            "The base role, by its API name: user is Manager, limited_user is Responder.",
            f"{_API}; the owner cannot be set (terraform-provider-pagerduty PR 379)",
        ),
        Field("job_title", Nullable(Text(max_length=100, empty_is_null=True)), "The person's title.", _API),
        Field("time_zone", Zone(), "The person's IANA time zone. Unset, the account's zone applies.", _API),
        Field(
            "color",
            Text(max_length=40, min_length=1),
            "The colour in rendered schedules, such as dark-slate-grey.",
            _API,
        ),
        Field(
            "description",
            Nullable(Text(max_length=1024, empty_is_null=True, multiline=True)),
            "The person's bio.",
            _API,
        ),
    ),
    children=(CONTACT_METHODS, NOTIFICATION_RULES),
    retired={
        "teams": "Write the person into members of the Team manifest.",
        "license": "PagerDuty assigns a licence with the role.",
    },
    check=_check,
)
