"""What a create that could not be completed says to do next: the same request again only where that can help."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.plan import Status
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN, plan_for, policy, service, user

MAIL = {"name": "Mail", "type": "events_api_v2_inbound_integration"}


class Answering(HTTPAdapter):
    """Answers every request for an integration with this status."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if request.method == "GET" or "/integrations" not in str(request.url):
            return super().send(request, **options)
        if not self.status:
            raise requests.exceptions.ReadTimeout("no answer", request=request)
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = self.status, request, str(request.url)
        answer._content = b'{"error": {"message": "No", "code": 2001, "errors": ["not like this"]}}'
        answer.headers["Content-Type"] = "application/json"
        return answer


@pytest.mark.parametrize(
    ("status", "helps"),
    [(400, False), (402, False), (403, False), (422, False), (409, True), (500, True), (503, True), (0, True)],
)
def test_run_again_is_said_where_it_helps(
    client: RestApiV2Client, sandbox: SandboxServer, status: int, helps: bool
) -> None:
    wanted = [user("ana"), policy("first", {"user": "ana"}), service("shop", "first", integrations=[MAIL])]
    plan = plan_for(client, wanted)
    with RestApiV2Client(TOKEN, base_url=sandbox.url, sleep=lambda seconds: None) as other:
        other.mount("http://", Answering(status))
        result = apply_plan(plan, other, Watch(sleep=lambda seconds: None))
    (outcome,) = [it for it in result.outcomes if it.address == "service/shop"]
    assert outcome.status in (Status.FAILED, Status.UNKNOWN)
    assert "not completed" in (outcome.message or "")
    assert ("Run again to complete it" in (outcome.message or "")) is helps
    assert ("correct the manifest" in (outcome.message or "")) is not helps
