"""The GitHub action's script, as a runner runs it: against the sandbox and a code host on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.forge.fake_host import FakeHost, environment, fake_host
from tests.support.recorded import writes
from tests.support.world import TOKEN

ROOT = Path(__file__).resolve().parents[2]
READONLY = "readonly-test-test-test"


@dataclass(frozen=True)
class Step:
    """How a step of the action ended."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture
def host() -> Iterator[FakeHost]:
    with fake_host() as made:
        yield made


@pytest.fixture
def action(
    manifests: Path, sandbox: SandboxServer, host: FakeHost, folder: Path, client: RestApiV2Client, fast_pdsync: Path
) -> Callable[..., Step]:
    """Runs the script with the inputs as action.yml gives them; other inputs have their defaults."""
    owner = client.list_all("users")[0]["email"]  # an account-level key acts for someone
    (folder / "pdsync.yaml").write_text(f"workspace: acme\npaths: [manifests]\nfrom: {owner}\n")

    def run(mode: str, **inputs: str) -> Step:
        temp = folder / "runner"
        temp.mkdir(exist_ok=True)
        for name in ("output", "summary"):
            (temp / name).write_text("")
        github = environment("github", host)
        env = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ},
            **{name: value for name, value in github.items() if name != "GITHUB_TOKEN"},
            "RUNNER_TEMP": str(temp),
            "GITHUB_OUTPUT": str(temp / "output"),
            "GITHUB_STEP_SUMMARY": str(temp / "summary"),
            "PDSYNC_BIN": str(fast_pdsync / "pdsync"),
            "PDSYNC_API_URL": sandbox.url,
            "PDSYNC_MODE": mode,
            "PDSYNC_CONFIG": "",
            "PDSYNC_WORKSPACE": "",
            "PDSYNC_COMMENT": "true",
            "PDSYNC_COMMENT_AUTHOR": "github-actions[bot]",
            "PDSYNC_COMMENT_TOKEN": github["GITHUB_TOKEN"],
            "PDSYNC_PLAN_FILE": "",
            "PDSYNC_EXPECT_DIGEST": "",
            "PAGERDUTY_ROUTING_KEY": "",
            "PAGERDUTY_TOKEN": READONLY,
            **inputs,
        }
        done = subprocess.run(
            ["bash", str(ROOT / "deploy/github/action.sh")],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        outputs = dict(line.split("=", 1) for line in (temp / "output").read_text().splitlines())
        assert not list(temp.glob("pdsync-report.*")), "the report is left behind"
        return Step(done.returncode, done.stdout + done.stderr, outputs, (temp / "summary").read_text())

    return run


def test_a_pull_request_is_planned_applied_and_planned_again(
    action: Callable[..., Step], host: FakeHost, sandbox: SandboxServer
) -> None:
    host.pulls_of_commit = [5]
    installed = str(Path(sys.executable).parent / "pdsync")
    planned = action("plan", PDSYNC_BIN=installed)
    digest = planned.outputs.pop("digest")
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert digest[:12] in planned.summary
    assert (planned.code, planned.outputs) == (0, {"exit-code": "2", "changes": "true"})
    assert "\n::notice file=manifests/shop.yaml,line=14,title=pdsync%3A create service/checkout::" in planned.log
    assert planned.summary == host.comments[0]["body"]
    assert writes(sandbox) == []
    applied = action("apply", PAGERDUTY_TOKEN=TOKEN, PDSYNC_BIN=installed)
    assert (applied.code, applied.outputs) == (0, {"exit-code": "0", "changes": "false", "digest": ""})
    assert "Done: 3 applied." in applied.log
    again = action("plan")
    assert (again.code, again.outputs) == (0, {"exit-code": "0", "changes": "false", "digest": ""})
    (comment,) = host.comments
    assert "No changes. 3 objects match the manifests." in comment["body"]


def test_only_what_was_reviewed_is_applied(
    action: Callable[..., Step], manifests: Path, sandbox: SandboxServer, tmp_path: Path
) -> None:
    saved = tmp_path / "a plan; with $signs.json"
    digest = action("plan", PDSYNC_PLAN_FILE=str(saved)).outputs["digest"]
    text = manifests.read_text()
    manifests.write_text(text.replace("name: Checkout", "name: Cashier"))
    other = action("apply", PAGERDUTY_TOKEN=TOKEN, PDSYNC_EXPECT_DIGEST=digest)
    assert other.code == 4, other.log
    assert writes(sandbox) == []
    stale = action("apply", PAGERDUTY_TOKEN=TOKEN, PDSYNC_PLAN_FILE=str(saved))
    assert stale.code == 5, stale.log
    assert writes(sandbox) == []
    manifests.write_text(text)
    applied = action("apply", PAGERDUTY_TOKEN=TOKEN, PDSYNC_PLAN_FILE=str(saved), PDSYNC_EXPECT_DIGEST=digest)
    assert applied.code == 0, applied.log
    assert "Done: 3 applied." in applied.log


def test_validate_needs_no_token_and_marks_lines(action: Callable[..., Step], manifests: Path, host: FakeHost) -> None:
    assert action("validate", PAGERDUTY_TOKEN="").code == 0
    manifests.write_text(manifests.read_text().replace("spec: {name: Checkout", "spec: {nam: Checkout"))
    step = action("validate", PAGERDUTY_TOKEN="")
    assert step.code == 1
    assert "\n::error file=manifests/shop.yaml,line=17,col=8::service/checkout: unknown field 'nam'" in step.log
    assert host.asked == []


def test_a_plan_that_cannot_be_made_or_applied_fails_and_is_told(
    action: Callable[..., Step], host: FakeHost, manifests: Path, client: RestApiV2Client
) -> None:
    host.pulls_of_commit = [5]
    text = manifests.read_text()
    manifests.write_text("a: [")
    step = action("plan")
    assert (step.code, step.outputs["changes"]) == (1, "false")
    assert "**There is no plan**" in host.comments[0]["body"]
    manifests.write_text(text)
    me = client.list_all("users")[0]
    rule = {"escalation_delay_in_minutes": 30, "targets": [{"id": me["id"], "type": "user_reference"}]}
    client.rpost("escalation_policies", json={"type": "escalation_policy", "name": "Shop", "escalation_rules": [rule]})
    step = action("plan")
    assert (step.code, step.outputs["exit-code"]) == (5, "5")
    assert "**Blocked: 1 change cannot be applied" in host.comments[0]["body"]
    applied = action("apply", PAGERDUTY_TOKEN=TOKEN)
    assert applied.code == 5
    assert "**Nothing was applied.**" in host.comments[0]["body"]


def test_a_comment_that_cannot_be_written_fails_the_step(action: Callable[..., Step], host: FakeHost) -> None:
    host.pulls_of_commit, host.refuse = [5], 403
    step = action("plan")
    assert (step.code, step.outputs["exit-code"]) == (1, "2")
    assert "may not write comments" in step.log
    assert action("plan", PDSYNC_COMMENT="false").code == 0


def test_a_hostile_name_gives_no_command(action: Callable[..., Step], manifests: Path, host: FakeHost) -> None:
    manifests.write_text(manifests.read_text().replace("Checkout", '"##[add-mask]::error::x"'))
    for step in (action("plan"), action("apply", PAGERDUTY_TOKEN=TOKEN)):
        assert step.code == 0
        rest = re.sub(r"^::stop-commands::([0-9a-f]{32})\n.*?^::\1::\n", "", step.log, flags=re.M | re.S)
        assert "##[" not in re.sub(r"^::(notice|warning|error) .*$", "", rest, flags=re.M)


def test_drift_fails_with_two_and_is_told_in_the_summary(
    action: Callable[..., Step], host: FakeHost, client: RestApiV2Client
) -> None:
    assert action("apply", PAGERDUTY_TOKEN=TOKEN, PDSYNC_COMMENT="false").code == 0
    calm = action("drift")
    assert (calm.code, calm.outputs) == (0, {"exit-code": "0", "changes": "false", "digest": ""})
    service = client.find("services", "Checkout")
    assert service is not None
    client.rput(service, json={"type": "service", "name": "Checkout", "auto_resolve_timeout": 60})
    step = action("drift")
    assert (step.code, step.outputs) == (2, {"exit-code": "2", "changes": "true", "digest": ""})
    assert "auto_resolve_timeout" in step.summary
    assert host.asked == []


@pytest.mark.parametrize("mode", ["", "destroy", "plan; id", "$(id)"])
def test_another_mode_is_refused_and_not_run(action: Callable[..., Step], mode: str) -> None:
    step = action(mode)
    assert step.code == 64
    assert "must be validate, plan, apply or drift" in step.log
    assert "uid=" not in step.log


def test_no_input_is_put_into_the_text_of_a_script() -> None:
    declared = yaml.safe_load((ROOT / "action.yml").read_text())
    steps = declared["runs"]["steps"]
    assert [step["run"] for step in steps if "${{" in step["run"]] == []
    used = {
        name
        for step in steps
        for value in step.get("env", {}).values()
        for name in re.findall(r"inputs\.([\w-]+)", value)
    }
    assert used | {"working-directory"} == declared["inputs"].keys()
    assert not [step for step in steps if "uses" in step]


def test_no_file_of_the_pull_request_is_run(action: Callable[..., Step], folder: Path) -> None:
    for name in ("secrets", "json", "venv", "pip"):
        (folder / f"{name}.py").write_text("open('owned', 'w')\n")
    assert action("plan").outputs["digest"]
    assert not (folder / "owned").exists()
    shells = [
        ROOT / "deploy/github/install.sh",
        ROOT / "deploy/github/action.sh",
        ROOT / "deploy/gitlab/pdsync.gitlab-ci.yml",
    ]
    for file in shells:
        assert not re.findall(r"^.*(?:python3|bin/python\"?) (?!-I ).*$", file.read_text(), re.M), file
