"""Other calls: abilities, authentication objects, and classes of a program's own."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.conftest import TOKEN
from tests.contract.differential.case import Case, Differs
from tests.contract.differential.error_calls import ERROR, failing, tuned
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session

OAUTH = "pdus+token-of-the-contract"


PARENT = {
    "sent": Differs("`parent`", ["GET /priorities without a credential"], ["GET /priorities"]),
    "result": Differs("`parent`", 401, 200),
}


def ability(name: str, call: Any, *canned: Canned, **differs: Differs) -> Case:
    return Case(f"account_has_ability, {name}", call, canned, differs=differs)


def secret_of(it: Session, name: str, *arguments: str) -> list[Any]:
    method = getattr(it.library, name)(*arguments)
    return [method.secret, method.trunc_secret, method.auth_header, method.auth_param]


def other_key(it: Session) -> Any:
    """A client gets another credential, and forgets what it knew of the account."""
    first = it.client.subdomain
    it.client.auth_method = it.library.OAuthTokenAuthMethod(OAUTH)
    return [first, it.client.subdomain, it.client.trunc_key]


def subclass(it: Session, **members: Any) -> Any:
    """A client of a class that a program made of REST API v2's."""
    own = type("Own", (it.library.RestApiV2Client,), members)
    return it.made_of(own, TOKEN)


def own_api(it: Session) -> list[Any]:
    """A client for an API of which only a program knows."""
    members = {
        "canonical_paths": property(lambda self: ["/gadgets", "/gadgets/{id}", "/records"]),
        "cursor_based_pagination_paths": property(lambda self: ["/records"]),
        "entity_wrapper_config": property(lambda self: {"POST /gadgets": ("thing", None)}),
        "permitted_methods": property(lambda self: ("GET", "POST")),
        "default_base_url": property(lambda self: "https://api.example.com"),
    }
    client = it.made_of(type("Own", (it.library.RestApiV2BaseClient,), members), TOKEN)
    client.headers["Accept"] = "application/json"
    return [
        client.canonical_path("/gadgets/G1"),
        client.entity_wrappers("GET", "/gadgets"),
        client.rget("gadgets/G1"),
        client.rpost("gadgets", json={"a": 1}),
        client.iter_cursor("records"),
    ]


def default_accept(it: Session) -> Any:
    """Of a client of a class on which nothing depends but the address."""
    members = {
        "permitted_methods": property(lambda self: ("GET",)),
        "default_base_url": property(lambda self: "https://api.example.com"),
    }
    return it.made_of(type("Own", (it.library.RestApiV2BaseClient,), members), TOKEN).get("gadgets")


def told_of_credentials(it: Session) -> list[str]:
    """How often a class of a program's own is told that it has another credential."""
    seen: list[str] = []
    client = subclass(it, after_set_auth_method=lambda self: seen.append(self.auth_method.trunc_secret))
    client.auth_method = it.library.OAuthTokenAuthMethod(OAUTH)
    return seen


OTHERS = [
    Case("after_set_auth_method, of one's own", told_of_credentials),
    Case(
        "parent",
        lambda it: it.client.parent.request("GET", f"{it.url}/priorities", timeout=5).status_code,
        differs=PARENT,
    ),
    ability("that it has", lambda it: it.client.account_has_ability("teams")),
    ability("that the plan lacks", lambda it: it.client.account_has_ability("teams"), Canned(ERROR, 402)),
    ability("that there is not", lambda it: it.client.account_has_ability("flying")),
    ability("by a key that may not", lambda it: it.client.account_has_ability("teams"), Canned(ERROR, 403)),
    ability(
        "that fails",
        lambda it: it.client.account_has_ability("teams"),
        Canned(ERROR, 500),
        result=Differs(
            "`account_has_ability` when the server fails",
            False,
            f"raises ServerHttpError 500 {json.dumps(ERROR, sort_keys=True)}",
        ),
    ),
    Case("TokenAuthMethod", lambda it: secret_of(it, "TokenAuthMethod", TOKEN)),
    Case("OAuthTokenAuthMethod", lambda it: secret_of(it, "OAuthTokenAuthMethod", OAUTH)),
    Case("PassThruHeaderAuthMethod", lambda it: secret_of(it, "PassThruHeaderAuthMethod", f"Bearer {OAUTH}")),
    Case("RoutingKeyAuthMethod", lambda it: secret_of(it, "RoutingKeyAuthMethod", "0" * 32)),
    Case("auth_method, of a key", lambda it: it.client.auth_method.auth_header),
    Case("auth_method, set", other_key),
    Case(
        "auth_method, of text",
        lambda it: tuned(it, auth_method="key"),
        differs={"result": Differs("Wrong arguments", "raises ValueError", "raises UrlError")},
    ),
    Case(
        "auth_type, of a whole header",
        lambda it: it.made("RestApiV2Client", f"Bearer {OAUTH}", auth_type="header_passthru").get("priorities"),
    ),
    Case("auth_type_mapping", lambda it: {name: kind.__name__ for name, kind in it.client.auth_type_mapping.items()}),
    Case(
        "routing_key, by its name",
        lambda it: it.made("EventsApiV2Client", routing_key=it.key).trigger("Disk full", "db1"),
    ),
    Case("cooldown_factor", lambda it: it.client.cooldown_factor()),
    Case(
        "cooldown_factor, of one's own",
        lambda it: subclass(it, cooldown_factor=lambda self: 5).rget("priorities"),
        faults=failing(500, 99),
    ),
    Case(
        "cooldown_factor, of one's own, after errors",
        lambda it: [
            setattr(own := subclass(it, cooldown_factor=lambda self: 5), "retry", {500: 3}),
            own.rget("priorities"),
        ][1],
        faults=failing(500, 1, 2),
    ),
    Case(
        "user_agent, of one's own",
        lambda it: [subclass(it, user_agent="own/1").get("priorities").request.headers["User-Agent"]],
    ),
    Case(
        "default_base_url",
        lambda it: [it.client.default_base_url, it.made("EventsApiV2Client", it.key).default_base_url],
    ),
    Case(
        "the Accept of a client of one's own API",
        default_accept,
        (Canned({}),),
        differs={"sent": Differs("`Accept` of your own clients", ["GET /gadgets accept: */*"], ["GET /gadgets"])},
    ),
    Case(
        "a client of one's own API",
        own_api,
        (
            Canned({"gadget": {"id": "G1"}}),
            Canned({"id": "G2"}, 201),
            Canned({"records": [{"id": "1"}], "next_cursor": None}),
        ),
    ),
    Case(
        "postprocess, of one's own",
        lambda it: [
            seen := [],
            subclass(it, postprocess=lambda self, response, suffix=None: seen.append(response.status_code)).get(
                "priorities"
            ),
            seen,
        ][2],
    ),
    Case(
        "singular_name",
        lambda it: [it.library.singular_name(name) for name in ("users", "escalation_policies", "status")],
    ),
]
