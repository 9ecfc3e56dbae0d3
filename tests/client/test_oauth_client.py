"""Obtaining and refreshing OAuth tokens."""

import base64
import hashlib
import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from pdsync.client import HttpError, HttpServerError, OAuthTokenClient, UrlError

from .sandbox_account import Account
from .test_seed_examples import authorized
from .transport import Transport, VirtualTime, answer

SECRET, ID = "s3cret-of-the-application", "the-application"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CALLBACK = "http://localhost/callback"


def make(answers: Any) -> tuple[OAuthTokenClient, Transport]:
    time = VirtualTime()
    client = OAuthTokenClient(SECRET, ID, now=lambda: NOW, sleep=time.sleep, clock=time.clock)
    transport = Transport(answers)
    client.mount("https://", transport)
    return client, transport


def form(transport: Transport) -> dict[str, str]:
    return dict(parse_qsl(str(transport.requests[-1].body)))


GRANT = {"access_token": "an-access-token", "refresh_token": "a-refresh-token", "expires_in": 864_000}


def test_the_forms_of_the_grants() -> None:
    client, transport = make(lambda _: answer(200, GRANT))
    application = {"client_id": ID, "client_secret": SECRET}
    granted = client.get_new_token_from_code("the-code", "users.read write", CALLBACK)
    code = {"code": "the-code", "scope": "users.read write", "redirect_uri": CALLBACK}
    assert form(transport) == {**application, **code, "grant_type": "authorization_code"}
    assert granted == {**GRANT, "expiration_date": "2026-03-12T12:00:00+00:00"}
    client.get_new_token_from_code_with_pkce("the-code", "users.read write", CALLBACK, "the-verifier")
    assert form(transport) == {
        **application,
        **code,
        "grant_type": "authorization_code",
        "code_verifier": "the-verifier",
    }
    client.get_refreshed_token("a-refresh-token")
    assert form(transport) == {**application, "grant_type": "refresh_token", "refresh_token": "a-refresh-token"}
    client.get_scoped_app_token("as_account-us.acme users.read")
    assert form(transport) == {
        **application,
        "grant_type": "client_credentials",
        "scope": "as_account-us.acme users.read",
    }
    assert transport.lines == ["POST /oauth/token"] * 4
    for request in transport.requests:
        assert "Authorization" not in request.headers
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_where_a_user_is_sent() -> None:
    client, _ = make([])
    verifier, challenge = client.generate_s256_pkce_params()
    digest = hashlib.sha256(verifier.encode()).digest()
    assert challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert 43 <= len(verifier) <= 128
    assert verifier != client.generate_s256_pkce_params()[0]
    url = urlsplit(client.get_pkce_authorize_url("users.read", CALLBACK, challenge))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://identity.pagerduty.com/oauth/authorize"
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    base = {"client_id": ID, "redirect_uri": CALLBACK, "response_type": "code", "scope": "users.read"}
    assert query == {**base, "code_challenge": challenge, "code_challenge_method": "S256"}
    plain = urlsplit(client.authorize_url("users.read", CALLBACK))
    assert {name: values[0] for name, values in parse_qs(plain.query).items()} == base
    assert OAuthTokenClient.get_authorize_url(ID, "users.read", CALLBACK) == plain.geturl()


def test_a_grant_with_pkce_on_the_sandbox(account: Account) -> None:
    with OAuthTokenClient(SECRET, ID, base_url=account.url) as client:
        verifier, challenge = client.generate_s256_pkce_params()
        code = authorized(client.get_pkce_authorize_url("users.read", CALLBACK, challenge))
        granted = client.get_new_token_from_code_with_pkce(code, "users.read", CALLBACK, verifier)
        assert granted["access_token"]
        code = authorized(client.get_pkce_authorize_url("users.read", CALLBACK, challenge))
        with pytest.raises(HttpError):
            client.get_new_token_from_code_with_pkce(code, "users.read", CALLBACK, "another-verifier" * 4)


def test_a_token_of_the_application_on_the_sandbox(account: Account) -> None:
    with OAuthTokenClient(SECRET, ID, base_url=account.url) as client:
        granted = client.get_scoped_app_token("as_account-us.acme users.read")
    assert "refresh_token" not in granted
    assert datetime.fromisoformat(granted["expiration_date"]) > datetime.now(UTC)


@pytest.mark.parametrize(("ends_in_s", "is_refreshed"), [(86_399, True), (86_400, False), (-5, True)])
def test_a_client_is_refreshed_a_day_before_the_end(ends_in_s: int, is_refreshed: bool) -> None:
    client, transport = make(lambda _: answer(200, GRANT))
    ends = (NOW + timedelta(seconds=ends_in_s)).isoformat()
    rest, granted = client.refresh_client(
        "old-access-token", "old-refresh", ends, "https://api.eu.pagerduty.com", default_from="a@example.com"
    )
    token = "an-access-token" if is_refreshed else "old-access-token"
    assert (rest.auth_header, rest.url) == ({"Authorization": f"Bearer {token}"}, "https://api.eu.pagerduty.com")
    assert rest.default_from == "a@example.com"
    assert len(transport.requests) == is_refreshed
    assert (granted is None) is not is_refreshed
    client.early_refresh_buffer = 0
    _, granted = client.refresh_client("old-access-token", "old-refresh", ends)
    assert (granted is None) is (ends_in_s > 0)


@pytest.mark.parametrize("date", ["", "tomorrow", "2026-03-02T12:00:00", None])
def test_a_date_that_is_none_is_refused(date: Any) -> None:
    client, transport = make([])
    with pytest.raises(UrlError, match="expiration_date"):
        client.refresh_client("an-access-token", "a-refresh-token", date)
    assert transport.requests == []


@pytest.mark.parametrize(
    "body", [{}, [], {"access_token": "x"}, {"expires_in": 5}, {"expires_in": "5", "access_token": "x"}, None]
)
def test_an_answer_that_is_no_grant_is_an_error(body: Any) -> None:
    client, _ = make([answer(200, body)])
    with pytest.raises(HttpServerError):
        client.get_scoped_app_token("users.read")


def test_no_secret_is_to_be_read(caplog: pytest.LogCaptureFixture) -> None:
    def echo(status: int) -> Any:
        secrets = f"{SECRET} the-long-code the-long-refresh-token the-long-verifier"
        return answer(status, {"error": "invalid_grant", "error_description": secrets})

    client, _ = make([echo(400), echo(401), echo(500), answer(200, {"access_token": "leaked-access-token"})])
    client.log.setLevel(logging.DEBUG)
    texts = [repr(client), client.trunc_key, repr(client.auth)]
    calls = [
        lambda: client.get_new_token_from_code("the-long-code", "x", CALLBACK),
        lambda: client.get_refreshed_token("the-long-refresh-token"),
        lambda: client.get_new_token_from_code_with_pkce("the-long-code", "x", CALLBACK, "the-long-verifier"),
        lambda: client.get_scoped_app_token("x"),
    ]
    for call in calls:
        with pytest.raises(HttpError) as caught:
            call()
        texts.append(str(caught.value))
    told = "".join(texts) + caplog.text
    assert SECRET not in told
    assert "leaked-access-token" not in told
    assert "the-long-code" not in texts[3]
    assert "the-long-refresh-token" not in texts[4]
    assert "the-long-code" not in texts[5]
    assert "the-long-verifier" not in texts[5]
    assert "invalid_grant" in texts[3]
