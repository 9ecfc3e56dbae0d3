"""Webhook subscriptions as transitions of an account."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import Desired, Selection, make_plan
from pdsync.kinds import BY_NAME
from pdsync.model import Resource, Scope
from pdsync.plan import Change, Operation, Plan
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import TAKEN, converge, options, plan_for, policy, resource, service, team, user

BASE = [user("ana"), policy("first", {"user": "ana"}), service("shop", "first"), team("payments")]
URL = "https://hooks.example.com/pd"


def hook(key: str = "feed", *, lifecycle: dict[str, Any] | None = None, **spec: Any) -> Resource:
    said = {"filter": {"team": "payments"}, "events": ["incident.triggered"], "url": URL, **spec}
    return resource("WebhookSubscription", key, said, **(lifecycle or {}))


def rows(client: RestApiV2Client) -> list[dict[str, Any]]:
    found = client.list_all("webhook_subscriptions")
    return [row for row in found if "Managed by pdsync: test/" in (row["description"] or "")]


def held(client: RestApiV2Client) -> dict[str, Any]:
    (row,) = rows(client)
    return row


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


def test_it_is_made_changed_and_deleted(client: RestApiV2Client) -> None:
    converge(client, [*BASE, hook(events=["incident.triggered", "incident.acknowledged"], description="For audits.")])
    made = held(client)
    assert made["events"] == ["incident.acknowledged", "incident.triggered"]
    assert (made["active"], made["delivery_method"]["url"], made["filter"]["type"]) == (True, URL, "team_reference")
    first, _, line = made["description"].partition("\n")
    assert first == "For audits."
    assert line.startswith("Managed by pdsync: test/webhook_subscription/feed #"), "its secret is no longer due"
    given = TAKEN[-1]
    assert (given.address, given.id, given.noun) == ("webhook_subscription/feed", made["id"], "signing secret")
    assert len(given.secret) == 64
    converge(client, [*BASE, hook(filter={"service": "shop"}, active=False, events=["service.updated"])])
    now = held(client)
    assert (now["id"], now["active"], now["events"], now["filter"]["type"]) == (
        *(made["id"], False, ["service.updated"]),
        "service_reference",
    )
    assert now["description"].startswith("Managed by pdsync"), "a description that is taken out goes"
    assert TAKEN[-1] is given, "a change of these makes no other secret"
    converge(client, BASE, prune="owned")
    assert rows(client) == []


@pytest.mark.parametrize("target", ["account", {"service": "shop"}, {"team": "payments"}])
def test_what_it_reports_about(client: RestApiV2Client, target: Any) -> None:
    converge(client, [*BASE, hook(filter=target)])
    said = target if isinstance(target, str) else next(iter(target))
    assert held(client)["filter"]["type"] == f"{said}_reference"


def test_an_account_that_has_none_is_not_asked(sandbox: SandboxServer, client: RestApiV2Client) -> None:
    converge(client, BASE)
    forget(sandbox)
    plan_for(client, BASE)
    assert not [path for path in asked(sandbox) if "webhook" in path]


def test_an_oauth_client_is_found_by_its_name_and_taken_away(client: RestApiV2Client) -> None:
    body = {"name": "Siem", "client_id": "a", "client_secret": "b", "grant_type": "client_credentials"}
    made = client.rpost(
        "webhook_subscriptions/oauth_clients",
        json={"oauth_client": {**body, "token_url": "https://auth.example.com/token"}},
    )
    converge(client, [*BASE, hook(oauth_client="Siem")])
    assert held(client)["oauth_client"]["id"] == made["id"]
    converge(client, [*BASE, hook()])
    assert "oauth_client" not in held(client)
    plan = plan_for(client, [*BASE, hook(oauth_client="Siemm")])
    (problem,) = plan.problems
    assert problem.message == "oauth_client: PagerDuty lists no oauth client 'Siemm'"


def test_headers_are_sent_and_never_shown(
    sandbox: SandboxServer, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIT_TOKEN", "quite-a-secret-value")
    headers = {"Authorization": "Bearer ${env:AUDIT_TOKEN}", "X-Kind": "test"}
    converge(client, [*BASE, hook(custom_headers=headers)])
    shown = held(client)["delivery_method"]["custom_headers"]
    assert [(it["name"], it["value"]) for it in shown] == [
        ("Authorization", "-- redacted --"),
        ("X-Kind", "-- redacted --"),
    ]
    assert "quite-a-secret-value" not in str(sandbox.control.state())
    plan = plan_for(client, [*BASE, hook(custom_headers=headers)])
    assert not plan.changes


def read(**spec: Any) -> Scope:
    said = {"filter": "account", "events": ["incident.triggered"], "url": URL, **spec}
    scope = Scope()
    BY_NAME["WebhookSubscription"].read_desired(said, scope, ("spec",))
    return scope


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"filter": "acount"}, "spec.filter"),
        ({"filter": {"user": "ana"}}, "spec.filter"),
        ({"events": []}, "spec.events"),
        ({"events": ["incident triggered"]}, "spec.events[0]"),
        ({"url": "hooks.example.com"}, "spec.url"),
        ({"url": "ftp://hooks.example.com"}, "spec.url"),
        ({"custom_headers": ["a"]}, "spec.custom_headers"),
    ],
)
def test_what_no_webhook_can_be(spec: dict[str, Any], problem: str) -> None:
    found = read(**spec).problems
    assert found
    assert all(".".join(map(str, it.path)).startswith(problem.partition("[")[0]) for it in found)


@pytest.mark.parametrize(
    ("spec", "says", "hint"),
    [
        ({"events": ["incident.trigered"]}, "pdsync does not know the event 'incident.trigered'", "incident.triggered"),
        ({"url": "http://hooks.example.com/pd"}, "can be read on its way", "https"),
        ({"url": "https://me:secret@hooks.example.com"}, "has a password in it", "custom_headers"),
    ],
)
def test_what_is_most_likely_a_slip_is_a_warning(spec: dict[str, Any], says: str, hint: str) -> None:
    scope = read(**spec)
    assert not scope.problems
    (warning,) = scope.warnings
    assert says in warning.message
    assert hint in warning.hint
    assert "secret" not in warning.message


def test_deliveries_that_pagerduty_stopped_are_a_note_and_no_change(
    sandbox: SandboxServer, client: RestApiV2Client
) -> None:
    converge(client, [*BASE, hook()])
    state = sandbox.control.state()
    (row,) = [it for it in state["webhook_subscription"] if "test/webhook" in it["description"]]
    row["delivery_method"]["temporarily_disabled"] = True
    sandbox.control.restore(state)
    plan = plan_for(client, [*BASE, hook()])
    assert not plan.changes
    (note,) = [it for it in plan.notes if it.startswith("webhook_subscription/feed")]
    assert "has stopped its deliveries" in note
    client.post(f"webhook_subscriptions/{held(client)['id']}/enable").raise_for_status()
    assert not plan_for(client, [*BASE, hook()]).notes


def test_the_plan_says_what_apply_needs(client: RestApiV2Client) -> None:
    converge(client, BASE)
    change = only(plan_for(client, [*BASE, hook()]))
    assert any("apply needs --secrets-out FILE or --secrets-to COMMAND" in note for note in change.notes)
    assert not change.blockers


def hooks(number: int, **spec: Any) -> list[Resource]:
    return [hook(f"feed-{at}", **spec) for at in range(number)]


def test_pagerduty_allows_ten_for_one_team(client: RestApiV2Client) -> None:
    converge(client, [*BASE, *hooks(10)])
    change = only(plan_for(client, [*BASE, *hooks(11)]))
    assert change.blockers == (
        "PagerDuty allows 10 webhook subscriptions for team/payments, and there are 10: delete one of them in an apply before this one",
    )
    converge(client, [*BASE, *hooks(10), hook("other", filter={"service": "shop"})])
    change = only(plan_for(client, [*BASE, *hooks(10), hook("other")]))
    assert change.operation is Operation.UPDATE
    assert "PagerDuty allows 10" in change.blockers[0]


def test_a_delete_of_the_same_plan_makes_no_room(client: RestApiV2Client) -> None:
    """A create never waits for a delete."""
    converge(client, [*BASE, *hooks(10)])
    wanted = [*BASE, *hooks(9), hook("other", active=False)]
    plan = plan_for(client, wanted, prune="owned")
    (made,) = [it for it in plan.changes if it.operation is Operation.CREATE]
    assert "delete one of them in an apply before this one" in made.blockers[0]
    converge(client, [*BASE, *hooks(9)], prune="owned")
    converge(client, wanted, prune="owned")
    assert len(rows(client)) == 10


def test_a_webhook_of_a_service_that_goes_is_in_its_way(client: RestApiV2Client) -> None:
    converge(client, [*BASE, hook(filter={"service": "shop"})])
    gone = service("shop", "first")
    left = [it for it in BASE if it.address != gone.address]
    plan = make_plan(client, Desired(tuple(left), options(prune="owned"), selection=Selection())).plan
    assert {change.address for change in plan.changes} == {"service/shop", "webhook_subscription/feed"}
    converge(client, left, prune="owned")
    assert rows(client) == []


def test_another_address_replaces_it(client: RestApiV2Client) -> None:
    converge(client, [*BASE, hook(active=False)])
    old, given = held(client), TAKEN[-1]
    wanted = [*BASE, hook(url="https://new.example.com", active=False)]
    made, gone = plan_for(client, wanted).changes
    assert (made.operation, made.replaces, made.because) == (Operation.REPLACE, old["id"], ("url",))
    assert made.loses == ("its signing secret: the receiver must be given the new one",)
    assert (gone.operation, gone.id) == (Operation.RETIRE, old["id"])
    converge(client, wanted)
    now = held(client)
    assert now["id"] != old["id"]
    assert (now["delivery_method"]["url"], now["active"]) == ("https://new.example.com", False)
    assert (TAKEN[-1].id, TAKEN[-1].secret == given.secret) == (now["id"], False)


def test_another_header_replaces_it(client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_TOKEN", "quite-a-secret-value")
    monkeypatch.setenv("OTHER_TOKEN", "another-secret-value")
    converge(client, [*BASE, hook(custom_headers={"Authorization": "${env:AUDIT_TOKEN}"})])
    old = held(client)
    wanted = [*BASE, hook(custom_headers={"Authorization": "${env:OTHER_TOKEN}"})]
    made = plan_for(client, wanted).changes[0]
    assert (made.operation, made.because) == (Operation.REPLACE, ("custom_headers",))
    converge(client, wanted)
    assert held(client)["id"] != old["id"]
    bare = plan_for(client, [*BASE, hook(custom_headers={})]).changes[0]
    assert bare.operation is Operation.REPLACE
    converge(client, [*BASE, hook(custom_headers={})])
    assert held(client)["delivery_method"]["custom_headers"] == []


def test_ten_leave_no_room_for_a_replacement(client: RestApiV2Client) -> None:
    converge(client, [*BASE, *hooks(10)])
    plan = plan_for(client, [*BASE, *hooks(9), hook("feed-9", url="https://new.example.com")])
    (made,) = [it for it in plan.changes if it.operation is Operation.REPLACE]
    assert (
        "The new one is created before the old one is deleted: delete one of them in an apply before"
        in made.blockers[0]
    )
