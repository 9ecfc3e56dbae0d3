"""Extensions, as a state holds them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.terraform.given import FORMS, comments_of, imported, manifests
from tests.terraform.provider import SECRET, TfResource

OWN = {"id": "PEXTE01", "name": "Jira", "extension_schema": "PSCHE01", "extension_objects": ["PSERV01"]}
SNOW = {"target": "https://x.example.com", "task_type": "incident", "sync_options": "manual_sync", "referer": "None"}


def extension(config: Any, **more: Any) -> TfResource:
    values = {**OWN, "config": config if config is None else json.dumps(config), **more}
    return TfResource("pagerduty_extension", "jira", values)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("is_marked", [True, False])
def test_secrets_become_variables_and_an_address_is_left_out(form: str, *, is_marked: bool) -> None:
    given = extension({"access_token": SECRET, "project": {"key": "OPS", "ids": [1, "2"]}}, endpoint_url=SECRET)
    marks = (("endpoint_url",),) if is_marked else ()
    made = imported([TfResource(given.type, given.name, given.values, sensitive=marks)], form=form)
    assert SECRET not in repr(made)
    assert manifests(made)["Extension/jira"]["spec"] == {
        "name": "Jira",
        "schema": {"id": "PSCHE01"},
        "services": [{"id": "PSERV01"}],
        "config": {
            "access_token": "${env:EXTENSION_JIRA_CONFIG_ACCESS_TOKEN}",
            "project": {"key": "OPS", "ids": [1, "2"]},
        },
    }
    assert comments_of(made) == [
        "endpoint_url is left out, because it may hold a secret. To manage it, write it with ${env:NAME}.",
        "PagerDuty does not show this value. Set EXTENSION_JIRA_CONFIG_ACCESS_TOKEN before you apply.",
    ]


@pytest.mark.parametrize("is_marked", [True, False])
def test_the_password_of_servicenow_becomes_a_variable(*, is_marked: bool) -> None:
    values = {**OWN, **SNOW, "snow_user": "pd", "snow_password": SECRET}
    marks = (("snow_password",),) if is_marked else ()
    made = imported([TfResource("pagerduty_extension_servicenow", "snow", values, sensitive=marks)])
    assert SECRET not in repr(made)
    spec = manifests(made)["Extension/snow"]["spec"]
    assert spec["config"] == {**SNOW, "snow_user": "pd", "snow_password": "${env:EXTENSION_SNOW_CONFIG_SNOW_PASSWORD}"}


@pytest.mark.parametrize("config", [None, {}, []])
def test_an_extension_without_a_config_has_none(config: Any) -> None:
    assert "config" not in manifests(imported([extension(config)]))["Extension/jira"]["spec"]
