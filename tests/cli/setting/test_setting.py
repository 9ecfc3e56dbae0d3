"""Options, environment and configuration become settings, and settings become the workspace of the use cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import GlobalOptions, Invocation
from pdsync.cli.setting.setting import load_settings

CONFIG = """\
workspace: acme
paths: [manifests]
subdomain: acme
region: eu
from: config@example.com
prune: {mode: owned, max_deletes: 3, kinds: {Service: "off"}}
removed_fields: keep
rules: {min_two_levels: error}
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "pdsync.yaml").write_text(CONFIG)
    return str(tmp_path / "pdsync.yaml")


def invocation(config: str, environ: dict[str, str] | None = None, **options: object) -> Invocation:
    return Invocation(GlobalOptions(config=config, **options), environ=environ or {})  # type: ignore[arg-type]


def test_the_more_explicit_address_goes_first(config: str) -> None:
    environ = {"PDSYNC_API_URL": "http://127.0.0.1:1"}
    found = [
        load_settings(invocation(config)),
        load_settings(invocation(config, environ)),
        load_settings(invocation(config, environ, region="us")),
    ]
    assert [settings.base_url for settings in found] == [
        "https://api.eu.pagerduty.com",
        "http://127.0.0.1:1",
        "https://api.pagerduty.com",
    ]
    assert [settings.base_url_source.partition(" ")[0] for settings in found] == [
        "region",
        "PDSYNC_API_URL",
        "--region",
    ]


def test_two_addresses_exclude_each_other(config: str) -> None:
    with pytest.raises(UsageError, match="--sandbox and --region exclude each other"):
        load_settings(invocation(config, sandbox=True, region="eu"))


def test_the_more_explicit_from_address_goes_first(config: str) -> None:
    environ = {"PAGERDUTY_FROM": "environment@example.com"}
    assert load_settings(invocation(config)).from_email == "config@example.com"
    assert load_settings(invocation(config, environ)).from_email == "environment@example.com"
    assert (
        load_settings(invocation(config, environ, from_email="option@example.com")).from_email == "option@example.com"
    )


def test_the_workspace_is_what_the_configuration_says(config: str, tmp_path: Path) -> None:
    workspace = load_settings(invocation(config)).workspace()
    assert (workspace.name, workspace.is_named, workspace.subdomain) == ("acme", True, "acme")
    assert workspace.paths == (str(tmp_path / "manifests"),)
    assert (workspace.prune, workspace.prune_by_kind, workspace.max_deletes) == ("owned", {"service": "off"}, 3)
    assert workspace.removed_fields == "keep"
    assert workspace.rules is not None
    assert {name: rule.severity for name, rule in workspace.rules.settings.items()} == {"min_two_levels": "error"}


def test_a_sandbox_is_never_the_wrong_account(config: str) -> None:
    settings = load_settings(invocation(config, sandbox=True))
    assert settings.base_url is None
    assert settings.workspace().subdomain is None


def test_without_rules_there_is_no_rulebook(tmp_path: Path) -> None:
    (tmp_path / "pdsync.yaml").write_text("workspace: acme\n")
    assert load_settings(invocation(str(tmp_path / "pdsync.yaml"))).workspace().rules is None
