"""The settings of an account, from manifests to the account and back."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, carry_out_plan
from pdsync.kinds import BY_NAME
from pdsync.model import Resource, Scope
from pdsync.plan import Change, Operation, Plan, Status
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget, writes
from tests.support.world import converge, plan_for, policy, resource, service, user

WEB = {"absolute": "12h", "idle": "1h"}
LONGER = {"absolute": "1d", "idle": "2h"}
DESCRIBED, DEEP = "has_technical_service_description", "minimum_escalation_policy_rule_depth"
SESSIONS, THRESHOLD = "/session_configurations", "/business_services/priority_thresholds"


def account(**spec: Any) -> list[Resource]:
    return [resource("Account", "main", spec)]


def sessions(client: RestApiV2Client) -> dict[str, tuple[int, int]]:
    answer = client.get("session_configurations")
    rows = answer.json()["session_configurations"] if answer.ok else []
    return {it["type"]: (it["absolute_session_ttl"], it["idle_session_ttl"]) for it in rows}


def configure(client: RestApiV2Client, types: str, absolute_s: int, idle_s: int) -> None:
    """An edit by hand."""
    body = {"session_configuration": {"absolute_session_ttl": absolute_s, "idle_session_ttl": idle_s}}
    client.put("session_configurations", params={"type": types}, json=body).raise_for_status()


def threshold(client: RestApiV2Client) -> str | None:
    held = client.jget("business_services/priority_thresholds")["global_threshold"]
    names = {it["id"]: it["name"] for it in client.list_all("priorities")}
    return names[held["id"]] if held else None


def standard(client: RestApiV2Client, name: str) -> dict[str, Any]:
    return next(it for it in client.jget("standards")["standards"] if it["type"] == name)


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


def test_each_setting_is_written_and_read_back(client: RestApiV2Client) -> None:
    first, *_ = client.list_all("priorities")
    converge(
        client,
        account(
            session_configuration={"web": WEB, "mobile": LONGER},
            priority_threshold=first["name"],
            standards={DESCRIBED: {"active": False, "description": "Say what it is for."}},
        ),
    )
    assert sessions(client) == {"web": (43_200, 3_600), "mobile": (86_400, 7_200)}
    assert threshold(client) == first["name"]
    assert standard(client, DESCRIBED)["active"] is False
    assert standard(client, DESCRIBED)["description"] == "Say what it is for."


def test_a_plan_of_other_kinds_asks_for_none_of_it(sandbox: SandboxServer, client: RestApiV2Client) -> None:
    forget(sandbox)
    plan_for(client, [user("ana")])
    assert not {path for _, path in asked(sandbox) if "session" in path or "standard" in path or "priorit" in path}


@pytest.mark.parametrize(
    ("spec", "paths"),
    [
        ({"session_configuration": {"web": WEB}}, {SESSIONS}),
        ({"standards": {DEEP: {"active": True}}}, {"/standards"}),
        ({"priority_threshold": None}, {THRESHOLD}),
    ],
)
def test_only_named_settings_are_read(
    sandbox: SandboxServer, client: RestApiV2Client, spec: dict[str, Any], paths: set[str]
) -> None:
    usual = _count(sandbox, client, [])
    assert _count(sandbox, client, account(**spec)) == usual + 1
    assert paths <= {path.partition("?")[0] for _, path in asked(sandbox)}


def _count(sandbox: SandboxServer, client: RestApiV2Client, resources: list[Resource]) -> int:
    forget(sandbox)
    plan_for(client, resources)
    return len(asked(sandbox))


def test_a_type_of_sessions_that_no_manifest_names_stays(sandbox: SandboxServer, client: RestApiV2Client) -> None:
    configure(client, "web,mobile", 50_000, 5_000)
    wanted = account(session_configuration={"web": WEB})
    plan = plan_for(client, wanted)
    assert {it.path for it in only(plan).deltas} == {
        "session_configuration.web.absolute",
        "session_configuration.web.idle",
    }
    assert [it.message.split(":")[0] for it in plan.risks] == ["this ends every web session of the account at once"]
    forget(sandbox)
    converge(client, wanted)
    assert [(method, path.partition("?")[0]) for method, path in writes(sandbox)] == [("PUT", SESSIONS)]
    assert sessions(client) == {"mobile": (50_000, 5_000), "web": (43_200, 3_600)}
    assert plan_for(client, wanted).risks == ()


def test_null_takes_a_configuration_away(client: RestApiV2Client) -> None:
    configure(client, "web,mobile", 50_000, 5_000)
    wanted = account(session_configuration={"mobile": None})
    (risk,) = plan_for(client, wanted).risks
    assert risk.code == "sessions_ended"
    assert "may end every mobile session" in risk.message
    converge(client, wanted)
    assert sessions(client) == {"web": (50_000, 5_000)}
    assert plan_for(client, account(session_configuration={"web": {"absolute": 50_000, "idle": 5_000}})).changes == ()


def test_a_risk_counts_the_people(client: RestApiV2Client) -> None:
    people = len(client.list_all("users"))
    (risk,) = plan_for(client, account(session_configuration={"web": WEB})).risks
    assert f"{people} users must sign in again" in risk.message


def test_the_threshold_is_a_priority_by_name(client: RestApiV2Client) -> None:
    second = client.list_all("priorities")[1]["name"]
    converge(client, account(priority_threshold=second))
    assert threshold(client) == second
    assert plan_for(client, account(priority_threshold=second)).changes == ()
    converge(client, account(priority_threshold=None))
    assert threshold(client) is None
    plan = plan_for(client, account(priority_threshold="P99"))
    assert [it.address for it in plan.problems] == ["account/main"]


def test_a_standard_keeps_what_a_manifest_does_not_name(client: RestApiV2Client) -> None:
    company = [user("ana"), policy("first", {"user": "ana"}), service("shop", "first"), service("old", "first")]
    before = standard(client, DEEP)
    wanted = [*company, *account(standards={DEEP: {"exclusions": ["old"]}})]
    converge(client, wanted)
    old = client.find("services", "old")
    assert old is not None
    held = standard(client, DEEP)
    assert [it["id"] for it in held["exclusions"]] == [old["id"]]
    assert {**held, "exclusions": []} == before
    client.jput(f"standards/{before['id']}", json={"description": "Ours", "inclusions": []})
    assert plan_for(client, wanted).changes == ()
    converge(client, [*company, *account(standards={DEEP: {"exclusions": []}})])
    assert standard(client, DEEP) == {**before, "description": "Ours"}


def test_a_standard_that_there_is_not_is_a_problem(client: RestApiV2Client) -> None:
    plan = plan_for(
        client, account(standards={"has_a_description": {"active": True}, f"{DESCRIBED}s": {"active": True}})
    )
    assert [it.message for it in plan.problems] == [
        "standards: the account has no 'has_a_description', and it cannot be made",
        f"standards: the account has no '{DESCRIBED}s', and it cannot be made",
    ]
    assert DESCRIBED in plan.problems[1].hint


@pytest.mark.parametrize("reading", ["hidden", "shown"])
def test_a_pattern_is_compared_where_it_is_shown(sandbox: SandboxServer, client: RestApiV2Client, reading: str) -> None:
    sandbox.control.set_account({"account": 1, "readings": {"pattern_of_standard": reading}})
    converge(client, account(standards={DEEP: {"active": False, "regex": "^a"}}))
    sandbox.control.set_account({"account": 1, "readings": {"pattern_of_standard": "shown"}})
    assert standard(client, DEEP)["values"] == {"regex": "^a"}
    sandbox.control.set_account({"account": 1, "readings": {"pattern_of_standard": reading}})
    plan = plan_for(client, account(standards={DEEP: {"active": False, "regex": "^b"}}))
    assert bool(plan.changes) is (reading == "shown")
    assert any(f"does not show standards.{DEEP}.regex" in note for note in plan.notes) is (reading == "hidden")


def test_a_tombstone_resets_what_can_be_reset(client: RestApiV2Client) -> None:
    converge(
        client,
        account(session_configuration={"web": WEB}, priority_threshold="P1", standards={DEEP: {"active": False}}),
    )
    blocked = only(plan_for(client, [resource("Account", "main", {}, absent=True)]))
    assert "cannot know who made this one" in blocked.blockers[0]
    gone = [resource("Account", "main", {}, absent=True, adopt=True)]
    plan = plan_for(client, gone)
    change = only(plan)
    assert change.operation is Operation.DELETE
    assert any("standards cannot be reset" in note for note in change.notes)
    assert [it.code for it in plan.risks] == ["sessions_ended"]
    assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
    assert (sessions(client), threshold(client)) == ({}, None)
    assert standard(client, DEEP)["active"] is False
    assert plan_for(client, gone).changes == ()


def test_an_account_without_a_manifest_is_left_alone(client: RestApiV2Client) -> None:
    converge(client, account(session_configuration={"web": WEB}, priority_threshold="P1"))
    assert plan_for(client, []).changes == ()
    assert plan_for(client, account(priority_threshold="P1")).changes == ()
    assert sessions(client) == {"web": (43_200, 3_600)}


def test_two_manifests_of_the_account_are_a_problem(client: RestApiV2Client) -> None:
    one, other = (
        resource("Account", "main", {"priority_threshold": "P1"}),
        resource("Account", "more", {"priority_threshold": "P2"}),
    )
    plan = plan_for(client, [one, other])
    assert [it.message for it in plan.problems] == ["account/main describes the same object account"]


def test_a_configuration_that_moved_since_the_plan_is_a_conflict(client: RestApiV2Client) -> None:
    plan = plan_for(client, account(session_configuration={"web": WEB}))
    configure(client, "web", 50_000, 5_000)
    result = carry_out_plan(client, ApplyRequest(plan))
    assert [it.status for it in result.outcomes] == [Status.CONFLICT]
    assert sessions(client) == {"web": (50_000, 5_000)}


@pytest.mark.parametrize(
    ("times", "says"),
    [
        ({"absolute": "12h", "idle": "5m"}, "is signed out"),
        ({"absolute": "1h", "idle": "2h"}, "it has no effect"),
        ({"absolute": "1h", "idle": "10m"}, ""),
    ],
)
def test_odd_times_are_warned_about(times: dict[str, str], says: str) -> None:
    scope = Scope()
    BY_NAME["Account"].read_desired({"session_configuration": {"web": times}}, scope, ("spec",))
    assert not scope.problems
    assert [says in it.message for it in scope.warnings] == ([True] if says else [])


@pytest.mark.parametrize(
    "times",
    [
        {"absolute": "9m", "idle": "1m"},
        {"absolute": "1h"},
        {"absolute": "1h", "idle": "30s"},
        {"absolute": "211d", "idle": "1h"},
    ],
)
def test_times_out_of_bounds_are_problems(times: dict[str, str]) -> None:
    scope = Scope()
    BY_NAME["Account"].read_desired({"session_configuration": {"web": times}}, scope, ("spec",))
    assert scope.problems
