"""User: a person who can be notified, with contact methods and notification rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from pdsync.model.child import ChildList
from pdsync.model.codec.contact_method import (
    EMAIL,
    NUMBERS,
    PUSH,
    REFERS_AS,
    MethodPointer,
    check_method,
    long_method,
    method_name,
    method_object,
    without_country,
)
from pdsync.model.codec.plain import Boolean, Canonical, Choice, Email, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, Part, optional, required
from pdsync.model.codec.time import Duration, Zone
from pdsync.model.common_field import name_field
from pdsync.model.fact import AbilityFact, Coverage, Facts, IncidentFact, PersonFact, RestsOn
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import ChildItems, Kind, LiveItems
from pdsync.model.listing import Listing
from pdsync.model.ownership import ByNaming
from pdsync.model.passing import Fields
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
_OWNER = {"owner": "Leave out the role for the account owner."}
_HINT = "Write country_code next to the address."
_METHOD = method_object(
    Part("label", Text(max_length=100, min_length=1), "A name for people, such as Work or Mobile."),
    of_email=Part("send_short_email", Boolean(), "Send a short text instead of the full email."),
)


def _with_label(body: dict[str, Any]) -> dict[str, Any]:
    return {"label": str(body.get("type", "")).partition("_")[0].capitalize(), **body}


CONTACT_METHODS = ChildList(
    name="contact_methods",
    item=_METHOD,
    key=("type", "country_code", "address"),
    server_key=("country_code",),
    description="Ways to reach this person. Items that are not listed stay: people add their own.",
    source="PagerDuty API description; uniqueness per user: terraform-provider-pagerduty, user_contact_method",
    default_mode="additive",
    collection="users/{parent}/contact_methods",
    member="users/{parent}/contact_methods/{id}",
    wrapper="contact_method",
    refers_as=REFERS_AS,
    name_of=method_name,
    fill=_with_label,
    # The phone app registers itself; the API cannot make such a method again (terraform-provider-pagerduty PR 247).
    lasting=lambda value: value.get("type") == PUSH,
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
                problems.append(("contact_methods", _ambiguous(method_name(item), codes), _HINT))
            code = {"country_code": next(iter(codes))} if len(codes) == 1 else {}
            methods.append({**item, **code})
        completed["contact_methods"] = tuple(methods)
        stays = [item for item in held if "contact_methods" not in exclusive or CONTACT_METHODS.lasting(item)]
        held = [*methods, *stays]
    known = _codes(held)
    for declared in _RULES:
        if declared.name in desired:
            rules = []
            for rule in desired[declared.name]:
                name = rule["contact_method"].value
                codes = known.get(name, set())
                if len(codes) > 1:
                    problems.append((declared.name, _ambiguous(name, codes), _HINT))
                rules.append({**rule, "contact_method": Ref(REFERS_AS, "name", _with_code(name, codes))})
            completed[declared.name] = tuple(rules)
    return completed, list(dict.fromkeys(problems))


def _with_code(name: str, codes: Collection[int]) -> str:
    """The name of a method with its country code, where that is clear."""
    if len(codes) != 1:
        return name
    kind, _, address = name.partition(" ")
    return method_name({"type": kind, "address": address, "country_code": next(iter(codes))})


def _check_pointer(children: ChildItems, modes: Mapping[str, Any], ref: Ref) -> tuple[str, str] | None:
    """What is wrong with the method that a rule names. It may be one that only the live user has, unless methods that are
    not listed are removed."""
    listed = [method_name(method) for method in children.get("contact_methods", ())]
    bare = without_country(ref.value)
    same = {name for name in listed if ref.value in (name, without_country(name)) or name == bare}
    if len(same) > 1:
        return f"{ref.value} is listed more than once: {' and '.join(sorted(same))}", _HINT
    if not same and modes.get("contact_methods") == "exclusive":
        hint = "Add it there: contact_methods_mode is exclusive, so it would be removed."
        return f"{ref.value} is not among contact_methods", hint
    return None


def _codes(methods: Collection[Mapping[str, Canonical]]) -> dict[str, set[int]]:
    """The country codes of numbers by the number's name without one."""
    codes: dict[str, set[int]] = defaultdict(set)
    for method in methods:
        if method.get("country_code") and method.get("type") in NUMBERS:
            codes[without_country(method_name(method))].add(method["country_code"])
    return codes


def _ambiguous(name: str, codes: set[int]) -> str:
    *first, last = map(str, sorted(codes))
    return f"{name} is listed under the country codes {', '.join(first)} and {last}"


def _check_contact_methods(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Which addresses and country codes go together, as PagerDuty sees it."""
    bare: set[tuple[Any, str]] = set()
    coded: set[tuple[Any, str]] = set()
    for index, method in enumerate(map(long_method, spec.get("contact_methods", ()))):
        check_method(method, scope, (*path, "contact_methods", index))
        number = (method.get("type"), str(method.get("address")).strip())
        if number[0] in NUMBERS:
            if number in (coded if "country_code" not in method else bare):
                says = f"{number[1]} is listed both with and without its country_code"
                scope.problem((*path, "contact_methods", index), says, "Write it at each of them.")
            (coded if "country_code" in method else bare).add(number)


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


_BY_METHOD = RestsOn(CONTACT_METHODS.name, "contact_method", method_name)
NOTIFICATION_RULES = ChildList(
    name="notification_rules",
    item=Object.of(
        urgency=required(Choice(("high", "low")), "Which incidents it is for."),
        start_delay_in_minutes=required(
            Duration(minimum=0, unit_s=60), "How long after the assignment: minutes, or text such as 5m."
        ),
        contact_method=required(MethodPointer(), "The contact method of this user."),
    ),
    key=("urgency", "start_delay_in_minutes", "contact_method"),
    description="When and how this person is notified of an assigned incident. Items that are not listed stay.",
    source="PagerDuty API description; uniqueness per user: terraform-provider-pagerduty, user_notification_rule",
    default_mode="additive",
    collection="users/{parent}/notification_rules",
    member="users/{parent}/notification_rules/{id}",
    wrapper="notification_rule",
    constant={"type": "assignment_notification_rule"},
    prepare=_rule_with_method,
    rests_on=_BY_METHOD,
    coverage=Coverage(
        {
            urgency: f"this person is no longer notified of {urgency}-urgency incidents: the last notification rule for them is removed"
            for urgency in ("high", "low")
        },
        lambda rule: (rule.get("urgency"),),
    ),
)


def _named_plainly(body: dict[str, Any]) -> dict[str, Any]:
    """These rules are sent with the type of the method itself, as the API description's examples and terraform-provider-pagerduty do."""
    method = body["contact_method"]
    return {**body, "contact_method": {**method, "type": str(method["type"]).removesuffix("_reference")}}


def _hand_offs(rule: Mapping[str, Canonical]) -> tuple[Canonical, ...]:
    kind = rule.get("handoff_type", _BOTH)
    return _ENDS if kind == _BOTH else (kind,)


_BOTH, _ENDS = "both", ("oncall", "offcall")
HANDOFF_RULES = ChildList(
    name="oncall_handoff_notification_rules",
    item=Object.of(
        handoff_type=optional(
            Choice(
                (_BOTH, *_ENDS),
                ("When a shift begins and when it ends", "When a shift begins", "When a shift ends"),
            ),
            "Which hand-offs it is for.",
            default=_BOTH,
        ),
        notify_advance_in_minutes=required(
            Duration(minimum=0, unit_s=60), "How long before the hand-off: minutes, or text such as 3h."
        ),
        contact_method=required(MethodPointer(), "The contact method of this user."),
    ),
    key=("handoff_type", "notify_advance_in_minutes", "contact_method"),
    description="When and how this person is notified that an on-call shift begins or ends. Items that are not listed stay.",
    source="PagerDuty API description, HandoffNotificationRule; terraform-provider-pagerduty #398",
    default_mode="additive",
    collection="users/{parent}/oncall_handoff_notification_rules",
    member="users/{parent}/oncall_handoff_notification_rules/{id}",
    wrapper="oncall_handoff_notification_rule",
    read_from="request",
    prepare=_rule_with_method,
    fill=_named_plainly,
    rests_on=_BY_METHOD,
    coverage=Coverage(
        {
            kind: f"this person is no longer notified of a shift that {does}: the last hand-off rule for it is removed"
            for kind, does in zip(_ENDS, ("begins", "ends"), strict=True)
        },
        _hand_offs,
    ),
    may_be_refused=True,
)

STATUS_UPDATE_RULES = ChildList(
    name="status_update_notification_rules",
    item=Object.of(contact_method=required(MethodPointer(), "The contact method of this user.")),
    key=("contact_method",),
    description="How this person is notified of status updates of incidents. Items that are not listed stay.",
    source="PagerDuty API description, StatusUpdateNotificationRule",
    default_mode="additive",
    collection="users/{parent}/status_update_notification_rules",
    member="users/{parent}/status_update_notification_rules/{id}",
    wrapper="status_update_notification_rule",
    read_from="request",
    prepare=_rule_with_method,
    fill=_named_plainly,
    rests_on=_BY_METHOD,
    coverage=Coverage(
        {"": "this person is no longer notified of status updates: the last status update rule is removed"},
        lambda _: ("",),
    ),
    may_be_refused=True,
)

_RULES = (NOTIFICATION_RULES, HANDOFF_RULES, STATUS_UPDATE_RULES)
"""The lists whose items name a contact method."""

USER_REFERENCE = Reference("user", ways=("email", "id", "name"))


def _given(fields: Fields) -> ChildItems:
    """A new person can be reached at the login address at once: PagerDuty creates that method, and a rule for each urgency."""
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
        Field("time_zone", Zone(), "The person's IANA time zone. Default: the account's zone.", _API),
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
    children=(CONTACT_METHODS, *_RULES, tag_list("users")),
    retired={
        "teams": "Write the person in members of the Team manifest.",
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
