"""Problem: an error as PagerDuty answers it.

Codes and texts that public threads quote are marked with their source; the rest is listed as uncertain in
docs/sandbox.md. This is the only module that knows what an error body looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any


class Problem(Exception):  # noqa: N818 (the word of RFC 9457; it is an answer, not a fault of the sandbox)
    """An answer other than success.

    ``status`` is the HTTP status, ``code`` PagerDuty's own number, ``errors`` the sentences for people.
    """

    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, status: int, code: int, message: str, errors: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = list(errors)

    def body(self) -> dict[str, Any]:
        """The JSON body (PagerDuty API description: error with code, message and errors)."""
        error: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            error["errors"] = self.errors
        return {"error": error}


class FieldProblem(Problem):
    """A 400 as the API of shift-based schedules answers it: the sentences by the field that each is about (PagerDuty API
    description)."""

    def __init__(self, by_field: Mapping[str, Sequence[str]]) -> None:
        super().__init__(400, 2001, "Invalid Request")
        self.by_field = {field: list(texts) for field, texts in by_field.items()}

    def body(self) -> dict[str, Any]:
        return {"error": {"message": self.message, "code": self.code, "errors": self.by_field}}


class TextProblem(Problem):
    """A 400 whose ``error`` is a text."""

    def __init__(self, message: str) -> None:
        super().__init__(400, 2001, message)

    def body(self) -> dict[str, Any]:
        return {"error": self.message}


class UnreadableProblem(Problem):
    """A 400 whose body is a text and no JSON."""

    def __init__(self, text: str) -> None:
        super().__init__(400, 2001, text)


class EventProblem(Problem):
    """An error as the Events API answers it: a status in words, no code (PagerDuty's description of that API)."""

    def __init__(self, status: int, name: str, message: str, errors: Sequence[str] = ()) -> None:
        super().__init__(status, 0, message, errors)
        self.name = name

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"status": self.name, "message": self.message}
        if self.errors:
            body["errors"] = self.errors
        return body


class StruckProblem(Problem):
    """An error that a fault makes, with the body that its rule asks for."""

    def __init__(self, status: int, given: dict[str, Any]) -> None:
        super().__init__(status, 0, "struck")
        self.given = given

    def body(self) -> dict[str, Any]:
        return self.given


class OAuthProblem(Problem):
    """An error of the token endpoint (RFC 6749, 5.2)."""

    def __init__(self, status: int, name: str, description: str) -> None:
        super().__init__(status, 0, description)
        self.name = name

    def body(self) -> dict[str, Any]:
        return {"error": self.name, "error_description": self.message}


def invalid(*errors: str) -> Problem:
    """400 for a request that cannot be carried out (code and message: terraform-provider-pagerduty #902, #1015)."""
    return Problem(400, 2001, "Invalid Input Provided", errors)


def arguments_error(*errors: str) -> Problem:
    """400 for an action that the state of the object does not allow (code and message: from memory, to verify)."""
    return Problem(400, 2002, "Arguments Caused Error", errors)


# Codes by kind: terraform-provider-pagerduty #354.
_NOT_FOUND = {"team": (6001, "Team Not Found"), "schedule": (3004, "Schedule Not Found")}


def not_found(kind: str = "") -> Problem:
    """404 for an id or a path that does not exist."""
    code, message = _NOT_FOUND.get(kind, (2100, "Not Found"))
    return Problem(404, code, message)


def unauthorized() -> Problem:
    return Problem(401, 2006, "Unauthorized", ["You are not authorized: the API key is missing or malformed."])


def forbidden() -> Problem:
    return Problem(403, 2010, "Access Denied", ["This API key is read-only."])


def scope_missing(scope: str) -> Problem:
    """403 for a token without the scope that an endpoint needs (PagerDuty's page Private Apps)."""
    return Problem(403, 2010, "Access Denied", [f"The access token needs the scope {scope}."])


def payment_required(ability: str) -> Problem:
    return Problem(402, 2014, "Account does not have the abilities to perform the action", [ability])


def plan_forbids(feature: str) -> Problem:
    """403 for what the account's plan lacks (terraform-provider-pagerduty #819; code and text: from memory, to verify)."""
    return Problem(403, 2010, "Access Denied", [f"The account's plan does not have {feature}."])


def method_not_allowed(allowed: Iterable[str]) -> Problem:
    """With the methods that the path has (RFC 9110, 15.5.6)."""
    problem = Problem(405, 2015, "Method Not Allowed")
    problem.headers = {"Allow": ", ".join(sorted(allowed))}
    return problem


def too_large(limit_bytes: int) -> Problem:
    return Problem(413, 2001, "Request Entity Too Large", [f"A body has at most {limit_bytes} bytes."])


def event_too_large(limit_bytes: int) -> Problem:
    return EventProblem(
        413, "invalid event", "Event object is too large", [f"An event has at most {limit_bytes} bytes."]
    )


def rate_limited() -> Problem:
    """429 (text and code: terraform-provider-pagerduty #824)."""
    return Problem(429, 2020, "Rate Limit Exceeded")


def internal() -> Problem:
    return Problem(500, 2000, "Internal Server Error")


def struck(status: int, body: Any) -> Problem:
    """What a fault answers: the body of its rule, or what PagerDuty says with this status."""
    if body is not None:
        return StruckProblem(status, body)
    if status == 429:
        return rate_limited()
    return internal() if status == 500 else Problem(status, 2000 if status > 500 else 2001, HTTPStatus(status).phrase)
