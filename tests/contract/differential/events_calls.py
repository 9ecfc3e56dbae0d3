"""Events calls: the Events API v2, and the tokens of OAuth."""

from __future__ import annotations

from typing import Any

from tests.contract.differential.case import Case, Differs
from tests.contract.differential.error_calls import ERROR, failing
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session

ACCEPTED = Canned({"status": "success", "dedup_key": "key", "message": "Event processed"}, 202)
WRONG = "Wrong arguments"
LINKS = [{"href": "https://example.com/run", "text": "Runbook"}]
IMAGES = [{"src": "https://example.com/a.png"}]
SECRET = "secret-of-the-application"


def events(it: Session) -> Any:
    return it.made("EventsApiV2Client", it.key)


def life(it: Session) -> list[Any]:
    """An alert from its trigger to its end, and what the account says of it each time."""
    client, seen = events(it), list[Any]()
    key = client.trigger("Disk full", "db1", dedup_key="disk-of-db1")
    for step in (None, client.acknowledge, client.resolve):
        seen.append(step(key) if step else key)
        found = it.client.rget("incidents", params={"incident_key": key, "date_range": "all"})
        seen.append([one["status"] for one in found])
    return seen


def wrong(name: str, call: Any, theirs: str = "raises ValueError") -> Case:
    return Case(name, call, differs={"result": Differs(WRONG, theirs, "raises UrlError")})


EVENTS = [
    Case("trigger, acknowledge, resolve", life),
    Case("trigger, with a key of PagerDuty", lambda it: events(it).trigger("Disk full", "db1")),
    Case(
        "trigger, with all that there is",
        lambda it: events(it).trigger(
            "Disk full", "db1", "k", "warning", {"component": "sda", "group": "db"}, {"free": 0}, IMAGES, LINKS
        ),
    ),
    Case(
        "trigger, with details in the payload and beside it",
        lambda it: events(it).trigger(
            "Disk full", "db1", "k", payload={"custom_details": {"a": 1, "b": 2}}, custom_details={"b": 3}
        ),
        (ACCEPTED,),
    ),
    Case(
        "trigger, with a payload that says all again",
        lambda it: events(it).trigger("Disk full", "db1", payload={"summary": "Other", "severity": "info"}),
        (ACCEPTED,),
    ),
    Case(
        "trigger, with empty lists", lambda it: events(it).trigger("Disk full", "db1", images=[], links=[]), (ACCEPTED,)
    ),
    Case("trigger, that is refused", lambda it: events(it).trigger("", "db1")),
    Case(
        "trigger, with a key of no integration",
        lambda it: it.made("EventsApiV2Client", "0" * 32).trigger("Disk full", "db1"),
    ),
    Case("acknowledge, of what is not there", lambda it: events(it).acknowledge("nothing")),
    Case("resolve, of what is not there", lambda it: events(it).resolve("nothing")),
    Case(
        "send_event, with properties",
        lambda it: events(it).send_event(
            "trigger",
            "k",
            payload={"summary": "s", "source": "o", "severity": "error"},
            client="Monitor",
            client_url="https://example.com",
        ),
    ),
    Case(
        "send_event, by post",
        lambda it: events(it).post("/v2/enqueue", json={"event_action": "resolve", "dedup_key": "k"}),
    ),
    Case(
        "send_event, without a key in the answer",
        lambda it: events(it).resolve("k"),
        (Canned({"status": "success"}, 202),),
    ),
    Case("send_event, with an answer that is no JSON", lambda it: events(it).resolve("k"), (Canned("ok", 202),)),
    Case("send_event, after 500s", lambda it: events(it).resolve("k"), faults=failing(500, 1, 2)),
    Case(
        "send_event, after more 500s than are retried", lambda it: events(it).resolve("k"), faults=failing(500, 1, 2, 3)
    ),
    Case("send_event, after 502s", lambda it: events(it).resolve("k"), faults=failing(502, 1, 2, 3, 4, 5)),
    Case("send_event, after 503s", lambda it: events(it).resolve("k"), faults=failing(503, *range(1, 8))),
    Case("send_event, after 504s", lambda it: events(it).resolve("k"), faults=failing(504, *range(1, 8))),
    Case("events, by a method that they have not", lambda it: events(it).get("/v2/enqueue")),
    Case("retry, of events", lambda it: events(it).retry),
    Case(
        "submit, with a time",
        lambda it: [events(it).submit("Deployed", "ci", {"sha": "1"}, LINKS, "2026-03-02T11:00:00Z"), 0][1],
    ),
    Case(
        "send_change_event, with a payload",
        lambda it: [events(it).send_change_event({"summary": "Deployed", "source": "ci"}, LINKS, IMAGES), 0][1],
    ),
    Case("send_change_event, that is refused", lambda it: events(it).send_change_event({})),
    Case(
        "send_change_event, gives",
        lambda it: events(it).send_change_event({"summary": "Deployed"}),
        (Canned({"id": "E1"}, 202),),
        differs={"result": Differs("The id of a change event", None, "E1")},
    ),
    Case(
        "submit, without a time, which is",
        lambda it: len(events(it).event_timestamp),
        differs={"result": Differs("Methods that failed", "raises AttributeError", len("2026-03-02T12:00:00.000Z"))},
    ),
    wrong("send_event, of an action that there is not", lambda it: events(it).send_event("mute", "k")),
    wrong("send_event, without a key", lambda it: events(it).send_event("resolve")),
    wrong("send_event, with a number as key", lambda it: events(it).send_event("trigger", 1), "raises TypeError"),
    wrong("trigger, with a payload that is a list", lambda it: events(it).trigger("s", "o", payload=[])),
    wrong("trigger, with details in text", lambda it: events(it).trigger("s", "o", custom_details="x")),
    wrong("submit, with details in text", lambda it: events(it).submit("s", custom_details="x")),
]


def tokens(it: Session) -> Any:
    return it.made("OAuthTokenClient", SECRET, "application-1")


GRANT = Canned(
    {"access_token": "pdus+" + "a" * 40, "refresh_token": "pdur+" + "b" * 40, "expires_in": 864000, "scope": "read"}
)


def granted_by(it: Session, **form: str) -> list[str]:
    return sorted(tokens(it).get_new_token(**form))


def granted(it: Session, method: str, *arguments: str) -> Any:
    """What a grant says, without the moment at which it ends."""
    answer = getattr(tokens(it), method)(*arguments)
    return [sorted(answer), {name: value for name, value in answer.items() if name != "expiration_date"}]


def amended(it: Session) -> list[str]:
    client = tokens(it)
    response = client.post("oauth/token", data={"grant_type": "client_credentials"}, headers=FORM)
    return sorted(client.amended_auth_response(response))


def with_buffer(it: Session) -> list[str]:
    """Whether a token that lasts for centuries is refreshed, by a client that wants it to last longer."""
    client = tokens(it)
    client.early_refresh_buffer = 10**12
    refreshed, answer = client.refresh_client("pdus+" + "c" * 40, "pdur+" + "d" * 40, "2999-01-01T00:00:00+0000")
    refreshed.close()
    return sorted(answer or {})


def refreshed(it: Session, expiration: str, **options: Any) -> list[Any]:
    client, answer = tokens(it).refresh_client("pdus+" + "c" * 40, "pdur+" + "d" * 40, expiration, **options)
    try:
        return [type(client).__name__, client.url, client.trunc_key, sorted(answer or {}), client.auth_type]
    finally:
        client.close()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}

OAUTH = [
    Case("get_new_token", lambda it: granted_by(it, grant_type="refresh_token", refresh_token="old"), (GRANT,)),
    Case("amended_auth_response", amended, (GRANT,)),
    Case("early_refresh_buffer", with_buffer, (GRANT,)),
    Case("authorize_url", lambda it: tokens(it).authorize_url("read write", "https://example.com/back?a=1")),
    Case(
        "get_new_token_from_code",
        lambda it: granted(it, "get_new_token_from_code", "code-1", "read", "https://example.com/back"),
        (GRANT,),
    ),
    Case(
        "get_new_token_from_code_with_pkce",
        lambda it: granted(
            it, "get_new_token_from_code_with_pkce", "code-1", "read", "https://example.com/back", "verifier"
        ),
        (GRANT,),
    ),
    Case("get_refreshed_token", lambda it: granted(it, "get_refreshed_token", "pdur+" + "e" * 40), (GRANT,)),
    Case(
        "get_scoped_app_token",
        lambda it: granted(it, "get_scoped_app_token", "as_account-us.acme incidents.read"),
        (GRANT,),
    ),
    Case("a grant that is refused", lambda it: tokens(it).get_refreshed_token("old")),
    Case(
        "a code that is not known", lambda it: tokens(it).get_new_token_from_code("code", "read", "https://example.com")
    ),
    Case(
        "a grant that does not say when it ends",
        lambda it: tokens(it).get_refreshed_token("old"),
        (Canned({"access_token": "x"}),),
    ),
    Case("a grant that is no JSON", lambda it: tokens(it).get_refreshed_token("old"), (Canned("ok"),)),
    Case("a server of tokens that fails", lambda it: tokens(it).get_refreshed_token("old"), (Canned(ERROR, 500),)),
    Case("tokens, by a method that they have not", lambda it: tokens(it).get("oauth/token")),
    Case("refresh_client, of a token that lasts", lambda it: refreshed(it, "2999-01-01T00:00:00+0000")),
    Case(
        "refresh_client, of a token that lasts, elsewhere",
        lambda it: refreshed(it, "2999-01-01T00:00:00+00:00", base_url="https://api.eu.pagerduty.com"),
    ),
    Case(
        "refresh_client, of a token that ends",
        lambda it: refreshed(it, "2020-01-01T00:00:00Z", default_from="a@example.com"),
        (GRANT,),
    ),
    Case(
        "the length of PKCE's verifier and challenge",
        lambda it: [len(one) for one in tokens(it).generate_s256_pkce_params()],
    ),
    Case(
        "the offset of the moment at which a token ends",
        lambda it: tokens(it).get_refreshed_token("old")["expiration_date"].partition("+")[2],
        (GRANT,),
        differs={"result": Differs("`expiration_date`", "0000", "00:00")},
    ),
    Case(
        "get_pkce_authorize_url",
        lambda it: tokens(it).get_pkce_authorize_url("read", "https://example.com", "c").partition("?")[2],
        differs={
            "result": Differs(
                "Methods that failed",
                "raises AttributeError",
                "client_id=application-1&redirect_uri=https%3A%2F%2Fexample.com&response_type=code&scope=read&code_challenge=c&code_challenge_method=S256",
            )
        },
    ),
    Case(
        "get_authorize_url",
        lambda it: it.library.OAuthTokenClient.get_authorize_url("app", "read", "https://example.com"),
        differs={"warnings": Differs("`get_authorize_url`", ["DeprecationWarning"], [])},
    ),
]
