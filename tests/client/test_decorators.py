"""The decorators, for methods that users of the library write."""

import inspect
from typing import Any

import pytest
from requests import Response

from pdsync.client import (
    HttpError,
    HttpServerError,
    RestApiV2Client,
    UrlError,
    auto_json,
    deprecated_kwarg,
    requires_success,
    resource_url,
    wrapped_entities,
)

from .transport import Transport, answer


class Mine(RestApiV2Client):
    @auto_json
    def fetch(self, url: str, timeout: int = 3) -> Response:
        """Fetches."""
        return self.get(url, timeout=timeout)

    @requires_success
    def must(self, url: str) -> Response:
        return self.get(url)

    @resource_url
    @wrapped_entities
    def rput(self, url: str, **options: Any) -> Response:  # type: ignore[override]
        return self.put(url, **options)

    @resource_url
    def where(self, url: str, suffix: str = "") -> str:
        return url + suffix


def make(*answers: Response) -> tuple[Mine, Transport]:
    client, transport = Mine("some-token"), Transport(answers)
    client.mount("https://", transport)
    return client, transport


def test_auto_json_decodes_and_raises() -> None:
    client, transport = make(answer(200, {"user": {}}), answer(404), answer(200, "<html>"), answer(204))
    assert client.fetch("users/P1") == {"user": {}}
    with pytest.raises(HttpError):
        client.fetch("users/P1")
    with pytest.raises(HttpServerError):
        client.fetch("users/P1", 9)
    assert client.fetch("users/P1", timeout=9) is None
    assert transport.timeouts == [3, 3, 9, 9]


def test_requires_success() -> None:
    good = answer(200)
    client, _ = make(good, answer(302), answer(503))
    assert client.must("users") is good
    with pytest.raises(HttpError):
        client.must("users")
    with pytest.raises(HttpServerError):
        client.must("users")


def test_wrapped_entities_wrap_what_goes_and_unwrap_what_comes() -> None:
    client, transport = make(answer(200, {"user": {"id": "P1"}}), answer(200, {"user": {"id": "P1"}}), answer(204))
    me = {"id": "P1", "self": "https://api.pagerduty.com/users/P1"}
    body = {"name": "x"}
    assert client.rput(me, json=body) == client.rput("users/P1", json={"user": body}) == {"id": "P1"}
    assert client.rput(me, json=body) is None
    assert transport.bodies == [{"user": {"name": "x"}}] * 3
    assert body == {"name": "x"}
    with pytest.raises(UrlError):
        client.rput("no/such/path", json={})


@pytest.mark.parametrize("name", ["fetch", "put", "rfetch", "get"])
def test_wrapped_entities_want_the_name_of_a_method(name: str) -> None:
    def method(self: RestApiV2Client, url: str) -> Response:
        raise AssertionError

    method.__name__ = name
    with pytest.raises(ValueError, match="not named after an HTTP method"):
        wrapped_entities(method)


def test_resource_url_takes_a_resource() -> None:
    client, _ = make()
    assert client.where({"self": "https://api.pagerduty.com/users/P1"}, "/x").endswith("users/P1/x")
    assert client.where("users", suffix="?") == "users?"
    for nonsense in ({"id": "P1"}, 7, None, {"self": None}):
        with pytest.raises(UrlError, match="self"):
            client.where(nonsense)  # type: ignore[arg-type]


def test_signature_and_docstring_stay() -> None:
    assert list(inspect.signature(Mine.fetch).parameters) == ["self", "url", "timeout"]
    assert (Mine.fetch.__doc__, Mine.fetch.__name__) == ("Fetches.", "fetch")


def test_a_deprecated_keyword_argument_is_warned_of_where_it_is_used() -> None:
    def function(**options: Any) -> None:
        if "old" in options:
            deprecated_kwarg("old", details="use new")

    with pytest.warns(DeprecationWarning, match="'old' is deprecated: use new") as caught:
        function(old=1)
    assert caught[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="'x' is deprecated$"):
        deprecated_kwarg("x")
