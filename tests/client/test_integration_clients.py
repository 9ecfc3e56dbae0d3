"""The clients of the integrations, and SCIM."""

from typing import Any

import pytest

from pdsync.client import (
    Error,
    HttpServerError,
    JiraCloudIntegrationApiClient,
    JiraServerIntegrationApiClient,
    MsTeamsIntegrationApiClient,
    RestApiV2BaseClient,
    ScimApiClient,
    SlackIntegrationApiClient,
    SlackIntegrationConnectionsApiClient,
    UrlError,
)

from .transport import Transport, answer

KEY = "u+Sup3rS3cretT0ken42"
SIGNATURE = "s1gnature-0f-a-jira"


def mounted(client: Any, answers: Any) -> tuple[Any, Transport]:
    transport = Transport(answers)
    client.mount("https://", transport)
    return client, transport


def sent(transport: Transport) -> list[str]:
    return [f"{request.method} {request.url}" for request in transport.requests]


def test_slack_channels_of_incidents() -> None:
    made = [answer(200, {"channel": {"id": "C1"}}), answer(200, {"channels": [{"id": "C2"}]})]
    client, transport = mounted(SlackIntegrationApiClient(KEY), made)
    assert client.rpost("incidents/P1/dedicated_channel", json={"name": "x"}) == {"id": "C1"}
    assert client.list_all("incidents/P1/notification_channels") == [{"id": "C2"}]
    base = "https://api.pagerduty.com/integration-slack/incidents/P1"
    assert sent(transport) == [f"POST {base}/dedicated_channel", f"GET {base}/notification_channels"]
    assert transport.bodies[0] == {"channel": {"name": "x"}}


def test_slack_connections() -> None:
    pages = [
        answer(200, {"slack_connections": [{"id": "A1"}], "more": True}),
        answer(200, {"slack_connections": [{"id": "A2"}], "more": False}),
        answer(201, {"slack_connection": {"id": "A3"}}),
        answer(200, {"slack_connection": {"id": "A3", "channel_id": "C2"}}),
        answer(204),
    ]
    client, transport = mounted(SlackIntegrationConnectionsApiClient(KEY), pages)
    assert [it["id"] for it in client.iter_all("workspaces/T1/connections", page_size=1)] == ["A1", "A2"]
    assert client.rpost("workspaces/T1/connections", json={"channel_id": "C1"}) == {"id": "A3"}
    assert client.rput("workspaces/T1/connections/A3", json={"channel_id": "C2"})["channel_id"] == "C2"
    assert client.rdelete("workspaces/T1/connections/A3").status_code == 204
    base = "https://app.pagerduty.com/integration-slack/workspaces/T1/connections"
    assert sent(transport) == [
        f"GET {base}?limit=1&offset=0",
        f"GET {base}?limit=1&offset=1",
        f"POST {base}",
        f"PUT {base}/A3",
        f"DELETE {base}/A3",
    ]
    assert transport.bodies[2:4] == [{"slack_connection": {"channel_id": n}} for n in ("C1", "C2")]


def test_teams_meetings() -> None:
    client, transport = mounted(MsTeamsIntegrationApiClient(KEY), [answer(200, {"meeting": {"url": "x"}})])
    assert client.rpost("incidents/P1/meeting", json={"start_date_time": "x"}) == {"url": "x"}
    assert transport.requests[0].headers["Authorization"] == f"Token token={KEY}"
    with pytest.raises(Error, match="GET is not one of this API"):
        client.get("incidents/P1/meeting")


def test_jira() -> None:
    pages = [answer(200, {"rules": [{"id": "R1"}], "more": False}), answer(200, {"rule": {"id": "R1"}})]
    server, transport = mounted(JiraServerIntegrationApiClient(KEY, SIGNATURE), pages)
    assert server.list_all("rules") == [{"id": "R1"}]
    assert server.rput("rules/R1", json={"name": "x"}) == {"id": "R1"}
    for request in transport.requests:
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        assert request.headers["x-pagerduty-jira-signature"] == SIGNATURE
    assert not server.print_debug
    assert SIGNATURE not in repr(server) + repr(dict(server.headers))
    assert transport.bodies[1] == {"rule": {"name": "x"}}
    body = {"id": "M1", "jira_cloud_account": {}}
    cloud, transport = mounted(JiraCloudIntegrationApiClient(KEY), [answer(200, body)])
    assert cloud.rget("accounts_mappings/M1") == body
    with pytest.raises(Error, match="PATCH is not one of this API"):
        cloud.patch("accounts_mappings", json={})


def test_rules_of_jira_cloud() -> None:
    rule = {"id": "R1", "name": "x"}
    answers = [answer(200, {"rules": [rule], "more": False}), *[answer(200, rule)] * 3, answer(204)]
    client, transport = mounted(JiraCloudIntegrationApiClient(KEY), answers)
    rules = "accounts_mappings/M1/rules"
    assert client.list_all(rules) == [rule]
    assert client.rpost(rules, json={"name": "x"}) == rule
    assert client.rget(f"{rules}/R1") == client.rput(f"{rules}/R1", json={"name": "x"}) == rule
    assert client.rdelete(f"{rules}/R1").status_code == 204
    assert [body for body in transport.bodies if body] == [{"name": "x"}, {"name": "x"}]
    assert {request.headers["Content-Type"] for request in transport.requests} == {"application/json"}


@pytest.mark.parametrize(
    "owner",
    [
        SlackIntegrationApiClient,
        SlackIntegrationConnectionsApiClient,
        MsTeamsIntegrationApiClient,
        JiraServerIntegrationApiClient,
        JiraCloudIntegrationApiClient,
    ],
)
def test_each_keeps_to_its_own_paths_and_accepts_json(owner: Any) -> None:
    second = (SIGNATURE,) if owner is JiraServerIntegrationApiClient else ()
    client, transport = mounted(owner(KEY, *second), lambda _: answer(200, {}))
    assert isinstance(client, RestApiV2BaseClient)
    for url in ("users", "https://api.pagerduty.com/users"):
        with pytest.raises(UrlError):
            client.rget(url)
    assert transport.requests == []
    assert client.headers["Accept"] == "application/json"


def test_scim_users_are_read_to_the_end() -> None:
    pages = [
        answer(200, {"totalResults": 3, "startIndex": 1, "Resources": [{"id": "1"}, {"id": "2"}]}),
        answer(200, {"totalResults": 3, "startIndex": 3, "Resources": [{"id": "3"}]}),
        answer(200, {"totalResults": 0}),
    ]
    client, transport = mounted(ScimApiClient(KEY, auth_type="bearer"), pages)
    assert [user["id"] for user in client.list_users(page_size=2)] == ["1", "2", "3"]
    assert client.list_users('userName eq "jane@example.com"') == []
    assert transport.lines == [
        "GET /scim/v2/Users?startIndex=1&count=2",
        "GET /scim/v2/Users?startIndex=3&count=2",
        "GET /scim/v2/Users?startIndex=1&count=100&filter=userName+eq+%22jane%40example.com%22",
    ]


@pytest.mark.parametrize(
    "body", [{"totalResults": 3, "Resources": []}, {"Resources": {}}, [], {"totalResults": 3, "Resources": None}]
)
def test_scim_pages_that_lead_nowhere_raise(body: Any) -> None:
    client, transport = mounted(ScimApiClient(KEY), lambda _: answer(200, body))
    with pytest.raises(HttpServerError):
        client.list_users()
    assert len(transport.requests) == 1
    for arguments in ({"start_index": 0}, {"page_size": 0}):
        with pytest.raises(UrlError):
            client.iter_users(**arguments)
