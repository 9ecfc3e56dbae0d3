"""Function calls: the functions of the module, which send nothing. Tables and properties of them are in test_differential_functions."""

from __future__ import annotations

from typing import Any

from tests.contract.differential.case import Case, Differs
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session

BASE = "https://api.pagerduty.com"
LONG = "x" * 101


def answered(it: Session, function: str, canned_status: int = 200) -> Any:
    """What a function gives for an answer of the API."""
    response = it.client.get("priorities", timeout=5)
    assert response.status_code == canned_status
    return getattr(it.library, function)(response)


def decorated(it: Session, decorator: str, *arguments: Any) -> Any:
    """What a method of a program gives that is decorated."""

    def rget(client: Any, url: str) -> Any:
        return client.get(url)

    return getattr(it.library, decorator)(rget)(it.client, *arguments)


def pure(name: str, call: Any, **differs: Differs) -> Case:
    return Case(name, call, differs=differs)


def gives(improvement: str, theirs: Any, ours: Any) -> dict[str, Differs]:
    return {"result": Differs(improvement, theirs, ours)}


FUNCTIONS = [
    Case("successful_response", lambda it: answered(it, "successful_response"), (Canned({"a": 1}),)),
    Case("successful_response, of 404", lambda it: answered(it, "successful_response", 404), (Canned({}, 404),)),
    Case("successful_response, of 500", lambda it: answered(it, "successful_response", 500), (Canned({}, 500),)),
    Case("try_decoding", lambda it: answered(it, "try_decoding"), (Canned([1, {"a": None}]),)),
    Case("try_decoding, of nothing", lambda it: answered(it, "try_decoding", 204), (Canned(None, 204),)),
    Case("try_decoding, of text", lambda it: answered(it, "try_decoding"), (Canned("text"),)),
    Case("unwrap", lambda it: it.library.unwrap(it.client.get("priorities"), "a"), (Canned({"a": 1}),)),
    Case("unwrap, of another wrapper", lambda it: it.library.unwrap(it.client.get("x"), "b"), (Canned({"a": 1}),)),
    Case("unwrap, without one", lambda it: it.library.unwrap(it.client.get("x"), None), (Canned({"a": 1}),)),
    Case(
        "http_error_message",
        lambda it: [word in answered(it, "http_error_message", 404) for word in ("GET", "/priorities", "404")],
        (Canned({}, 404),),
    ),
    Case("requires_success", lambda it: decorated(it, "requires_success", "priorities"), (Canned({"a": 1}),)),
    Case("requires_success, of 404", lambda it: decorated(it, "requires_success", "x"), (Canned({}, 404),)),
    Case("auto_json", lambda it: decorated(it, "auto_json", "priorities"), (Canned({"a": 1}),)),
    Case("auto_json, of 404", lambda it: decorated(it, "auto_json", "priorities"), (Canned({}, 404),)),
    Case("resource_url", lambda it: decorated(it, "resource_url", {"self": f"{it.url}/teams"}), (Canned({}),)),
    Case("resource_url, without self", lambda it: decorated(it, "resource_url", {"id": "P1"})),
    Case("resource_url, of a list", lambda it: decorated(it, "resource_url", ["teams"])),
    Case(
        "wrapped_entities", lambda it: decorated(it, "wrapped_entities", "priorities"), (Canned({"priorities": [1]}),)
    ),
    pure("last_4", lambda it: it.library.last_4("u+abcdefgh1234")),
    pure("truncate_text", lambda it: it.library.truncate_text("x" * 100)),
    pure("TEXT_LEN_LIMIT", lambda it: it.library.TEXT_LEN_LIMIT),
    pure("TIMEOUT", lambda it: it.library.TIMEOUT),
    pure("ITERATION_LIMIT", lambda it: it.library.ITERATION_LIMIT),
    pure("normalize_url, of another host", lambda it: it.library.normalize_url(BASE, "https://api.example.com/users")),
    pure("normalize_url, of a path with a query", lambda it: it.library.normalize_url(BASE + "/", "/users?query=a")),
    pure("canonical_path, of what is no path", lambda it: it.library.canonical_path(BASE, "/gadgets/P1")),
    pure(
        "canonical_path, of another host", lambda it: it.library.canonical_path(BASE, "https://api.example.com/users")
    ),
    Case(
        "last_4, of a short secret",
        lambda it: it.library.last_4("1234567"),
        differs=gives("Short secrets", "*4567", "*"),
    ),
    Case(
        "truncate_text, of one character more",
        lambda it: len(it.library.truncate_text(LONG)),
        differs=gives("`truncate_text`", 102, 100),
    ),
    Case(
        "normalize_url, of a host that only begins so",
        lambda it: it.library.normalize_url(BASE, BASE + ".example.com/users"),
        differs=gives("Other hosts", BASE + ".example.com/users", "raises UrlError"),
    ),
    Case(
        "normalize_url, of dots",
        lambda it: it.library.normalize_url(BASE, "users/../teams/P1"),
        differs=gives("Other hosts", BASE + "/users/../teams/P1", "raises UrlError"),
    ),
    Case(
        "canonical_path, with a slash at the end",
        lambda it: it.library.canonical_path(BASE, "/users/"),
        differs=gives("A slash at the end", "/users/{id}", "/users"),
    ),
    Case(
        "canonical_path, with two that fit",
        lambda it: it.library.canonical_path(BASE, "/event_orchestrations/P1/integrations/migration"),
        differs=gives(
            "URLs that match two path patterns", "raises UrlError", "/event_orchestrations/{id}/integrations/migration"
        ),
    ),
    Case(
        "plural_name, of days",
        lambda it: [it.library.plural_name(it_is) for it_is in ("survey", "status_page_post_status")],
        differs=gives(
            "Plurals and singulars", ["surveies", "status_page_post_statuss"], ["surveys", "status_page_post_statuses"]
        ),
    ),
    Case(
        "infer_entity_wrapper, of a word in us",
        lambda it: it.library.infer_entity_wrapper("GET", "/status_pages/{id}/statuses/{status_id}"),
        differs=gives("Plurals and singulars", "statuse", "status"),
    ),
    Case(
        "an argument that is out of use",
        lambda it: it.library.deprecated_kwarg("old", "Use new."),
        differs={"warnings": Differs("`deprecated_kwarg`", ["UserWarning"], ["DeprecationWarning"])},
    ),
    Case(
        "entity_wrappers, of a method that the path has not",
        lambda it: it.library.entity_wrappers("PATCH", "/users"),
        differs=gives("Wrappers of some endpoints", ["users", "users"], "raises UrlError"),
    ),
]
