"""Settings calls: headers and settings of a client, and what it counts."""

from __future__ import annotations

from typing import Any

from tests.contract.differential.case import Case
from tests.contract.differential.error_calls import tuned
from tests.contract.differential.listing_calls import NO_TOTAL, SINCE, UNTIL, listing
from tests.contract.differential.session import Session


def counted(it: Session) -> list[Any]:
    it.client.rget(f"users/{it.user}")
    it.client.get("users", params={"limit": 1})
    it.client.get(f"users/{it.user}/contact_methods")
    it.client.rget("users/me")
    return [
        it.client.api_call_counts,
        sorted(it.client.api_time),
        it.client.total_call_count,
        it.client.total_call_time > 0,
    ]


def headers_of(it: Session, method: str) -> dict[str, str]:
    prepared = dict(it.client.prepare_headers(method, user_headers={"X-One": "1"}))
    return {name.lower(): value for name, value in prepared.items() if name.lower() in {"x-one", "content-type"}}


SETTINGS = [
    Case("counts of calls", counted),
    Case(
        "headers of the client",
        lambda it: [it.client.headers.update({"X-Extra": "1"}), it.client.rget("users", params={"limit": 1})][1],
    ),
    Case(
        "headers of a call go before those of the client",
        lambda it: [it.client.headers.update({"X-Extra": "1"}), it.client.get("priorities", headers={"X-Extra": "2"})][
            1
        ],
    ),
    Case("Accept of a call", lambda it: it.client.get("priorities", headers={"Accept": "application/json"})),
    Case(
        "Content-Type of a call",
        lambda it: it.client.post(
            "teams",
            json={"team": {"name": "x", "type": "team"}},
            headers={"Content-Type": "application/json; charset=utf-8"},
        ),
    ),
    Case("prepare_headers, of GET", lambda it: headers_of(it, "GET")),
    Case("prepare_headers, of POST", lambda it: headers_of(it, "POST")),
    Case("trunc_key", lambda it: it.client.trunc_key),
    Case("auth_type", lambda it: it.client.auth_type),
    Case(
        "default settings",
        lambda it: [
            getattr(it.client, name)
            for name in (
                "max_http_attempts",
                "max_network_attempts",
                "sleep_timer",
                "sleep_timer_base",
                "stagger_cooldown",
                "retry",
                "timeout",
                "default_page_size",
                "print_debug",
            )
        ],
    ),
    Case("permitted methods", lambda it: sorted(it.client.permitted_methods)),
    Case(
        "canonical_path, of the client",
        lambda it: it.client.canonical_path(f"{it.url}/users/{it.user}/contact_methods?limit=1"),
    ),
    Case(
        "entity_wrappers, of the client",
        lambda it: it.client.entity_wrappers("POST", "/business_services/{id}/subscribers"),
    ),
    Case(
        "normalize_url, of the client",
        lambda it: [it.client.normalize_url(url) for url in ("users", "/users", f"{it.url}/users")],
    ),
    Case(
        "print_debug, on and off",
        lambda it: [tuned(it, print_debug=True).print_debug, tuned(it, print_debug=False).print_debug],
    ),
    Case("log, as it is", lambda it: [it.client.log.handlers, it.client.log.level]),
    listing("a list with a count in params", lambda it: it.client.list_all("users", params={"offset": 20})),
    Case(
        "history, with params that say when",
        lambda it: it.client.iter_history("log_entries", SINCE, UNTIL, params={"since": "2001-01-01"}),
        everywhere=("Times in UTC", *NO_TOTAL),
    ),
]
