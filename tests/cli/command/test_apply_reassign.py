"""Open incidents are given to someone else before what they hold is deleted, and their status is never touched."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from pdsync.client import RestApiV2Client
from pdsync.plan.json_form import from_json
from pdsync.plan.plan import PlanDocument
from pdsync.sandbox import SandboxServer
from tests.cli.company import COMPANY, RULES, Company, ref
from tests.cli.conftest import Pdsync
from tests.report.plan_reading import read_json, read_markdown, read_text
from tests.support.recorded import forget, writes

TO_CY = ("--reassign-incidents-to", "user/cy")
TO_SECOND = ("--reassign-incidents-to", "escalation_policy/second")
SECOND = f"{{name: Second, {RULES % '{user: cy}'}}}"


def assigned(company: Company, count: int, *names: str) -> list[dict[str, Any]]:
    """Incidents that are assigned to these people; the first is acknowledged."""
    people = [{"assignee": ref(company.live(f"user/{name}"))} for name in names]
    made = [company.incident(f"Trouble {number}", assignments=people) for number in range(count)]
    company.client.rput(made[0], json={"type": "incident", "status": "acknowledged"})
    return made


def holders(company: Company, incident: dict[str, Any]) -> list[str]:
    return sorted(it["assignee"]["summary"] for it in company.client.rget(incident)["assignments"])


def statuses(company: Company, incidents: list[dict[str, Any]]) -> list[str]:
    return [company.client.rget(incident)["status"] for incident in incidents]


def test_a_person_takes_over_what_is_assigned_to_whoever_leaves(company: Company, online: SandboxServer) -> None:
    alone = assigned(company, 6, "bo")
    (both,) = assigned(company, 1, "bo", "cy")
    before = statuses(company, [*alone, both])
    company.bury("user/bo")
    run = company.plan(*TO_CY)
    assert run.code == 0, run
    assert "before that, 7 open incidents are reassigned to the user Cy (user/cy), and stay open" in run.out
    assert f"#1  Trouble 0  {alone[0]['html_url']}" in run.out
    assert "and 2 more" in run.out
    assert "Reassigns 7 open incidents." in run.out
    forget(online)
    run = company.run("apply", "--yes", *TO_CY)
    assert run.code == 0, run
    assert "7 incidents were reassigned before" in run.out
    assert [(method, path.rpartition("/")[0]) for method, path in writes(online)] == [("PUT", ""), ("DELETE", "/users")]
    assert [holders(company, incident) for incident in (*alone, both)] == [["Cy"]] * 7
    assert statuses(company, [*alone, both]) == before
    assert company.plan(*TO_CY).out.startswith("No changes.")


def test_whoever_else_is_assigned_stays(company: Company) -> None:
    company.write({"user/di": "{name: Di, email: di@example.com}"})
    assert company.run("apply", "--yes").code == 0
    di = company.client.find("users", "Di")
    assert di is not None
    people = [{"assignee": ref(company.live("user/bo"))}, {"assignee": ref(di)}]
    incident = company.incident("Trouble", assignments=people)
    company.bury("user/bo")
    assert company.run("apply", "--yes", *TO_CY).code == 0
    assert holders(company, incident) == ["Cy", "Di"]


def test_a_policy_takes_over_what_follows_the_policy_of_a_schedule(company: Company) -> None:
    company.write({"escalation_policy/first": f"{{name: First, {RULES % '{schedule: nights}'}}}"})
    assert company.run("apply", "--yes").code == 0
    incident = company.incident("Trouble")
    company.write({"escalation_policy/first": COMPANY["escalation_policy/first"]})
    company.bury("schedule/nights")
    assert company.plan().code == 5
    run = company.plan(*TO_CY)
    assert run.code == 5
    assert "a person does not take them out of the policy: name another escalation policy" in run.out
    run = company.plan("--reassign-incidents-to", "escalation_policy/first")
    assert run.code == 5
    assert "some of them follow 'First' already" in run.out
    company.write({"escalation_policy/second": SECOND})
    run = company.run("apply", "--yes", *TO_SECOND)
    assert run.code == 0, run
    held = company.client.rget(incident)
    assert (held["escalation_policy"]["summary"], held["status"]) == ("Second", "triggered")
    assert company.client.find("schedules", "Nights") is None


def test_someone_who_has_no_manifest_is_named_by_email_or_name(company: Company) -> None:
    people = assigned(company, 2, "bo")
    di = company.by_hand("user", name="Di", email="Di@example.com")
    policy = company.policy(di, name="Spare")
    company.bury("user/bo")
    for text, says in (
        ("user/di@example.com", f"to the user Di ({di['id']})"),
        ("EscalationPolicy/spare", f"to the policy Spare ({policy['id']})"),
        (f"user/{di['id']}", f"to the user Di ({di['id']})"),
        ("Cy", "to the user Cy (user/cy)"),
    ):
        run = company.plan("--reassign-incidents-to", text)
        assert run.code == 0, run
        assert says in run.out
    assert company.run("apply", "--yes", "--reassign-incidents-to", "escalation_policy/Spare").code == 0
    assert {company.client.rget(it)["escalation_policy"]["id"] for it in people} == {policy["id"]}
    assert [holders(company, it) for it in people] == [["Di"], ["Di"]]


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("service/shop", 64, "incidents can only be given to a user or an escalation policy"),
        ("no one", 1, "no object is called 'no one'"),
        ("user/no one", 1, "user/no one: --reassign-incidents-to: it is neither in the manifests nor in the account"),
        ("user/bo", 1, "user/bo: --reassign-incidents-to: is deleted by this same plan"),
        ("user/bo@example.com", 1, "--reassign-incidents-to: is deleted by this same plan"),
        ("user/eve", 1, "is a stakeholder (read_only_user) and cannot be given incidents"),
    ],
)
def test_who_cannot_be_given_incidents(company: Company, text: str, code: int, says: str) -> None:
    company.write({"user/eve": "{name: Eve, email: eve@example.com, role: read_only_user}"})
    assigned(company, 1, "bo")
    company.bury("user/bo")
    run = company.plan("--reassign-incidents-to", text)
    assert (run.code, says in run.err) == (code, True), run


def test_an_account_key_needs_a_from_address(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    assigned(company, 1, "bo")
    company.bury("user/bo")
    monkeypatch.setenv("PAGERDUTY_TOKEN", "an-account-key-of-someone")
    run = company.plan(*TO_CY)
    assert run.code == 5
    assert "an account-level key needs a From address to reassign them" in run.out
    assert company.run("--from", "cy@example.com", "apply", "--yes", *TO_CY).code == 0


def test_a_saved_plan_holds_the_step(company: Company) -> None:
    incidents = assigned(company, 2, "bo")
    company.bury("user/bo")
    runs = {output: company.plan("-o", output, *TO_CY) for output in ("text", "json", "markdown")}
    assert read_text(runs["text"].out) == read_markdown(runs["markdown"].out) == read_json(runs["json"].out)
    assert "2 open incidents are reassigned to the user Cy" in runs["markdown"].out
    assert "1 reassigns incidents" in runs["markdown"].out
    (step,) = [it["reassign"] for it in json.loads(runs["json"].out)["changes"]]
    assert [(it["number"], it["title"]) for it in step["incidents"]] == [(1, "Trouble 0"), (2, "Trouble 1")]
    assert company.plan("--out", "plan.json", *TO_CY).code == 0
    saved = json.loads((company.folder / "plan.json").read_text())
    assert from_json(saved, PlanDocument).plan().digest == saved["digest"]
    assert company.run("apply", "--yes", "--plan", "plan.json", *TO_CY).code == 64
    run = company.run("apply", "--yes", "--plan", "plan.json")
    assert run.code == 0, run
    assert [holders(company, incident) for incident in incidents] == [["Cy"], ["Cy"]]
    assert company.run("apply", "--yes", "--plan", "plan.json").code == 0, "all of it is already done"


def test_what_came_up_since_the_plan_was_not_reviewed(company: Company, online: SandboxServer) -> None:
    """One was resolved, one was given to someone by hand, and one came up, which no one was shown: nothing is reassigned."""
    first, second, third = assigned(company, 3, "bo")
    company.bury("user/bo")
    assert company.plan("--out", "plan.json", *TO_CY).code == 0
    company.client.rput(first, json={"type": "incident", "status": "resolved"})
    owner = company.client.rget("users/me")
    company.client.rput(second, json={"type": "incident", "assignments": [{"assignee": ref(owner)}]})
    (new,) = assigned(company, 1, "bo")
    forget(online)
    run = company.run("apply", "--yes", "--plan", "plan.json")
    assert run.code == 4, run
    assert "user/bo: a new plan from these manifests and settings no longer shows this" in run.err
    assert not writes(online)
    assert company.run("apply", "--yes", *TO_CY).code == 0
    assert [holders(company, it) for it in (second, third, new)] == [[owner["name"]], ["Cy"], ["Cy"]]


def test_many_incidents_go_in_parts_and_a_lost_answer_is_no_harm(
    company: Company, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    incidents = assigned(company, 7, "bo")
    company.bury("user/bo")
    monkeypatch.setattr("pdsync.client.RestApiV2Client.multi_update_size", 3)
    put = RestApiV2Client.rput
    lost: list[int] = []

    def lose(self: RestApiV2Client, url: Any, *args: Any, **kwargs: Any) -> Any:
        answer = put(self, url, *args, **kwargs)
        if url == "incidents" and not lost:
            lost.append(1)
            raise requests.ConnectionError("the answer was lost")
        return answer

    from pdsync.client import NetworkError

    def lose_as_the_client_does(self: RestApiV2Client, url: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return lose(self, url, *args, **kwargs)
        except requests.ConnectionError as error:
            raise NetworkError(str(error)) from error

    monkeypatch.setattr(RestApiV2Client, "rput", lose_as_the_client_does)
    forget(online)
    run = company.run("apply", "--yes", *TO_CY)
    assert run.code == 0, run
    assert [path for _, path in writes(online)][:3] == ["/incidents"] * 3
    assert "7 incidents were reassigned before" in run.out
    assert [holders(company, incident) for incident in incidents] == [["Cy"]] * 7


def test_one_that_is_resolved_at_the_last_moment_does_not_keep_the_others(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    incidents = assigned(company, 3, "bo")
    company.bury("user/bo")
    put = RestApiV2Client.rput
    done: list[int] = []

    def resolve_first(self: RestApiV2Client, url: Any, *args: Any, **kwargs: Any) -> Any:
        if url == "incidents" and not done:
            done.append(1)
            put(company.client, incidents[1], json={"type": "incident", "status": "resolved"})
        return put(self, url, *args, **kwargs)

    monkeypatch.setattr(RestApiV2Client, "rput", resolve_first)
    run = company.run("apply", "--yes", *TO_CY)
    assert run.code == 0, run
    assert "2 incidents were reassigned before" in run.out
    assert statuses(company, incidents) == ["acknowledged", "resolved", "triggered"]


def test_a_policy_that_no_one_is_on_call_for_refuses_and_nothing_is_deleted(company: Company) -> None:
    """PagerDuty's own message, and the person is still there."""
    incidents = assigned(company, 2, "bo")
    late = {
        "name": "Late",
        "start": "2050-01-05T09:00:00Z",
        "rotation_virtual_start": "2050-01-05T09:00:00Z",
        "rotation_turn_length_seconds": 86_400,
        "users": [{"user": ref(company.live("user/cy"))}],
    }
    quiet = company.by_hand("schedule", name="Quiet", time_zone="Etc/UTC", schedule_layers=[late])
    company.policy(quiet, name="Spare")
    company.bury("user/bo")
    run = company.run("apply", "--yes", "--reassign-incidents-to", "escalation_policy/Spare")
    assert run.code == 1, run
    assert "reassigning the open incidents failed, so nothing was deleted: " in run.out
    assert "No one is on call on this escalation level" in run.out
    assert [holders(company, it) for it in incidents] == [["Bo"], ["Bo"]]


def test_long_titles_are_cut(company: Company) -> None:
    company.incident("x" * 900, assignments=[{"assignee": ref(company.live("user/bo"))}])
    company.bury("user/bo")
    for options in ((), TO_CY):
        out = company.plan(*options).out
        assert "x" * 79 + "…" in out
        assert "x" * 80 not in out


def test_a_read_only_token_plans_the_step(company: Company, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    assigned(company, 1, "bo")
    company.bury("user/bo")
    monkeypatch.setenv("PAGERDUTY_TOKEN", "readonly-token-of-someone")
    assert company.run("--from", "cy@example.com", "plan", *TO_CY).code == 0


def test_a_new_policy_of_the_same_name_takes_over_from_the_old_one(company: Company) -> None:
    """It needs the name that the old one has, and the old one must not go before it: so the old one gives its name up first."""
    incident = company.incident("Trouble")
    company.write({"escalation_policy/next": COMPANY["escalation_policy/first"]})
    company.write({"service/shop": "{name: Shop, escalation_policy: next}"})
    company.bury("escalation_policy/first")
    run = company.run("apply", "--yes", "--reassign-incidents-to", "escalation_policy/next")
    assert run.code == 0, run
    (left,) = [it for it in company.client.iter_all("escalation_policies") if it["name"].startswith("First")]
    held = company.client.rget(incident)
    assert (held["escalation_policy"]["id"], held["status"]) == (left["id"], "triggered")
    assert company.plan().out.startswith("No changes.")
