"""Which credentials there are besides the token, and whose they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdsync.cli.setting.config import ConfigError, read_config
from pdsync.client import RestApiV2Client
from pdsync.engine.host import add_hosts
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync

USER = "u+whoami-whoami-whoami-1"
ACCOUNT = "account-whoami-whoami-22"
CONFIG = "workspace: acme\ncredentials: {user_token: PD_USER_TOKEN}\n"


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (USER, "*mi-1 from PD_USER_TOKEN: Account Owner (owner@example.com)"),
        (ACCOUNT, "a key of the account, which Slack and Jira refuse"),
        ("", "PD_USER_TOKEN is not set or empty"),
        ("short", "PagerDuty refuses it (HTTP 401)"),
    ],
)
def test_whoami_says_whose_the_other_credential_is(
    folder: Path, pdsync: Pdsync, online: SandboxServer, token: str, says: str
) -> None:
    (folder / "pdsync.yaml").write_text(CONFIG)
    run = pdsync("whoami", env={"PD_USER_TOKEN": token})
    assert run.code == 0
    assert says in run.out
    assert not token or token == "short" or token not in run.out + run.err
    assert says in json.loads(pdsync("whoami", "-o", "json", env={"PD_USER_TOKEN": token}).out)["user_token"]


def test_a_token_that_no_header_could_hold_is_a_usage_error(
    folder: Path, pdsync: Pdsync, online: SandboxServer
) -> None:
    (folder / "pdsync.yaml").write_text(CONFIG)
    run = pdsync("whoami", env={"PD_USER_TOKEN": "two words of it"})
    assert run.code == 64
    assert "PD_USER_TOKEN" in run.err
    assert "words" not in run.err


def test_the_name_of_a_variable_and_no_credential_is_written() -> None:
    with pytest.raises(ConfigError, match="the name of an environment variable") as refused:
        read_config("credentials: {user_token: u+abcdefghijklmnopqr}", Path("pdsync.yaml"))
    assert "value belongs in the environment" in str(refused.value)


def test_each_workspace_may_have_its_own() -> None:
    text = """credentials: {user_token: ALL}
slack: {workspace: T02ABC}
workspaces:
  live: {}
  test: {credentials: {user_token: TEST}, slack: {workspace: T9XYZ}}
"""
    live, test = (read_config(text, Path("pdsync.yaml"), name) for name in ("live", "test"))
    assert (live.user_token, live.variables.list_places) == ("ALL", {"slack": "T02ABC"})
    assert (test.user_token, test.variables.list_places) == ("TEST", {"slack": "T9XYZ"})


@pytest.mark.parametrize(
    ("api", "slack", "jira"),
    [
        (
            "https://api.pagerduty.com",
            "https://app.pagerduty.com/integration-slack",
            "https://api.pagerduty.com/integration-jira-cloud",
        ),
        (
            "https://api.eu.pagerduty.com",
            "https://app.eu.pagerduty.com/integration-slack",
            "https://api.eu.pagerduty.com/integration-jira-cloud",
        ),
        (
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/integration-slack",
            "http://127.0.0.1:8080/integration-jira-cloud",
        ),
    ],
)
def test_the_other_hosts_belong_to_the_region(api: str, slack: str, jira: str) -> None:
    with RestApiV2Client(ACCOUNT, base_url=api) as client:
        add_hosts(client, USER)
        assert {name: other.url for name, other in client.hosts.items()} == {"slack": slack, "jira_cloud": jira}
        assert {other.api_key for other in client.hosts.values()} == {USER}
