"""Headers of a request: what the client adds, and what of it a caller may set."""

from typing import Any

import pytest

from pdsync.client import EventsApiV2Client, HttpError, OAuthTokenClient, RestApiV2Client, pdpyras

from .conftest import TOKEN, MakeClient
from .transport import Transport, answer

OTHER = "Token token=another-Sup3rS3cret-tail"


def test_a_credential_given_with_a_call_goes_before_that_of_the_client(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer())
    client.get("users", headers={"authorization": OTHER})
    client.get("users")
    client.headers["Authorization"] = OTHER
    client.get("users")
    sent = [request.headers["Authorization"] for request in transport.requests]
    assert sent == [OTHER, f"Token token={TOKEN}", OTHER]


def test_a_refused_credential_is_named_by_its_own_last_characters(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(401))
    with pytest.raises(HttpError, match=r"the credential \*tail was refused"):
        client.get("users", headers={"Authorization": OTHER})
    with pytest.raises(HttpError, match=rf"the credential \*{TOKEN[-4:]} was refused"):
        client.get("users")


@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_a_body_that_the_caller_encoded_is_sent_as_json(make_client: MakeClient, method: str) -> None:
    client, transport = make_client(lambda _: answer())
    send: Any = getattr(client, method)
    send("users", data='{"user": {}}')
    send("users", data='{"user": {}}', headers={"content-type": "text/plain"})
    client.headers["Content-Type"] = "application/vnd.example+json"
    send("users", data='{"user": {}}')
    sent = [request.headers["Content-Type"] for request in transport.requests]
    assert sent == ["application/json", "text/plain", "application/vnd.example+json"]


def test_what_has_no_body_has_no_content_type_and_a_form_stays_a_form(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer())
    client.get("users")
    client.delete("users/P1")
    assert all("Content-Type" not in request.headers for request in transport.requests)
    with OAuthTokenClient(TOKEN, "the-application") as tokens:
        tokens.mount("https://", form := Transport([answer(200, {"access_token": "a", "expires_in": 60})]))
        tokens.get_scoped_app_token("users.read")
    assert form.requests[0].headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_the_default_from_stays_beside_the_content_type(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(), default_from="jane@example.com")
    client.post("incidents", json={"incident": {}})
    assert isinstance(client, RestApiV2Client)
    assert transport.requests[0].headers["From"] == "jane@example.com"
    assert transport.requests[0].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("owner", [EventsApiV2Client, pdpyras.EventsAPISession, pdpyras.ChangeEventsAPISession])
def test_events_clients_tell_the_headers_that_they_send(owner: Any) -> None:
    client = owner(TOKEN)
    transport = Transport(lambda _: answer(202, {"dedup_key": "k"}))
    client.mount("https://", transport)
    for user_headers in (
        None,
        {},
        {"user-agent": "mine/1"},
        {"X-Trace": "1", "content-type": "application/cloudevents+json"},
    ):
        prepared = dict(client.prepare_headers("POST", user_headers))
        client.post("v2/enqueue", json={}, headers=user_headers)
        assert {"user-agent", "content-type"} <= {name.lower() for name in prepared}
        assert prepared.items() <= dict(transport.requests[-1].headers).items()
    assert transport.requests[0].headers["User-Agent"] == client.user_agent
    assert transport.requests[0].headers["Content-Type"] == "application/json"
    client.headers["User-Agent"] = "shared/1"
    assert client.prepare_headers("POST")["User-Agent"] == "shared/1"


def test_prepared_headers_hold_no_credential(make_client: MakeClient) -> None:
    client, _ = make_client([])
    client.default_from = "me@example.com"
    prepared = dict(client.prepare_headers("PUT", {"X-Trace": "1"}))
    assert prepared == {
        "Content-Type": "application/json",
        "From": "me@example.com",
        "User-Agent": client.user_agent,
        "X-Trace": "1",
    }
