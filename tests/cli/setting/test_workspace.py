"""Several workspaces in one pdsync.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.cli.setting.config import ConfigError, read_config
from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import MANIFESTS, Pdsync

TWO = """\
paths: [manifests]
prune: {mode: report, max_deletes: 3}
region: eu
variables:
  timeout: {type: number, default: 3600, description: How long incidents stay open.}
  stage: {type: text}
workspaces:
  production:
    subdomain: pdsync-sandbox
    prune: {mode: owned}
    variables: {stage: live}
  staging:
    api_url: http://127.0.0.1:9
    variables: {stage: test, timeout: 600}
"""


@pytest.fixture
def two(folder: Path, manifests: Path) -> Path:
    (folder / "pdsync.yaml").write_text(
        TWO.replace("region: eu\n", "").replace("    api_url: http://127.0.0.1:9\n", "")
    )
    manifests.write_text(
        MANIFESTS.replace("name: Checkout, ", 'name: "Checkout ${var:stage}", ').replace("4h", '"${var:timeout}"')
    )
    return manifests


def test_a_workspace_says_anew_what_differs() -> None:
    production, staging = (read_config(TWO, Path("pdsync.yaml"), name) for name in ("production", "staging"))
    assert (production.workspace, production.subdomain, production.region) == ("production", "pdsync-sandbox", "eu")
    assert (production.prune, production.max_deletes) == ("owned", 3)
    assert production.variables.values == {"timeout": 3600, "stage": "live"}
    assert (staging.workspace, staging.subdomain, staging.region) == ("staging", None, None)
    assert (staging.prune, staging.api_url, staging.paths) == ("report", "http://127.0.0.1:9", ("manifests",))
    assert staging.variables.values == {"timeout": 600, "stage": "test"}


@pytest.mark.empty_account
def test_each_workspace_gets_its_own_objects(
    pdsync: Pdsync, two: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    assert pdsync("--workspace", "staging", "apply", "--yes").code == 0
    (service,) = client.list_all("services")
    assert (service["name"], service["auto_resolve_timeout"]) == ("Checkout test", 600)
    assert service["description"].startswith("Managed by pdsync: staging/service/checkout")
    run = pdsync("plan", env={"PDSYNC_WORKSPACE": "staging"})
    assert run.out == "No changes. 3 objects match the manifests.\n"
    other = pdsync("--workspace", "production", "plan")
    assert other.code == 1  # the policy of that name belongs to the other workspace
    assert "is managed by the workspace 'staging'" in other.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["validate"], "has several workspaces"),
        (["--workspace", "stagin", "validate"], "Did you mean 'staging'?"),
        (["--workspace", "other", "plan"], "There are: production, staging."),
    ],
)
def test_a_workspace_is_chosen_and_never_guessed(pdsync: Pdsync, two: Path, arguments: list[str], said: str) -> None:
    run = pdsync(*arguments)
    assert run.code == 64
    assert said in run.err


def test_the_one_workspace_of_a_file_can_be_named_but_not_renamed(
    pdsync: Pdsync, manifests: Path, folder: Path
) -> None:
    assert pdsync("--workspace", "acme", "validate").code == 0
    assert pdsync("--workspace", "other", "validate").code == 64
    (folder / "pdsync.yaml").unlink()
    assert pdsync("--workspace", "other", "validate", "manifests").code == 64


def test_each_workspace_has_its_own_sandbox(pdsync: Pdsync, two: Path, folder: Path) -> None:
    for name in ("production", "staging"):
        assert pdsync("--workspace", name, "--sandbox", "apply", "--yes").code == 0
    assert {path.name for path in (folder / ".pdsync").glob("*.db")} == {"sandbox-production.db", "sandbox-staging.db"}


def test_an_unused_variable_is_told_once_all_manifests_are_read(pdsync: Pdsync, two: Path) -> None:
    two.write_text(MANIFESTS.replace("4h", '"${var:timeout}"'))
    run = pdsync("--workspace", "staging", "validate")
    assert run.code == 1
    assert "pdsync.yaml:5:3: no manifest uses the variable 'stage'" in run.out
    assert pdsync("--workspace", "staging", "validate", "manifests").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("workspace: a\nworkspaces: {b: {}}\n", "pdsync.yaml:1:1: cannot go with workspaces"),
        ("workspaces: {B: {}}\n", "pdsync.yaml:1:14: 'B' is not a workspace name"),
        ("workspaces: {b: {workspace: c}}\n", "pdsync.yaml:1:18: unknown key 'workspace'"),
        (
            "workspaces: {b: {api_url: 'https://e.example'}}\n",
            "pdsync.yaml:1:27: workspaces.b.api_url: is not an address of",
        ),
        ("workspaces: {b: {variables: {x: 1}}}\n", "pdsync.yaml:1:30: the variable 'x' is not declared"),
        ("variables: {x: {type: text}}\nworkspaces: {b: {}}\n", "pdsync.yaml:2:14: the variable 'x' has no value"),
        ("variables: {x: {type: text}}\n", "pdsync.yaml:1:13: the variable 'x' has no default"),
        (
            "variables: {x: {type: text, default: 1}}\n",
            "pdsync.yaml:1:38: variables.x.default: expected text, got a whole number",
        ),
        ("variables: {x: {type: number, default: true}}\n", "expected a number, got true or false"),
        ("variables: {x: {type: boolean, default: [1]}}\n", "expected text, a number, true or false, got a list"),
        ("variables: {x: {default: 1}}\n", "'type' is missing"),
        ("variables: {x-y: {type: text, default: a}}\n", "'x-y' is not a variable name"),
        ("variables: [x]\n", "expected a mapping, got a list"),
        ("workspaces: {b: 1}\n", "expected a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(text, Path("pdsync.yaml"), "b" if "workspaces" in text else None)
    assert said in caught.value.message
