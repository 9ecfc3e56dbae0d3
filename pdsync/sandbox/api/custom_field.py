"""Custom field: additional fields of incidents and services: how a field is checked, stored and shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pdsync.sandbox.api.field_value import clean_value, value_problem
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.form import REFUSE, Form, Text
from pdsync.sandbox.http.problem import not_found
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

DATA_TYPES = ("boolean", "integer", "float", "string", "datetime", "url")
FIELD_TYPES = ("single_value", "single_value_fixed", "multi_value", "multi_value_fixed")
_FIXED_MEMBERS = ("name", "data_type", "field_type")  # PagerDuty API description: they cannot be changed
_NAME = re.compile(r"[a-z0-9_]+")
_NUMBERS = {"boolean": {"true": True, "false": False}.__getitem__, "integer": int, "float": float}


@dataclass(frozen=True, slots=True)
class FieldRules:
    """In what the fields of incidents and those of services differ (PagerDuty API description)."""

    kind: str
    longest_option: int
    takes_default: bool = True
    needs_options: bool = True
    """Whether a field whose values are fixed must be made with at least one option."""


def show_field(record: Record, address: str, *, with_options: bool) -> Body:
    """``address`` is its own. Options are shown only where they are asked for: the Terraform provider fails on a list of service
    fields that has them."""
    body = record.body
    shown = {
        "id": record.id,
        "type": "field",
        "summary": body["name"],
        "self": address,
        **{name: body[name] for name in (*_FIXED_MEMBERS, "display_name", "description", "enabled")},
        **({"default_value": body["default_value"]} if "default_value" in body else {}),
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
    }
    return {**shown, "field_options": [show_option(it) for it in body["options"]]} if with_options else shown


def show_option(option: Body) -> Body:
    moments = {name: option[name] for name in ("created_at", "updated_at")}
    return {
        "id": option["id"],
        "type": "field_option",
        "data": {"data_type": "string", "value": option["value"]},
        **moments,
    }


def new_field(call: Call, rules: FieldRules, body: Body, others: Iterable[Record]) -> Body:
    """What is stored of a new field. ``others`` are those that it may not be mistaken for. Raises the 400."""
    now = stored(call.now)
    draft: Body = {"description": None, "enabled": True, "options": [], "created_at": now, "updated_at": now}
    if rules.takes_default:
        draft["default_value"] = None
    form = Form(body, draft, creating=True)
    form.text("name", Text(50, min_length=1, check=_name_problem), required=True)
    form.choice("data_type", DATA_TYPES, required=True)
    form.choice("field_type", FIELD_TYPES, required=True)
    if draft.get("field_type", "single_value") != "single_value" and draft.get("data_type", "string") != "string":
        form.error("Data type must be string for a field with options or several values")
    if any(it.body["name"] == draft.get("name") for it in others):
        form.error("Name has already been taken")
    _check_shared(call, rules, form, others)
    if rules.needs_options and str(draft.get("field_type")).endswith("_fixed") and not draft["options"]:
        form.error("Field options can't be blank")
    form.finish()
    return draft


def changed_field(call: Call, rules: FieldRules, record: Record, body: Body, others: Iterable[Record]) -> Body:
    """The same for one that is there. Raises the 400."""
    form = Form(body, {**record.body, "updated_at": stored(call.now)}, creating=False)
    for name in _FIXED_MEMBERS:
        if name in body and body[name] != record.body[name]:
            form.error(f"{name.replace('_', ' ').capitalize()} cannot be changed")
    _check_shared(call, rules, form, [it for it in others if it.id != record.id])
    form.finish()
    return form.draft


def _name_problem(name: str) -> str | None:
    return None if _NAME.fullmatch(name) else "may have only lowercase letters, digits and underscores"


def _check_shared(call: Call, rules: FieldRules, form: Form, others: Iterable[Record]) -> None:
    draft = form.draft
    form.text("display_name", Text(50, min_length=1), required=True)
    form.text("description", Text(1000, clean=description_cleaner(call, "custom_field_line_breaks")), null=None)
    form.boolean("enabled", null=True)
    if any(it.body["display_name"] == draft.get("display_name") for it in others):
        form.error("Display name has already been taken")
    _check_options(call, rules, form)
    if rules.takes_default:
        _check_default(call, form)


def _check_default(call: Call, form: Form) -> None:
    given = form.value("default_value", required=False, null=None)
    draft = form.draft
    if "data_type" not in draft or "field_type" not in draft:
        return
    if given is not REFUSE:
        draft["default_value"] = _typed(call, form, given)
    if draft["default_value"] is not None:
        problem = value_problem(draft, draft["default_value"])
        if problem is not None:
            form.error(f"Default value {problem}")
        else:
            draft["default_value"] = clean_value(draft, draft["default_value"])


def _typed(call: Call, form: Form, given: object) -> object:
    """The value of the field's own type. An account that takes texts alone makes it of those (terraform-provider-pagerduty #908)."""
    make = _NUMBERS.get(form.draft["data_type"])
    if make is None or call.profile.reads("custom_field_default", "typed"):
        return given
    if not isinstance(given, str):
        form.error("Default value must be a string")
        return None
    try:
        return make(given)  # type: ignore[operator]
    except (ValueError, KeyError):
        return given


def _check_options(call: Call, rules: FieldRules, form: Form) -> None:
    """What is not listed is deleted, and one with an id is renamed (PagerDuty API description)."""
    given = form.objects("field_options", null=REFUSE)
    form.draft.pop("field_options", None)
    if given is None:
        return
    if given and not str(form.draft.get("field_type", "_fixed")).endswith("_fixed"):
        form.error("Field options are only allowed for fields with fixed values")
        return
    old = {it["id"]: it for it in form.draft["options"]}
    found: list[Body] = []
    for item in given:
        id = item.get("id")
        if id is not None and (not isinstance(id, str) or id not in old):
            form.error("Field option Not Found")
            continue
        option = checked_option(call, rules, form, item, old.get(id) if id is not None else None)
        if option is not None:
            found.append(option)
    if len({it["id"] for it in found}) < len(found):
        form.error("Field options must not name one option twice")
    set_options(form, found)


def set_options(form: Form, options: list[Body]) -> None:
    """Takes the options into the draft if they differ from each other."""
    if len({it["value"] for it in options}) < len(options):
        form.error("Value of a field option has already been taken")
    form.draft["options"] = options


def checked_option(call: Call, rules: FieldRules, form: Form, item: Body, old: Body | None) -> Body | None:
    """A new option, or an old one with its new value; None where something is wrong, which the form says."""
    inner = form.nested(item, {}, "Field options: ")
    given = inner.object("data", required=True)
    if given is None:
        return None
    draft: Body = {}
    data = inner.nested(given, draft, "Data: ")
    data.choice("data_type", ("string",), required=True)
    data.text("value", Text(rules.longest_option, min_length=1), required=True)
    if "value" not in draft:
        return None
    now = stored(call.now)
    kept = old or {"id": call.store.new_id(), "created_at": now, "updated_at": now, "value": draft["value"]}
    return kept if kept["value"] == draft["value"] else {**kept, "value": draft["value"], "updated_at": now}


def option_of(record: Record, id: str) -> Body:
    """Raises the 404 for an option that the field does not have."""
    found = next((it for it in record.body["options"] if it["id"] == id), None)
    if found is None:
        raise not_found("field_option")
    return dict(found)
