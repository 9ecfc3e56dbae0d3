"""What the sessions of the older predecessor do differently from the clients."""

from typing import Any

import pytest

import pdsync.client as pagerduty
from pdsync.client import pdpyras

from .sandbox_account import API_KEY, Account
from .transport import Transport, VirtualTime, answer

KEY = "0123456789abcdef0123456789abcdef"


def test_a_program_written_for_it(account: Account) -> None:
    with pdpyras.APISession(API_KEY, default_from="owner@example.com") as session:
        session.url = account.url
        assert session.find("users", "JANE@example35.com", attribute="email") == account.jane
        assert session.dict_all("users", by="email")["jane@example35.com"] == account.jane
        assert session.rget(account.jane) == session.jget(f"users/{account.jane['id']}")["user"] == account.jane
        assert session.persist("teams", "name", {"name": "X"})["name"] == "X"
        assert [it["name"] for it in session.iter_all("teams", total=True)] == ["X"]
        assert session.rdelete(session.find("teams", "x") or {}).status_code == 204
        assert session.total_call_count == sum(session.api_call_counts.values())
        assert session.auth_header == {"Authorization": f"Token token={API_KEY}"}
        assert (session.trunc_token, session.trunc_key) == ("*en42", "*en42")
        assert session.api_key_access == "user"
    with pdpyras.EventsAPISession(account.events_client.api_key) as events:
        events.url = account.url
        key = events.trigger("Server is on fire", "dusty.old.server.net", custom_details={"temperature": 451})
        assert events.acknowledge(key) == events.resolve(key) == key
        assert account.statuses() == {"Server is on fire": "resolved"}
    with pdpyras.ChangeEventsAPISession(account.events_client.api_key) as changes:
        changes.url = account.url
        changes.submit("new build finished at latest HEAD", source="automation")
    assert account.server.requests()[-1]["status"] == 202


def mounted(session: Any, answers: Any) -> Transport:
    transport = Transport(answers)
    session.mount("https://", transport)
    return transport


def test_a_limited_status_raises_when_its_retries_have_run_out() -> None:
    time = VirtualTime()
    with pdpyras.APISession(KEY, sleep=time.sleep, clock=time.clock) as session:
        transport = mounted(session, lambda _: answer(404))
        assert session.get("users/P1").status_code == 404
        session.retry[404] = 2
        with pytest.raises(pdpyras.PDClientError) as caught:
            session.get("users/P1")
        assert isinstance(caught.value, pdpyras.PDHTTPError)
        assert caught.value.response.status_code == 404
        assert (len(transport.requests), time.sleeps) == (4, [3, 6])
        session.retry[404] = 0
        assert session.get("users/P1").status_code == 404
        session.retry[404] = -1
    with pagerduty.RestApiV2Client(KEY, retry={404: 2}, sleep=time.sleep, clock=time.clock) as client:
        mounted(client, lambda _: answer(404))
        assert client.get("users/P1").status_code == 404


def test_the_base_session_knows_no_method_until_it_is_told() -> None:
    class Reading(pdpyras.PDSession):
        permitted_methods = ("GET",)

    with pdpyras.PDSession(KEY) as bare, Reading(KEY) as session:
        with pytest.raises(pdpyras.PDClientError, match="GET"):
            bare.get("users")
        transport = mounted(session, lambda _: answer(200))
        assert session.get("users").status_code == 200
        with pytest.raises(pdpyras.PDClientError, match="POST"):
            session.post("users")
        assert transport.lines == ["GET /users"]


def test_extending_a_session_as_documented() -> None:
    seen: list[Any] = []

    class Watching(pdpyras.APISession):
        def after_set_api_key(self) -> None:
            super().after_set_api_key()
            seen.append("key")

        def postprocess(self, response: Any, suffix: str | None = None) -> None:
            super().postprocess(response, suffix)
            seen.append(response.status_code)

        def prepare_headers(self, method: str, user_headers: Any = None) -> Any:
            return {**super().prepare_headers(method, user_headers), "X-Mine": method}

    with Watching(KEY) as session:
        transport = mounted(session, lambda _: answer(200, {"user": {}}))
        session.rget("users/P1", headers={"X-Theirs": "yes"})
        headers = transport.requests[0].headers
        assert (headers["X-Mine"], headers["X-Theirs"]) == ("GET", "yes")
    assert seen == ["key", 200]


def test_errors_of_either_name_are_caught_by_the_other() -> None:
    with pdpyras.APISession(KEY) as session:
        mounted(session, lambda _: answer(500))
        with pytest.raises(pagerduty.HttpServerError):
            session.rget("users/P1")
        with pytest.raises(pdpyras.PDServerError):
            session.list_all("users")
        with pytest.raises(pdpyras.URLError):
            session.rget("no/such/path")


def test_retry_on_a_class_is_empty_and_of_no_instance() -> None:
    assert pdpyras.PDSession.retry == pagerduty.ApiClient.retry == {}
    first, second = (pdpyras.APISession("0123456789abcdef") for _ in range(2))
    first.retry[404] = 1
    assert second.retry == pdpyras.APISession.retry == {}
