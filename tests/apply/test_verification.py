"""A write that PagerDuty accepts and does not store is a failure of its change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan import Outcome, Result, Status
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import TOKEN, converge, layer, plan_for, policy, schedule, service, team, user

ANA, BO = user("ana"), user("bo")
COMPANY = [ANA, BO, policy("first", {"user": "ana"})]
MAIL = {"name": "Mail", "type": "events_api_v2_inbound_integration"}
PHONE = {"type": "phone_contact_method", "address": "5550101", "country_code": 1}
RULE = {"urgency": "high", "start_delay_in_minutes": 7, "contact_method": PHONE}
LINE = "Managed by pdsync"


class Ignoring(HTTPAdapter):
    """Takes members out of the bodies of writes before they are sent; `only` holds for paths that end in it."""

    def __init__(self, only: str, *members: str) -> None:
        super().__init__()
        self.only, self.members = only, members

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if request.body and self.only in str(request.url):
            (wrapper, body), *_ = json.loads(request.body).items()
            if isinstance(body, dict):
                kept = {name: value for name, value in body.items() if name not in self.members}
                if LINE in self.members:
                    kept["description"] = "typed by hand"
                request.prepare_body(None, None, json={wrapper: kept})
        return super().send(request, **options)


class Swallowing(HTTPAdapter):
    """Answers writes of these methods as PagerDuty would, and carries none of them out."""

    def __init__(self, *methods: str) -> None:
        super().__init__()
        self.methods = methods

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if request.method not in self.methods:
            return super().send(request, **options)
        bare = request.method == "DELETE" or ("/users/" in str(request.url) and "/teams/" in str(request.url))
        look = request.copy()
        look.method, look.body = "GET", None
        look.headers.pop("Content-Length", None)
        answer = super().send(look, **options)
        if bare:
            answer._content, answer.status_code = b"", 204
        return answer


def apply_over(
    sandbox: SandboxServer, adapter: HTTPAdapter, client: RestApiV2Client, wanted: list[Resource], **more: Any
) -> Result:
    plan = plan_for(client, wanted, **more)
    forget(sandbox)
    with RestApiV2Client(TOKEN, base_url=sandbox.url, sleep=lambda seconds: None) as other:
        other.mount("http://", adapter)
        return apply_plan(plan, other, Watch(sleep=lambda seconds: None))


def failed(result: Result) -> Outcome:
    (outcome,) = [it for it in result.outcomes if it.status is Status.FAILED]
    assert result.exit_code == 3
    assert "ignored a part" in (outcome.message or "")
    return outcome


UPDATES = [
    ([service("shop", "first")], [service("shop", "first", auto_resolve_timeout="10m")], "auto_resolve_timeout: 600"),
    ([team("red")], [team("red", default_role="none")], 'default_role: "none" was requested, "manager" is stored'),
    ([policy("p", {"user": "ana"})], [policy("p", {"user": "bo"})], "escalation_rules[0].targets"),
    ([schedule("s", layer("a", "ana"))], [schedule("s", layer("a", "bo"))], "schedule_layers[a].users"),
    ([user("cy")], [user("cy", job_title="SRE")], 'job_title: "SRE" was requested, null is stored'),
    ([team("red")], [team("red", description="Ours")], 'description: "Ours"'),
]


@pytest.mark.parametrize(("before", "after", "said"), UPDATES)
def test_an_update_that_was_ignored_failed(
    client: RestApiV2Client, sandbox: SandboxServer, before: list[Resource], after: list[Resource], said: str
) -> None:
    converge(client, [*COMPANY, *before])
    outcome = failed(apply_over(sandbox, Swallowing("PUT"), client, [*COMPANY, *after]))
    assert said in outcome.message
    converge(client, [*COMPANY, *after])


PARTS: Sequence[tuple[Resource, str, str]] = [
    (service("shop", "first", auto_resolve_timeout="10m", description="x"), "/services", "auto_resolve_timeout"),
    (team("red", default_role="none"), "/teams", "default_role"),
    (policy("p", {"user": "ana"}, num_loops=3), "/escalation_policies", "num_loops"),
    (user("cy", job_title="SRE"), "/users", "job_title"),
    (service("shop", "first", status="disabled"), "/services", "status"),
    (
        service("shop", "first", auto_pause_notifications_parameters={"enabled": True, "timeout": 120}),
        "/services",
        "auto_pause_notifications_parameters",
    ),
]


@pytest.mark.parametrize(("made", "path", "member"), PARTS)
def test_a_create_of_which_a_field_was_ignored_failed(
    client: RestApiV2Client, sandbox: SandboxServer, made: Resource, path: str, member: str
) -> None:
    outcome = failed(apply_over(sandbox, Ignoring(path, member), client, [*COMPANY, made]))
    assert f"{member}: " in outcome.message or f"{member}." in outcome.message
    assert "it was created as" in outcome.message
    converge(client, [*COMPANY, made])


def test_an_ownership_line_that_was_ignored_failed(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    client.rpost("teams", json={"type": "team", "name": "red"})
    result = apply_over(sandbox, Ignoring("/teams", "description"), client, [team("red")], adopt=True)
    assert "the ownership line" in failed(result).message


ITEMS = [
    ("/integrations", "name", service("shop", "first"), service("shop", "first", integrations=[MAIL])),
    ("/contact_methods", "country_code", user("cy"), user("cy", contact_methods=[PHONE])),
    ("/contact_methods", "label", user("cy"), user("cy", contact_methods=[{**PHONE, "label": "Work"}])),
    (
        "/notification_rules",
        "start_delay_in_minutes",
        user("cy", contact_methods=[PHONE]),
        user("cy", contact_methods=[PHONE], notification_rules=[RULE]),
    ),
]


class Rewriting(HTTPAdapter):
    """Changes what is sent in one member, as a server does that knows better."""

    def __init__(self, only: str, member: str) -> None:
        super().__init__()
        self.only, self.member = only, member

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if request.body and self.only in str(request.url):
            ((wrapper, body),) = json.loads(request.body).items()
            held = body.get(self.member)
            if held is not None:
                body[self.member] = held + 1 if isinstance(held, int) else f"{held}2"
                request.prepare_body(None, None, json={wrapper: body})
        return super().send(request, **options)


@pytest.mark.parametrize(("path", "member", "before", "after"), ITEMS)
def test_an_item_that_was_stored_otherwise_failed(
    client: RestApiV2Client, sandbox: SandboxServer, path: str, member: str, before: Resource, after: Resource
) -> None:
    converge(client, [*COMPANY, before])
    outcome = failed(apply_over(sandbox, Rewriting(path, member), client, [*COMPANY, after]))
    assert path[1:] in outcome.message


@pytest.mark.parametrize(("path", "member", "before", "after"), ITEMS)
def test_items_that_are_stored_cost_no_look(
    client: RestApiV2Client, sandbox: SandboxServer, path: str, member: str, before: Resource, after: Resource
) -> None:
    converge(client, [*COMPANY, before])
    result = apply_over(sandbox, HTTPAdapter(), client, [*COMPANY, after])
    assert result.exit_code == 0
    methods = [method for method, _ in asked(sandbox)]
    assert methods.count("GET") == 1, asked(sandbox)


@pytest.mark.parametrize(
    ("method", "before", "after", "said"),
    [
        ("PUT", team("red"), team("red", members=[{"user": "ana"}]), "does not exist"),
        (
            "PUT",
            team("red", members=[{"user": "ana", "role": "responder"}]),
            team("red", members=[{"user": "ana", "role": "manager"}]),
            '"manager" was requested',
        ),
        ("DELETE", team("red", members=[{"user": "ana"}]), team("red", members=[]), "still exists"),
        (
            "DELETE",
            user("cy", contact_methods=[PHONE]),
            user("cy", contact_methods=[], contact_methods_mode="exclusive"),
            "still exists",
        ),
    ],
)
def test_what_no_answer_shows_is_looked_at(
    client: RestApiV2Client, sandbox: SandboxServer, method: str, before: Resource, after: Resource, said: str
) -> None:
    converge(client, [*COMPANY, before])

    class Some(Swallowing):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            inner = any(word in str(request.url) for word in ("/users/", "/contact_methods/"))
            return super().send(request, **options) if inner else HTTPAdapter.send(self, request, **options)

    assert said in failed(apply_over(sandbox, Some(method), client, [*COMPANY, after])).message


def test_a_delete_that_was_ignored_failed(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, [*COMPANY, team("red")])
    result = apply_over(sandbox, Swallowing("DELETE"), client, COMPANY, prune="owned")
    (outcome,) = result.outcomes
    assert outcome.status is Status.FAILED
    assert "still exists" in outcome.message
    assert result.exit_code == 3


def test_what_waits_for_an_ignored_change_is_skipped(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    wanted = [*COMPANY, policy("p", {"user": "ana"}, num_loops=3), service("shop", "p"), team("blue")]
    result = apply_over(sandbox, Ignoring("/escalation_policies", "num_loops"), client, wanted)
    ended = {outcome.address: outcome.status for outcome in result.outcomes}
    assert ended["escalation_policy/p"] is Status.FAILED
    assert ended["service/shop"] is Status.SKIPPED
    assert ended["team/blue"] is Status.APPLIED


class Bare(HTTPAdapter):
    """Carries writes out, or not, and answers each with the same text."""

    def __init__(self, text: str, *, done: bool) -> None:
        super().__init__()
        self.text, self.done = text, done

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if request.method != "PUT":
            return super().send(request, **options)
        if not self.done:
            request.method, request.body = "GET", None
            request.headers.pop("Content-Length", None)
        answer = super().send(request, **options)
        answer._content = self.text.encode()
        return answer


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("text", ["", '{"team": null}', '{"team": {}}', '{"team": {"id": "PSTRANGER"}}'])
def test_an_update_whose_answer_says_nothing_is_looked_at(
    client: RestApiV2Client, sandbox: SandboxServer, text: str, done: bool
) -> None:
    converge(client, [team("red", description="old")])
    result = apply_over(sandbox, Bare(text, done=done), client, [team("red", description="new")])
    (outcome,) = result.outcomes
    if done:
        assert outcome.status is Status.APPLIED
    else:
        assert (outcome.status, "description" in (outcome.message or "")) == (Status.FAILED, True)
