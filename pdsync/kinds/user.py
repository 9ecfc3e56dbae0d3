"""User: a person who can be notified, with contact methods and notification rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.kinds.contact_method import (
    CONTACT_METHODS,
    EMAIL,
    MethodPointer,
    check_contact_methods,
    check_pointer,
    complete_contact_methods,
    method_name,
)
from pdsync.model.child import ChildList
from pdsync.model.codec.plain import Canonical, Choice, Duration, Email, Nullable, Text, Zone
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, Part
from pdsync.model.fact import AbilityFact, Coverage, Facts, IncidentFact, PersonFact, RestsOn
from pdsync.model.field import Field
from pdsync.model.kind import ChildItems, Fields, Kind
from pdsync.model.listing import Listing
from pdsync.model.ownership import ByNaming
from pdsync.model.ref import Ref
from pdsync.model.scope import Path, Scope

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


@dataclass(frozen=True, slots=True)
class Role(Choice):
    """A base role. The owner is read, but the API can neither set nor change it (terraform-provider-pagerduty PR 379)."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if value == "owner":
            scope.problem(path, "'owner' cannot be set through the API", "Leave the role out for the account owner.")
            return "admin"
        return Choice.desired(self, value, scope, path)


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
    check_local=check_pointer,
    ownership=ByNaming("people carry no ownership line"),
    fields=(
        Field(
            "name",
            Text(max_length=100, min_length=1, collapse=True),
            "The person's name. Defaults to metadata.name.",
            f"{_API}; white space is collapsed by the server (terraform-provider-pagerduty #810)",
            carry=True,
            from_key=True,
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
    check=check_contact_methods,
    complete=complete_contact_methods,
    given=_given,
    facts=Facts(
        person=PersonFact(
            role_field="role",
            default_role="user",  # PagerDuty API description, User.role
            owner_role="owner",
            stakeholder_roles=STAKEHOLDERS,
        ),
        incidents=IncidentFact(
            says="assigned to this person",
            ids_of=lambda incident: incident.assignees,
            refused=True,  # PagerDuty API description, DELETE /users
            moves_to=("user", "escalation_policy"),
        ),
        abilities=(
            AbilityFact(("read_only_users",), "role", "stakeholders", STAKEHOLDERS.__contains__, f"{_API}.role"),
            # "Advanced permissions abilities" there; both names are seen in answers of GET /abilities.
            AbilityFact(
                ("advanced_permissions", "permissions_service"),
                "role",
                "the roles observer and restricted_access",
                lambda role: role in ("observer", "restricted_access"),
                f"{_API}.role",
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
