"""The HTTP of a code host's API: JSON in and out, no redirects, and errors that hold no token."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

_TIMEOUT_S = (10.0, 30.0)
_ATTEMPTS = 3
_FIRST_WAIT_S = 1.0
_PER_PAGE = 100
_MAX_PAGES = 100
_QUOTED = 300


class ForgeError(Exception):
    """The code host refused, or could not be reached. `hint` says what to do next."""

    def __init__(self, message: str, hint: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.status = status


class ForgeApi:
    """Sends requests with a token to one address, and to no other: redirects are not followed."""

    def __init__(self, url: str, headers: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> None:
        """Raises ForgeError for an address that a token must not be sent to."""
        try:
            parts = urlsplit(url)
        except ValueError:
            raise ForgeError(f"{url!r} is not an address, so no token is sent there") from None
        if parts.scheme != "https" and not (
            parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        ):
            # Not the address itself: it may hold a password.
            raise ForgeError(
                f"the API's address ({parts.hostname or 'no host'}) is not an https address, so no token is sent there"
            )
        self._url = url.rstrip("/")
        self._headers = {"User-Agent": "pdsync", **headers}
        self._sleep = sleep

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The JSON at a path. Tried again where the host is unwell."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self.send("GET", path, params=params)
            except ForgeError as error:
                passes = error.status is None or error.status >= 500
                if not passes or attempt == _ATTEMPTS:
                    raise
            self._sleep(_FIRST_WAIT_S * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def pages(self, path: str) -> Iterator[Any]:
        """The items of all pages of a list. Raises ForgeError rather than to end early."""
        for page in range(1, _MAX_PAGES + 1):
            items = self.get(path, {"per_page": _PER_PAGE, "page": page})
            if not isinstance(items, list):
                raise ForgeError(f"GET {path}: expected a list")
            yield from items
            if len(items) < _PER_PAGE:
                return
        raise ForgeError(f"GET {path}: more than {_MAX_PAGES * _PER_PAGE} items")

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Any:
        """The JSON that one request is answered with. Raises ForgeError."""
        try:
            answer = requests.request(
                method, self._url + path, headers=self._headers, json=body, params=params,
                timeout=_TIMEOUT_S, allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            raise ForgeError(
                f"{method} {path}: {urlsplit(self._url).netloc} cannot be reached ({type(error).__name__})"
            ) from None
        if not 200 <= answer.status_code < 300:
            raise ForgeError(
                f"{method} {path}: HTTP {answer.status_code}{_said(answer)}", _hint(answer), answer.status_code
            )
        try:
            return answer.json()
        except ValueError:
            raise ForgeError(f"{method} {path}: the answer is not JSON") from None


def _said(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return ""
    message = body.get("message") if isinstance(body, dict) else None
    return f": {str(message)[:_QUOTED]}" if message else ""


def _hint(answer: requests.Response) -> str:
    if answer.status_code in (401, 403):
        return (
            "The token may not write comments. GitHub: 'permissions: {pull-requests: write}' in the workflow; a pull request from "
            "a fork has no such token. GitLab: a project access token with the scope api."
        )
    return ""
