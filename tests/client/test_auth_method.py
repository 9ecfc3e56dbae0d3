"""Authentication objects: what they put where, in place of a key, and what of them is never shown."""

from typing import Any

import pytest

import pdsync.client as library
from pdsync.client import (
    ApiClient,
    EventsApiV2Client,
    OAuthTokenAuthMethod,
    OAuthTokenClient,
    PassThruHeaderAuthMethod,
    RestApiV2Client,
    RoutingKeyAuthMethod,
    ScimApiClient,
    TokenAuthMethod,
    UrlError,
)
from pdsync.client.auth_method import AuthMethod, BodyParameterAuthMethod, HeaderAuthMethod

from .transport import Transport, answer

KEY = "u+Sup3rS3cretT0ken42"
TOKEN = {"Authorization": f"Token token={KEY}"}
BEARER = {"Authorization": f"Bearer {KEY}"}


def sent(client: Any, url: str = "users", method: str = "GET", **options: Any) -> tuple[Any, Any]:
    """The Authorization header and the body of one request."""
    transport = Transport(lambda _: answer(200, {}))
    client.mount("https://", transport)
    client.request(method, url, **options)
    return transport.requests[0].headers.get("Authorization"), transport.requests[0].body


@pytest.mark.parametrize(
    ("kind", "header", "param"),
    [
        (TokenAuthMethod, TOKEN, {}),
        (OAuthTokenAuthMethod, BEARER, {}),
        (PassThruHeaderAuthMethod, {"Authorization": KEY}, {}),
        (RoutingKeyAuthMethod, {}, {"routing_key": KEY}),
    ],
)
def test_each_puts_its_secret_in_its_place(kind: Any, header: dict[str, str], param: dict[str, str]) -> None:
    method = kind(KEY)
    assert (method.auth_header, method.auth_param, method.secret) == (header, param, KEY)
    assert (method.trunc_secret, repr(method)) == ("*en42", f"<{kind.__name__} *en42>")
    assert isinstance(method, BodyParameterAuthMethod if param else HeaderAuthMethod)
    assert {method: 1}[method] == 1  # a cache of clients has them as keys
    method.secret = "another-key-42"
    assert "another-key-42" in str((method.auth_header, method.auth_param))


@pytest.mark.parametrize("owner", [ApiClient, RestApiV2Client, ScimApiClient, library.McpApiClient])
@pytest.mark.parametrize("method", [TokenAuthMethod(KEY), OAuthTokenAuthMethod(KEY)])
def test_a_client_takes_one_in_place_of_the_key(owner: Any, method: AuthMethod) -> None:
    base = {"base_url": "https://api.pagerduty.com"}
    for client in (owner(method, **base), owner(auth_method=method, **base)):
        assert client.auth_method is method
        assert (client.api_key, client.trunc_key, client.auth_header) == (KEY, "*en42", method.auth_header)
        header, _ = sent(client, "users", "POST", json={})
        assert header == method.auth_header["Authorization"]
        assert KEY not in repr(client) + repr(client.auth) + repr(client.auth_method)


def test_one_of_them_may_be_exchanged_at_any_time() -> None:
    seen: list[str] = []

    class Watching(RestApiV2Client):
        def after_set_auth_method(self) -> None:
            seen.append(self.trunc_key)

    client = Watching(KEY)
    assert (client.auth_type, type(client.auth_method)) == ("token", TokenAuthMethod)
    client.auth_method = shared = OAuthTokenAuthMethod("another-key-42")
    assert (client.auth_type, sent(client)[0]) == ("bearer", "Bearer another-key-42")
    client.api_key = "a-third-key-43"
    assert (sent(client)[0], shared.secret) == ("Bearer a-third-key-43", "another-key-42")
    client.auth_type = "token"
    assert (sent(client)[0], type(client.auth_method)) == ("Token token=a-third-key-43", TokenAuthMethod)
    assert seen == ["*en42", "*y-42", "*y-43", "*y-43"]
    with pytest.raises(ValueError, match="auth_method must be an AuthMethod, not a str"):
        client.auth_method = KEY  # type: ignore[assignment]


def test_a_whole_header_is_passed_on() -> None:
    client = RestApiV2Client("Bearer s3cret-of-a-user", auth_type="header_passthru")
    assert sent(client)[0] == "Bearer s3cret-of-a-user"
    assert type(client.auth_method) is PassThruHeaderAuthMethod
    assert "s3cret" not in repr(client) + repr(client.auth)


def test_a_method_of_ones_own_decides_where_the_credential_goes() -> None:
    class InBoth(AuthMethod):
        @property
        def auth_header(self) -> dict[str, str]:
            return {"X-Signature": self.secret[::-1]}

        @property
        def auth_param(self) -> dict[str, str]:
            return {"signed_by": "me"}

    client = RestApiV2Client(InBoth(KEY))
    header, body = sent(client, "teams", "POST", json={"team": {}})
    assert (header, body) == (None, b'{"team": {}, "signed_by": "me"}')
    assert sent(client)[1] is None
    assert client.auth_type == "token"


class Signed(HeaderAuthMethod):
    """A credential of ones own, in a header of its own."""

    @property
    def auth_header(self) -> dict[str, str]:
        return {"X-Signature": "".join(reversed(str(self.secret).encode().hex()))}


class WithoutSecret(Signed):
    def __init__(self) -> None:
        pass


class Fetched(Signed):
    """Takes its secret from a vault whenever it is asked."""

    secret = property(lambda self: "fetched-s3cret-42")  # type: ignore[assignment]

    def __init__(self) -> None:
        self.vault = "vault.example.com"


@pytest.mark.parametrize(
    "method",
    [Signed("user:a word é"), Signed(None), Signed(("user", "word")), WithoutSecret(), Fetched()],  # type: ignore[arg-type]
)
def test_a_method_of_ones_own_decides_what_its_secret_is(method: HeaderAuthMethod) -> None:
    client = RestApiV2Client(auth_method=method)
    transport = Transport(lambda _: answer(401, {"error": {"message": method.auth_header["X-Signature"]}}))
    client.mount("https://", transport)
    with pytest.raises(library.HttpError) as refused:
        client.rget("users")
    headers = transport.requests[0].headers
    assert (headers["X-Signature"], headers.get("Authorization")) == (method.auth_header["X-Signature"], None)
    shown = str(refused.value) + repr(client) + repr(client.auth) + repr(method)
    assert "s3cret" not in shown
    assert "word" not in shown
    assert len(headers["X-Signature"]) < 8 or headers["X-Signature"] not in shown


def test_a_subclass_may_know_more_types() -> None:
    class Gateway(TokenAuthMethod):
        @property
        def auth_header(self) -> dict[str, str]:
            return {"Authorization": f"Gateway {self.secret}"}

    class Mine(RestApiV2Client):
        @property
        def auth_type_mapping(self) -> dict[str, type[AuthMethod]]:
            return {**super().auth_type_mapping, "gateway": Gateway}

    assert sent(Mine(KEY, auth_type="gateway"))[0] == f"Gateway {KEY}"
    with pytest.raises(UrlError, match=r"auth_type must be one of token, bearer, oauth2, header_passthru$"):
        RestApiV2Client(KEY, auth_type="gateway")


def test_the_events_client_takes_the_key_by_two_names_and_puts_it_into_every_event() -> None:
    for client in (
        EventsApiV2Client(KEY),
        EventsApiV2Client(routing_key=KEY),
        EventsApiV2Client(RoutingKeyAuthMethod(KEY)),
    ):
        event = {"event_action": "trigger"}
        for method in (client.post, lambda url, json, it=client: it.request("post", url, json=json)):
            transport = Transport(lambda _: answer(202, {"dedup_key": "k"}))
            client.mount("https://", transport)
            method("v2/enqueue", json=event)
            assert transport.bodies == [{"event_action": "trigger", "routing_key": KEY}]
        assert event == {"event_action": "trigger"}
    with pytest.raises(TypeError, match="one credential"):
        EventsApiV2Client(KEY, routing_key=KEY)


def test_the_application_is_in_every_form() -> None:
    client = OAuthTokenClient("s3cret-of-the-application", "application-1")
    header, body = sent(client, "oauth/token", "POST", data={"grant_type": "client_credentials"})
    assert header is None
    form = "grant_type=client_credentials&client_id=application-1&client_secret=s3cret-of-the-application"
    assert body == form
    assert "s3cret" not in repr(client.auth_method)


@pytest.mark.parametrize("given", [{}, {"auth_method": TokenAuthMethod(KEY)}])
def test_a_client_has_one_credential(given: Any) -> None:
    if given:
        with pytest.raises(TypeError, match="one credential: api_key or auth_method"):
            RestApiV2Client(KEY, **given)
    else:
        with pytest.raises(UrlError, match="the API key must be a string, not NoneType"):
            RestApiV2Client()


@pytest.mark.parametrize("kind", [TokenAuthMethod, PassThruHeaderAuthMethod, RoutingKeyAuthMethod])
@pytest.mark.parametrize("unfit", ["", None, 5, "line\nbreak-Zq", "end-Zq ", "Zqé"])
def test_a_secret_that_cannot_be_sent_is_refused_and_not_shown(kind: Any, unfit: Any) -> None:
    method = kind(KEY)
    for attempt in (lambda: kind(unfit), lambda: setattr(method, "secret", unfit)):
        with pytest.raises(UrlError) as refused:
            attempt()
        assert "Zq" not in str(refused.value)
    assert method.secret == KEY
