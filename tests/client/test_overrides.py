"""What a subclass overrides, or a test patches, is seen by every method that is built on it."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from requests import Response

from pdsync.client import RestApiV2Client, UrlError

from .transport import Transport, answer

KEY = "u+Sup3rS3cretT0ken42"
USER = {"user": {"id": "P1", "name": "Ana"}}
PAGE = {"users": [{"id": "P1", "name": "Ana", "email": "ana@example.com"}], "more": False, "total": 1}

CALLS: dict[str, list[tuple[str, Callable[[RestApiV2Client], Any]]]] = {
    "get": [
        ("rget", lambda it: it.rget("users/P1")),
        ("jget", lambda it: it.jget("users/P1")),
        ("iter_all", lambda it: list(it.iter_all("users"))),
        ("list_all", lambda it: it.list_all("users", complete=True)),
        ("dict_all", lambda it: it.dict_all("users")),
        ("find", lambda it: it.find("users", "Ana")),
        ("get_total", lambda it: it.get_total("users")),
        ("iter_cursor", lambda it: list(it.iter_cursor("audit/records"))),
    ],
    "post": [
        ("rpost", lambda it: it.rpost("users", json={"name": "Ana"})),
        ("jpost", lambda it: it.jpost("users", json=USER)),
        ("persist", lambda it: it.persist("users", None, {"name": "Ana"}, find=lambda: None)),
    ],
    "put": [
        ("rput", lambda it: it.rput("users/P1", json={"name": "Ana"})),
        ("jput", lambda it: it.jput("users/P1", json=USER)),
        ("multi_update", lambda it: it.multi_update("incidents", [{"id": "Q1", "type": "incident"}])),
    ],
    "patch": [
        ("rpatch", lambda it: it.rpatch("workflows/integrations/I1/connections/C1", json={"active": True})),
        ("jpatch", lambda it: it.jpatch("workflows/integrations/I1/connections/C1", json={"active": True})),
    ],
    "delete": [("rdelete", lambda it: it.rdelete("users/P1"))],
}
TABLE = [(verb, name, call) for verb, calls in CALLS.items() for name, call in calls]


def serve(method: str, url: str) -> Response:
    path = url.partition("?")[0].rpartition("pagerduty.com/")[2]
    bodies: dict[str, Any] = {"users": PAGE, "audit/records": {"records": [], "next_cursor": None}}
    if method == "POST":
        return answer(201, USER)
    if path == "incidents":
        return answer(200, {"incidents": [{"id": "Q1"}]})
    if method == "DELETE":
        return answer(204)
    return answer(200, bodies.get(path, USER))


def connected(owner: type[RestApiV2Client]) -> tuple[RestApiV2Client, Transport]:
    client = owner(KEY)
    transport = Transport(lambda request: serve(request.method or "", request.url or ""))
    client.mount("https://", transport)
    return client, transport


@pytest.mark.parametrize(("verb", "name", "call"), TABLE, ids=[name for _, name, _ in TABLE])
def test_an_overridden_verb_is_seen(verb: str, name: str, call: Callable[[RestApiV2Client], Any]) -> None:
    seen: list[str] = []

    def override(self: Any, url: Any, *args: Any, **kwargs: Any) -> Response:
        seen.append(verb)
        given: Response = getattr(RestApiV2Client, verb)(self, url, *args, **kwargs)
        return given

    owner = type("Overriding", (RestApiV2Client,), {verb: override})
    client, transport = connected(owner)
    with client:
        call(client)
    assert len(seen) == len(transport.requests) >= 1


@pytest.mark.parametrize(("verb", "name", "call"), TABLE, ids=[name for _, name, _ in TABLE])
def test_a_patched_verb_is_seen(verb: str, name: str, call: Callable[[RestApiV2Client], Any]) -> None:
    client, transport = connected(RestApiV2Client)
    with client, patch.object(client, verb, side_effect=lambda url, **_: serve(verb.upper(), url)) as patched:
        call(client)
    assert patched.call_count >= 1
    assert transport.requests == []


class Behind(RestApiV2Client):
    """A client whose requests go through a gateway with a credential of its own."""

    gateway = "gateway-1"

    @property
    def auth_header(self) -> dict[str, str]:
        return {"Authorization": f"Gateway {self.gateway}", "X-Original": "kept"}

    @property
    def user_agent(self) -> str:
        return f"on-call-bot/1 {self.gateway}"


@pytest.mark.parametrize(
    "call",
    [lambda it: it.get("users"), lambda it: it.rget("users"), lambda it: it.list_all("users")],
    ids=["get", "rget", "list_all"],
)
def test_an_overridden_credential_and_user_agent_are_sent(call: Callable[[RestApiV2Client], Any]) -> None:
    client, transport = connected(Behind)
    with client:
        call(client)
        client.gateway = "gateway-2"  # type: ignore[attr-defined]
        call(client)
    sent = [
        (it.headers["Authorization"], it.headers["X-Original"], it.headers["User-Agent"]) for it in transport.requests
    ]
    assert sent == [(f"Gateway {name}", "kept", f"on-call-bot/1 {name}") for name in ("gateway-1", "gateway-2")]


def test_a_patched_credential_and_user_agent_are_sent() -> None:
    client, transport = connected(RestApiV2Client)
    with (
        client,
        patch.object(RestApiV2Client, "auth_header", {"Authorization": "Other x"}),
        patch.object(RestApiV2Client, "user_agent", "other/1"),
    ):
        client.rget("users")
    assert transport.requests[0].headers["Authorization"] == "Other x"
    assert transport.requests[0].headers["User-Agent"] == "other/1"


def test_headers_of_the_client_and_of_the_call_go_before_both() -> None:
    client, transport = connected(Behind)
    with client:
        client.headers["user-agent"] = "shared/1"
        client.rget("users")
        client.rget("users", headers={"AUTHORIZATION": "Own y", "User-Agent": "own/1"})
        client.rget("users", auth=("name", "word"))
    first, second, third = (it.headers for it in transport.requests)
    assert (first["Authorization"], first["User-Agent"]) == ("Gateway gateway-1", "shared/1")
    assert (second["Authorization"], second["User-Agent"]) == ("Own y", "own/1")
    assert third["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("unfit", ["line\nbreak-s3cret", "s3cret ", "s3crét", b"s3cret", None])
def test_a_credential_that_no_header_can_hold_is_refused_and_not_quoted(unfit: Any) -> None:
    client, transport = connected(RestApiV2Client)
    given = {"Authorization": unfit}
    refusal = pytest.raises(UrlError, match="auth_header gives 'Authorization' a value")
    with client, patch.object(RestApiV2Client, "auth_header", given), refusal as refused:
        client.rget("users")
    assert transport.requests == []
    chained: BaseException | None = refused.value
    while chained is not None:
        assert "s3cr" not in str(chained)
        chained = chained.__cause__ or chained.__context__
