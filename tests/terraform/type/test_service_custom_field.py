"""Custom fields of services, and the values that services have, as a state holds them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.given import imported, manifests, spec_of
from tests.terraform.provider import TfResource

WEB = TfResource("pagerduty_service", "web", {"id": "PSERV01", "name": "Web", "escalation_policy": "PEPOL01"})


def definition(data_type: str = "string", field_type: str = "single_value", **more: Any) -> TfResource:
    own = {"id": "PFIEL01", "name": "tier", "display_name": "Tier", "description": "", "enabled": True}
    values = {**own, "data_type": data_type, "field_type": field_type, "field_option": [], **more}
    return TfResource("pagerduty_service_custom_field", "tier", values)


def value(text: Any, name: str | None = "tier", identity: str | None = None) -> TfResource:
    held = [{"id": identity, "name": name, "value": text}]
    values = {"id": "PSERV01", "service_id": "PSERV01", "custom_fields": held}
    return TfResource("pagerduty_service_custom_field_value", "web", values)


def test_a_definition_comes_out_as_the_account_has_it() -> None:
    options = [{"value": "gold", "data_type": "string"}, {"value": "tin", "data_type": "string"}]
    assert spec_of(definition("string", "multi_value_fixed", field_option=options)) == {
        "name": "tier",
        "display_name": "Tier",
        "type": "choice",
        "multi": True,
        "options": ["gold", "tin"],
    }


@pytest.mark.parametrize(
    ("defined", "text", "said"),
    [
        (definition(), '"gold"', "gold"),
        (definition(), "gold", "gold"),
        (definition(), "gold, and more", "gold, and more"),
        (definition(), "5", "5"),
        (definition("integer"), "5", 5),
        (definition("boolean"), "true", True),
        (definition(field_type="multi_value"), '["a", "b"]', ["a", "b"]),
        (definition(field_type="multi_value"), "a,b", ["a", "b"]),
        (definition(field_type="multi_value"), "a", ["a"]),
        (None, '"gold"', "gold"),
        (None, "gold", "gold"),
    ],
)
def test_a_value_is_read_whether_it_is_json_or_text(defined: TfResource | None, text: str, said: Any) -> None:
    made = imported([WEB, *([defined] if defined else []), value(text)])
    assert manifests(made)["Service/web"]["spec"]["custom_fields"] == {"tier": said}
    assert "pagerduty_service_custom_field_value.web" in made.let_go["a.json"]


def test_a_field_that_is_named_by_its_id_is_found_where_it_is_defined() -> None:
    made = imported([WEB, definition(), value('"gold"', None, "PFIEL01")])
    assert manifests(made)["Service/web"]["spec"]["custom_fields"] == {"tier": "gold"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            value('"gold"', None, "PFIEL09"),
            "no pagerduty_service_custom_field in the states that were given has the id",
        ),
        (value("a,b"), "the state does not tell whether a field of it has one value or several"),
    ],
)
def test_values_that_the_state_does_not_tell_stay_with_terraform(given: TfResource, why: str) -> None:
    made = imported([WEB, given])
    (reason,) = made.left_out
    assert reason.startswith(f"pagerduty_service_custom_field_value.web: {why}")
    assert made.let_go == {"a.json": ("pagerduty_service.web",)}
