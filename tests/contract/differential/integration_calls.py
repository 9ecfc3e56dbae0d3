"""Integration calls: the clients of the integrations, of SCIM and of MCP. The sandbox serves none of these APIs: answers are canned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contract.conftest import TOKEN
from tests.contract.differential.case import Case
from tests.contract.differential.error_calls import ERROR
from tests.contract.differential.listing_calls import NO_TOTAL
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session

CHANNEL = {"channel": {"id": "C1", "name": "fire"}}
OAUTH = "pdus+token-of-the-contract"
PATHS = {
    "ScimApiClient": "/scim/v2",
    "SlackIntegrationApiClient": "/integration-slack",
    "SlackIntegrationConnectionsApiClient": "/integration-slack",
    "MsTeamsIntegrationApiClient": "/integration-ms-teams",
    "JiraServerIntegrationApiClient": "/integration-jira-service",
    "JiraCloudIntegrationApiClient": "/integration-jira-cloud",
}


def by(kind: str, name: str, call: Callable[[Any], Any], *canned: Canned, everywhere: tuple[str, ...] = ()) -> Case:
    """A call by a client of this class."""

    def called(it: Session) -> Any:
        secrets: tuple[Any, ...] = (TOKEN,)
        if kind in ("ScimApiClient", "McpApiClient"):
            secrets = (it.library.TokenAuthMethod(TOKEN),)
        elif kind == "JiraServerIntegrationApiClient":
            secrets = (OAUTH, "signature-of-the-contract")
        return call(it.made(kind, *secrets, path=PATHS.get(kind, "")))

    return Case(f"{kind}, {name}", called, canned, everywhere=everywhere)


def slack(name: str, call: Callable[[Any], Any], *canned: Canned) -> Case:
    return by("SlackIntegrationApiClient", name, call, *canned)


def connections(name: str, call: Callable[[Any], Any], *canned: Canned) -> Case:
    return by("SlackIntegrationConnectionsApiClient", name, call, *canned)


def jira(name: str, call: Callable[[Any], Any], *canned: Canned, everywhere: tuple[str, ...] = ()) -> Case:
    return by("JiraCloudIntegrationApiClient", name, call, *canned, everywhere=everywhere)


def scim(name: str, call: Callable[[Any], Any], *canned: Canned) -> Case:
    return by("ScimApiClient", name, call, *canned, everywhere=("`Accept` of SCIM",))


def mcp(name: str, call: Callable[[Any], Any], *canned: Canned) -> Case:
    return by("McpApiClient", name, call, *canned)


def users(*names: str, total: int, start: int = 1) -> Canned:
    found = [{"userName": name} for name in names]
    return Canned({"Resources": found, "totalResults": total, "itemsPerPage": len(found), "startIndex": start})


def listed(wrapper: str) -> Canned:
    return Canned({wrapper: [{"id": "1"}], "more": False})


INTEGRATIONS = [
    scim("in pages", lambda it: it.list_users(page_size=2), users("a", "b", total=3), users("c", total=3, start=3)),
    scim("with a filter", lambda it: it.list_users('userName eq "a"', 3), users("a", total=3, start=3)),
    scim(
        "in pages shorter than asked for", lambda it: it.list_users(), users("a", total=2), users("b", total=2, start=2)
    ),
    scim("with an empty filter", lambda it: it.list_users(""), users("a", total=1)),
    scim("without users", lambda it: it.list_users(), users(total=0)),
    scim("that fails", lambda it: it.list_users(), Canned({"detail": "No"}, 403)),
    scim("of one user", lambda it: it.get("/Users/P1"), Canned({"id": "P1"})),
    mcp("of a tool", lambda it: it.call("tools/call", {"name": "list_teams"}, "1"), Canned({"id": "1", "result": {}})),
    mcp("without parameters", lambda it: it.call("tools/list", {}, "5"), Canned({"id": "5", "result": {"tools": []}})),
    mcp("without a result", lambda it: it.call("tools/list", req_id="3"), Canned({"error": {"code": -1}})),
    mcp("that fails", lambda it: it.call("tools/list", req_id="4"), Canned(ERROR, 503)),
    mcp("by a method that it has not", lambda it: it.get("/mcp")),
    Case(
        "McpApiClient, by an OAuth token",
        lambda it: it.made("McpApiClient", it.library.OAuthTokenAuthMethod(OAUTH)).call("tools/list", req_id="2"),
        (Canned({"result": {}}),),
    ),
    slack("of a channel", lambda it: it.rget("incidents/P1/dedicated_channel"), Canned(CHANNEL)),
    slack(
        "of a new channel", lambda it: it.rpost("incidents/P1/dedicated_channel", json={"a": 1}), Canned(CHANNEL, 201)
    ),
    slack("of channels", lambda it: it.rget("incidents/P1/notification_channels"), Canned({"channels": []})),
    slack(
        "to tell a channel", lambda it: it.rpost("incidents/P1/notification_channels", json={"a": 1}), Canned({}, 201)
    ),
    slack("of what is not there", lambda it: it.rdelete("incidents/P1/dedicated_channel"), Canned(ERROR, 404)),
    by(
        "SlackIntegrationConnectionsApiClient",
        "of all",
        lambda it: it.list_all("workspaces/T1/connections"),
        listed("slack_connections"),
        everywhere=NO_TOTAL,
    ),
    connections(
        "of a new one",
        lambda it: it.rpost("workspaces/T1/connections", json={"channel_id": "C1"}),
        Canned({"slack_connection": {"id": "1"}}, 201),
    ),
    connections(
        "of a change",
        lambda it: it.rput("workspaces/T1/connections/1", json={"channel_id": "C2"}),
        Canned({"slack_connection": {"id": "1"}}),
    ),
    by(
        "MsTeamsIntegrationApiClient",
        "of a meeting",
        lambda it: it.rpost("incidents/P1/meeting", json={"title": "Fire"}),
        Canned({"meeting": {"url": "https://example.com"}}),
    ),
    by("MsTeamsIntegrationApiClient", "by a method that it has not", lambda it: it.get("incidents/P1/meeting")),
    by(
        "JiraServerIntegrationApiClient",
        "of rules",
        lambda it: it.list_all("rules"),
        listed("rules"),
        everywhere=NO_TOTAL,
    ),
    by(
        "JiraServerIntegrationApiClient",
        "of a new rule",
        lambda it: it.rpost("rules", json={"name": "All"}),
        Canned({"rule": {"id": "R1"}}, 201),
    ),
    jira("of mappings", lambda it: it.list_all("accounts_mappings"), listed("accounts_mappings"), everywhere=NO_TOTAL),
    jira("of one mapping", lambda it: it.rget("accounts_mappings/M1"), Canned({"id": "M1"})),
    jira("of rules", lambda it: it.list_all("accounts_mappings/M1/rules"), listed("rules"), everywhere=NO_TOTAL),
    jira("of a new rule", lambda it: it.rpost("accounts_mappings/M1/rules", json={"a": 1}), Canned({"id": "R1"}, 201)),
    jira("of a change", lambda it: it.rput("accounts_mappings/M1/rules/R1", json={"a": 1}), Canned({"id": "R1"})),
    jira("of a rule to delete", lambda it: it.rdelete("accounts_mappings/M1/rules/R1"), Canned(None, 204)),
]
