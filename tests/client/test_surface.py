"""The checklist: every public name of the documents this library follows exists, with the documented signature and default.

``pagerduty`` is the guide and reference of the client library, ``pdpyras`` the reference of its predecessor. A signature
here is what the document shows. The library's may go on with arguments of its own, if those are optional.
"""

import inspect
from collections.abc import Mapping
from typing import Any

import pytest
import requests

import pdsync.client as pagerduty
from pdsync.client import pdpyras

from .conftest import MakeClient
from .transport import answer

KEY = "0123456789abcdef0123456789abcdef"
PAGE = "url, params=None, page_size=None, item_hook=None, total=False"

SESSION = {
    "__init__": "api_key, debug=False",
    "request": "method, url",
    "normalize_url": "url",
    "normalize_params": "params",
    "postprocess": "response",
    "prepare_headers": "method, user_headers",
    "after_set_api_key": "",
    "get": "url",
    "post": "url, data=None, json=None",
    "put": "url, data=None",
    "delete": "url",
}
REST = {
    "__init__": "api_key, default_from=None, auth_type='token', debug=False",
    "dict_all": "path, by='id'",
    "find": "resource, query, attribute='name', params=None",
    "iter_all": PAGE,
    "iter_cursor": "url, params=None, item_hook=None",
    "jget": "resource",
    "jpost": "resource",
    "jput": "resource",
    "list_all": "url",
    "persist": "resource, attr, values, update=False",
    "postprocess": "response, suffix=None",
    "rdelete": "resource",
    "rget": "resource",
    "rpost": "url",
    "rput": "resource",
}
EVENTS = {
    "__init__": "api_key, debug=False",
    "acknowledge": "dedup_key",
    "resolve": "dedup_key",
    "send_event": "action, dedup_key=None",
    "trigger": "summary, source, dedup_key=None, severity='critical', payload=None, custom_details=None, "
    "images=None, links=None",
    "prepare_headers": "method, user_headers",
}
CHANGES = {
    "send_change_event": "payload=None, links=None",
    "submit": "summary, source=None, custom_details=None, links=None, timestamp=None",
}
METHODS: dict[Any, dict[str, str]] = {
    pagerduty.ApiClient: SESSION,
    pagerduty.RestApiV2BaseClient: {**REST, "__init__": "api_key"},
    pagerduty.RestApiV2Client: {
        **REST,
        "rpatch": "url",
        "jpatch": "resource",
        "get_total": "url, params=None",
        "iter_history": "url, since, until",
        "iter_incident_notes": "incident_id=None",
        "iter_alert_grouping_settings": "service_ids=None, limit=None",
        "iter_analytics_raw_incidents": "filters, order='desc', order_by='created_at', limit=None, time_zone=None",
    },
    pagerduty.EventsApiV2Client: EVENTS | CHANGES,
    pagerduty.OAuthTokenClient: {
        "__init__": "client_secret, client_id, debug=False",
        "amended_auth_response": "response",
        "authorize_url": "scope, redirect_uri",
        "get_authorize_url": "client_id, scope, redirect_uri",
        "get_new_token": "",
        "get_new_token_from_code": "auth_code, scope, redirect_uri",
        "get_refreshed_token": "refresh_token",
        "get_scoped_app_token": "scope",
        "generate_s256_pkce_params": "",
        "get_pkce_authorize_url": "scope, redirect_uri, code_challenge",
        "get_new_token_from_code_with_pkce": "auth_code, scope, redirect_uri, code_verifier",
        "refresh_client": "access_token, refresh_token, expiration_date",
    },
    pagerduty.SlackIntegrationApiClient: {"__init__": "api_key, auth_type='token', debug=False"},
    pagerduty.SlackIntegrationConnectionsApiClient: {"__init__": "api_key, auth_type='token', debug=False"},
    pagerduty.JiraCloudIntegrationApiClient: {"__init__": "api_key, auth_type='token', debug=False"},
    pagerduty.JiraServerIntegrationApiClient: {"__init__": "access_token, jira_signature_token, debug=False"},
    pagerduty.MsTeamsIntegrationApiClient: {"__init__": "api_key, debug=False"},
    pagerduty.McpApiClient: {
        "__init__": "api_key, debug=False, base_url=None",
        "call": "method, params=None, req_id=None",
    },
    pagerduty.ScimApiClient: {"list_users": "fltr=None, start_index=1, page_size=100"},
    pdpyras.PDSession: SESSION,
    pdpyras.APISession: REST,
    pdpyras.EventsAPISession: EVENTS,
    pdpyras.ChangeEventsAPISession: CHANGES | {"__init__": "api_key, debug=False"},
}
FUNCTIONS = {
    "auto_json": "method",
    "canonical_path": "base_url, url",
    "deprecated_kwarg": "deprecated_name, details=None, method=None",
    "endpoint_matches": "endpoint_pattern, method, path",
    "entity_wrappers": "method, path",
    "http_error_message": "r, context=None",
    "infer_entity_wrapper": "method, path",
    "is_path_param": "path_node",
    "last_4": "secret",
    "normalize_url": "base_url, url",
    "plural_name": "obj_type",
    "requires_success": "method",
    "resource_url": "method",
    "singular_name": "r_name",
    "successful_response": "r, context=None",
    "truncate_text": "text",
    "try_decoding": "r",
    "unwrap": "response, wrapper",
    "wrapped_entities": "method",
}
ERRORS = {
    "Error": "message, response=None",
    "HttpError": "message, response",
    "HttpServerError": "message, response",
    "PDClientError": "message, response=None",
    "PDHTTPError": "message, response",
    "PDServerError": "message, response",
}
CONSTANTS = {"ITERATION_LIMIT": 10_000, "TEXT_LEN_LIMIT": 100, "TIMEOUT": 60}
RETRIES: dict[str, Any] = {
    "max_http_attempts": 10,
    "max_network_attempts": 3,
    "sleep_timer": 1.5,
    "sleep_timer_base": 2,
    "stagger_cooldown": 0,
    "timeout": 60,
    "retry": {},
    "print_debug": False,
    "proxies": {},
    "total_call_count": 0,
    "total_call_time": 0,
    "trunc_key": "*cdef",
}
ACCOUNT = {
    "default_page_size": 100,
    "auth_type": "token",
    "api_call_counts": {},
    "api_time": {},
    "trunc_token": "*cdef",
}
TOKEN = {"auth_header": {"Authorization": f"Token token={KEY}"}, "api_key": KEY}
ATTRIBUTES: dict[Any, dict[str, Any]] = {
    pagerduty.RestApiV2Client: {
        **RETRIES,
        **ACCOUNT,
        **TOKEN,
        "default_from": None,
        "url": "https://api.pagerduty.com",
        "permitted_methods": ("GET", "POST", "PUT", "PATCH", "DELETE"),
    },
    pagerduty.EventsApiV2Client: {
        **RETRIES,
        "retry": {500: 2, 502: 4, 503: 6, 504: 6},
        "url": "https://events.pagerduty.com",
        "permitted_methods": ("POST",),
        "auth_header": {},
    },
    pagerduty.SlackIntegrationApiClient: {"url": "https://api.pagerduty.com/integration-slack", **TOKEN},
    pagerduty.SlackIntegrationConnectionsApiClient: {"url": "https://app.pagerduty.com/integration-slack", **TOKEN},
    pagerduty.MsTeamsIntegrationApiClient: {"url": "https://api.pagerduty.com/integration-ms-teams", **TOKEN},
    pagerduty.JiraServerIntegrationApiClient: {
        "url": "https://app.pagerduty.com/integration-jira-service",
        "auth_type": "bearer",
    },
    pagerduty.JiraCloudIntegrationApiClient: {"url": "https://api.pagerduty.com/integration-jira-cloud", **TOKEN},
    pagerduty.ScimApiClient: {"url": "https://api.pagerduty.com/scim/v2", **TOKEN},
    pdpyras.PDSession: {**RETRIES, **TOKEN, "permitted_methods": ()},
    pdpyras.APISession: {**RETRIES, **ACCOUNT, **TOKEN, "default_from": None, "url": "https://api.pagerduty.com"},
    pdpyras.EventsAPISession: {"url": "https://events.pagerduty.com", "permitted_methods": ("POST",)},
    pdpyras.ChangeEventsAPISession: {"url": "https://events.pagerduty.com", "permitted_methods": ("POST",)},
}


def parameters(text: str) -> dict[str, Any]:
    return dict(inspect.signature(eval(f"lambda {text}: None")).parameters)


def check_signature(function: Any, documented: str) -> None:
    expected = parameters(documented)
    actual = {name: it for name, it in inspect.signature(function).parameters.items() if name != "self"}
    positional = [it for it in actual.values() if it.kind is it.POSITIONAL_OR_KEYWORD]
    takes_any = any(it.kind is it.VAR_KEYWORD for it in actual.values())
    for place, (name, it) in enumerate(expected.items()):
        if takes_any and (place >= len(positional) or name not in actual):
            continue  # handed on to requests
        assert positional[place].name == name
        if it.default is not it.empty:
            assert positional[place].default == it.default
    for name, it in actual.items():
        if name not in expected:
            assert it.default is not it.empty or it.kind in (it.VAR_KEYWORD, it.VAR_POSITIONAL), f"{name} is required"


@pytest.mark.parametrize(
    ("owner", "name", "documented"),
    [(owner, name, text) for owner, methods in METHODS.items() for name, text in methods.items()],
)
def test_methods(owner: Any, name: str, documented: str) -> None:
    check_signature(getattr(owner, name), documented)


@pytest.mark.parametrize("module", [pagerduty, pdpyras])
@pytest.mark.parametrize(("name", "documented"), FUNCTIONS.items())
def test_functions(module: Any, name: str, documented: str) -> None:
    assert name in module.__all__
    assert name in dir(module)
    check_signature(getattr(module, name), documented)


@pytest.mark.parametrize(("name", "documented"), ERRORS.items())
def test_errors(name: str, documented: str) -> None:
    check_signature(getattr(pdpyras if name.startswith("PD") else pagerduty, name).__init__, documented)


def test_the_tree_of_errors() -> None:
    assert issubclass(pagerduty.HttpServerError, pagerduty.HttpError)
    assert issubclass(pagerduty.HttpError, pagerduty.Error)
    assert issubclass(pagerduty.UrlError, pagerduty.Error)
    assert pagerduty.ServerHttpError is pagerduty.HttpServerError
    assert (pdpyras.PDClientError, pdpyras.PDHTTPError) == (pagerduty.Error, pagerduty.HttpError)
    assert (pdpyras.PDServerError, pdpyras.URLError) == (pagerduty.HttpServerError, pagerduty.UrlError)
    error = pdpyras.PDClientError("no answer")
    assert (error.response, error.msg, str(error)) == (None, "no answer", "no answer")


@pytest.mark.parametrize("module", [pagerduty, pdpyras])
def test_constants(module: Any) -> None:
    assert {name: getattr(module, name) for name in CONSTANTS} == CONSTANTS
    assert "/users/{id}/contact_methods" in module.CANONICAL_PATHS
    assert "/audit/records" in module.CURSOR_BASED_PAGINATION_PATHS
    assert set(module.CURSOR_BASED_PAGINATION_PATHS) < set(module.CANONICAL_PATHS)
    assert isinstance(module.ENTITY_WRAPPER_CONFIG, Mapping)
    assert module.ENTITY_WRAPPER_CONFIG["POST /schedules/{id}/overrides"] == ("overrides", None)


@pytest.mark.parametrize(
    ("owner", "name", "documented"),
    [(owner, name, value) for owner, attributes in ATTRIBUTES.items() for name, value in attributes.items()],
)
def test_attributes_and_their_defaults(owner: Any, name: str, documented: Any) -> None:
    second = (KEY,) if owner is pagerduty.JiraServerIntegrationApiClient else ()
    with owner(KEY, *second) as client:
        value = getattr(client, name)
        assert value == documented
        if name in CLASS_ATTRIBUTES:
            assert getattr(owner, name) == documented
        if not isinstance(getattr(type(client), name, None), property) or name in ("log", "print_debug", "auth_type"):
            setattr(client, name, value)


CLASS_ATTRIBUTES = {
    "url",
    "timeout",
    "default_from",
    "max_http_attempts",
    "max_network_attempts",
    "sleep_timer",
    "sleep_timer_base",
    "stagger_cooldown",
    "permitted_methods",
    "default_page_size",
}


def test_oauth_attributes() -> None:
    with pagerduty.OAuthTokenClient("s3cret-of-the-application", "the-application") as client:
        assert (client.early_refresh_buffer, pagerduty.OAuthTokenClient.early_refresh_buffer) == (86400, 86400)
        assert (client.url, client.client_id) == ("https://identity.pagerduty.com", "the-application")
        assert client.permitted_methods == ("POST",)


@pytest.mark.parametrize("owner", [*METHODS])
def test_all_are_sessions_of_the_http_library(owner: Any) -> None:
    assert issubclass(owner, pagerduty.ApiClient)
    assert issubclass(owner, requests.Session)
    if owner.__module__ == pdpyras.__name__:
        assert issubclass(owner, pdpyras.PDSession)


OWN = {
    "AmbiguousWriteError",
    "DuplicateError",
    "Endpoint",
    "IncompleteListError",
    "NetworkError",
    "Recovery",
    "collection_endpoints",
}
"""What this library has beyond the documents."""
AUTH = {"OAuthTokenAuthMethod", "PassThruHeaderAuthMethod", "RoutingKeyAuthMethod", "TokenAuthMethod"}
"""The authentication objects of the library of today."""


@pytest.mark.parametrize("module", [pagerduty, pdpyras])
def test_everything_of_the_module_is_there_and_nothing_else(module: Any) -> None:
    documented = {*FUNCTIONS, *CONSTANTS, "CANONICAL_PATHS", "CURSOR_BASED_PAGINATION_PATHS", "ENTITY_WRAPPER_CONFIG"}
    documented |= {owner.__name__ for owner in METHODS if (owner.__module__ == pdpyras.__name__) == (module is pdpyras)}
    if module is pdpyras:
        documented |= {name for name in ERRORS if name.startswith("PD")} | {"URLError"}
    else:
        documented |= (
            {name for name in ERRORS if not name.startswith("PD")}
            | {"UrlError", "ServerHttpError", "__version__"}
            | OWN
            | AUTH
        )
    assert set(module.__all__) == documented
    assert len(module.__all__) == len(documented)
    assert [name for name in documented if not hasattr(module, name)] == []
    with pytest.raises(AttributeError, match="NoSuchClient"):
        module.NoSuchClient  # noqa: B018


def test_properties_that_ask_the_api(make_client: MakeClient) -> None:
    user = {"html_url": "https://acme.pagerduty.com/users/P1"}
    client, transport = make_client([answer(200, {"users": [user]}), answer(400, {}), answer(200, {"users": [user]})])
    assert (client.subdomain, client.api_key_access) == ("acme", "account")
    assert (client.subdomain, client.api_key_access) == ("acme", "account")
    assert len(transport.requests) == 2
    client.api_key = "another-key-of-another-account"
    assert client.subdomain == "acme"
    assert len(transport.requests) == 3


def test_the_parent_sends_without_the_rules_of_the_api(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(401))
    response = client.parent.request("GET", "https://api.pagerduty.com/users", params={"a": ["1", "2"]})
    assert response.status_code == 401
    assert transport.lines == ["GET /users?a=1&a=2"]
    with pytest.raises(pagerduty.UrlError):
        client.parent.request("GET", "https://elsewhere.example/users")
    assert client.total_call_count == 0


def test_class_attributes_can_be_set_in_a_subclass(make_client: MakeClient) -> None:
    class Mine(pdpyras.APISession):
        url = "https://api.eu.pagerduty.com/"
        timeout = 9
        default_from = "me@example.com"
        default_page_size = 7
        max_http_attempts = 1
        max_network_attempts = 0
        sleep_timer = 0.5
        permitted_methods = ("GET",)

    with Mine(KEY) as session, Mine(KEY, "you@example.com", timeout=3) as other:
        assert (session.url, Mine.url) == ("https://api.eu.pagerduty.com", "https://api.eu.pagerduty.com/")
        assert (session.timeout, session.default_from, session.default_page_size) == (9, "me@example.com", 7)
        assert (session.max_http_attempts, session.sleep_timer, session.permitted_methods) == (1, 0.5, ("GET",))
        assert (other.timeout, other.default_from) == (3, "you@example.com")
        session.url = "https://api.pagerduty.com"
        assert other.url == "https://api.eu.pagerduty.com"
    with pytest.raises(pagerduty.UrlError):
        type("Plain", (pagerduty.RestApiV2Client,), {"url": "http://api.pagerduty.com"})(KEY)


@pytest.mark.parametrize(("module", "owner"), [(pagerduty, pagerduty.RestApiV2Client), (pdpyras, pdpyras.APISession)])
def test_the_default_timeout_can_be_set_for_new_clients(
    module: Any, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with owner(KEY) as before:
        monkeypatch.setattr(module, "TIMEOUT", 5)
        with owner(KEY) as after, owner(KEY, timeout=None) as unbounded:
            assert (before.timeout, after.timeout, unbounded.timeout) == (60, 5, None)


@pytest.mark.parametrize("owner", [*METHODS])
def test_signatures_are_explicit(owner: Any) -> None:
    """No decorator hides what a method takes, no method takes just anything."""
    for name, function in inspect.getmembers(owner, inspect.isfunction):
        if name.startswith("_") or function.__module__.startswith("requests."):
            continue
        assert not hasattr(function, "__wrapped__"), name
        kinds = [it.kind for it in inspect.signature(function).parameters.values()]
        assert inspect.Parameter.VAR_POSITIONAL not in kinds, name
        assert "return" in function.__annotations__, name
