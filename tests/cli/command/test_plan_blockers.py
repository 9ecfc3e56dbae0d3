"""What PagerDuty would refuse in the middle of an apply is a blocker in the plan, on the manifest's line and with a link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.api import license
from pdsync.sandbox.profile.profile import Profile
from tests.cli.company import COMPANY, FREE, LAYER, RULES, Company, document, ref
from tests.support.recorded import asked, forget, writes


def user_of_a_policy(company: Company) -> dict[str, Any]:
    return company.policy(company.live("user/bo"))


def user_of_a_layer(company: Company) -> dict[str, Any]:
    return company.schedule(company.live("user/bo"))


def user_beside_others(company: Company) -> dict[str, Any]:
    return company.schedule(company.live("user/bo"), company.live("user/cy"))


def user_with_an_incident(company: Company) -> dict[str, Any]:
    return company.incident("Disk full", assignments=[{"assignee": ref(company.live("user/bo"))}])


def schedule_of_a_policy(company: Company) -> dict[str, Any]:
    return company.policy(company.live("schedule/nights"))


def schedule_of_an_incident(company: Company) -> dict[str, Any]:
    first = company.live("escalation_policy/first")
    rules = [{"escalation_delay_in_minutes": 10, "targets": [ref(company.live("schedule/nights"))]}]
    company.client.rput(first, json={**first, "escalation_rules": rules})
    return company.incident("Disk full")


def policy_of_a_service(company: Company) -> dict[str, Any]:
    return company.by_hand("service", name="By hand", escalation_policy=ref(company.live("escalation_policy/first")))


def team_of_a_policy(company: Company) -> dict[str, Any]:
    return company.policy(company.live("user/cy"), teams=[ref(company.live("team/red"))])


def team_of_a_service(company: Company) -> dict[str, Any]:
    policy = company.policy(company.live("user/cy"), teams=[ref(company.live("team/red"))])
    return company.by_hand("service", name="Theirs", escalation_policy=ref(policy))


def team_of_a_schedule(company: Company) -> dict[str, Any]:
    return company.schedule(company.live("user/cy"), teams=[ref(company.live("team/red"))])


def team_above_a_team(company: Company) -> dict[str, Any]:
    return company.by_hand("team", name="Below", parent=ref(company.live("team/red")))


LEVEL, LAST = "as the only target of level 1", "as the only person of layer 'Late'"
REFUSED: list[tuple[str, Callable[[Company], dict[str, Any]], str]] = [
    ("user/bo", user_of_a_policy, LEVEL),
    ("user/bo", user_of_a_layer, LAST),
    ("user/bo", user_beside_others, "schedule 'By hand'"),
    ("user/bo", user_with_an_incident, "1 open incident is assigned to this person: #1 'Disk full' ("),
    ("schedule/nights", schedule_of_a_policy, LEVEL),
    ("schedule/nights", schedule_of_an_incident, "1 open incident is following a policy that uses it"),
    ("escalation_policy/first", policy_of_a_service, "service 'By hand'"),
    ("team/red", team_of_a_policy, "escalation_policy 'By hand'"),
    ("team/red", team_of_a_service, "service 'Theirs'"),
    ("team/red", team_of_a_schedule, "schedule 'By hand'"),
    ("team/red", team_above_a_team, "team 'Below'"),
]


@pytest.mark.parametrize(("address", "hold", "says"), REFUSED, ids=lambda it: getattr(it, "__name__", None))
def test_a_delete_that_pagerduty_refuses_is_blocked_before(
    company: Company, online: SandboxServer, address: str, hold: Callable[[Company], dict[str, Any]], says: str
) -> None:
    holder = hold(company)
    company.bury(address)
    if address == "escalation_policy/first":
        (company.folder / "manifests" / "service.shop.yaml").unlink()
    forget(online)
    run = company.plan()
    assert run.code == 5, run
    line = next(line for line in run.out.splitlines() if f"  {address}  " in line)
    assert line.endswith(f"manifests/{address.replace('/', '.')}.yaml:1")
    assert says in run.out
    assert holder["html_url"] in run.out
    assert company.run("apply", "--yes").code == 5
    assert writes(online) == []
    raw = company.client.delete(f"{company.live(address)['self']}")
    assert raw.status_code == 400, raw.text


def test_the_owner_is_not_deleted(company: Company) -> None:
    owner = next(it for it in company.client.iter_all("users") if it["role"] == "owner")
    spec = f"{{name: {owner['name']}, email: {owner['email']}}}"
    (company.folder / "manifests" / "owner.yaml").write_text(document("user/owner", spec, "absent: true, adopt: true"))
    run = company.plan()
    assert run.code == 5
    assert "this user owns the account and cannot be deleted" in run.out
    assert company.client.delete(owner["self"]).status_code == 400


def test_many_holders_are_counted(company: Company) -> None:
    for number in range(13):
        company.policy(company.live("user/bo"), name=f"By hand {number:02}")
    company.bury("user/bo")
    (told,) = [line for line in company.plan().out.splitlines() if "it is still used by" in line]
    assert "By hand 09" in told
    assert "By hand 10" not in told
    assert "and 3 more; remove it there first" in told


def test_nothing_may_be_left_without_a_target(company: Company) -> None:
    (company.folder / "manifests" / "first.yaml").write_text(
        document("escalation_policy/second", f"{{name: Second, {RULES % ''}}}")
    )
    run = company.plan()
    assert run.code == 1
    assert "manifests/first.yaml:4:" in run.err
    assert "needs at least 1 target" in run.err


def test_a_person_stays_until_the_layer_that_named_them_has_ended(company: Company) -> None:
    layers = f"{LAYER % 'cy'}, {(LAYER % 'bo').replace('All', 'Late')}"
    company.write({FREE: f"{{name: Nights, time_zone: Etc/UTC, schedule_layers: [{layers}]}}"})
    assert company.run("apply", "--yes").code == 0
    company.write({FREE: COMPANY[FREE]})
    company.bury("user/bo")
    run = company.run("apply", "--yes")
    assert run.code == 0, run
    assert "Pending: user/bo: 'Bo' stays until the layers that name this person have ended" in run.out
    assert company.client.delete(company.live("user/bo")["self"]).status_code == 400
    assert company.plan().out.startswith(("No changes.", "Left alone"))


def test_incidents_are_asked_for_only_when_something_is_deleted(company: Company, online: SandboxServer) -> None:
    forget(online)
    company.plan()
    assert not {path for _, path in asked(online)} & {"/incidents", "/abilities", "/licenses"}
    company.bury("team/red")
    forget(online)
    assert company.plan().code == 0
    assert [path for _, path in asked(online)].count("/incidents") == 1


def test_a_deleted_service_would_take_its_incidents_along(company: Company) -> None:
    for number in range(5):
        company.incident(f"Trouble {number}")
    company.bury("service/shop")
    run = company.plan("--reassign-incidents-to", "user/cy")
    assert run.code == 5
    assert "5 open incidents are on it and would end with it: #1 'Trouble 0' (https://" in run.out
    assert "and 2 more; resolve them first: an incident cannot be given to another service" in run.out


def test_a_policy_that_incidents_follow_is_not_deleted(company: Company) -> None:
    old = company.policy(
        company.live("user/cy"), name="Old", description="Managed by pdsync: acme/escalation_policy/old"
    )
    company.incident("Trouble", escalation_policy=ref(old))
    run = company.plan("--prune", "owned")
    assert run.code == 5
    assert "1 open incident is following it: #1 'Trouble'" in run.out


def test_incidents_that_lose_their_team_are_noted(company: Company) -> None:
    team = company.live("team/red")
    policy = company.policy(company.live("user/cy"), teams=[ref(team)])
    company.incident("Trouble", escalation_policy=ref(policy))
    company.client.rput(policy, json={**policy, "teams": []})
    company.bury("team/red")
    run = company.plan()
    assert run.code == 0, run
    assert "1 open incident loses its team" in run.out


READS = ("users", "teams", "schedules", "escalation_policies", "services", "vendors")


def _token(sandbox: SandboxServer, *more: str) -> str:
    """A token that may read what every plan reads, and `more`."""
    scopes = " ".join(["as_account-us.acme", *(f"{name}.read" for name in (*READS, *more))])
    form = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "shh", "scope": scopes}
    answer = requests.post(f"{sandbox.url}/oauth/token", data=form, timeout=10)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def test_a_token_that_may_not_read_incidents_is_told(
    company: Company, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGERDUTY_TOKEN", _token(online))
    company.bury("user/bo")
    run = company.plan()
    assert run.code == 0, run
    assert (
        "note: the token may not read incidents; if an open incident uses it, PagerDuty refuses the delete" in run.out
    )
    company.bury("service/shop")
    run = company.plan()
    assert run.code == 5
    assert "whether open incidents are on it and would end with it is not known: the token may not read" in run.out


def test_a_token_that_may_not_read_abilities_or_licences_says_nothing(
    company: Company, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Profile, "held_abilities", lambda self: [])
    company.write({"user/di": "{name: Di, email: di@example.com, role: observer}"})
    monkeypatch.setenv("PAGERDUTY_TOKEN", _token(online, "abilities"))
    monkeypatch.setenv("PAGERDUTY_FROM", "cy@example.com")
    assert company.plan().code == 5
    monkeypatch.setenv("PAGERDUTY_TOKEN", _token(online))
    forget(online)
    assert company.plan().code == 0
    assert {"/abilities", "/licenses"} <= {path for _, path in asked(online)}


def test_more_incidents_than_can_be_listed_are_said(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdsync.client.ITERATION_LIMIT", 1)
    monkeypatch.setattr("pdsync.engine.plan.fetch_account", _unlimited())
    company.incident("One")
    company.incident("Two")
    company.bury("service/shop")
    run = company.plan()
    assert run.code == 5
    assert "is not known: there are too many open incidents to read them all" in run.out


def _unlimited() -> Callable[..., Any]:
    from pdsync import client
    from pdsync.account import fetch_account

    def fetch(*args: Any, **kwargs: Any) -> Any:
        small, client.ITERATION_LIMIT = client.ITERATION_LIMIT, 10_000
        try:
            return fetch_account(*args, **kwargs)
        finally:
            client.ITERATION_LIMIT = small

    return fetch


HOURS = (
    "support_hours: {time_zone: Etc/UTC, days_of_week: [1], start_time: '09:00', end_time: '17:00'}, incident_urgency_rule: "
    "{type: use_support_hours, during_support_hours: {urgency: high}, outside_support_hours: {urgency: low}}"
)
LACKING = [
    ("user/di", "{name: Di, email: di@example.com, role: read_only_user}", "role: ", ["read_only_users"]),
    ("user/di", "{name: Di, email: di@example.com, role: observer}", "role: ", ["permissions_service", "advanced_permissions"]),
    ("service/shop", f"{{name: Shop, escalation_policy: first, {HOURS}}}", "support_hours: ", ["service_support_hours"]),
]  # fmt: skip


@pytest.mark.parametrize(("address", "spec", "field", "abilities"), LACKING)
def test_a_missing_ability_is_a_blocker(
    company: Company, monkeypatch: pytest.MonkeyPatch, address: str, spec: str, field: str, abilities: list[str]
) -> None:
    company.write({address: spec})
    assert company.plan().code == 0
    held = [name for name in Profile().held_abilities() if name not in abilities]
    monkeypatch.setattr(Profile, "held_abilities", lambda self: held)
    run = company.plan()
    assert run.code == 5
    assert f"! {field}the account lacks the ability " in run.out
    assert all(repr(name) in run.out for name in abilities)
    file = f"manifests/{address.replace('/', '.')}.yaml"
    annotation = next(line for line in company.plan("-o", "github").out.splitlines() if line.startswith("::error"))
    assert f"file={file},line=4,col={document(address, spec).splitlines()[3].index(field) + 1}," in annotation


def test_no_licence_left_is_a_blocker(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    show, left = license._show, {"PL1CFU1": 1, "PL1CST2": 0}
    monkeypatch.setattr(license, "_show", lambda id, users: {**show(id, users), "allocations_available": left[id]})
    company.write({"user/di": "{name: Di, email: di@example.com}"})
    assert company.plan().code == 0
    company.write({"user/ed": "{name: Ed, email: ed@example.com, role: admin}"})
    run = company.plan()
    assert run.code == 5
    assert "role: no licence left: 2 people take one of 'Full User' in this plan, and 1 are available" in run.out
    company.bury("user/bo")
    run = company.plan()
    assert run.code == 5, "a delete comes after the creates, so its licence is not free for them"
    assert "or delete user/bo in a merge before this one" in " ".join(run.out.split())
