"""No message, log, traceback or text form of a client shows a credential, whatever it is and wherever the server repeats it."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from requests import PreparedRequest, Response

import pdsync.client as library
from pdsync.client import ApiClient, pdpyras, successful_response

from .transport import Transport, answer

KEY = "u+S3cret/T0ken=42Zq"
SECOND = "s3cond+S3cret/42Zq"
Call = Callable[[Any], Any]
SENT: dict[type[ApiClient], Call] = {
    library.RestApiV2Client: lambda it: it.post("teams", json={"team": {"name": "Red"}}),
    library.ScimApiClient: lambda it: it.get("Users"),
    library.SlackIntegrationApiClient: lambda it: it.get("incidents/Q1/dedicated_channel"),
    library.SlackIntegrationConnectionsApiClient: lambda it: it.get("workspaces/T1/connections"),
    library.MsTeamsIntegrationApiClient: lambda it: it.post("incidents/Q1/meeting", json={}),
    library.JiraServerIntegrationApiClient: lambda it: it.get("rules"),
    library.JiraCloudIntegrationApiClient: lambda it: it.get("accounts_mappings"),
    library.McpApiClient: lambda it: it.call("tools/list"),
    library.EventsApiV2Client: lambda it: it.trigger("Disk is full", "db-7"),
    library.OAuthTokenClient: lambda it: it.get_new_token_from_code_with_pkce(SECOND, "s", "u", SECOND),
    pdpyras.APISession: lambda it: it.put("teams/T1", json={}),
    pdpyras.EventsAPISession: lambda it: it.trigger("Disk is full", "db-7"),
    pdpyras.ChangeEventsAPISession: lambda it: it.submit("Deployed"),
}
BODIES: list[Any] = [
    {"error": {"message": f"{KEY} is bad", "code": 2100, "errors": [KEY, f"so is {SECOND}"]}},
    {"error": "invalid_grant", "error_description": f"{KEY} {SECOND}"},
    {"error": f"{SECOND} {KEY}"},
    [KEY, SECOND],
    {"error": {"message": "x" * 90 + KEY, "errors": ["x" * 86 + SECOND]}},
    {"status": "invalid event", "message": KEY, "errors": [SECOND]},
]


def made(owner: type[ApiClient], answered: Callable[[PreparedRequest], Response]) -> Any:
    second = {library.JiraServerIntegrationApiClient: (SECOND,), library.OAuthTokenClient: ("application-1",)}
    client = owner(KEY, *second.get(owner, ()), debug=False)  # type: ignore[arg-type]
    client.mount("https://", Transport(answered))
    return client


@pytest.mark.parametrize("owner", [*SENT])
@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_what_the_server_repeats_is_blotted_out(
    owner: type[ApiClient], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """``SECOND`` is a credential of clients that have two."""
    caplog.set_level(logging.DEBUG)
    has_two = owner in (library.JiraServerIntegrationApiClient, library.OAuthTokenClient)
    for body in BODIES:
        client = made(owner, lambda _, body=body: answer(status, body))
        client.retry = {}
        with client, pytest.raises(library.HttpError) as refused:
            successful_response(SENT[owner](client))
        said = [line for line in traceback.format_exception(refused.value) if not line.startswith("  ")]
        shown = "".join(said) + repr(refused.value) + repr(client) + repr(vars(client)) + caplog.text
        assert KEY[:5] not in shown
        assert not has_two or SECOND[:5] not in shown


@pytest.mark.parametrize("owner", [library.RestApiV2Client, library.JiraCloudIntegrationApiClient])
def test_a_credential_in_the_place_of_the_auth_type_is_not_quoted(owner: Any) -> None:
    with pytest.raises(library.UrlError, match="auth_type must be one of token, bearer") as refused:
        owner(KEY, auth_type=SECOND)
    assert SECOND not in str(refused.value)


def test_the_signature_of_jira_may_be_exchanged() -> None:
    transport = Transport(lambda _: answer(200, {"rules": []}))
    with library.JiraServerIntegrationApiClient(KEY, SECOND) as client:
        client.mount("https://", transport)
        client.get("rules")
        client.jira_signature_token = "another-signature-43"
        client.get("rules")
        assert client.jira_signature_token == "another-signature-43"
        with pytest.raises(library.UrlError, match="the Jira signature token"):
            client.jira_signature_token = "line\nbreak"
    sent = [it.headers["x-pagerduty-jira-signature"] for it in transport.requests]
    assert sent == [SECOND, "another-signature-43"]
