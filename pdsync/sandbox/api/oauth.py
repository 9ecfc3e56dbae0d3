"""OAuth: access tokens by authorization code (with PKCE), refresh token and client credentials.

Sources: PagerDuty's developer page "Private Apps" (fields of client credentials, lifetimes, what a token looks like),
RFC 6749 (user grants, error bodies) and RFC 7636 (PKCE); what PagerDuty adds to the user grants is to be verified.
Any client id and secret will do. Of codes and tokens only digests are stored. The authorization page asks no question:
the account owner always agrees.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import OAuthProblem
from pdsync.sandbox.http.token import ACCESS_PREFIX, digest_of
from pdsync.sandbox.store.instant import loaded, stored
from pdsync.sandbox.store.record import Body

_ACCESS_S, _REFRESH, _CODE = 86_400, timedelta(days=30), timedelta(minutes=10)
_URI = re.compile(r'https?://[!"$-~]+')  # nothing that could end a header; without a fragment (RFC 6749, 3.1.2)


def oauth_routes() -> list[Route]:
    return [Route("POST", "/oauth/token", _token), Route("GET", "/oauth/authorize", _authorize)]


def _authorize(call: Call) -> Answer:
    """Sends the browser back to the application with a code, or says in plain words what is wrong."""
    redirect_uri, client_id = call.arg("redirect_uri") or "", call.arg("client_id") or ""
    if not (client_id and _URI.fullmatch(redirect_uri)):
        raise OAuthProblem(400, "invalid_request", "client_id and redirect_uri (http or https) are required")
    if call.arg("response_type") != "code":
        raise OAuthProblem(400, "unsupported_response_type", "response_type must be: code")
    challenge = call.arg("code_challenge")
    if challenge and call.arg("code_challenge_method") not in ("S256", None):
        raise OAuthProblem(400, "invalid_request", "code_challenge_method must be: S256")
    code = secrets.token_urlsafe(24)
    grant = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": call.arg("scope") or "",
        "challenge": challenge,
        "expires_at": stored(call.now + _CODE),
    }
    call.store.put("oauth_code", digest_of("code", code), grant)
    state = {"state": call.arg("state")} if call.arg("state") is not None else {}
    separator = "&" if "?" in redirect_uri else "?"
    location = redirect_uri + separator + urlencode({"code": code, **state}, errors="replace")
    return Answer(302, headers={"Location": location})


def _token(call: Call) -> Answer:
    form = _form(call)
    client_id = form.get("client_id", "")
    if not client_id or not (form.get("client_secret") or form.get("code_verifier")):
        raise OAuthProblem(401, "invalid_client", "client_id and client_secret are required")
    grant_type = form.get("grant_type")
    if grant_type == "client_credentials":
        return _client_credentials(call, form)
    if grant_type == "authorization_code":
        return _authorization_code(call, form)
    if grant_type == "refresh_token":
        return _refresh(call, form)
    if not grant_type:
        raise OAuthProblem(400, "invalid_request", "grant_type is required")
    raise OAuthProblem(400, "unsupported_grant_type", "grant_type is not one that this server knows")


def _client_credentials(call: Call, form: dict[str, str]) -> Answer:
    """A token of an app has no refresh token (PagerDuty's page Private Apps)."""
    scopes = form.get("scope", "").split()
    accounts = [it for it in scopes if it.startswith("as_account-")]
    if len(accounts) != 1 or not accounts[0].startswith(("as_account-us.", "as_account-eu.")) or len(scopes) < 2:
        raise OAuthProblem(400, "invalid_scope", "scope must be as_account-us.SUBDOMAIN (or -eu) and what is wanted")
    return Answer(200, _issue(call, form["client_id"], " ".join(scopes), of_user=False))


def _authorization_code(call: Call, form: dict[str, str]) -> Answer:
    id = digest_of("code", form.get("code", ""))
    record = call.store.get("oauth_code", id)
    wrong = OAuthProblem(400, "invalid_grant", "The authorization code is unknown, used, expired or someone else's")
    if record is None or loaded(record.body["expires_at"]) <= call.now:
        raise wrong
    body = record.body
    if (body["client_id"], body["redirect_uri"]) != (form["client_id"], form.get("redirect_uri")):
        raise wrong
    if body["challenge"] and not _fits(form.get("code_verifier", ""), body["challenge"]):
        raise OAuthProblem(400, "invalid_grant", "code_verifier does not fit the code_challenge")
    if not (form.get("client_secret") or body["challenge"]):
        raise OAuthProblem(401, "invalid_client", "client_secret is required")
    call.store.delete(id)  # for one use
    return Answer(200, _issue(call, form["client_id"], form.get("scope") or body["scope"], of_user=True))


def _refresh(call: Call, form: dict[str, str]) -> Answer:
    """The old refresh token ends with its first use; the old access token lives on until it expires."""
    id = digest_of("refresh", form.get("refresh_token", ""))
    record = call.store.get("oauth_refresh_token", id)
    if record is None or loaded(record.body["expires_at"]) <= call.now or record.body["client_id"] != form["client_id"]:
        raise OAuthProblem(400, "invalid_grant", "The refresh token is unknown, used, expired or someone else's")
    call.store.delete(id)
    return Answer(200, _issue(call, form["client_id"], record.body["scope"], of_user=True))


def _issue(call: Call, client_id: str, scope: str, *, of_user: bool) -> Body:
    access, refresh = (ACCESS_PREFIX + secrets.token_urlsafe(30) for _ in range(2))
    grant = {"client_id": client_id, "scope": scope, "of_user": of_user}
    expires_at = stored(call.now + timedelta(seconds=_ACCESS_S))
    call.store.put("oauth_access_token", digest_of("access", access), {**grant, "expires_at": expires_at})
    answer: Body = {"access_token": access, "token_type": "bearer", "expires_in": _ACCESS_S, "scope": scope}
    if of_user:
        grant["expires_at"] = stored(call.now + _REFRESH)
        call.store.put("oauth_refresh_token", digest_of("refresh", refresh), grant)
        answer["refresh_token"] = refresh
    return answer


def _form(call: Call) -> dict[str, str]:
    """The form fields of the body. Raises the 400 for a field that is there twice (RFC 6749, 3.2)."""
    try:
        fields: dict[str, list[Any]] = parse_qs(call.raw_body.decode("utf-8"), max_num_fields=50)
    except ValueError:
        fields = {}
    if any(len(values) > 1 for values in fields.values()):
        raise OAuthProblem(400, "invalid_request", "A field must not be given twice")
    return {name: values[0] for name, values in fields.items()}


def _fits(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(expected, challenge.encode("utf-8", "replace").rstrip(b"="))
