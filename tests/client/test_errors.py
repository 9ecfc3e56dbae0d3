from typing import Any

import pytest
import requests

import pdsync.client as pagerduty
from pdsync.client import (
    AmbiguousWriteError,
    Error,
    HttpError,
    HttpServerError,
    IncompleteListError,
    NetworkError,
    ServerHttpError,
    UrlError,
    http_error_message,
    last_4,
    successful_response,
    truncate_text,
    try_decoding,
    unwrap,
)

from .conftest import MakeClient
from .transport import answer


def test_every_error_is_an_error_of_the_client() -> None:
    for error in (UrlError, HttpError, HttpServerError, NetworkError, IncompleteListError, AmbiguousWriteError):
        assert issubclass(error, Error)
    assert issubclass(HttpServerError, HttpError)
    assert ServerHttpError is HttpServerError
    assert issubclass(NetworkError, requests.RequestException)
    assert not issubclass(AmbiguousWriteError, requests.RequestException)


def test_everything_exported_exists_and_is_listed_once() -> None:
    assert len(set(pagerduty.__all__)) == len(pagerduty.__all__)
    assert all(hasattr(pagerduty, name) for name in pagerduty.__all__)


def test_an_http_error_says_everything(make_client: MakeClient) -> None:
    body = {"error": {"message": "Invalid Input Provided", "code": 2001, "errors": ["Name is taken.", "No role."]}}
    client, _ = make_client([answer(400, body, {"x-request-id": "req-1"})])
    with pytest.raises(HttpError) as caught:
        client.rpost("users", json={"name": "not-in-the-message"})
    error = caught.value
    assert (error.status, error.code, error.request_id) == (400, 2001, "req-1")
    assert (error.message, error.errors) == ("Invalid Input Provided", ["Name is taken.", "No role."])
    assert error.response.status_code == 400
    text = str(error)
    for part in ("POST https://api.pagerduty.com/users", "400", "2001", "Name is taken.", "req-1"):
        assert part in text
    assert "not-in-the-message" not in text


@pytest.mark.parametrize(
    ("body", "code", "message", "errors"),
    [
        ({"error": {"message": "Not Found", "code": 2100}}, 2100, "Not Found", []),
        ({"error": {"message": "m", "errors": "just one"}}, None, "m", ["just one"]),
        ({"error": {"message": "m", "errors": {"name": ["is too long"]}}}, None, "m", ["name: is too long"]),
        ({"errors": {"rotations": ["not here"]}}, None, "Reason", ["rotations: not here"]),
        ({"error": "Rate Limit Exceeded"}, None, "Rate Limit Exceeded", []),
        ("plain text, not JSON", None, "Reason", []),
        ("[" * 100_000, None, "Reason", []),
        ('{"errors": ' + "[" * 700 + "]" * 700 + "}", None, "Reason", []),
        ('"a JSON string"', None, "a JSON string", []),
        (["one", "two"], None, "Reason", ["one", "two"]),
        ({"error": {"code": "2001", "message": 7}}, None, "Reason", []),
        ({}, None, "Reason", []),
        ([], None, "Reason", []),
        ("7", None, "Reason", []),
        (None, None, "Reason", []),
    ],
)
def test_all_forms_of_error_bodies(
    make_client: MakeClient, body: Any, code: int | None, message: str, errors: list[str]
) -> None:
    client, _ = make_client([answer(400, body)])
    with pytest.raises(HttpError) as caught:
        client.rget("users")
    assert (caught.value.code, caught.value.message, caught.value.errors) == (code, message, errors)


def test_long_and_hostile_text_is_cut_and_escaped(make_client: MakeClient) -> None:
    client, _ = make_client([answer(400, {"error": {"message": "\x1b[2J" + "x" * 500}})])
    with pytest.raises(HttpError) as caught:
        client.rget("users")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("text", "short"), [("x" * 100, "x" * 100), ("x" * 101, "x" * 97 + "..."), ("", ""), ("short", "short")]
)
def test_truncate_text(text: str, short: str) -> None:
    assert truncate_text(text) == short


@pytest.mark.parametrize(
    ("secret", "shown"), [("u+abcdefgh1234", "*1234"), ("12345678", "*5678"), ("1234567", "*"), ("", "*")]
)
def test_last_4_never_shows_half_of_a_secret(secret: str, shown: str) -> None:
    assert last_4(secret) == shown


@pytest.mark.parametrize(("status", "ok"), [(200, True), (204, True), (302, False), (404, False), (503, False)])
def test_successful_response(status: int, ok: bool) -> None:
    response = answer(status, {"x": 1})
    response.url = "https://api.pagerduty.com/x"
    if ok:
        assert successful_response(response) is response
    else:
        with pytest.raises(HttpError, match=f"while testing: HTTP {status}"):
            successful_response(response, context="while testing")


def test_decoding_and_unwrapping_a_response() -> None:
    response = answer(200, {"user": {"id": "P1"}})
    assert try_decoding(response) == {"user": {"id": "P1"}}
    assert unwrap(response, "user") == {"id": "P1"}
    assert unwrap(response, None) == {"user": {"id": "P1"}}
    for wrong in (lambda: unwrap(response, "team"), lambda: try_decoding(answer(200, "<html>"))):
        with pytest.raises(HttpServerError):
            wrong()
    assert try_decoding(answer(204)) is None
    assert try_decoding(answer(200, " \n")) is None
    assert "HTTP 200" in http_error_message(response)


def test_an_answer_that_is_nested_without_end_is_no_json(make_client: MakeClient) -> None:
    client, _ = make_client([answer(200, '{"user": ' + "[" * 100_000)])
    with pytest.raises(HttpServerError, match="the answer is not JSON"):
        client.rget("users/PX")
