"""Error calls: what is raised, what is sent again, and how long is waited."""

from __future__ import annotations

from typing import Any

from tests.contract.differential.case import Case, Differs
from tests.contract.differential.listing_calls import USER, page
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session
from tests.contract.differential.writing_calls import TEAM

OK = Canned({"priorities": []})
ERROR = {"error": {"message": "Not so", "code": 2001, "errors": ["One thing"]}}


def failing(status: int, *nth: int, **action: Any) -> tuple[dict[str, Any]]:
    return ({"match": {"nth": list(nth)}, "action": {"type": "error", "status": status, **action}},)


def limited(retry_after_s: int, *nth: int) -> tuple[dict[str, Any]]:
    return ({"match": {"nth": list(nth)}, "action": {"type": "rate_limit", "retry_after_s": retry_after_s}},)


def dropped(*nth: int, when: str = "before") -> tuple[dict[str, Any]]:
    return ({"match": {"nth": list(nth)}, "action": {"type": "drop", "when": when}},)


def tuned(it: Session, **settings: Any) -> Any:
    for name, value in settings.items():
        setattr(it.client, name, value)
    return it.client


def ancestors(it: Session, call: Any) -> list[str]:
    """By which of the names that a program catches an error is caught."""
    names = ("Error", "HttpError", "ServerHttpError", "UrlError")
    try:
        call()
    except Exception as error:  # noqa: BLE001 (whatever it is)
        return [name for name in names if isinstance(error, getattr(it.library, name))]
    return ["no error"]


def attributes(it: Session, path: str) -> list[Any]:
    try:
        it.client.rget(path)
    except it.library.HttpError as error:
        return [error.response.status_code, error.response.json(), str(error) == error.msg]
    return []


def answered(name: str, status: int, body: Any = ERROR, headers: tuple[tuple[str, str], ...] = ()) -> list[Case]:
    """The three families of methods, for an answer that is an error."""
    canned = (Canned(body, status, headers),)
    return [
        Case(f"get, of {name}", lambda it: it.client.get("priorities"), canned),
        Case(f"jget, of {name}", lambda it: it.client.jget("priorities"), canned),
        Case(f"rget, of {name}", lambda it: it.client.rget("priorities"), canned),
    ]


def again(name: str, call: Any, faults: tuple[Any, ...], **differs: Differs) -> Case:
    return Case(name, call, faults=faults, differs=differs)


HINT = "Waits after a 429"
LIMIT = "`max_http_attempts`"
MOVED = Canned(None, 302, (("Location", "/moved"),))
REDIRECT = {
    "sent": Differs("Redirects", ["GET /priorities"], ["GET /priorities", "GET /moved"]),
    "result": Differs("Redirects", 'raises ServerHttpError 302 ""', []),
}
OF_ACCOUNT = Canned({"error": "Not with an account-level access token"}, 400)

ERRORS = [
    *answered("401", 401),
    *answered("402", 402),
    *answered("403", 403),
    *answered("400 with text", 400, "Bad"),
    *answered("500", 500),
    *answered("502 of a gateway", 502, "<html>Bad gateway</html>", (("X-Other", "1"),)),
    *answered("503 without a body", 503, None),
    Case("errors of a 404 have their answer", lambda it: attributes(it, "users/PNOBODY")),
    Case("a 404 is caught as", lambda it: ancestors(it, lambda: it.client.rget("users/PNOBODY"))),
    Case("a 500 is caught as", lambda it: ancestors(it, lambda: it.client.rget("users")), (Canned(ERROR, 500),)),
    Case(
        "a method that the API has not is caught as",
        lambda it: ancestors(it, lambda: it.client.request("TRACE", "users")),
    ),
    Case(
        "an unknown path is caught as",
        lambda it: ancestors(it, lambda: it.client.rget("gadgets")),
        differs={"result": Differs("`UrlError` is an `Error`", ["UrlError"], ["Error", "UrlError"])},
    ),
    again("429, twice, without a wait", lambda it: it.client.rget("priorities"), limited(0, 1, 2)),
    again(
        "429, twice, by a formula of its own",
        lambda it: tuned(it, sleep_timer=1, sleep_timer_base=3).rget("priorities"),
        limited(0, 1, 2),
    ),
    again("429, five times", lambda it: it.client.list_all("priorities", total=None), limited(0, 1, 2, 3, 4, 5)),
    again(
        "429, with a wait",
        lambda it: it.client.rget("priorities"),
        limited(7, 1, 2),
        waits=Differs(HINT, [3.0, 6.0], [7.0, 7.0]),
    ),
    again(
        "429, that is not to be retried more than once",
        lambda it: tuned(it, retry={429: 1}).rget("priorities"),
        limited(0, 1, 2, 3),
    ),
    again("401, that is to be retried", lambda it: tuned(it, retry={401: 2}).get("priorities"), failing(401, 1, 2)),
    again("500, that is not in retry", lambda it: it.client.rget("priorities"), failing(500, 1)),
    again("500, once", lambda it: tuned(it, retry={500: 2}).rget("priorities"), failing(500, 1)),
    again(
        "500, more often than it is retried",
        lambda it: tuned(it, retry={500: 2}).rget("priorities"),
        failing(500, 1, 2, 3),
    ),
    again(
        "500, more often than it is retried, by get",
        lambda it: tuned(it, retry={500: 2}).get("priorities"),
        failing(500, 1, 2, 3),
    ),
    again("503, without limit", lambda it: tuned(it, retry={503: -1}).rget("priorities"), failing(503, *range(1, 13))),
    again("404, by its own limit", lambda it: tuned(it, retry={404: 3}, sleep_timer=1).get("users/PNOBODY"), ()),
    again(
        "404, by the limit of all",
        lambda it: tuned(it, retry={404: 5}, sleep_timer=1, max_http_attempts=4).get("users/PNOBODY").status_code,
        (),
        sent=Differs(LIMIT, ["GET /users/PNOBODY"] * 6, ["GET /users/PNOBODY"] * 5),
        waits=Differs(LIMIT, [2, 4, 8, 16, 32], [2.0, 4.0, 8.0, 16.0]),
    ),
    again(
        "two statuses, each by its limit",
        lambda it: tuned(it, retry={500: 1, 503: 1}).rget("priorities"),
        (*failing(500, 1), *failing(503, 2)),
    ),
    again("0 in retry", lambda it: tuned(it, retry={500: 0}).rget("priorities"), failing(500, 1)),
    again(
        "500 of a POST that was carried out",
        lambda it: tuned(it, retry={500: 2}).rpost("teams", json=TEAM),
        failing(500, 1, commit=True),
    ),
    again("a connection that ends, once", lambda it: it.client.rget("priorities"), dropped(1)),
    again("a connection that ends, for good", lambda it: it.client.rget("priorities"), dropped(*range(1, 9))),
    again(
        "a connection that ends, tried once",
        lambda it: tuned(it, max_network_attempts=1).get("priorities"),
        dropped(*range(1, 9)),
    ),
    again(
        "a connection that ends after a POST", lambda it: it.client.rpost("teams", json=TEAM), dropped(1, when="after")
    ),
    again(
        "a connection that ends within an answer", lambda it: it.client.rget("priorities"), dropped(1, when="midway")
    ),
    Case("a redirect", lambda it: it.client.rget("priorities"), (MOVED, OK), differs=REDIRECT),
    Case(
        "a redirect of a POST",
        lambda it: it.client.rpost("teams", json=TEAM),
        (MOVED,),
        differs={"result": Differs("Redirects", 'raises ServerHttpError 302 ""', 'raises HttpError 302 ""')},
    ),
    Case("no JSON, of jget", lambda it: it.client.jget("priorities"), (Canned("<html>"),)),
    Case("no JSON, of rget", lambda it: it.client.rget("priorities"), (Canned("<html>"),)),
    Case("no JSON, of get", lambda it: it.client.get("priorities"), (Canned("<html>"),)),
    Case("blanks, of jget", lambda it: it.client.jget("priorities"), (Canned(" \n"),)),
    Case("no wrapper, of rget", lambda it: it.client.rget("priorities"), (Canned({"others": []}),)),
    Case("a list, of rget", lambda it: it.client.rget("priorities"), (Canned([1]),)),
    Case("null, of jget", lambda it: it.client.jget("priorities"), (Canned("null"),)),
    Case("stagger_cooldown, none", lambda it: tuned(it, stagger_cooldown=0).stagger_cooldown),
    Case("stagger_cooldown, below zero", lambda it: tuned(it, stagger_cooldown=-1)),
    Case("stagger_cooldown, in text", lambda it: tuned(it, stagger_cooldown="1")),
    Case("url, without https", lambda it: tuned(it, url="http://api.example.com")),
    Case("url, of another region", lambda it: tuned(it, url="https://api.eu.pagerduty.com").url),
    Case("subdomain", lambda it: [it.client.subdomain, it.client.subdomain]),
    Case(
        "subdomain, that fails",
        lambda it: it.client.subdomain,
        (Canned(ERROR, 403),),
        differs={
            "result": Differs(
                "Errors of `subdomain`",
                "raises TypeError",
                'raises HttpError 403 {"error": {"code": 2001, "errors": ["One thing"], "message": "Not so"}}',
            )
        },
    ),
    Case(
        "subdomain, of an account without users",
        lambda it: it.client.subdomain,
        (page(),),
        differs={"result": Differs("Errors of `subdomain`", "raises IndexError", None)},
    ),
    Case(
        "subdomain, of another account",
        lambda it: it.client.subdomain,
        (page({**USER, "html_url": "https://acme.eu.pagerduty.com/users/P1"}),),
    ),
    Case("api_key_access, of a user", lambda it: [it.client.api_key_access, it.client.api_key_access]),
    Case("api_key_access, of an account", lambda it: it.client.api_key_access, (OF_ACCOUNT,)),
    Case(
        "api_key_access, of an account, in another form",
        lambda it: it.client.api_key_access,
        (Canned(ERROR, 400),),
        differs={"result": Differs("`api_key_access`", None, "account")},
    ),
    Case(
        "api_key_access, of an account of the sandbox",
        lambda it: it.made("RestApiV2Client", "account-key-of-the-contract").api_key_access,
    ),
    Case(
        "api_key_access, that fails",
        lambda it: it.client.api_key_access,
        (Canned(ERROR, 403),),
        differs={
            "result": Differs(
                "`api_key_access`",
                "user",
                'raises HttpError 403 {"error": {"code": 2001, "errors": ["One thing"], "message": "Not so"}}',
            )
        },
    ),
]
