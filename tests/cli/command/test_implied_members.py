"""Members that PagerDuty adds or keeps because of a policy or schedule: explained in plan, drift and result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync

PEOPLE = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana, email: ana@example.com}
---
apiVersion: pdsync/v1
kind: User
metadata: {name: bo}
spec: {name: Bo, email: bo@example.com}
"""
TEAM = """\
apiVersion: pdsync/v1
kind: Team
metadata: {name: red}
spec: {name: Red, members_mode: %s, members: [%s]}
"""
POLICY = """\
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: first}
spec: {name: First, teams: [red], escalation_rules: [{escalation_delay_in_minutes: 10, targets: [{%s}]}]}
"""
SCHEDULE = """\
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: days}
spec:
  name: Days
  time_zone: Etc/UTC
  schedule_layers:
    - {name: all, users: [bo], rotation_virtual_start: "2026-01-05T09:00", rotation_turn_length_seconds: 1w}
"""
BOTH, ANA = "{user: ana}, {user: bo}", "{user: ana}"


class Red:
    """A team and a policy, whose manifests a test changes."""

    def __init__(self, folder: Path, pdsync: Pdsync) -> None:
        self.folder, self.run = folder, pdsync
        (folder / "pdsync.yaml").write_text("workspace: acme\npaths: [m]\n")
        (folder / "m").mkdir()
        (folder / "m" / "people.yaml").write_text(PEOPLE)

    def team(self, members: str, mode: str = "exclusive") -> None:
        (self.folder / "m" / "team.yaml").write_text(TEAM % (mode, members))

    def policy(self, target: str) -> None:
        text = POLICY % target + (SCHEDULE if "schedule" in target else "")
        (self.folder / "m" / "policy.yaml").write_text(text)

    def apply(self) -> str:
        run = self.run("apply", "--yes")
        assert run.code == 0, run
        return " ".join(run.out.split())

    def said(self, *arguments: str) -> str:
        return " ".join(self.run(*arguments).out.split())


@pytest.fixture
def red(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Red:
    return Red(folder, pdsync)


@pytest.mark.parametrize("target", ["user: bo", "schedule: days"])
def test_a_member_who_leaves_the_list_and_stays_is_explained(red: Red, target: str) -> None:
    red.team(BOTH)
    red.policy(target)
    red.apply()
    assert "stays a member" not in red.said("plan")
    red.team(ANA)
    why = "user/bo stays a member although the list does not name this person"
    for output in ("text", "markdown", "json", "html"):
        said = red.said("plan", "-o", output)
        assert why in said, output
        assert "escalation_policy/first" in said.partition(why)[2]
    assert why in red.said("drift")
    assert any(why in note for note in json.loads(red.run("drift", "-o", "json").out)["notes"])
    result = red.apply()
    assert why in result.partition("updated")[2]
    after = red.said("plan")
    steady = (
        "1 team keeps a member whom its list does not name, because policies and schedules of the team name this person"
    )
    assert after.count(steady) == 1
    for output in ("text", "markdown", "html"):
        assert f"{steady} (-v names them)" in red.said("plan", "-o", output), output
        named = red.said("plan", "-v", "-o", output).partition(steady)[2]
        assert named.startswith(": team/red (user/bo, named by escalation_policy/first"), output
    assert f"{steady}: team/red (user/bo, named by" in red.said("plan", "-o", "json")
    assert after.endswith("the manifests."), "nothing is left to do"
    assert steady in red.said("drift")


@pytest.mark.parametrize("mode", ["exclusive", "additive"])
def test_a_member_whom_a_policy_brings_along_is_announced(red: Red, mode: str) -> None:
    red.team(ANA, mode)
    red.policy("user: ana")
    red.apply()
    red.policy("user: bo")
    announced = "PagerDuty will add user/bo to team/red, which does not list this person, because escalation_policy/first names this person"
    assert announced in red.said("plan")
    result = red.apply()
    assert announced in result.partition("updated")[2]


def test_nothing_is_said_where_the_list_names_everyone(red: Red) -> None:
    red.team(BOTH)
    red.policy("user: bo")
    for run in (red.said("plan"), red.apply(), red.said("plan"), red.said("drift")):
        assert "PagerDuty will add" not in run
        assert "stays a member" not in run


def test_a_member_who_can_leave_does_so_because_the_policy_lets_go(red: Red) -> None:
    red.team(BOTH)
    red.policy("user: bo")
    red.apply()
    red.team(ANA)
    red.policy("user: ana")
    said = red.said("plan")
    assert "stays a member" not in said
    assert "user/bo leaves the team because escalation_policy/first no longer keeps this person there" in said
    red.apply()
    assert red.said("plan").startswith("No changes.")
