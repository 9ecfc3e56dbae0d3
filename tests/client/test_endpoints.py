import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client import (
    CANONICAL_PATHS,
    CURSOR_BASED_PAGINATION_PATHS,
    ENTITY_WRAPPER_CONFIG,
    UrlError,
    canonical_path,
    endpoint_matches,
    entity_wrappers,
    infer_entity_wrapper,
    is_path_param,
    plural_name,
)
from pdsync.client.endpoint_table import ROWS
from pdsync.client.endpoints import EXCEPTIONS, REST_API_V2, PathTrie, path_nodes
from tests.support.api_description import PATH as DESCRIPTION
from tests.support.api_description import needs_description
from tests.support.script import load_script

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://api.pagerduty.com"


def linear_match(paths: tuple[str, ...], path: str) -> str | None:
    """The slow and obvious way: of all paths that fit, the one with the earliest literals."""
    names = path_nodes(path)
    fitting = [
        candidate
        for candidate in paths
        if len(path_nodes(candidate)) == len(names)
        and all((is_path_param(c) and n) or c == n for c, n in zip(path_nodes(candidate), names, strict=True))
    ]
    return max(fitting, key=lambda c: [not is_path_param(node) for node in path_nodes(c)], default=None)


WORDS = sorted({node for path in CANONICAL_PATHS for node in path_nodes(path) if not is_path_param(node)})


@given(st.lists(st.sampled_from(WORDS) | st.sampled_from(["PABC123", "me", "x", ""]), min_size=1, max_size=8))
def test_the_trie_finds_what_a_linear_scan_finds(names: list[str]) -> None:
    path = "/" + "/".join(names)
    assert PathTrie(CANONICAL_PATHS).find(path) == linear_match(CANONICAL_PATHS, path)


@given(st.sampled_from(CANONICAL_PATHS), st.data())
def test_every_path_with_ids_in_it_is_found(path: str, data: st.DataObject) -> None:
    identity = st.text(alphabet="PQRSTUVWXYZ0123456789", min_size=1, max_size=14)
    concrete = "/".join(data.draw(identity) if is_path_param(node) else node for node in path.split("/"))
    found = canonical_path(BASE, BASE + concrete + "?limit=1")
    assert found == linear_match(CANONICAL_PATHS, concrete)
    # Only /tags/{id}/{entity_type} and the like have a more literal sibling that an id could spell.
    assert found == path


def test_a_literal_goes_before_a_parameter_and_the_walk_comes_back() -> None:
    assert canonical_path(BASE, "users/me") == "/users/me"
    assert canonical_path(BASE, "users/PABC123") == "/users/{id}"
    assert canonical_path(BASE, "users/PABC123/tags/") == "/{entity_type}/{id}/tags"
    assert canonical_path(BASE, "incidents/types/x") == "/incidents/types/{type_id_or_name}"
    with pytest.raises(UrlError):
        canonical_path(BASE, "users//contact_methods")
    with pytest.raises(UrlError):
        canonical_path(BASE, "no_such_thing")


def test_two_paths_of_one_shape_cannot_be_told_apart() -> None:
    with pytest.raises(ValueError, match="cannot be distinguished"):
        PathTrie(["/users/{id}", "/users/{user_id}"])


@pytest.mark.parametrize(
    ("method", "path", "wrappers"),
    [
        ("GET", "/users", ("users", "users")),
        ("POST", "/users", ("user", "user")),
        ("PUT", "/users/{id}", ("user", "user")),
        ("GET", "/users/me", ("user", "user")),
        ("DELETE", "/users/{id}", (None, None)),
        ("PUT", "/incidents", ("incidents", "incidents")),
        ("POST", "/business_services/{id}/subscribers", ("subscribers", "subscriptions")),
        ("POST", "/schedules/{id}/overrides", ("overrides", None)),
        ("POST", "/incidents/{id}/status_updates", (None, "status_update")),
        ("PUT", "/incidents/{id}/merge", ("source_incidents", "incident")),
        ("GET", "/status_pages/{id}/statuses/{status_id}", ("status", "status")),
        ("GET", "/status_pages/{id}/statuses", ("statuses", "statuses")),
        ("GET", "/escalation_policies", ("escalation_policies", "escalation_policies")),
        ("PUT", "/event_orchestrations/{id}/router", ("orchestration_path", "orchestration_path")),
        ("PUT", "/rulesets/{id}/rules/{rule_id}", ("rule", "rule")),
        ("GET", "/tags/P1/teams", ("teams", "teams")),
        ("GET", "/users/P1/tags", ("tags", "tags")),
        ("PUT", "/teams/{id}/users/{user_id}", (None, None)),
        ("DELETE", "/services/{id}/integrations/{integration_id}", (None, None)),
        ("GET", "/incidents/count", (None, None)),
    ],
)
def test_wrappers_come_from_the_table(method: str, path: str, wrappers: tuple[str | None, str | None]) -> None:
    assert entity_wrappers(method, path) == wrappers


def test_a_method_the_path_does_not_have_is_an_error() -> None:
    with pytest.raises(UrlError, match=r"no POST for /users/\{id\}"):
        entity_wrappers("POST", "/users/{id}")


def test_views_show_the_table() -> None:
    assert {path for _, path, *_ in ROWS} <= set(CANONICAL_PATHS)
    assert len({path for _, path, *_ in ROWS}) == 273
    assert list(CANONICAL_PATHS) == sorted(CANONICAL_PATHS)
    assert "/audit/records" in CURSOR_BASED_PAGINATION_PATHS
    assert "/users" not in CURSOR_BASED_PAGINATION_PATHS
    assert set(CURSOR_BASED_PAGINATION_PATHS) <= set(CANONICAL_PATHS)
    assert ENTITY_WRAPPER_CONFIG["GET /users"] == "users"
    assert ENTITY_WRAPPER_CONFIG["POST /users"] == "user"
    assert ENTITY_WRAPPER_CONFIG["POST /business_services/{id}/subscribers"] == ("subscribers", "subscriptions")
    assert ENTITY_WRAPPER_CONFIG["POST /incidents/{id}/snooze"] == (None, "incident")
    assert ENTITY_WRAPPER_CONFIG["GET /abilities/{id}"] is None
    assert isinstance(ENTITY_WRAPPER_CONFIG, Mapping)
    with pytest.raises(TypeError):
        ENTITY_WRAPPER_CONFIG["GET /users"] = "x"  # type: ignore[index]


@pytest.mark.parametrize(
    ("path", "pagination"),
    [
        ("/users", "offset"),
        ("/status_pages/{id}/posts", "offset"),
        ("/audit/records", "cursor"),
        ("/incident_workflows/triggers", "cursor"),
        ("/alert_grouping_settings", "after"),
        ("/users/{id}/contact_methods", None),
    ],
)
def test_pagination_styles(path: str, pagination: str | None) -> None:
    assert REST_API_V2.match("GET", path).pagination == pagination


def test_rows_are_sorted_unique_and_each_exception_changes_something() -> None:
    keys = [(path, method) for method, path, *_ in ROWS]
    assert keys == sorted(set(keys))
    assert not set(EXCEPTIONS) & set(ROWS)
    assert len({row[:2] for row in EXCEPTIONS}) == len(EXCEPTIONS)


@pytest.mark.parametrize(
    ("pattern", "method", "path", "expected"),
    [
        ("GET /users", "get", "/users", True),
        ("* /users", "PUT", "/users", True),
        ("GET /users", "PUT", "/users", False),
        ("GET /users", "GET", "/users/{id}", False),
    ],
)
def test_endpoint_matches(pattern: str, method: str, path: str, expected: bool) -> None:
    assert endpoint_matches(pattern, method, path) is expected


@pytest.mark.parametrize(
    ("method", "path", "wrapper"),
    [
        ("GET", "/widgets", "widgets"),
        ("POST", "/widgets", "widget"),
        ("GET", "/widgets/{id}", "widget"),
        ("PUT", "/policies/{id}", "policy"),
        ("GET", "/status_pages/{id}/statuses/{status_id}", "status"),
        ("GET", "/boxes/{id}", "box"),
    ],
)
def test_infer_entity_wrapper(method: str, path: str, wrapper: str) -> None:
    assert infer_entity_wrapper(method, path) == wrapper


@pytest.mark.parametrize(
    ("obj_type", "plural"),
    [
        ("user", "users"),
        ("user_reference", "users"),
        ("escalation_policy_reference", "escalation_policies"),
        ("status", "statuses"),
        ("notification_rule", "notification_rules"),
        ("widget_entry", "widget_entries"),
        ("box", "boxes"),
        ("survey", "surveys"),
    ],
)
def test_plural_name(obj_type: str, plural: str) -> None:
    assert plural_name(obj_type) == plural


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "script")
    return load_script("generate-endpoints")


@needs_description
def test_the_committed_table_is_what_the_description_gives(generator: ModuleType) -> None:
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    assert generator.main([str(DESCRIPTION), "--check"]) == 0
    assert {path for _, path, *_ in ROWS} == set(description["paths"])
    described = {
        (method.upper(), path)
        for path, item in description["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    }
    assert {(method, path) for method, path, *_ in ROWS if method != "*"} == described


def test_the_generator_reads_wrappers_and_pagination_from_schemas(generator: ModuleType) -> None:
    def body(**properties: object) -> dict[str, object]:
        return {"content": {"application/json": {"schema": {"type": "object", "properties": properties}}}}

    items = {"type": "array", "items": {"type": "object"}}
    thing = {"$ref": "#/components/schemas/Thing"}
    number = {"type": "integer"}
    document = {
        "info": {"title": "T", "version": "1"},
        "components": {"schemas": {"Thing": {"allOf": [{"type": "object"}]}}},
        "paths": {
            "/things": {
                "parameters": [{"name": "offset", "in": "query"}],
                "get": {"responses": {"200": body(things=items, more={"type": "boolean"}, offset=number)}},
                "post": {"requestBody": body(thing=thing), "responses": {"201": body(thing=thing)}},
            },
            "/things/{id}/ping": {"post": {"requestBody": body(delay=number), "responses": {"202": {}}}},
            "/log": {"get": {"responses": {"200": body(records=items, next_cursor={"type": "string"})}}},
            "/two": {"get": {"responses": {"200": body(left=items, right=items)}}},
            "/nothing": {"description": "no method"},
        },
    }
    rows = {(row.method, row.path): tuple(row[2:]) for row in generator.Description(document).rows()}
    assert rows == {
        ("GET", "/things"): (None, "things", "offset"),
        ("POST", "/things"): ("thing", "thing", None),
        ("POST", "/things/{id}/ping"): (None, None, None),
        ("GET", "/log"): (None, "records", "cursor"),
        ("GET", "/two"): (None, None, None),
        ("*", "/nothing"): (None, None, None),
    }
