"""Creates that wait for each other: a run that is killed at any of its writes leaves what the next plan finishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, Watch, carry_out_plan
from pdsync.plan import Plan
from pdsync.sandbox import SandboxServer
from tests.kinds.automation_world import ACTIONS, JOB, SCRIPT, AutomationWorld
from tests.support.world import TOKEN

_POLICY: dict[str, Any] = {"escalation_rules": [{"escalation_delay_in_minutes": 10, "targets": [{"user": "ana"}]}]}
_AROUND: dict[str, Any] = {
    "User": {"ana": {"name": "Ana", "email": "ana@example.com"}},
    "Team": {"red": {}},
    "EscalationPolicy": {"first": _POLICY},
    "AutomationRunner": {"here": {"runner_type": "sidecar"}},
}


class Killed(BaseException):
    """The process ends here."""


class Kill(HTTPAdapter):
    """Ends the process at the write of this number, before PagerDuty has it or after. Nothing is sent from then on."""

    def __init__(self, at: int, *, is_done: bool) -> None:
        super().__init__()
        self._left, self._is_done = at, is_done
        self.is_dead = False

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self._left -= request.method != "GET"
        if not self.is_dead and self._left == 0:
            self.is_dead = True
            if self._is_done:
                super().send(request, **options).close()
        if self.is_dead:
            raise Killed
        return super().send(request, **options)


@pytest.fixture
def automation(tmp_path: Path) -> Iterator[AutomationWorld]:
    """What is around the new objects is there."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "pagerduty"
    folder.mkdir()
    with (
        SandboxServer(seed="none") as sandbox,
        RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client,
    ):
        world = AutomationWorld(sandbox, client, folder)
        world.write(**_AROUND)
        world.apply()
        yield world


def service(*actions: str) -> dict[str, Any]:
    """One whose rule runs the actions."""
    rules = [
        {"label": key, "if": f"event.source matches '{key}'", "pagerduty_automation_actions": [_run(key)]}
        for key in actions
    ]
    return {"escalation_policy": "first", "event_orchestration": {"start": rules}}


def _run(action: str) -> dict[str, Any]:
    return {"automation_action": action}


def action(*services: str, **more: Any) -> dict[str, Any]:
    return {**SCRIPT, "runner": "here", "services": [*services], **more}


WORLDS: dict[str, dict[str, Any]] = {
    "one of each": {"Service": {"shop": service("one")}, "AutomationAction": {"one": action("shop", teams=["red"])}},
    "two of each": {
        "Service": {"shop": service("one", "two"), "mail": service("one")},
        "AutomationAction": {"one": action("shop", "mail"), "two": action("shop", **JOB, script=None)},
    },
}


def killed(world: AutomationWorld, plan: Plan, kill: Kill) -> None:
    with RestApiV2Client(TOKEN, base_url=world.sandbox.url, retry_ambiguous_posts=False) as client:
        client.mount("http://", kill)
        watch = Watch(hand_out=world.taken.append, sleep=lambda seconds: None)
        try:
            assert carry_out_plan(client, ApplyRequest(plan, workers=1), watch).exit_code == 0
        except Killed:
            assert kill.is_dead


def check_account(world: AutomationWorld, wanted: dict[str, Any]) -> None:
    """Each object is there once, each action belongs to its services, and the rules run what they name."""
    client, actions = world.client, wanted["AutomationAction"]
    services, teams = ({it["name"]: it["id"] for it in client.list_all(path)} for path in ("services", "teams"))
    assert Counter(it["name"] for it in client.list_all("services")) == Counter([*wanted["Service"]])
    assert Counter(it["name"] for it in client.list_all(ACTIONS)) == Counter([*actions])
    for key, spec in actions.items():
        held = world.action(key)
        assert {it["id"] for it in held["services"]} == {services[it] for it in spec["services"]}
        assert {it["id"] for it in held.get("teams", [])} == {teams[it] for it in spec.get("teams", [])}
    for key, spec in wanted["Service"].items():
        document = client.jget(f"event_orchestrations/services/{services[key]}")["orchestration_path"]
        runs = [it["actions"]["pagerduty_automation_actions"] for it in document["sets"][0]["rules"]]
        named = [it["label"] for it in spec["event_orchestration"]["start"]]
        assert [[it["action_id"] for it in run] for run in runs] == [[world.action(it)["id"]] for it in named]


@pytest.mark.parametrize(("name", "step", "is_done"), [("one of each", 2, True), ("two of each", 3, False)])
def test_the_next_plan_finishes_what_a_kill_left(
    automation: AutomationWorld, name: str, step: int, *, is_done: bool
) -> None:
    """Each world has its own kind of kill, and one in `step` of its writes is a kill point."""
    wanted = WORLDS[name]
    automation.write(**_AROUND, **wanted)
    start = automation.sandbox.control.state()
    plan = automation.plan()
    assert any(change.rest_waits_for for change in plan.changes)
    for at in count(1, step):
        automation.sandbox.control.restore(start)
        kill = Kill(at, is_done=is_done)
        killed(automation, plan, kill)
        if kill.is_dead:
            left = automation.plan()
            assert left.changes or is_done, f"nothing is left to do after the kill before write {at}"
            automation.apply()  # the next plan is empty
        check_account(automation, wanted)
        if not kill.is_dead:
            assert not automation.plan().changes
            assert at > 2 * len(plan.changes)  # two writes each, at least
            break
