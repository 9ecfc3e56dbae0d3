"""User: a person who can be notified, with contact methods and notification rules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.child import ChildList
from pdsync.model.codec.plain import Boolean, Canonical, Choice, Codec, Email, Integer, Nullable, Text
from pdsync.model.codec.reference import Pointer, Reference
from pdsync.model.codec.structure import Object, Part, optional, required
from pdsync.model.codec.time import Duration, Zone
from pdsync.model.common_field import name_field
from pdsync.model.explanation import type_name
from pdsync.model.fact import AbilityFact, Coverage, Facts, IncidentFact, PersonFact, RestsOn
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import ChildItems, Fields, Kind, LiveItems
from pdsync.model.listing import Listing
from pdsync.model.ownership import ByNaming
from pdsync.model.pattern import NOT_BLANK
from pdsync.model.ref import Ref
from pdsync.model.scope import Path, Scope
from pdsync.model.tag import tag_list

_API = "PagerDuty API description, User"
_ROLES = {
    "admin": "Global admin",
    "user": "Manager",
    "limited_user": "Responder",
    "observer": "Observer (needs advanced permissions)",
    "restricted_access": "Restricted access (needs advanced permissions)",
    "read_only_user": "Full stakeholder (needs read_only_users; cannot be on call)",
    "read_only_limited_user": "Limited stakeholder (needs read_only_users; cannot be on call)",
}
STAKEHOLDERS = frozenset({"read_only_user", "read_only_limited_user"})
"""Roles that can be neither on call nor in a team (API description, PUT of a team's member: 400;
terraform-provider-pagerduty #759: "Stakeholders cannot be added to schedules")."""
_LIMITED = frozenset({"observer", "restricted_access"})
_ADVANCED = ("advanced_permissions", "permissions_service")
_OWNER = {"owner": "Leave the role out for the account owner."}
EMAIL = "email_contact_method"
_PUSH = "push_notification_contact_method"
_NUMBERS = ("phone_contact_method", "sms_contact_method", "whatsapp_contact_method")
_TYPES = (EMAIL, *_NUMBERS, _PUSH)
_REFERS_AS = "contact_method"
_METHOD_NAME = re.compile(r"(?P<type>\S+) (?:\+(?P<code>[0-9]{1,4}) )?(?P<address>.*)", re.S)
_TRUNK_ZERO = {33, 40, 44, 45, 49, 61, 66, 91}
_MEXICAN_SMS = (52, "sms_contact_method")
HINT = "Write country_code beside the address."


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
        return _METHOD_KEY.schema()

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        key = _METHOD_KEY.desired(value, scope, path)
        if "type" not in key or "address" not in key:
            return None
        if key["type"] not in _NUMBERS and "country_code" in key:
            scope.problem((*path, "country_code"), "only a number has a country code", "Remove it.", on_key=True)
        ref = Ref(_REFERS_AS, "name", method_name(key))
        scope.refs.append((path, ref))
        return ref

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, Mapping):
            return Ref(_REFERS_AS, "name", type_name(value))
        return Ref(_REFERS_AS, "name", method_name(_METHOD_KEY.live(value, scope)))

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


_METHOD_KEY = Object.of(
    type=required(Choice(_TYPES), "How it reaches the person."),
    address=required(MethodAddress(), "The email address, or the number in digits without the country code."),
    country_code=optional(
        CountryCode(1, 1999), "Country calling code of a number, such as 49. Without one PagerDuty fills it in."
    ),
)
_METHOD = Object(
    (
        *_METHOD_KEY.parts,
        Part("label", Text(max_length=100, min_length=1), "A name for people, such as Work or Mobile."),
        Part("send_short_email", Boolean(), "Send a short text instead of the full email."),
    )
)


def _with_label(body: dict[str, Any]) -> dict[str, Any]:
    return {"label": str(body.get("type", "")).partition("_")[0].capitalize(), **body}


CONTACT_METHODS = ChildList(
    name="contact_methods",
    item=_METHOD,
    key=("type", "country_code", "address"),
    server_key=("country_code",),
    description="Ways to reach this person. Those that are not listed stay: people add their own.",
    source="PagerDuty API description; uniqueness per user: terraform-provider-pagerduty, user_contact_method",
    default_mode="additive",
    collection="users/{parent}/contact_methods",
    member="users/{parent}/contact_methods/{id}",
    wrapper="contact_method",
    refers_as=_REFERS_AS,
    name_of=method_name,
    fill=_with_label,
    # The phone app registers itself; the API cannot make such a method again (terraform-provider-pagerduty PR 247).
    lasting=lambda value: value.get("type") == _PUSH,
    lasting_because="the person's phone registers itself",
    defaults={"send_short_email": False},
)


def _complete(
    desired: ChildItems, live: LiveItems, exclusive: Collection[str]
) -> tuple[ChildItems, list[tuple[str, str, str]]]:
    """Fills in the country codes that a manifest leaves out, where they are clear from what the person has.

    The second value says where they are not: name of the list, message, hint.
    """
    problems: list[tuple[str, str, str]] = []
    completed = dict(desired)
    held = [child.value for child in live.get("contact_methods", ())]
    if "contact_methods" in desired:
        explicit = {method_name(item) for item in desired["contact_methods"] if "country_code" in item}
        free = _codes([item for item in held if method_name(item) not in explicit])
        methods = []
        for item in desired["contact_methods"]:
            codes = free.get(method_name(item), set()) if "country_code" not in item else set()
            if len(codes) > 1:
                problems.append(("contact_methods", _ambiguous(method_name(item), codes), HINT))
            code = {"country_code": next(iter(codes))} if len(codes) == 1 else {}
            methods.append({**item, **code})
        completed["contact_methods"] = tuple(methods)
        stays = [item for item in held if "contact_methods" not in exclusive or CONTACT_METHODS.lasting(item)]
        held = [*methods, *stays]
    if "notification_rules" in desired:
        known = _codes(held)
        rules = []
        for rule in desired["notification_rules"]:
            name = rule["contact_method"].value
            codes = known.get(name, set())
            if len(codes) > 1:
                problems.append(("notification_rules", _ambiguous(name, codes), HINT))
            elif codes:
                kind, _, address = name.partition(" ")
                name = method_name({"type": kind, "address": address, "country_code": next(iter(codes))})
            rules.append({**rule, "contact_method": Ref(_REFERS_AS, "name", name)})
        completed["notification_rules"] = tuple(rules)
    return completed, list(dict.fromkeys(problems))


def _check_pointer(children: ChildItems, modes: Mapping[str, Any], ref: Ref) -> tuple[str, str] | None:
    """What is wrong with the method that a rule names. It may be one that only the live user has, unless methods that are
    not listed are removed."""
    listed = [method_name(method) for method in children.get("contact_methods", ())]
    bare = without_country(ref.value)
    same = {name for name in listed if ref.value in (name, without_country(name)) or name == bare}
    if len(same) > 1:
        return f"{ref.value} is there more than once: {' and '.join(sorted(same))}", HINT
    if not same and modes.get("contact_methods") == "exclusive":
        hint = "Add it there; contact_methods_mode is exclusive, so it would be removed."
        return f"{ref.value} is not among contact_methods", hint
    return None


def _codes(methods: Collection[Mapping[str, Canonical]]) -> dict[str, set[int]]:
    """The country codes of numbers by the number's name without one."""
    codes: dict[str, set[int]] = defaultdict(set)
    for method in methods:
        if method.get("country_code") and method.get("type") in _NUMBERS:
            codes[without_country(method_name(method))].add(method["country_code"])
    return codes


def _ambiguous(name: str, codes: set[int]) -> str:
    *first, last = map(str, sorted(codes))
    return f"{name} is there under the country codes {', '.join(first)} and {last}"


def _check_contact_methods(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Which addresses and country codes go together, as PagerDuty sees it."""
    bare: set[tuple[Any, str]] = set()
    coded: set[tuple[Any, str]] = set()
    for index, method in enumerate(spec.get("contact_methods", ())):
        _check_method(method, scope, (*path, "contact_methods", index))
        number = (method.get("type"), str(method.get("address")).strip())
        if number[0] in _NUMBERS:
            if number in (coded if "country_code" not in method else bare):
                says = f"{number[1]} is there with its country_code and without one"
                scope.problem((*path, "contact_methods", index), says, "Write it at each of them.")
            (coded if "country_code" in method else bare).add(number)


def _check_method(method: Mapping[str, Any], scope: Scope, path: Path) -> None:
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
    if kind in _NUMBERS:
        # Rules as PagerDuty applies them: terraform-provider-pagerduty, resource_pagerduty_user_contact_method.go
        if not re.fullmatch(r"[0-9,*#]{1,40}", address):
            hint = "Digits without spaces, and the country in country_code."
            scope.problem((*path, "address"), f"{address!r} is not a number PagerDuty takes", hint)
        elif code in _TRUNK_ZERO and address.startswith("0"):
            says = f"a number under +{code} is written without the leading 0"
            scope.problem((*path, "address"), says, f"Write {address[1:]!r}.")
        elif address.startswith("1") and (code == 1 or (code, kind) == _MEXICAN_SMS):
            what = "a number" if code == 1 else "a number for SMS"
            says = f"{what} under +{code} is written without a leading 1"
            scope.problem((*path, "address"), says, f"Write {address[1:]!r}.")


def _rule_with_method(rule: dict[str, Any], user: Mapping[str, Any]) -> dict[str, Any]:
    """A rule answers only the id of its contact method; the same user's methods say which one that is."""
    held = rule.get("contact_method") or {}
    methods = {method.get("id"): method for method in user.get("contact_methods") or ()}
    method = methods.get(held.get("id"), {})
    kind = method.get("type") or str(held.get("type", "")).removesuffix("_reference")
    pointer = {"type": kind, "address": method.get("address") or f"id {held.get('id')}"}
    if method.get("country_code") is not None:
        pointer["country_code"] = method["country_code"]
    return {**rule, "contact_method": pointer}


NOTIFICATION_RULES = ChildList(
    name="notification_rules",
    item=Object.of(
        urgency=required(Choice(("high", "low")), "Which incidents it is for."),
        start_delay_in_minutes=required(
            Duration(minimum=0, unit_s=60), "How long after the assignment: minutes, or text such as 5m."
        ),
        contact_method=required(MethodPointer(), "By which contact method of this user."),
    ),
    key=("urgency", "start_delay_in_minutes", "contact_method"),
    description="When and how this person is notified of an assigned incident. Those that are not listed stay.",
    source="PagerDuty API description; uniqueness per user: terraform-provider-pagerduty, user_notification_rule",
    default_mode="additive",
    collection="users/{parent}/notification_rules",
    member="users/{parent}/notification_rules/{id}",
    wrapper="notification_rule",
    constant={"type": "assignment_notification_rule"},
    prepare=_rule_with_method,
    rests_on=RestsOn(CONTACT_METHODS.name, "contact_method", method_name),
    coverage=Coverage(
        "urgency",
        ("high", "low"),
        "nothing notifies this person of {}-urgency incidents any more: the last notification rule for them goes",
    ),
)

USER_REFERENCE = Reference("user", ways=("email", "id", "name"))


def _given(fields: Fields) -> ChildItems:
    """A new person is reached at the login address, at once: PagerDuty makes that method, and a rule for each urgency."""
    method = {"type": EMAIL, "address": str(fields.get("email") or ""), "label": "Default"}
    by = Ref(CONTACT_METHODS.refers_as, "name", method_name(method))
    rules = [{"urgency": urgency, "start_delay_in_minutes": 0, "contact_method": by} for urgency in ("high", "low")]
    return {CONTACT_METHODS.name: (method,), NOTIFICATION_RULES.name: tuple(rules)}


USER = Kind(
    name="User",
    slug="user",
    file="people",
    source=Listing("users", includes=("contact_methods", "notification_rules")),
    description="A person. Identity is the email address; pdsync never deletes users by pruning.",
    identity=("email",),
    check_local=_check_pointer,
    ownership=ByNaming("people carry no ownership line", shown_name="name", setting="people"),
    fields=(
        name_field(
            Text(max_length=100, min_length=1, collapse=True),
            f"{_API}; white space is collapsed by the server (terraform-provider-pagerduty #810)",
            "The person's name.",
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
            Choice(tuple(_ROLES), tuple(_ROLES.values()), _OWNER),
            "The base role, by its API name: user is Manager, limited_user is Responder.",
            f"{_API}; the owner cannot be set (terraform-provider-pagerduty PR 379)",
        ),
        Field(
            "job_title", Nullable(Text(max_length=100, empty_is_null=True)), "The person's title.", _API, default=None
        ),
        Field("time_zone", Zone(), "The person's IANA time zone. Unset, the account's zone applies.", _API),
        Field(
            "color",
            Text(max_length=40, min_length=1),
            "The colour in rendered schedules, such as dark-slate-grey.",
            _API,
            chosen_by_server=True,
        ),
        Field(
            "description",
            Nullable(Text(max_length=1024, empty_is_null=True, multiline=True)),
            "The person's bio.",
            _API,
            default=None,
        ),
    ),
    children=(CONTACT_METHODS, NOTIFICATION_RULES, tag_list("users")),
    retired={
        "teams": "Write the person into members of the Team manifest.",
        "license": "PagerDuty assigns a licence with the role.",
    },
    rules=(SpecRule(("contact_methods",), _check_contact_methods),),
    complete=_complete,
    given=_given,
    facts=Facts(
        person=PersonFact("role", "user", "owner", STAKEHOLDERS, frozenset({"admin"})),  # API description, User.role
        incidents=IncidentFact(
            says="assigned to this person",
            member="assignments",
            query="user_ids[]",
            refused=True,  # PagerDuty API description, DELETE /users
            moves_to=("user", "escalation_policy"),
        ),
        abilities=(
            AbilityFact(("read_only_users",), "role", "stakeholders", STAKEHOLDERS.__contains__, f"{_API}.role"),
            # "Advanced permissions abilities" there; both names are seen in answers of GET /abilities.
            AbilityFact(
                _ADVANCED, "role", "the roles observer and restricted_access", _LIMITED.__contains__, f"{_API}.role"
            ),
            AbilityFact(
                ("urgencies",),
                NOTIFICATION_RULES.name,
                "notification rules for low urgency",
                lambda rule: rule.get("urgency") == "low",
                "PagerDuty API description, NotificationRule.urgency",
            ),
        ),
        needs_from=True,
    ),
)
