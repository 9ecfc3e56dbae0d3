from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account

_FIELDS = "/services/custom_fields"


def custom_field_line_breaks(account: Account) -> str:
    made = account.post(_FIELDS, "field", _field(description="One\nTwo"))
    return {"One\nTwo": "kept", "One Two": "spaces"}[made["description"]]


def custom_field_default(account: Account) -> str:
    path = "/incidents/types/incident_default/custom_fields"
    answer = account.call("POST", path, {"field": _field(data_type="integer", default_value=7)})
    return {201: "typed", 400: "text"}[answer.status_code]


def renamed_field_option(account: Account) -> str:
    option = {"data": {"data_type": "string", "value": "one"}}
    made = account.post(_FIELDS, "field", _field(field_type="single_value_fixed", field_options=[option]))
    values = f"/services/{account.service()['id']}/custom_fields/values"
    account.call("PUT", values, {"custom_fields": [{"name": "tier", "value": "one"}]})
    path = f"{_FIELDS}/{made['id']}/field_options/{made['field_options'][0]['id']}"
    account.put(path, "field_option", {"data": {"data_type": "string", "value": "two"}})
    (shown,) = account.get(values)["custom_fields"]
    return {"two": "values_follow", "one": "values_stay"}[shown["value"]]


def _field(**more: Any) -> dict[str, Any]:
    return {"name": "tier", "display_name": "Tier", "data_type": "string", "field_type": "single_value", **more}
