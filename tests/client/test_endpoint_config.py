"""Classes that describe their endpoints themselves, as those of the library of today do."""

from typing import Any
from unittest.mock import patch

import pytest

from pdsync.client import ENTITY_WRAPPER_CONFIG, Endpoint, RestApiV2BaseClient, RestApiV2Client, UrlError

from .transport import Transport, answer

KEY = "u+Sup3rS3cretT0ken42"


class Gadgets(RestApiV2BaseClient):
    """An API that is described in full."""

    @property
    def default_base_url(self) -> str:
        return "https://gadgets.example.com/v9"

    @property
    def permitted_methods(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("GET", "POST", "PUT")

    @property
    def canonical_paths(self) -> list[str]:
        return ["/gadgets", "/gadgets/{id}", "/gadgets/{id}/history", "/gadgets/{id}/settings"]

    @property
    def cursor_based_pagination_paths(self) -> list[str]:
        return ["/gadgets/{id}/history"]

    @property
    def entity_wrapper_config(self) -> dict[str, Any]:
        return {"GET /gadgets": "things", "* /gadgets/{id}/settings": None, "PUT /gadgets/{id}": ("change", "gadget")}


class Newer(RestApiV2Client):
    """The REST API with a path that the library does not know, and another wrapper."""

    @property
    def canonical_paths(self) -> list[str]:
        return [*super().canonical_paths, "/gadgets", "/gadgets/{id}"]

    @property
    def cursor_based_pagination_paths(self) -> list[str]:
        return [path for path in super().cursor_based_pagination_paths if path != "/audit/records"] + ["/gadgets"]

    @property
    def entity_wrapper_config(self) -> dict[str, Any]:
        return {**super().entity_wrapper_config, "PUT /users/{id}": None, "GET /teams": "squads"}


def connected(owner: Any, answers: Any, **options: Any) -> tuple[Any, Transport]:
    client, transport = owner(KEY, **options), Transport(answers)
    client.mount("https://", transport)
    return client, transport


def test_a_described_api_is_read_and_written() -> None:
    bodies = [
        {"things": [{"id": "G1"}], "more": False},
        {"gadget": {"id": "G1"}},
        {"history": [{"id": 1}], "next_cursor": "c"},
        {"history": [{"id": 2}], "next_cursor": None},
        {"gadget": {"id": "G2"}},
        {"gadget": {"id": "G1"}},
        {"size": 1},
    ]
    client, transport = connected(Gadgets, [answer(200, body) for body in bodies])
    assert client.list_all("gadgets") == [{"id": "G1"}]
    assert client.rget("gadgets/G1") == {"id": "G1"}
    assert client.list_all("gadgets/G1/history") == [{"id": 1}, {"id": 2}]
    assert client.rpost("gadgets", json={"name": "x"}) == {"id": "G2"}
    assert client.rput("gadgets/G1", json={"name": "x"}) == {"id": "G1"}
    assert client.rget("gadgets/G1/settings") == {"size": 1}
    assert transport.requests[0].url == "https://gadgets.example.com/v9/gadgets?limit=100&offset=0"
    assert transport.lines[3] == "GET /v9/gadgets/G1/history?limit=100&cursor=c"
    assert transport.bodies[4:6] == [{"gadget": {"name": "x"}}, {"change": {"name": "x"}}]
    assert client.canonical_path("gadgets/G1") == "/gadgets/{id}"
    for call in (lambda: client.rget("users"), lambda: client.iter_all("gadgets/G1/settings")):
        with pytest.raises(UrlError):
            call()


def test_what_an_override_does_not_name_stays() -> None:
    client = Newer(KEY)
    for key, value in ENTITY_WRAPPER_CONFIG.items():
        method, _, path = key.partition(" ")
        if method == "*" or key in ("PUT /users/{id}", "GET /teams"):
            continue
        assert client.entity_wrappers(method, path) == (value if isinstance(value, tuple) else (value, value))
    assert client.entity_wrappers("GET", "gadgets/G1") == ("gadget", "gadget")
    assert client.entity_wrappers("PUT", "users/P1") == (None, None)
    assert client.entity_wrappers("get", "teams") == ("squads", "squads")


def test_pages_follow_the_description() -> None:
    bodies = [{"gadgets": [1], "next_cursor": "c"}, {"gadgets": [2]}, {"records": [3], "more": False}]
    client, transport = connected(Newer, [answer(200, body) for body in bodies])
    assert list(client.iter_cursor("gadgets")) == [1, 2]
    assert list(client.iter_all("audit/records")) == [3]
    assert transport.lines[2] == "GET /audit/records?limit=100&offset=0"


def test_a_description_may_change_and_endpoints_of_one_client_stay() -> None:
    more = [Endpoint("GET", "/wheels", response_wrapper="wheels")]
    client = Newer(KEY, more_endpoints=more)
    assert client.entity_wrappers("GET", "wheels") == ("wheels", "wheels")
    with patch.object(Newer, "canonical_paths", ["/hubs"]):
        assert client.entity_wrappers("POST", "hubs") == ("hub", "hub")
        assert client.entity_wrappers("GET", "wheels") == ("wheels", "wheels")
        with pytest.raises(UrlError):
            client.rget("users")
    assert client.canonical_path("users/P1") == "/users/{id}"


def test_a_client_that_overrides_nothing_tells_its_table() -> None:
    client = RestApiV2Client(KEY)
    assert client.entity_wrapper_config == ENTITY_WRAPPER_CONFIG
    assert "/audit/records" in client.cursor_based_pagination_paths
    client.canonical_paths.append("/mine")
    assert "/mine" not in client.canonical_paths
