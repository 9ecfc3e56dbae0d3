"""Alert grouping settings, as a state holds them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.given import comments_of, imported, manifests, spec_of
from tests.terraform.provider import TfResource

NOTHING = {"timeout": None, "time_window": None, "aggregate": None, "fields": None}


def setting(kind: str, **config: Any) -> TfResource:
    values = {
        "id": "PGROU01",
        "name": "G",
        "description": "Managed by Terraform",
        "type": kind,
        "services": ["PSERV01"],
    }
    return TfResource("pagerduty_alert_grouping_setting", "g", {**values, "config": {**NOTHING, **config}})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (setting("time", timeout=600), {"timeout": "10m"}),
        (setting("time"), {"timeout": 0}),
        (
            setting("content_based", time_window=86400, aggregate="all", fields=["b", "a"]),
            {"aggregate": "all", "fields": ["a", "b"], "time_window": "1d"},
        ),
        (
            setting("content_based_intelligent", time_window=300, aggregate="any", fields=["a"]),
            {"aggregate": "any", "fields": ["a"], "time_window": "5m"},
        ),
    ],
)
def test_the_settings_of_the_type_come_out_as_the_account_has_them(given: TfResource, said: dict[str, Any]) -> None:
    spec = spec_of(given)
    spec["config"] |= {"fields": sorted(spec["config"]["fields"])} if "fields" in spec["config"] else {}
    assert spec["config"] == said
    assert spec["services"] == [{"id": "PSERV01"}]


def test_what_the_provider_does_not_read_of_an_intelligent_one_is_said() -> None:
    made = imported([setting("intelligent", time_window=300)])
    assert manifests(made)["AlertGroupingSetting/g"]["spec"]["config"] == {
        "time_window": "5m",
        "iag_fields": ["summary"],
    }
    assert comments_of(made) == [
        "Terraform does not read iag_fields: these are PagerDuty's own. If the plan shows others, use 'pdsync accept'."
    ]


def test_a_setting_without_a_name_does_not_get_one() -> None:
    given = setting("time", timeout=60)
    assert spec_of(TfResource(given.type, given.name, {**given.values, "name": ""}))["name"] is None
