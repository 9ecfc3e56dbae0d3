from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.account import OWNER_EMAIL, Account

_REDIRECT = "http://localhost/callback"
_CLIENT = {"client_id": "app", "client_secret": "shh"}


def _code(account: Account, **params: str) -> str:
    query = {
        "client_id": "app",
        "redirect_uri": _REDIRECT,
        "response_type": "code",
        "scope": "incidents.read",
        **params,
    }
    url = f"{account.server.url}/oauth/authorize"
    answer = account.session.get(url, params=query, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["Location"])
    assert location.geturl().startswith(_REDIRECT)
    return parse_qs(location.query)["code"][0]


def _token(account: Account, **form: str) -> requests.Response:
    return account.session.post(f"{account.server.url}/oauth/token", data={**_CLIENT, **form}, timeout=30)


def _exchange(account: Account, code: str, **form: str) -> requests.Response:
    return _token(account, grant_type="authorization_code", code=code, redirect_uri=_REDIRECT, **form)


def _status(account: Account, method: str, path: str, access: str, body: Any = None) -> int:
    headers = {"Authorization": f"Bearer {access}"}
    return account.session.request(
        method, account.server.url + path, json=body, headers=headers, timeout=30
    ).status_code


def test_a_code_becomes_a_token_once(account: Account) -> None:
    code = _code(account)
    granted = _exchange(account, code).json()
    assert set(granted) == {"access_token", "refresh_token", "expires_in", "scope", "token_type"}
    access = granted["access_token"]
    assert _status(account, "GET", "/incidents", access) == 200
    assert _status(account, "PUT", "/incidents", access, {}) == 403
    assert _status(account, "GET", "/users", access) == 403
    again = _exchange(account, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert access not in str(account.get("/_sandbox/state"))


def test_a_users_token_acts_for_the_owner(account: Account) -> None:
    access = _exchange(account, _code(account, scope="openid write")).json()["access_token"]
    user = {"user": {"name": "Ann", "email": "ann@example.com"}}
    assert _status(account, "POST", "/users", access, user) == 201
    me = account.session.get(
        account.server.url + "/users/me", headers={"Authorization": f"Bearer {access}"}, timeout=30
    )
    assert me.json()["user"]["email"] == OWNER_EMAIL


@pytest.mark.parametrize(("verifier", "status"), [("v" * 43, 200), ("w" * 43, 400), ("", 400)])
def test_pkce(account: Account, verifier: str, status: int) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")
    code = _code(account, code_challenge=challenge, code_challenge_method="S256")
    assert _exchange(account, code, code_verifier=verifier).status_code == status


def test_refreshing_and_expiry(account: Account) -> None:
    first = _exchange(account, _code(account)).json()
    account.clock.forward(seconds=first["expires_in"])
    assert _status(account, "GET", "/incidents", first["access_token"]) == 401
    second = _token(account, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["scope"] == first["scope"]
    assert _status(account, "GET", "/incidents", second["access_token"]) == 200
    assert _token(account, grant_type="refresh_token", refresh_token=first["refresh_token"]).status_code == 400


def test_an_apps_token(account: Account) -> None:
    scope = "as_account-us.pdsync-sandbox users.read"
    granted = _token(account, grant_type="client_credentials", scope=scope).json()
    assert (granted["scope"], "refresh_token" in granted) == (scope, False)
    assert _status(account, "GET", "/users", granted["access_token"]) == 200
    assert _status(account, "GET", "/users/me", granted["access_token"]) == 400
    assert _status(account, "POST", "/users", granted["access_token"], {}) == 403


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "client_credentials", "scope": "users.read"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "invalid_request"),
        ({"grant_type": "client_credentials", "client_id": ""}, 401, "invalid_client"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": _REDIRECT}, 400, "invalid_grant"),
    ],
)
def test_refused_grants(account: Account, form: dict[str, str], status: int, error: str) -> None:
    answer = _token(account, **form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
