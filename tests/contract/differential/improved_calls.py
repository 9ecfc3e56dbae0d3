"""Improved calls: calls in which the libraries differ on purpose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.contract.conftest import TOKEN
from tests.contract.differential.case import Case, Differs
from tests.contract.differential.error_calls import tuned
from tests.contract.differential.listing_calls import NO_TOTAL, SINCE, UNTIL, USER, hooked, page
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session

FAILED, DONE = Canned({"error": {}}, 500), Canned({"priorities": []})
USERS = Canned({"users": [], "more": False, "limit": 1, "offset": 0})


def asked(name: str, improvement: str, call: Callable[[Session], Any], theirs: list[str], ours: list[str]) -> Case:
    """A call in which only the requests differ."""
    return Case(name, call, (USERS,), differs={"sent": Differs(improvement, theirs, ours)})


def differing(
    name: str,
    improvement: str,
    call: Callable[[Session], Any],
    theirs: Any,
    ours: Any,
    *canned: Canned,
    everywhere: tuple[str, ...] = (),
) -> Case:
    """A call in which only the result differs."""
    return Case(name, call, canned, everywhere=everywhere, differs={"result": Differs(improvement, theirs, ours)})


def counted_elsewhere(it: Session) -> list[str]:
    it.client.get("no/such/path")
    return [key.partition("/")[0] for key in it.client.api_call_counts]


def counted_retries(it: Session) -> int:
    tuned(it, retry={500: 1}).get("priorities")
    return it.client.total_call_count


def user_agent_of_the_client(it: Session) -> bool:
    it.client.headers["User-Agent"] = "on-call-bot/1"
    sent: str = it.client.get("priorities").request.headers["User-Agent"]
    return sent == "on-call-bot/1"


def refused_as_a_condition(it: Session) -> bool:
    try:
        it.client.rget("users/PNONE")
    except it.library.HttpError as error:
        return bool(error.response)
    raise AssertionError


def postprocessed(it: Session) -> list[int]:
    seen: list[int] = []
    kind = it.library.RestApiV2Client

    class Watching(kind):  # type: ignore[misc, valid-type]
        def postprocess(self, response: Any, suffix: str | None = None) -> None:
            seen.append(response.status_code)
            super().postprocess(response, suffix)

    client = it.made_of(Watching, TOKEN)
    client.retry[500] = 1
    client.get("priorities")
    return seen


def called_before_iteration(it: Session) -> str:
    try:
        it.client.iter_all("gadgets")
    except it.library.UrlError:
        return "at the call"
    return "at the first step"


def limited(it: Session) -> Any:
    return it.client.list_all("users", params={"limit": 5, "offset": 20}, page_size=3)


def after_history(it: Session) -> list[str]:
    params = {"is_overview": "true"}
    assert list(it.client.iter_history("log_entries", SINCE, UNTIL, params=params)) == []
    return sorted(params)


OTHER = "pdus+token-of-another-user"
BEYOND = {
    "sent": Differs(
        "Part of a list",
        ["GET /users?limit=1&offset=9998&total=false", "GET /users?limit=1&offset=9999&total=false"],
        ["GET /users?limit=1&offset=9998", "GET /users?limit=1&offset=9999"],
    ),
    "result": Differs("Part of a list", [USER] * 2, "raises Error"),
    "warnings": Differs("Part of a list", ["UserWarning"], []),
}

IMPROVED = [
    asked(
        "params, a tuple of values",
        "Tuples and sets in `params`",
        lambda it: it.client.rget("users", params={"ids": ("a", "b")}),
        ["GET /users?ids=a&ids=b"],
        ["GET /users?ids[]=a&ids[]=b"],
    ),
    asked(
        "params, None",
        "`None` in `params`",
        lambda it: it.client.rget("users", params={"query": None, "limit": 1}),
        ["GET /users?limit=1&query="],
        ["GET /users?limit=1"],
    ),
    asked(
        "default_from, set later",
        "`default_from` set later",
        lambda it: [tuned(it, default_from="jane@example.com"), it.client.rget("users")][1],
        ["GET /users"],
        ["GET /users from: jane@example.com"],
    ),
    asked(
        "limit and page_size",
        "`page_size` and `limit`",
        limited,
        ["GET /users?limit=5&offset=20&total=false"],
        ["GET /users?limit=3&offset=20"],
    ),
    Case(
        "near the last row",
        lambda it: it.client.list_all("users", params={"offset": 9950}),
        differs={
            "sent": Differs("Part of a list", [], ["GET /users?limit=50&offset=9950"]),
            "warnings": Differs("Part of a list", ["UserWarning"], []),
        },
    ),
    Case(
        "beyond the last row",
        lambda it: it.client.list_all("users", params={"offset": 9998}, page_size=1),
        (page(USER, more=True), page(USER, more=True)),
        differs=BEYOND,
    ),
    Case(
        "params, pairs",
        lambda it: it.client.rget("users", params=[("ids[]", "a"), ("ids[]", "b")]),
        (USERS,),
        differs={
            "sent": Differs("Pairs as `params`", [], ["GET /users?ids[]=a&ids[]=b"]),
            "result": Differs("Pairs as `params`", "raises AttributeError", []),
        },
    ),
    Case(
        "a list that is one answer",
        lambda it: it.client.list_all("abilities"),
        (Canned({"abilities": ["teams"]}),),
        differs={
            "sent": Differs(
                "Lists without pages", ["GET /abilities?limit=100&offset=0&total=false"], ["GET /abilities"]
            ),
            "warnings": Differs("Lists without pages", ["UserWarning"], []),
        },
    ),
    Case(
        "a list that says nothing of more",
        lambda it: it.client.list_all("users", page_size=2),
        (Canned({"users": [USER, USER]}), Canned({"users": [USER]})),
        everywhere=(),
        differs={
            "sent": Differs(
                "Part of a list",
                ["GET /users?limit=2&offset=0&total=false"],
                ["GET /users?limit=2&offset=0", "GET /users?limit=2&offset=2"],
            ),
            "result": Differs("Part of a list", [USER, USER], [USER] * 3),
            "warnings": Differs("Part of a list", ["UserWarning"], []),
        },
    ),
    Case(
        "an empty page that says there is more",
        lambda it: it.client.list_all("users"),
        (page(USER, more=True), page(more=True), page()),
        differs={
            "sent": Differs(
                "Empty pages",
                [
                    "GET /users?limit=100&offset=0&total=false",
                    "GET /users?limit=1&offset=1&total=false",
                    "GET /users?limit=0&offset=1&total=false",
                ],
                ["GET /users?limit=100&offset=0", "GET /users?limit=100&offset=1"],
            ),
            "result": Differs(
                "Empty pages",
                [USER],
                'raises ServerHttpError 200 {"limit": 100, "more": true, "offset": 0, "total": null, "users": []}',
            ),
        },
    ),
    Case(
        "the user of the key, as a list",
        lambda it: it.client.list_all("users/me"),
        (Canned({"user": {"id": "P1"}}),),
        differs={
            "sent": Differs("`iter_all` of one object", ["GET /users/me?limit=100&offset=0&total=false"], []),
            "result": Differs("`iter_all` of one object", ["id"], "raises UrlError"),
            "warnings": Differs("`iter_all` of one object", ["UserWarning"], []),
        },
    ),
    differing(
        "an unknown list, asked for",
        "When a listing is refused",
        called_before_iteration,
        "at the first step",
        "at the call",
    ),
    differing(
        "a hook, without a count",
        "A total that is not known",
        lambda it: hooked(it, "iter_all", "users"),
        [["PUSER01", 1, None]],
        [["PUSER01", 1, "?"]],
        page(USER),
        everywhere=NO_TOTAL,
    ),
    differing(
        "find, where an object lacks the attribute",
        "Objects without the attribute in `find`",
        lambda it: it.client.find("users", "Zoë", attribute="nick"),
        "raises KeyError",
        None,
        page(USER),
        everywhere=NO_TOTAL,
    ),
    differing(
        "find, with ß",
        "Letter case and accents in `find`",
        lambda it: it.client.find("users", "STRASSE"),
        None,
        {"id": "P1", "name": "straße"},
        page({"id": "P1", "name": "straße"}),
        everywhere=NO_TOTAL,
    ),
    differing(
        "find, with an accent of its own",
        "Letter case and accents in `find`",
        lambda it: it.client.find("users", "Zoe\u0308"),
        None,
        USER,
        page(USER),
        everywhere=NO_TOTAL,
    ),
    differing(
        "counts, of a path that the table does not have", "Counts of calls", counted_elsewhere, ["GET https:"], ["GET "]
    ),
    Case(
        "a credential among the headers of a call",
        lambda it: it.client.rget("users", headers={"Authorization": f"Bearer {OTHER}"}),
        (USERS,),
        differs={
            "sent": Differs(
                "An `Authorization` header of a call", ["GET /users"], [f"GET /users authorization: Bearer {OTHER}"]
            )
        },
    ),
    Case(
        "a credential among the headers of the client",
        lambda it: [it.client.headers.update({"Authorization": f"Bearer {OTHER}"}), it.client.rget("users")][1],
        (USERS,),
        differs={"sent": Differs("Shared `headers`", ["GET /users"], [f"GET /users authorization: Bearer {OTHER}"])},
    ),
    differing(
        "a User-Agent among the headers of the client",
        "Shared `headers`",
        user_agent_of_the_client,
        False,
        True,
    ),
    differing(
        "prepare_headers, and the credential",
        "`prepare_headers`",
        lambda it: sorted(name.lower() for name in it.client.prepare_headers("POST", {"X-One": "1"})),
        ["authorization", "content-type", "user-agent", "x-one"],
        ["content-type", "from", "user-agent", "x-one"],
    ),
    differing(
        "the response of an error as a condition", "A response as a condition", refused_as_a_condition, True, False
    ),
    differing("postprocess of a call with a retry", "Counts of calls", postprocessed, [500, 200], [200], FAILED, DONE),
    asked(
        "auth of a call",
        "Arguments of a call for the HTTP library",
        lambda it: it.client.rget("users", auth=("jane", "pass")),
        ["GET /users"],
        ["GET /users authorization: Basic amFuZTpwYXNz"],
    ),
    asked(
        "cookies of a call",
        "Arguments of a call for the HTTP library",
        lambda it: it.client.rget("users", cookies={"a": "1"}),
        ["GET /users"],
        ["GET /users cookie: a=1"],
    ),
    differing(
        "timeout of the constructor",
        "`timeout` of the constructor",
        lambda it: it.made("RestApiV2Client", TOKEN, timeout=5).timeout,
        60,
        5,
    ),
    differing(
        "normalize_params",
        "`normalize_params`",
        lambda it: it.client.normalize_params({"ids": ["a", "b"], "limit": "1"}),
        {"ids[]": ["a", "b"], "limit": "1"},
        [["ids[]", "a"], ["ids[]", "b"], ["limit", "1"]],
    ),
    differing(
        "the User-Agent of a request",
        "`User-Agent`",
        lambda it: it.client.get("priorities").request.headers["User-Agent"].partition("/")[0],
        "python-pagerduty",
        "pdsync",
    ),
    differing(
        "params of a history, afterwards",
        "`params` of the caller",
        after_history,
        ["is_overview", "since", "until"],
        ["is_overview"],
        Canned({"log_entries": [], "total": 0, "more": False}),
        everywhere=("Times in UTC",),
    ),
    differing(
        "counts, of retries", "Counts of calls", counted_retries, 2, 1, Canned({}, 500), Canned({"priorities": []})
    ),
    Case(
        "a history of moments without a zone",
        lambda it: it.client.iter_history("log_entries", datetime(2026, 1, 1), datetime(2026, 2, 1)),
        differs={
            "sent": Differs(
                "Times without a zone",
                ["GET /log_entries?limit=1&offset=0&since=2026-01-01T00:00:00&total=true&until=2026-02-01T00:00:00"],
                [],
            ),
            "result": Differs("Times without a zone", [], "raises UrlError"),
        },
    ),
    differing(
        "an auth_type that there is not",
        "Wrong arguments",
        lambda it: it.made("RestApiV2Client", TOKEN, auth_type="basic"),
        "raises AttributeError",
        "raises UrlError",
    ),
]
