"""IncidentWorkflow: steps that PagerDuty runs for an incident, and what starts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.model.child import ChildList
from pdsync.model.codec.plain import MAPPING, Boolean, Canonical, Choice, Codec, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, SetOf, optional, required
from pdsync.model.codec.workflow_step import STEPS, find_unshown, function_of, keep_identities
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import ActionFact, Facts
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.passing import Fields
from pdsync.model.ref import Ref
from pdsync.model.scope import Path, RefMap, Scope

_API = "PagerDuty API description, IncidentWorkflow"
_TRIGGER_API = "PagerDuty API description, IncidentWorkflowTrigger"
_ALL = "all"
_INCIDENT_TYPE = "incident_type"
_WAYS = ("conditional", "manual", "incident_type")


@dataclass(frozen=True, slots=True)
class Enabled(Boolean):
    """True where an answer does not say: to send false then would stop a workflow."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return value is not False


@dataclass(frozen=True, slots=True)
class AllOrSome(Codec):
    """``all``, or a set of references."""

    some: SetOf

    def schema(self) -> dict[str, Any]:
        return {
            "anyOf": [{"const": _ALL}, self.some.schema()],
            "x-expected": "'all' or a list of services",
            "errorMessage": "Write all, or a list of services.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return value if isinstance(value, str) else self.some.desired(value, scope, path)

    def live(self, value: Any, scope: Scope) -> Canonical:
        return value if isinstance(value, str) else self.some.live(value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return value if isinstance(value, str) else self.some.to_api(value, refs)

    def to_manifest(self, value: Canonical) -> Any:
        if isinstance(value, str):
            return value
        return [it.value if it.by == "key" else {it.by: it.value} for it in value]

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return value if isinstance(value, str) else self.some.map_refs(value, refs)

    def refers(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Trigger(Object):
    """A trigger in the words of a manifest. A trigger that a person starts is open to everyone where no team is named."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return _with_team(Object.desired(self, value, scope, path))

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _with_team(Object.live(self, value, scope))


def _with_team(trigger: Canonical) -> Canonical:
    return {"team": None, **trigger} if trigger.get("manual") else trigger


_TRIGGER = Trigger.of(
    "field",
    conditional=optional(Text(multiline=True), "Starts when this PCL condition is met; '' when the incident opens."),
    manual=optional(Choice((True,)), "People start it."),
    incident_type=optional(
        SetOf(Reference(_INCIDENT_TYPE), min_items=1, noun="incident type"),
        "Starts when an incident of one of these types opens: keys of manifests or names.",
    ),
    services=required(
        AllOrSome(SetOf(Reference("service"), noun="service")),
        "The services whose incidents it applies to: all, or a list.",
    ),
    team=optional(
        Nullable(Reference("team")), "The only team that may start it (manual). Without a team, everyone may."
    ),
)


def _from_answer(item: dict[str, Any], workflow: Mapping[str, Any]) -> dict[str, Any]:
    """A trigger as PagerDuty answers it, with the members of a manifest."""
    way = item.get("trigger_type")
    found: dict[str, Any] = {"id": item.get("id")}
    if way == "conditional":
        found[way] = item.get("condition") or ""
    elif way == "manual":
        found[way] = True
        permissions = item.get("permissions")
        team = permissions.get("team_id") if isinstance(permissions, MAPPING) else None
        found["team"] = {"id": team, "type": "team_reference"} if team else None
    elif way == "incident_type":
        found[way] = [it if isinstance(it, MAPPING) else {"id": it} for it in item.get("incident_types") or ()]
    found["services"] = _ALL if item.get("is_subscribed_to_all_services") else item.get("services") or []
    return found


def _to_request(item: dict[str, Any]) -> dict[str, Any]:
    """A trigger of a manifest as a request has it."""
    way = next(name for name in _WAYS if name in item)
    body: dict[str, Any] = {"trigger_type": way}
    if way == "conditional":
        body["condition"] = item[way]
    elif way == "incident_type":
        body["incident_types"] = [it["id"] for it in item[way]]
    else:
        team = item.get("team")
        body["permissions"] = {"restricted": True, "team_id": team["id"]} if team else {"restricted": False}
    is_for_all = item["services"] == _ALL
    body["is_subscribed_to_all_services"] = is_for_all
    if not is_for_all:
        body["services"] = [{"id": it["id"]} for it in item["services"]]
    return body


def _is_of_other_type(trigger: Mapping[str, Canonical]) -> bool:
    """Whether its type cannot be written in a manifest, so that pdsync could not create it again."""
    return not any(name in trigger for name in _WAYS)


def _say(trigger: Mapping[str, Canonical]) -> str:
    """``when incident.priority matches 'P1'``, ``by hand``."""
    if "conditional" in trigger:
        return f"when {trigger['conditional']}" if trigger["conditional"] else "when the incident opens"
    if "incident_type" in trigger:
        named = [it.value if isinstance(it, Ref) else str(it) for it in trigger["incident_type"]]
        return f"for incidents of type {' or '.join(named)}"
    return "by hand" if "manual" in trigger else "of a type that pdsync does not know"


TRIGGERS = ChildList(
    name="triggers",
    item=_TRIGGER,
    key=_WAYS,
    description="What starts it. Each is conditional, manual or for incident types.",
    source=f"{_TRIGGER_API}; services come back in any order (terraform-provider-pagerduty #1024)",
    default_mode="exclusive",
    collection="incident_workflows/triggers",
    member="incident_workflows/triggers/{id}",
    wrapper="trigger",
    read_from="listing",
    parent_member="workflow",
    names_parent_by="id",
    # A PUT has neither (PagerDuty API description).
    fixed=("trigger_type", "workflow"),
    prepare=_from_answer,
    fill=_to_request,
    is_numbered=True,
    lasting=_is_of_other_type,
    lasting_because="pdsync does not know its type",
    says=_say,
)


def _check_triggers(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Each is one of three ways to start it, and only a person can be one of a team."""
    for index, item in enumerate(spec.get("triggers", ())):
        here = (*path, "triggers", index)
        ways = [name for name in _WAYS if name in item]
        if len(ways) != 1:
            what = f"is {' and '.join(ways)}" if ways else "does not say what starts the workflow"
            scope.problem(here, f"the trigger {what}", "Write exactly one of conditional, manual and incident_type.")
        elif "team" in item and ways != ["manual"]:
            hint = "Remove it: only a manual trigger can be for one team."
            scope.problem((*here, "team"), f"'team' has no effect on a trigger that is {ways[0]}", hint, on_key=True)


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """Steps keep their ids. A team that is not there and was not is left out, because the API description knows no null; and so are
    steps that no answer has shown."""
    if body.get("team") is None and (live is None or live.fields.get("team") is None):
        body.pop("team", None)
    if live is not None and not body.get("steps") and "steps" not in live.raw:
        body.pop("steps", None)
    elif live is not None and "steps" in body:
        body["steps"] = keep_identities(body["steps"], live.raw.get("steps") or ())
    return body


NEVER_SHOWN = {"pagerduty.com:slack:send-markdown-message": ("Channel ID",)}
"""Inputs that PagerDuty takes and never shows again (terraform-provider-pagerduty #873). There may be more."""


def _note_unshown(live: LiveObject, fields: Fields) -> Mapping[str, str]:
    steps = fields.get("steps") or ()
    found = find_unshown(steps, steps, lambda action: NEVER_SHOWN.get(function_of(action), ()))
    hidden = sorted({path[-1] for path, _ in found})
    names = " and ".join(map(repr, hidden))
    text = f'PagerDuty never shows the input {names} of such steps. Write it here ("" where there is none): a write without it would lose it.'
    return {"steps": text} if hidden else {}


INCIDENT_WORKFLOW = Kind(
    name="IncidentWorkflow",
    slug="incident_workflow",
    source=Listing("incident_workflows", includes=("steps", "team"), one_has_all=True, may_be_refused=True),
    description="Steps that PagerDuty runs for an incident, one after the other, and what starts them.",
    name_may_be_unique=True,
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        description_field("IncidentWorkflow"),
        Field(
            "team",
            Nullable(Reference("team")),
            "The only team whose members may edit it; null for none.",
            f"{_API}; null clears it (assumed, as for every other reference)",
            carry=True,
            default=None,
        ),
        Field(
            "is_enabled",
            Enabled(),
            "Whether triggers start it. A disabled workflow does not count towards the account's limit.",
            _API,
            carry=True,
            default=True,
        ),
        Field(
            "steps",
            STEPS,
            "The steps, in order. If the manifest names this field, all steps are managed, but only the inputs that a step names.",
            f"{_API}; a PUT replaces all steps, and inputs must be there even if empty (terraform-provider-pagerduty #840)",
            carry=True,
            keyed_by="name",
            default=[],
        ),
    ),
    children=(TRIGGERS,),
    rules=(SpecRule(("triggers",), _check_triggers),),
    unwritten=_note_unshown,
    finish=_finish,
    facts=Facts(teams="team", actions=ActionFact("steps", "incident_workflows/actions", NEVER_SHOWN)),
)
