"""How programs use the client library, for the type checker: this file is checked with --strict, and never run.

``assert_type`` says what a reader of the signatures is promised. A ``type: ignore`` marks what must be refused: should it be
accepted one day, the checker complains that the comment is not needed.
"""

from collections.abc import Callable, Iterator
from typing import Any, assert_type

import requests
from requests.adapters import HTTPAdapter

import pdsync.client as pagerduty
from pdsync.client import pdpyras
from pdsync.client.auth_method import AuthMethod


class Mine(pagerduty.RestApiV2Client):
    """A client of one's own."""

    timeout = 9.0
    default_page_size = 50

    @pagerduty.resource_url
    @pagerduty.auto_json
    def jhead(self, url: str, depth: int = 1) -> requests.Response:
        return self.get(url, params={"depth": depth})

    @pagerduty.wrapped_entities
    def rput(self, url: str, *, json: Any = None) -> requests.Response:  # type: ignore[override]
        return self.put(url, json=json)

    @pagerduty.requires_success
    def must(self, url: str) -> requests.Response:
        return self.get(url)

    def postprocess(self, response: requests.Response, suffix: str | None = None) -> None:
        super().postprocess(response, suffix)


def constructing() -> None:
    with pagerduty.RestApiV2Client("key", "me@example.com", "oauth2", debug=True) as client:
        assert_type(client, pagerduty.RestApiV2Client)
    pagerduty.RestApiV2Client("key", base_url="https://api.eu.pagerduty.com", retry={503: 3}, timeout=(3.5, None))
    pagerduty.RestApiV2Client("key", retry_total_time_s=60, retry_ambiguous_posts=False, pool_size=5)
    pagerduty.RestApiV2Client(b"key")  # type: ignore[arg-type]
    pagerduty.RestApiV2Client("key", retries=3)  # type: ignore[call-arg]
    pagerduty.RestApiV2Client("key", timeout="5")  # type: ignore[arg-type]
    pagerduty.OAuthTokenClient("secret", "id", debug=True)
    pagerduty.JiraServerIntegrationApiClient("key", auth_type="token")  # type: ignore[call-arg]


def settings(client: pagerduty.RestApiV2Client) -> None:
    assert_type(client.max_http_attempts, int)
    assert_type(client.sleep_timer, float)
    assert_type(pagerduty.RestApiV2Client.max_network_attempts, int)
    assert_type(client.retry, dict[int, int])
    assert_type(client.url, str)
    assert_type(client.total_call_count, int)
    assert_type(client.total_call_time, float)
    assert_type(client.api_time, dict[str, float])
    assert_type(client.subdomain, str | None)
    assert_type(client.api_key_access, str)
    assert_type(client.auth_header, dict[str, str])
    client.sleep_timer = 1
    client.stagger_cooldown = 0.5
    client.url = "https://api.eu.pagerduty.com"
    client.print_debug = False
    client.max_http_attempts = "4"  # type: ignore[assignment]
    client.retry["404"] = 5  # type: ignore[index]
    client.total_call_count = 3  # type: ignore[misc]


def calling(client: pagerduty.RestApiV2Client, user: dict[str, Any]) -> None:
    assert_type(client.get("users", params={"query": "Dan"}, timeout=3), requests.Response)
    assert_type(client.post("users", json={}), requests.Response)
    assert_type(client.put("users/P1", json={}), requests.Response)
    assert_type(client.delete("users/P1"), requests.Response)
    assert_type(client.rdelete(user), requests.Response)
    assert_type(client.rget(user, params=[("include[]", "teams")]), Any)
    assert_type(client.rput(user, json={"name": "x"}, headers={"From": "me@example.com"}, timeout=(1, 2)), Any)
    assert_type(client.jpost("users", json={"user": {}}), Any)
    client.rget(7)  # type: ignore[arg-type]
    client.rpost("users", {"name": "x"})  # type: ignore[call-arg]
    client.rput(user, jsn={})  # type: ignore[call-arg]
    client.jget("users", timeout="3")  # type: ignore[arg-type]


def listing(client: pagerduty.RestApiV2Client) -> None:
    def hook(item: dict[str, Any], number: int, total: int | str) -> None: ...

    assert_type(client.iter_all("users", page_size=5, item_hook=hook, total=True), Iterator[dict[str, Any]])
    assert_type(client.iter_cursor("audit/records"), Iterator[dict[str, Any]])
    assert_type(client.list_all("users", params={"team_ids": ["P1"]}), list[dict[str, Any]])
    assert_type(client.list_all("users", complete=True), list[dict[str, Any]])
    assert_type(client.dict_all("users", by="email"), dict[Any, dict[str, Any]])
    assert_type(client.find("users", "jane@example.com", attribute="email"), dict[str, Any] | None)
    assert_type(client.get_total("users"), int)
    assert_type(client.find("users", None, where=lambda user: bool(user["id"]), unique=True), dict[str, Any] | None)
    assert_type(client.persist("users", "email", {"email": "x"}, update=True), dict[str, Any])
    recover = pagerduty.Recovery(lambda number: client.find("users", "x"))
    made = client.persist("users", None, {"email": "x"}, find=lambda: None, body={"name": "x"}, recover=recover)
    assert_type(made, dict[str, Any])
    assert_type(client.multi_update("incidents", [{"id": "P1"}]), list[dict[str, Any]])
    assert_type(client.iter_incident_notes(params={"team_ids": ["P1"]}), Iterator[dict[str, Any]])
    assert_type(client.iter_alert_grouping_settings(["P1"]), Iterator[dict[str, Any]])
    assert_type(client.iter_analytics_raw_incidents({}, order="asc"), Iterator[dict[str, Any]])
    client.iter_history("log_entries", "2026-01-01", "2026-02-01")  # type: ignore[arg-type]
    client.list_all("users", page_size="5")  # type: ignore[arg-type]
    client.list_all("users", item_hook=lambda item: None)  # type: ignore[arg-type, misc]
    client.find("users", "x")["name"]  # type: ignore[index]


def events(client: pagerduty.EventsApiV2Client, session: pdpyras.EventsAPISession) -> None:
    assert_type(client.trigger("It burns", "host", severity="error", links=[{"href": "x"}]), str)
    assert_type(client.acknowledge("abc"), str)
    assert_type(client.send_event("resolve", "abc"), str)
    assert_type(client.submit("Deployed", source="ci"), str | None)
    assert_type(session.resolve("abc"), str)
    client.trigger("It burns")  # type: ignore[call-arg]
    client.trigger("It burns", "host", links="x")  # type: ignore[arg-type]


def tokens(client: pagerduty.OAuthTokenClient) -> None:
    assert_type(client.get_new_token_from_code("code", "scope", "uri"), dict[str, Any])
    assert_type(client.generate_s256_pkce_params(), tuple[str, str])
    rest, granted = client.refresh_client("access", "refresh", "2026-01-01T00:00:00Z", default_from="me@example.com")
    assert_type(rest, pagerduty.RestApiV2Client)
    assert_type(granted, dict[str, Any] | None)
    client.early_refresh_buffer = 3600


def credentials(key: str) -> None:
    token = pagerduty.TokenAuthMethod(key)
    client = pagerduty.RestApiV2Client(token, proxy="http://proxy.example:3128", mounts={"https://": HTTPAdapter()})
    assert_type(client.auth_method, AuthMethod)
    assert_type(client.auth_type_mapping, dict[str, type[AuthMethod]])
    assert_type(client.user_agent, str)
    assert_type(client.cooldown_factor(), float)
    assert_type(client.account_has_ability("teams"), bool)
    assert_type(client.canonical_paths, list[str])
    client.auth_method = pagerduty.OAuthTokenAuthMethod(key)
    pagerduty.EventsApiV2Client(routing_key=key)
    pagerduty.ScimApiClient(auth_method=token)
    assert_type(pagerduty.McpApiClient(token).call("tools/list"), dict[str, Any])
    pagerduty.RestApiV2Client(auth_method=key)  # type: ignore[arg-type]
    pagerduty.RestApiV2Client(7)  # type: ignore[arg-type]


class Behind(pagerduty.RestApiV2Client):
    """Overrides of properties need no words to the type checker."""

    @property
    def auth_header(self) -> dict[str, str]:
        return {"Authorization": "Gateway x"}

    @property
    def user_agent(self) -> str:
        return "on-call-bot/1"

    @property
    def default_base_url(self) -> str:
        return "https://gateway.example.com"

    @property
    def canonical_paths(self) -> list[str]:
        return [*super().canonical_paths, "/gadgets"]


def errors(client: pdpyras.APISession) -> None:
    try:
        client.rget("users/P1")
    except pagerduty.UrlError as error:
        assert_type(error.response, requests.Response | None)
    except pagerduty.HttpError as error:
        assert_type(error.response, requests.Response)
        assert_type((error.status, error.code, error.errors), tuple[int, int | None, list[str]])
        assert_type(error.request_id, str | None)
    except pagerduty.IncompleteListError as error:
        assert_type((error.read, error.total), tuple[int, int | None])
    except pdpyras.PDClientError as error:
        assert_type(error, pagerduty.Error)


def functions(response: requests.Response) -> None:
    assert_type(pagerduty.canonical_path("https://api.pagerduty.com", "users/P1"), str)
    assert_type(pagerduty.entity_wrappers("GET", "/users"), tuple[str | None, str | None])
    assert_type(pagerduty.successful_response(response, context="testing"), requests.Response)
    assert_type(pagerduty.last_4("secret"), str)
    assert_type(pagerduty.CANONICAL_PATHS, tuple[str, ...])
    assert_type(pagerduty.TIMEOUT, int)
    pagerduty.TEXT_LEN_LIMIT = 500
    assert_type(pagerduty.canonical_path(["/gadgets"], "https://api.pagerduty.com", "gadgets"), str)
    assert_type(pagerduty.entity_wrappers({"* /gadgets": None}, "GET", "/gadgets"), tuple[str | None, str | None])
    assert_type(pagerduty.singular_name("policies"), str)
    assert_type(pagerduty.__version__, str)
    assert_type(pagerduty.is_path_param("{id}"), bool)


def decorated(client: Mine, user: dict[str, Any]) -> None:
    assert_type(client.jhead(user, depth=2), Any)
    assert_type(client.must("users"), requests.Response)
    assert_type(client.rput("users/P1", json={}), Any)
    client.jhead(user, dept=2)  # type: ignore[call-arg]
    client.must(user)  # type: ignore[arg-type]

    @pagerduty.requires_success
    def fetch(url: str) -> requests.Response:
        return client.get(url)

    checked: Callable[[str], requests.Response] = fetch
    checked("users")
