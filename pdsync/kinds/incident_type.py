"""IncidentType: a type of incident, with its custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.model.child import ChildList
from pdsync.model.codec.custom_field import (
    NAME,
    TYPE,
    FieldValue,
    check_definition,
    options_of,
    read_definition,
    read_typed,
    write_definition,
)
from pdsync.model.codec.plain import MAPPING, Boolean, Canonical, Text, Token
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, optional, required
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import Facts, OptionFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import ChildItems, Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.marker import join_marker
from pdsync.model.ownership import MarkerLine
from pdsync.model.passing import Fields
from pdsync.model.scope import Path, Scope

_SLUG = "incident_type"
BASE = "incident_default"
"""The type that every account has: PagerDuty's own."""
_API = "PagerDuty API description, IncidentType"
_FIELD_API = "PagerDuty API description, IncidentTypeCustomField"
_LINE = MarkerLine(limit=1000, never_on=(BASE,))
_FIXED = ("name", "parent_type")
_RESERVED = ("PD", "PagerDuty", "Default")


@dataclass(frozen=True, slots=True)
class FieldItem(Object):
    """A custom field in the words of a manifest. A default is in the form that PagerDuty answers."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        item = Object.desired(self, value, scope, path)
        if "default" in item:
            item["default"] = read_typed(str(item.get("type")), item["default"])
        return item


_FIELD = FieldItem.of(
    "field",
    name=required(
        Token(
            NAME, "a name of up to 50 lowercase letters, digits and underscores", "Use lowercase letters, digits and _."
        ),
        "The name that programs use. It must be unique among the fields of the account.",
    ),
    display_name=required(
        Text(max_length=50, min_length=1),
        "The name that people see. It must be unique among the fields of the account.",
    ),
    type=required(TYPE, "The type of a value. A choice is one of the options. It cannot be changed."),
    multi=optional(Boolean(), "Whether there may be up to 10 values (string and choice). It cannot be changed."),
    options=optional(
        options_of(100),
        "The texts that a choice allows. Removing an option removes its values; changing only its text keeps them.",
    ),
    default=optional(FieldValue(), "The value for new incidents."),
    description=optional(Text(max_length=1000, multiline=True), "The purpose of the field."),
    enabled=optional(Boolean(), "Whether people see it."),
)


def _from_answer(item: dict[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    return read_definition(item)


def _with_ids(body: dict[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Options that stay keep their ids. Unchanged options are not sent."""
    rows = answer.get("field_options") or ()
    written = write_definition(body, rows)
    if body.get("options") == read_definition(dict(answer)).get("options"):
        written.pop("field_options", None)
    return written


FIELDS = ChildList(
    name="custom_fields",
    item=_FIELD,
    key=("name",),
    description=(
        "Fields of such incidents in addition to PagerDuty's own. Types below this one inherit them; write a field only in the type "
        "that defines it. Items that are not listed stay."
    ),
    source=f"{_FIELD_API}; the list of a type holds the fields that it inherits; terraform-provider-pagerduty #908, #938",
    default_mode="additive",
    collection="incidents/types/{parent}/custom_fields",
    member="incidents/types/{parent}/custom_fields/{id}",
    wrapper="field",
    read_from="request",
    params={"include[]": "field_options"},
    parent_member="incident_type",
    names_parent_by="path",
    may_be_refused=True,
    # A PUT has none of them (PagerDuty API description).
    fixed=("name", "data_type", "field_type"),
    immutable=("type", "multi"),
    defaults={"multi": False, "options": [], "description": "", "enabled": True},
    loses="values of incidents",
    loses_many=True,
    prepare=_from_answer,
    fill=write_definition,
    finish=_with_ids,
)


def _prepare(answer: dict[str, Any]) -> dict[str, Any]:
    """PagerDuty's own type has nothing that a manifest could say but its name. Others show their name where they show nothing else."""
    if answer.get("name") == BASE:
        return {**answer, "display_name": None, "description": None, "enabled": True, "parent_type": None}
    shown = answer.get("display_name")
    return {
        **answer,
        "display_name": None if shown == answer.get("name") else shown,
        "parent_type": answer.get("parent"),
    }


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """A PUT has all that there is: no source says whether it keeps what it leaves out."""
    body.pop("type", None)
    if live is None:
        parent = body.get("parent_type")
        said = {"display_name": body.get("display_name") or body["name"]}
        return {**body, **said, "parent_type": parent["id"] if isinstance(parent, MAPPING) else BASE}
    text = live.fields["description"]
    held = {
        "display_name": live.fields["display_name"],
        "description": join_marker(text, live.marker) if live.marker is not None else text,
        "enabled": live.fields["enabled"],
    }
    whole = {**held, **body}
    whole["display_name"] = whole["display_name"] or live.fields["name"]
    return {name: said for name, said in whole.items() if name not in _FIXED}


def _imply(fields: Fields) -> Fields:
    """A type that has a manifest is in use. If its manifest was removed, the type was disabled, and the next manifest enables it."""
    return fields if fields.get("name") == BASE or not fields else {"enabled": True, **fields}


def _complete(
    desired: ChildItems, live: Mapping[str, Any], exclusive: Any
) -> tuple[ChildItems, list[tuple[str, str, str]]]:
    """Options are as PagerDuty orders them, where they are the same."""
    held = {child.value.get("name"): child.value.get("options") for child in live.get(FIELDS.name, ())}
    codec = _FIELD.codec_of("options")
    items = tuple(
        {**item, "options": held[item["name"]]}
        if item.get("options") and held.get(item["name"]) and codec.means(item["options"], held[item["name"]])
        else item
        for item in desired.get(FIELDS.name, ())
    )
    return ({**desired, FIELDS.name: items} if FIELDS.name in desired else desired), []


def _check(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    name = spec.get("name")
    if name == BASE:
        _check_base(spec, scope, path)
        return
    if isinstance(name, str) and name.endswith("_default"):
        scope.problem(
            (*path, "name"), "ends in '_default', which PagerDuty reserves for its own types", "Write another name."
        )
    shown = spec.get("display_name")
    if isinstance(shown, str) and shown.startswith(_RESERVED):
        scope.problem((*path, "display_name"), f"begins with {' or '.join(_RESERVED)}, which PagerDuty refuses")


def _check_base(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    for member in ("display_name", "parent_type", "enabled", "description"):
        if member in spec:
            hint = "Remove it: this is PagerDuty's own type, and a manifest can manage only its custom fields."
            scope.problem((*path, member), f"{member!r} of {BASE} cannot be managed", hint, on_key=True)
    if spec.get("custom_fields_mode") == "exclusive":
        hint = "Remove it: there is no record of which fields of PagerDuty's own type pdsync created, so pdsync removes none."
        scope.problem((*path, "custom_fields_mode"), f"{BASE} has no exclusive list", hint)


def _check_fields(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    for index, item in enumerate(spec.get("custom_fields", ())):
        check_definition(item, scope, (*path, "custom_fields", index))


INCIDENT_TYPE = Kind(
    name="IncidentType",
    slug=_SLUG,
    plural="incident types",
    file="incident-types",
    source=Listing(
        "incidents/types",
        has_query=False,
        may_be_refused=True,
        params={"filter": "all"},
        empty={"enabled": False},
        has_own=True,
    ),
    description=(
        "A type of incident, such as a security incident, with its custom fields. PagerDuty never "
        "deletes one: pdsync disables it, and its name stays taken."
    ),
    unique_name=True,
    ownership=_LINE,
    fields=(
        name_field(
            Text(max_length=50, min_length=1),
            f"{_API}; a PUT cannot contain it",
            f"The name that programs use. It cannot be changed. {BASE} is PagerDuty's own type: only its custom fields are managed.",
            fixed=True,
        ),
        Field(
            "display_name",
            Text(max_length=50, min_length=1, empty_is_null=True),
            "The name that people see. Defaults to the name for programs. It must not begin with PD, PagerDuty or Default.",
            _API,
            default=None,
            carry=True,
        ),
        Field(
            "parent_type",
            Reference(_SLUG),
            f"The type whose fields it inherits, by key or by name; {BASE} by default. It cannot be changed.",
            f"{_API}; a PUT cannot contain it",
            default=None,
            fixed=True,
        ),
        Field(
            "enabled",
            Boolean(),
            "Whether new incidents can be of this type. Defaults to true.",
            _API,
            default=True,
            carry=True,
        ),
        description_field("IncidentType", _LINE),
    ),
    children=(FIELDS,),
    rules=(
        SpecRule(("name", "display_name"), _check),
        SpecRule(("custom_fields",), _check_fields),
    ),
    prepare=_prepare,
    imply=_imply,
    complete=_complete,
    finish=_finish,
    facts=Facts(options=(OptionFact("custom_fields", "incidents", member="options", default="default"),)),
)
