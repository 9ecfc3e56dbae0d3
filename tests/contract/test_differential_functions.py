"""The functions of pdsync.client and of the package `pagerduty` (7.2), over every path that both know."""

from __future__ import annotations

import pagerduty
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pagerduty import rest_api_v2_base_client as their_base

import pdsync.client
from tests.contract.differential.wrappers import AMBIGUOUS, DIFFERENT, INFERRED, ONLY_OURS, Wrapping

BASE = "https://api.pagerduty.com"
PATHS = sorted({*pagerduty.CANONICAL_PATHS} & {*pdsync.client.CANONICAL_PATHS})
ENDPOINTS = [tuple(endpoint.split(" ")) for endpoint in pdsync.client.ENTITY_WRAPPER_CONFIG]
SHARED = [(method, path) for method, path in ENDPOINTS if path in PATHS and method not in ("*", "DELETE")]


def wrapping(method: str, found: tuple[str | None, str | None]) -> Wrapping:
    return found[1] if method == "GET" else tuple(found)


def test_both_know_the_same_paths() -> None:
    assert {*pagerduty.CANONICAL_PATHS} <= {*pdsync.client.CANONICAL_PATHS}
    ours = {*pdsync.client.CANONICAL_PATHS} - {*pagerduty.CANONICAL_PATHS}
    assert [path for path in ours if not path.startswith(ONLY_OURS)] == []
    assert len(PATHS) > 250


def test_both_know_the_same_lists_that_go_on_by_a_cursor() -> None:
    theirs, ours = {*pagerduty.CURSOR_BASED_PAGINATION_PATHS}, {*pdsync.client.CURSOR_BASED_PAGINATION_PATHS}
    assert theirs <= ours
    # PagerDuty's description pages these by a cursor too.
    more = {
        "/incidents/{id}/business_services/impacts",
        "/status_dashboards",
        "/enrichment/schemas/{schema_id}/records",
    }
    assert ours - theirs == more


def test_bodies_are_wrapped_alike_but_for_a_table() -> None:
    found = {}
    for method, path in SHARED:
        theirs = wrapping(method, pagerduty.entity_wrappers(method, path))
        ours = wrapping(method, pdsync.client.entity_wrappers(method, path))
        if theirs != ours:
            found[f"{method} {path}"] = (theirs, ours)
    assert found == DIFFERENT
    assert len(SHARED) > 300


@pytest.mark.parametrize("form", ["{path}", "{path}?limit=1", BASE + "{path}", BASE + "{path}?query=a/b"])
def test_paths_are_recognised_alike(form: str) -> None:
    refused = set()
    for path in PATHS:
        concrete = "/".join("PABC123" if node.startswith("{") else node for node in path.split("/"))
        url = form.replace("{path}", concrete)
        try:
            theirs = pagerduty.canonical_path(BASE, url)
        except pagerduty.UrlError:
            refused.add(path)
        else:
            assert theirs == pdsync.client.canonical_path(BASE, url), path
        assert pdsync.client.canonical_path(BASE, url) == path
    assert refused == AMBIGUOUS


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH"])
def test_the_forms_of_three_arguments_answer_alike(method: str) -> None:
    paths, base = ["/gadgets", "/gadgets/{id}", "/gadgets/{id}/wheels"], "https://api.example.com/v9"
    config = {"GET /gadgets": "things", "* /gadgets/{id}": None, "POST /gadgets/{id}/wheels": ("wheels", None)}
    for url in ("gadgets", "/gadgets/P1", f"{base}/gadgets/P1/wheels?limit=1"):
        path = pdsync.client.canonical_path(paths, base, url)
        assert path == their_base.canonical_path(paths, base, url)
        assert path == pdsync.client.canonical_path(paths=paths, base_url=base, url=url)
        answered = pdsync.client.entity_wrappers(config, method, path)
        assert answered == their_base.entity_wrappers(config, method, path)
        assert answered == pdsync.client.entity_wrappers(wrapper_config=config, method=method, path=path)
    for path in PATHS:
        if "status" not in path and "}/{" not in path:  # "statuse" is not a word, and a parameter no wrapper
            given = pagerduty.ENTITY_WRAPPER_CONFIG, method, path
            assert pdsync.client.entity_wrappers(*given) == their_base.entity_wrappers(*given)
    with pytest.raises(pdsync.client.UrlError):
        pdsync.client.canonical_path(paths, base, "wheels")


def test_wrappers_are_inferred_alike_but_for_some_words() -> None:
    found = set()
    for method, path in SHARED:
        theirs, ours = (library.infer_entity_wrapper(method, path) for library in (pagerduty, pdsync.client))
        if theirs != ours:
            found.add((theirs, ours))
    assert found == INFERRED


def test_endpoints_match_patterns_alike() -> None:
    for pattern in pagerduty.ENTITY_WRAPPER_CONFIG:
        for method in ("GET", "post", "PUT", "DELETE"):
            for path in [*PATHS[::9], pattern.split(" ")[1]]:
                theirs, ours = (
                    library.endpoint_matches(pattern, method, path) for library in (pagerduty, pdsync.client)
                )
                assert theirs == ours, (pattern, method, path)


def test_nodes_are_parameters_alike() -> None:
    nodes = {node for path in PATHS for node in path.split("/")} | {"{id", "id}", "{}", ""}
    for node in nodes:
        assert pagerduty.is_path_param(node) == pdsync.client.is_path_param(node), node


def test_collections_of_types_are_named_alike() -> None:
    singles = [("PUT", path) for path in PATHS if path.endswith("}") and path.count("/") == 2]
    types = {pagerduty.infer_entity_wrapper(method, path) for method, path in singles}
    assert len(types) > 20
    for name in types:
        theirs, ours = (library.plural_name(f"{name}_reference") for library in (pagerduty, pdsync.client))
        assert theirs == ours, name


@settings(max_examples=60)
@given(
    st.sampled_from([BASE, BASE + "/", "https://api.eu.pagerduty.com", "https://example.com/base"]),
    st.from_regex(r"/?[a-z_]{1,8}(/[A-Z0-9]{1,8}){0,2}(\?[a-z]{1,4}=[a-z0-9]{0,4})?", fullmatch=True),
    st.booleans(),
)
def test_addresses_are_completed_alike(base: str, path: str, is_complete: bool) -> None:
    url = base.rstrip("/") + "/" + path.lstrip("/") if is_complete else path
    assert pagerduty.normalize_url(base, url) == pdsync.client.normalize_url(base, url)


@settings(max_examples=60)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=8), st.text(max_size=100))
def test_texts_are_shown_alike(secret: str, text: str) -> None:
    assert pagerduty.last_4(secret) == pdsync.client.last_4(secret)
    assert pagerduty.truncate_text(text) == pdsync.client.truncate_text(text)
