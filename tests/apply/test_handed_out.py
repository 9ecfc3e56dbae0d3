"""A run that ends at any moment while a secret is handed out: the next one knows whether anyone has it."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.apply import PlanRefusedError, Watch, apply_plan
from pdsync.apply.error import NotHandedOutError
from pdsync.apply.handed_out import HandedOut
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan import Operation, Plan, Result, Status
from pdsync.sandbox import SandboxServer
from tests.support.world import TAKEN, TOKEN, converge, plan_for, resource

URL, OTHER = "https://hooks.example.com/pd", "https://new.example.com/pd"


def hook(url: str = URL) -> Resource:
    return resource("WebhookSubscription", "feed", {"filter": "account", "events": ["incident.triggered"], "url": url})


def rows(client: RestApiV2Client) -> list[dict[str, Any]]:
    found = client.list_all("webhook_subscriptions")
    return [row for row in found if "Managed by pdsync: test/" in row["description"]]


class Cut(HTTPAdapter):
    """Lets some writes through, and then nothing any more. With `after` PagerDuty still carries out the last one."""

    def __init__(self, writes: int, *, after: bool) -> None:
        super().__init__()
        self._left, self._after, self.is_cut = writes, after, False

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if request.method != "GET" and not self.is_cut:
            self.is_cut = not self._left
            self._left -= 1
            if self.is_cut and self._after:
                super().send(request, **options).close()
        if self.is_cut:
            raise requests.exceptions.ReadTimeout("no one answers", request=request)
        return super().send(request, **options)


def apply_until(sandbox: SandboxServer, plan: Plan, cut: Cut) -> tuple[Result, list[HandedOut]]:
    given: list[HandedOut] = []
    watch = Watch(sleep=lambda seconds: None, hand_out=given.append)
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False, sleep=watch.sleep) as client:
        client.mount("http://", cut)
        return apply_plan(plan, client, watch, workers=1), given


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("is_replaced", [False, True])
@pytest.mark.parametrize("writes", [0, 1, 2])
def test_wherever_a_run_ends_the_next_one_leaves_one_webhook_whose_secret_is_known(
    sandbox: SandboxServer, client: RestApiV2Client, writes: int, is_replaced: bool, after: bool
) -> None:
    if is_replaced:
        converge(client, [hook(OTHER)])
    plan = plan_for(client, [hook()])
    if writes == 2 and not is_replaced:
        return  # a create has two writes
    cut = Cut(writes, after=after)
    result, given = apply_until(sandbox, plan, cut)
    assert cut.is_cut
    assert result.exit_code
    before = {row["id"]: row for row in rows(client)}
    known = {it.id for it in (*given, *TAKEN)}
    for identity, row in before.items():
        assert " !secret-due" in row["description"] or identity in known, "a webhook that seems fine has a known secret"
    TAKEN.extend(given)
    if plan_for(client, [hook()]).changes:
        converge(client, [hook()])
    (row,) = rows(client)
    assert row["delivery_method"]["url"] == URL
    assert " !secret-due" not in row["description"]
    assert row["id"] in {it.id for it in TAKEN}


def test_a_receiver_that_fails_leaves_a_webhook_that_is_replaced(client: RestApiV2Client) -> None:
    def refuse(given: HandedOut) -> None:
        raise NotHandedOutError("the vault is shut")

    result = apply_plan(plan_for(client, [hook()]), client, Watch(hand_out=refuse))
    (outcome,) = result.outcomes
    assert (outcome.status, "the vault is shut" in str(outcome.message)) == (Status.FAILED, True)
    (old,) = rows(client)
    made, gone = plan_for(client, [hook()]).changes
    assert (made.operation, gone.operation) == (Operation.REPLACE, Operation.RETIRE)
    assert made.because == ("it is not known that its signing secret was handed out, and PagerDuty shows it only once",)
    converge(client, [hook()])
    (new,) = rows(client)
    assert (new["id"] != old["id"], TAKEN[-1].id) == (True, new["id"])


def test_nothing_is_written_where_nothing_takes_the_secret(client: RestApiV2Client) -> None:
    with pytest.raises(PlanRefusedError, match="nothing takes it"):
        apply_plan(plan_for(client, [hook()]), client)
    assert rows(client) == []


def test_what_is_handed_out_does_not_show_its_secret() -> None:
    given = HandedOut("webhook_subscription/feed", "P1", "feed", "signing secret", "hidden-for-good")
    assert "hidden-for-good" not in repr(given)
    assert given.line.endswith('"secret": "hidden-for-good"}\n')
