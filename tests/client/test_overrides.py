"""What a subclass overrides, an instance replaces or a test patches is seen by every request of every client."""

import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, patch

import pytest
from requests import PreparedRequest, Response

import pdsync.client as library
from pdsync.client import ApiClient, Recovery, RestApiV2Client, UrlError, pdpyras

from .transport import Transport, answer

KEY = "u+Sup3rS3cretT0ken42"
TEAM = {"id": "T1", "type": "team", "name": "Red", "self": "https://api.pagerduty.com/teams/T1"}
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)

Call = Callable[[Any], Any]


def rest(call: Call) -> tuple[type[ApiClient], Call]:
    return RestApiV2Client, call


def with_executor(client: Any) -> Any:
    with ThreadPoolExecutor(2) as executor:
        return client.list_all("services", complete=True, executor=executor, page_size=2)


def persist_recovering(client: Any) -> Any:
    recovery = Recovery(lambda number: client.find("teams", None, where=lambda it: it["name"] == "Red"), waits_s=(0,))
    return client.persist("teams", None, {"name": "Red"}, find=lambda: None, recover=recovery)


def refresh(client: Any) -> Any:
    return client.refresh_client("access-token-1", "refresh-token-1", "2020-01-01T00:00:00Z")


GETS: dict[str, tuple[type[ApiClient], Call]] = {
    "rget": rest(lambda it: it.rget("users/P1")),
    "jget": rest(lambda it: it.jget("users/P1")),
    "get": rest(lambda it: it.get("users/P1")),
    "iter_all": rest(lambda it: list(it.iter_all("services", page_size=2))),
    "list_all": rest(lambda it: it.list_all("services", complete=True, page_size=2)),
    "list_all, in parallel": rest(with_executor),
    "list_all, by teams": rest(lambda it: it.list_all("services", complete=True, team_ids=lambda: ["T1"])),
    "list_all, swept": rest(lambda it: it.list_all("services", complete=True, where=bool, page_size=2)),
    "dict_all": rest(lambda it: it.dict_all("services")),
    "find": rest(lambda it: it.find("services", "s1")),
    "find, unique": rest(lambda it: it.find("services", "s1", unique=True)),
    "get_total": rest(lambda it: it.get_total("services")),
    "iter_cursor": rest(lambda it: list(it.iter_cursor("audit/records"))),
    "iter_history": rest(lambda it: list(it.iter_history("log_entries", SINCE, UNTIL))),
    "iter_incident_notes": rest(lambda it: list(it.iter_incident_notes("Q1"))),
    "iter_alert_grouping_settings": rest(lambda it: list(it.iter_alert_grouping_settings())),
    "subdomain": rest(lambda it: it.subdomain),
    "api_key_access": rest(lambda it: it.api_key_access),
    "account_has_ability": rest(lambda it: it.account_has_ability("teams")),
    "persist, found": rest(lambda it: it.persist("services", "name", {"name": "s1"})),
    "scim": (library.ScimApiClient, lambda it: it.list_users()),
    "slack": (library.SlackIntegrationConnectionsApiClient, lambda it: it.list_all("workspaces/T1/connections")),
    "jira": (library.JiraCloudIntegrationApiClient, lambda it: it.list_all("accounts_mappings/A1/rules")),
    "pdpyras": (pdpyras.APISession, lambda it: it.rget("users/P1")),
}
POSTS: dict[str, tuple[type[ApiClient], Call]] = {
    "rpost": rest(lambda it: it.rpost("teams", json={"name": "Red"})),
    "jpost": rest(lambda it: it.jpost("teams", json={"team": {"name": "Red"}})),
    "persist": rest(lambda it: it.persist("teams", None, {"name": "Red"}, find=lambda: None)),
    "persist, recovering": rest(persist_recovering),
    "iter_analytics_raw_incidents": rest(lambda it: list(it.iter_analytics_raw_incidents({}))),
    "trigger": (library.EventsApiV2Client, lambda it: it.trigger("Disk is full", "db-7")),
    "acknowledge": (library.EventsApiV2Client, lambda it: it.acknowledge("k")),
    "resolve": (library.EventsApiV2Client, lambda it: it.resolve("k")),
    "send_event": (library.EventsApiV2Client, lambda it: it.send_event("trigger")),
    "submit": (library.EventsApiV2Client, lambda it: it.submit("Deployed")),
    "send_change_event": (library.EventsApiV2Client, lambda it: it.send_change_event({"summary": "x"})),
    "get_scoped_app_token": (library.OAuthTokenClient, lambda it: it.get_scoped_app_token("incidents.read")),
    "get_refreshed_token": (library.OAuthTokenClient, lambda it: it.get_refreshed_token("refresh-token-1")),
    "get_new_token_from_code": (library.OAuthTokenClient, lambda it: it.get_new_token_from_code("c", "s", "u")),
    "refresh_client": (library.OAuthTokenClient, refresh),
    "mcp": (library.McpApiClient, lambda it: it.call("tools/list")),
    "teams meeting": (library.MsTeamsIntegrationApiClient, lambda it: it.rpost("incidents/Q1/meeting", json={})),
    "pdpyras, events": (pdpyras.EventsAPISession, lambda it: it.trigger("Disk is full", "db-7")),
    "pdpyras, changes": (pdpyras.ChangeEventsAPISession, lambda it: it.submit("Deployed")),
}
PUTS: dict[str, tuple[type[ApiClient], Call]] = {
    "rput": rest(lambda it: it.rput(TEAM, json={"name": "Blue"})),
    "jput": rest(lambda it: it.jput("teams/T1", json={"team": {}})),
    "persist, update": rest(lambda it: it.persist("teams", None, {"name": "Blue"}, True, find=lambda: TEAM)),
    "multi_update": rest(lambda it: it.multi_update("incidents", [{"id": "Q1", "type": "incident"}])),
}
REST = "workflows/integrations/I1/connections/C1"
PATCHES = {
    "rpatch": rest(lambda it: it.rpatch(REST, json={"active": True})),
    "jpatch": rest(lambda it: it.jpatch(REST, json={})),
}
DELETES = {"rdelete": rest(lambda it: it.rdelete(TEAM))}
BY_VERB = {"get": GETS, "post": POSTS, "put": PUTS, "patch": PATCHES, "delete": DELETES}
TABLE = [
    pytest.param(verb, owner, call, id=name) for verb, calls in BY_VERB.items() for name, (owner, call) in calls.items()
]


def served(request: PreparedRequest) -> Response:
    """One answer that every listing and object here can be read from. The ways to the next page end at the third row."""
    if request.method == "DELETE":
        return answer(204)
    if "/abilities/" in str(request.url):
        return answer(204)
    rows = [{"id": f"S{n}", "name": f"s{n}", "type": "x", "html_url": "https://acme.pagerduty.com/s"} for n in range(3)]
    url = str(request.url)
    if "limit=2" in url:
        offset = int(url.partition("offset=")[2].partition("&")[0])
        rows = rows[offset : offset + 2]
        more = offset + len(rows) < 3
    else:
        more = False
    lists = ("services", "users", "records", "log_entries", "alert_grouping_settings", "slack_connections", "rules")
    body: dict[str, Any] = dict.fromkeys(lists, rows)
    body |= {"more": more, "total": 3, "user": {"id": "P1"}, "team": TEAM, "teams": [TEAM], "incidents": [{"id": "Q1"}]}
    body |= {"data": [], "dedup_key": "k", "access_token": "t0ken-t0ken", "expires_in": 60, "result": {}, "meeting": {}}
    body |= {"Resources": [], "totalResults": 0}
    return answer(200, body)


def made(owner: type[ApiClient]) -> tuple[Any, Transport]:
    client: Any = owner(KEY, "application-1") if issubclass(owner, library.OAuthTokenClient) else owner(KEY)  # type: ignore[arg-type]
    transport = Transport(served)
    client.mount("https://", transport)
    return client, transport


@contextmanager
def subclassed(owner: type[ApiClient], name: str, value: Any) -> Iterator[tuple[Any, Transport]]:
    in_class = value if callable(value) else property(lambda self: value)
    yield made(type(owner.__name__, (owner,), {name: in_class}))


@contextmanager
def replaced(owner: type[ApiClient], name: str, value: Any) -> Iterator[tuple[Any, Transport]]:
    client, transport = made(owner)
    setattr(client, name, value.__get__(client) if callable(value) else value)
    yield client, transport


@contextmanager
def patched(owner: type[ApiClient], name: str, value: Any) -> Iterator[tuple[Any, Transport]]:
    client, transport = made(owner)
    before = getattr(client, name)
    with patch.object(client, name, value.__get__(client) if callable(value) else value):
        yield client, transport
    assert getattr(client, name) == before


@contextmanager
def patched_class(owner: type[ApiClient], name: str, value: Any) -> Iterator[tuple[Any, Transport]]:
    with patch.object(owner, name, value):
        yield made(owner)


Way = Callable[[type[ApiClient], str, Any], AbstractContextManager[tuple[Any, Transport]]]
WAYS = pytest.mark.parametrize("way", [subclassed, replaced, patched, patched_class])


@WAYS
@pytest.mark.parametrize(("verb", "owner", "call"), TABLE)
def test_a_verb_is_seen(way: Way, verb: str, owner: type[ApiClient], call: Call) -> None:
    seen: list[str] = []
    original = getattr(owner, verb)

    def override(self: Any, url: Any, *args: Any, **kwargs: Any) -> Response:
        seen.append(verb)
        given: Response = original(self, url, *args, **kwargs)
        return given

    with way(owner, verb, override) as (client, transport), client:
        call(client)
        assert len(seen) == len(transport.requests) >= 1


@WAYS
@pytest.mark.parametrize("name", ["auth_header", "user_agent"])
@pytest.mark.parametrize(("verb", "owner", "call"), TABLE)
def test_credential_and_user_agent_are_sent(way: Way, name: str, verb: str, owner: type[ApiClient], call: Call) -> None:
    value: Any = {"Authorization": "Gateway 1", "X-Original": "kept"} if name == "auth_header" else "on-call-bot/1"
    with way(owner, name, value) as (client, transport), client:
        call(client)
    expected = value.items() if name == "auth_header" else [("User-Agent", value)]
    assert transport.requests
    for request in transport.requests:
        assert set(expected) <= set(request.headers.items())


@WAYS
@pytest.mark.parametrize(("verb", "owner", "call"), TABLE)
def test_prepared_headers_are_sent(way: Way, verb: str, owner: type[ApiClient], call: Call) -> None:
    original = owner.prepare_headers

    def override(self: Any, method: str, user_headers: Any = None) -> Any:
        return {**original(self, method, user_headers), "X-Trace": "1"}

    with way(owner, "prepare_headers", override) as (client, transport), client:
        call(client)
    assert {request.headers["X-Trace"] for request in transport.requests} == {"1"}


@pytest.mark.parametrize(("verb", "owner", "call"), TABLE)
def test_a_fake_verb_keeps_every_request_from_being_sent(verb: str, owner: type[ApiClient], call: Call) -> None:
    client, transport = made(owner)

    def fake(url: str, **options: Any) -> Response:
        given = PreparedRequest()
        given.prepare(verb.upper(), "https://fake.example/" + url.lstrip("/"), params=options.get("params"))
        return served(given)

    with client, patch.object(client, verb, side_effect=fake) as faked:
        call(client)
    assert faked.call_count >= 1
    assert transport.requests == []


@pytest.mark.parametrize(("verb", "owner", "call"), TABLE)
def test_an_overridden_auth_header_takes_the_place_of_the_credential(
    verb: str, owner: type[ApiClient], call: Call
) -> None:
    with subclassed(owner, "auth_header", {"X-Gateway": "1"}) as (client, transport), client:
        call(client)
    assert {(it.headers.get("Authorization"), it.headers["X-Gateway"]) for it in transport.requests} == {(None, "1")}


@pytest.mark.parametrize("name", ["request", "get"])
def test_a_fake_answer_needs_no_more_than_a_status_and_json(name: str) -> None:
    """As tests of programs have them: a mock, or an object of a few lines."""
    page = {"users": [{"id": "P1", "name": "Jo"}], "user": {"id": "P1"}, "more": False}
    few = SimpleNamespace(status_code=200, json=lambda: page)
    for fake in (few, MagicMock(status_code=200, json=lambda: page)):
        client, transport = made(RestApiV2Client)
        with client, patch.object(client, name, return_value=fake):
            assert client.rget("users/P1") == {"id": "P1"}
            assert client.jget("users/P1") == page
            assert client.list_all("users") == page["users"]
            assert client.find("users", "Jo") == {"id": "P1", "name": "Jo"}
        assert transport.requests == []


@pytest.mark.parametrize("where", ["requests.Session.request", "parent"])
def test_a_fake_of_the_http_library_is_asked_in_place_of_it(where: str) -> None:
    made_by_hand = Response()
    made_by_hand.status_code, made_by_hand._content = 202, b'{"dedup_key": "k"}'
    client, transport = made(library.EventsApiV2Client)
    request = MagicMock(return_value=made_by_hand)
    parent = patch.object(client, "parent", SimpleNamespace(request=request))
    with client, parent if where == "parent" else patch(where, request):
        assert client.trigger("Disk is full", "db-7") == "k"
    (method, url), options = request.call_args
    assert (method, url) == ("POST", "https://events.pagerduty.com/v2/enqueue")
    assert options["json"]["routing_key"] == KEY
    assert transport.requests == []


def test_a_sleep_that_is_patched_later_is_the_one_that_waits() -> None:
    client, _ = made(RestApiV2Client)
    answers = iter([answer(429), answer(200, {"user": {"id": "P1"}})])
    client.mount("https://", Transport(lambda _: next(answers)))
    with client, patch("time.sleep") as sleep:
        assert client.rget("users/P1") == {"id": "P1"}
    assert [call.args for call in sleep.call_args_list] == [(3.0,)]


@pytest.mark.parametrize("form", [dict, list])
def test_parameters_that_a_subclass_adds_are_sent_once(form: Callable[[Any], Any]) -> None:
    class Tenant(RestApiV2Client):
        def normalize_params(self, params: Any) -> Any:
            return form({**dict(super().normalize_params(params)), "tenant": "T1"}.items())

    client, transport = made(Tenant)
    with client:
        client.get("users", params={"query": "Jo"})
        client.list_all("services", page_size=2)
        client.get_total("services")
    assert [str(it.url).count("tenant=T1") for it in transport.requests] == [1, 1, 1, 1]


class Behind(RestApiV2Client):
    """A client whose requests go through a gateway with a credential of its own."""

    gateway = "gateway-1"

    @property
    def auth_header(self) -> dict[str, str]:
        return {"Authorization": f"Gateway {self.gateway}", "X-Original": "kept"}

    @property
    def user_agent(self) -> str:
        return f"on-call-bot/1 {self.gateway}"


def test_both_are_asked_for_at_every_request() -> None:
    client, transport = made(Behind)
    with client:
        client.rget("users")
        client.gateway = "gateway-2"
        client.rget("users")
    sent = [(it.headers["Authorization"], it.headers["User-Agent"]) for it in transport.requests]
    assert sent == [(f"Gateway {name}", f"on-call-bot/1 {name}") for name in ("gateway-1", "gateway-2")]


def test_headers_of_the_client_and_of_the_call_go_before_both() -> None:
    client, transport = made(Behind)
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
    client, transport = made(RestApiV2Client)
    given = {"Authorization": unfit}
    refusal = pytest.raises(UrlError, match="auth_header gives 'Authorization' a value")
    with client, patch.object(RestApiV2Client, "auth_header", given), refusal as refused:
        client.rget("users")
    assert transport.requests == []
    chained: BaseException | None = refused.value
    while chained is not None:
        assert "s3cr" not in str(chained)
        chained = chained.__cause__ or chained.__context__


@pytest.mark.parametrize("shared", [True, False])
def test_a_header_that_cannot_be_sent_is_refused_and_not_quoted_in_the_traceback(shared: bool) -> None:
    client, transport = made(RestApiV2Client)
    unfit = {"Authorization": "Token token=s3cr" + "et\n"}
    if shared:
        client.headers.update(unfit)
    with client, pytest.raises(UrlError, match="a header has a value that cannot be sent") as refused:
        client.rget("users", headers=None if shared else unfit)
    assert "token=s3cret" not in "".join(traceback.format_exception(refused.value))
    assert transport.requests == []
