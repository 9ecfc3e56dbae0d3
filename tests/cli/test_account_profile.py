"""pdsync against accounts that differ: a plan or an apply that cannot succeed says why, and writes nothing that it does not tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.setting import CONFIG
from tests.support.world import TOKEN

ANA = {"kind": "User", "metadata": {"name": "ana"}, "spec": {"name": "Ana Lima", "email": "ana@example.com"}}
RULE = {"escalation_delay_in_minutes": 10, "targets": [{"user": "ana"}]}


def manifest(kind: str, **spec: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": kind.lower()}, "spec": {"name": kind, **spec}}


def policy(**rule: Any) -> dict[str, Any]:
    return manifest("EscalationPolicy", escalation_rules=[{**RULE, **rule}])


def service(**spec: Any) -> dict[str, Any]:
    return manifest("Service", escalation_policy="escalationpolicy", **spec)


def write(folder: Path, *manifests: dict[str, Any]) -> None:
    (folder / "pdsync.yaml").write_text(CONFIG)
    (folder / "manifests").mkdir(exist_ok=True)
    documents = [{"apiVersion": "pdsync/v1", **it} for it in manifests]
    (folder / "manifests" / "all.yaml").write_text(yaml.safe_dump_all(documents))


HOURS = {
    "incident_urgency_rule": {
        "type": "use_support_hours",
        "during_support_hours": {"type": "constant", "urgency": "high"},
        "outside_support_hours": {"type": "constant", "urgency": "high"},
    },
    "support_hours": {
        "type": "fixed_time_per_day",
        "time_zone": "UTC",
        "start_time": "09:00",
        "end_time": "17:00",
        "days_of_week": [1],
    },
}
CASES = {
    "teams": [manifest("Team")],
    "round_robin": [ANA, policy(escalation_rule_assignment_strategy="round_robin")],
    "aiops": [
        ANA,
        policy(),
        service(alert_grouping_parameters={"type": "intelligent", "config": {"time_window": 300}}),
    ],
    "advanced_permissions": [{**ANA, "spec": {**ANA["spec"], "role": "observer"}}],
    "stakeholders": [{**ANA, "spec": {**ANA["spec"], "role": "read_only_user"}}],
    "urgencies": [ANA, policy(), service(incident_urgency_rule={"type": "constant", "urgency": "low"})],
    "support_hours": [ANA, policy(), service(**HOURS)],
}
# The exit codes of plan and of apply, and what they say.
ENDS = {
    "teams": (1, 1, "all.yaml:1: team/team: the account's plan has no teams"),
    "round_robin": (5, 5, "! escalation_rules: PagerDuty refuses to show round robin"),
    "aiops": (0, 3, "failed   Service"),
    "advanced_permissions": (5, 5, "! role: the account lacks the ability 'advanced_permissions'"),
    "stakeholders": (5, 5, "! role: the account lacks the ability 'read_only_users'"),
    "urgencies": (5, 5, "! incident_urgency_rule: the account lacks the ability 'urgencies'"),
    "support_hours": (5, 5, "! support_hours: the account lacks the ability 'service_support_hours'"),
}

SAYS_OTHERWISE = {("teams", 403): "all.yaml:1: team/team: teams cannot be read"}


@pytest.fixture
def lacking(
    folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[SandboxServer]:
    """An account with the profile that the test is given."""
    with SandboxServer(account={"account": 1, **request.param}) as server:
        monkeypatch.setenv("PDSYNC_API_URL", server.url)
        monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
        yield server


# Both statuses where the plan cannot know it before PagerDuty answers.
STATUSES = [(feature, 402) for feature in CASES] + [("teams", 403), ("round_robin", 403), ("aiops", 403)]


@pytest.mark.parametrize(
    ("lacking", "feature", "status"),
    [({"without": {feature: status}}, feature, status) for feature, status in STATUSES],
    indirect=["lacking"],
    ids=[f"{feature}-{status}" for feature, status in STATUSES],
)
def test_what_the_plan_lacks_is_said_and_the_rest_is_done(
    folder: Path, lacking: SandboxServer, pdsync: Pdsync, feature: str, status: int
) -> None:
    write(folder, *CASES[feature])
    planned, applied, said = ENDS[feature]
    assert pdsync("plan").code == planned
    run = pdsync("apply", "--yes")
    assert run.code == applied
    assert SAYS_OTHERWISE.get((feature, status), said) in run.out + run.err
    if applied == 3:
        assert f"HTTP {status}" in run.out
        assert ("may write some of these objects, but not all" in run.err) == (status == 403)
    else:
        assert not [it for it in lacking.requests() if it["method"] != "GET"]


@pytest.mark.parametrize("lacking", [{"without": dict.fromkeys(CASES, it)} for it in (402, 403)], indirect=True)
def test_an_account_of_the_smallest_plan_can_use_the_rest(folder: Path, lacking: SandboxServer, pdsync: Pdsync) -> None:
    write(folder, ANA, policy(), service())
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("plan", "--detailed-exitcode").code == 0
    assert pdsync("drift").code == 0


@pytest.mark.parametrize("lacking", [{"readings": {"from_header": "users_and_windows"}}], indirect=True)
def test_an_account_key_needs_from_to_make_a_person(folder: Path, lacking: SandboxServer, pdsync: Pdsync) -> None:
    write(folder, ANA)
    key = {"PAGERDUTY_TOKEN": "an-account-level-key"}
    run = pdsync("apply", "--yes", env=key)
    assert run.code in (1, 5)
    assert "From" in run.out + run.err
    assert pdsync("--from", "owner@example.com", "apply", "--yes", env=key).code == 0


@pytest.mark.parametrize("lacking", [{"private_teams": ["Team"]}], indirect=True)
def test_a_name_that_a_private_team_has_is_a_failure_and_makes_no_second_one(
    folder: Path, lacking: SandboxServer, pdsync: Pdsync
) -> None:
    lacking.control.edit("POST", "/teams", {"team": {"type": "team", "name": "Team"}})
    write(folder, CASES["teams"][0])
    run = pdsync("apply", "--yes")
    assert run.code == 1
    assert "Name has already been taken" in run.out
    assert len(lacking.control.state()["team"]) == 1


@pytest.mark.parametrize(
    "lacking",
    [{"private_teams": ["Team"], "readings": {"private_object": it}} for it in ("not_found", "forbidden")],
    indirect=True,
)
def test_what_became_private_is_neither_pruned_nor_made_again_in_silence(
    folder: Path, lacking: SandboxServer, pdsync: Pdsync
) -> None:
    profile = lacking.control.account()
    lacking.control.set_account({"account": 1})
    write(folder, ANA, {**policy(), "spec": {**policy()["spec"], "teams": ["team"]}}, CASES["teams"][0], service())
    assert pdsync("apply", "--yes").code == 0
    before = lacking.control.state()
    lacking.control.set_account(profile)
    assert pdsync("apply", "--yes").code == 1
    after = lacking.control.state()
    assert {kind: [it["id"] for it in after[kind]] for kind in ("team", "service")} == {
        kind: [it["id"] for it in before[kind]] for kind in ("team", "service")
    }


@pytest.mark.parametrize(
    ("lacking", "code", "said"),
    [
        (
            {"readings": {"sso_managed_address": "refused"}, "sso": {"managed": True}},
            1,
            "managed by the identity provider",
        ),
        ({"readings": {"sso_managed_address": "ignored"}, "sso": {"managed": True}}, 3, '"ana@example.com" is stored'),
    ],
    indirect=["lacking"],
)
def test_an_address_that_the_identity_provider_keeps_is_a_failure(
    folder: Path, lacking: SandboxServer, pdsync: Pdsync, code: int, said: str
) -> None:
    write(folder, ANA)
    assert pdsync("apply", "--yes").code == 0
    ana = next(it for it in lacking.control.state()["user"] if it["name"] == "Ana Lima")
    write(
        folder,
        {**ANA, "metadata": {"name": "ana", "id": ana["id"]}, "spec": {**ANA["spec"], "email": "ana@example.org"}},
    )
    run = pdsync("apply", "--yes")
    assert run.code == code
    assert said in run.out


@pytest.mark.parametrize(
    "lacking", [{"sso": {"addresses": {"ana@example.com": "ana.lima@example.com"}}}], indirect=True
)
def test_an_address_that_the_identity_provider_changes_makes_no_second_person(
    folder: Path, lacking: SandboxServer, pdsync: Pdsync
) -> None:
    write(folder, ANA, policy())
    pdsync("apply", "--yes")
    run = pdsync("apply", "--yes")
    assert run.code == 5
    assert "metadata.id" in run.out
    assert [it["name"] for it in lacking.control.state()["user"]].count("Ana Lima") == 1


@pytest.mark.parametrize(
    "lacking",
    [
        {"lag": {it: {"reads": 2, "seen_by": seen} for it in ("users", "teams", "escalation_policies", "services")}}
        for seen in ("lists", "all")
    ],
    indirect=True,
)
def test_late_reads_are_waited_for(folder: Path, lacking: SandboxServer, pdsync: Pdsync) -> None:
    write(folder, ANA, CASES["teams"][0], policy(), service())
    run = pdsync("apply", "--yes")
    assert run.code == 0, run
    for _ in range(3):
        pdsync("plan")
    assert pdsync("plan", "--detailed-exitcode").code == 0
    assert [it["name"] for it in lacking.control.state()["service"]] == ["Service"]
