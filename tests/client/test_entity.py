from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client import HttpError, HttpServerError, UrlError
from pdsync.client.entity import wrap

from .conftest import MakeClient
from .transport import answer


@pytest.mark.parametrize(
    ("wrapper", "body", "explicit", "expected"),
    [
        ("user", {"name": "x"}, None, {"user": {"name": "x"}}),
        ("user", {"user": {"name": "x"}}, None, {"user": {"name": "x"}}),
        ("incidents", [{"id": "P1"}], None, {"incidents": [{"id": "P1"}]}),
        ("incidents", {"incidents": []}, None, {"incidents": []}),
        # an entity with a field named like its wrapper
        ("post", {"title": "x", "post": {"id": "P1"}}, None, {"post": {"title": "x", "post": {"id": "P1"}}}),
        ("status", {"status": "open"}, None, {"status": {"status": "open"}}),
        ("service", {"service": {"id": "P1"}}, True, {"service": {"service": {"id": "P1"}}}),
        ("rule", {"rule": {}, "rule_id": "x"}, False, {"rule": {}, "rule_id": "x"}),
        # the full body of this one is described with two properties
        ("rule", {"rule": {}, "rule_id": "x"}, None, {"rule": {}, "rule_id": "x"}),
        ("user", {"user": {}, "rule_id": "x"}, None, {"user": {"user": {}, "rule_id": "x"}}),
        (None, {"add": []}, None, {"add": []}),
        (None, {"add": []}, True, {"add": []}),
    ],
)
def test_wrap(wrapper: str | None, body: Any, explicit: bool | None, expected: Any) -> None:
    assert wrap(wrapper, body, explicit=explicit) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values), st.text(min_size=1))
def test_wrapping_is_done_once_and_changes_nothing_of_the_caller(entity: dict[str, Any], wrapper: str) -> None:
    before = repr(entity)
    full = wrap(wrapper, entity, explicit=True)
    assert full == {wrapper: entity}
    assert wrap(wrapper, full) == full
    assert repr(entity) == before


def test_bodies_are_wrapped_and_answers_unwrapped(make_client: MakeClient) -> None:
    client, transport = make_client(
        [
            answer(201, {"user": {"id": "P1"}}),
            answer(200, {"user": {"id": "P1", "name": "y"}}),
            answer(200, {"user": {"id": "P1"}}),
            answer(200, {"users": [{"id": "P1"}], "more": False}),
            answer(204),
        ]
    )
    body = {"name": "x"}
    assert client.rpost("users", json=body) == {"id": "P1"}
    me = {"id": "P1", "self": "https://api.pagerduty.com/users/P1"}
    assert client.rput(me, json={"user": {"name": "y"}}) == {"id": "P1", "name": "y"}
    assert client.rget(me) == {"id": "P1"}
    assert client.rget("/users") == [{"id": "P1"}]
    assert client.rdelete(me).status_code == 204
    assert body == {"name": "x"}
    assert transport.lines == ["POST /users", "PUT /users/P1", "GET /users/P1", "GET /users", "DELETE /users/P1"]
    assert transport.bodies == [{"user": {"name": "x"}}, {"user": {"name": "y"}}, None, None, None]


def test_the_wrapper_of_the_answer_may_differ_or_be_missing(make_client: MakeClient) -> None:
    overrides = [{"status": 201, "override": {}}]
    client, transport = make_client(
        [
            answer(200, {"subscriptions": [{"subscriber_id": "P2"}]}),
            answer(201, overrides),
            answer(200, {"status_update": {"id": "P3"}}),
            answer(200, {"incidents": [{"id": "P1"}], "more": False}),
            answer(200, {"status": {"id": "P9"}}),
        ]
    )
    assert client.rpost("business_services/P1/subscribers", json=[{"subscriber_id": "P2"}]) == [{"subscriber_id": "P2"}]
    assert client.rpost("schedules/P1/overrides", json=[{"start": "x"}]) == overrides
    assert client.rpost("incidents/P1/status_updates", json={"message": "x"}) == {"id": "P3"}
    assert client.rput("incidents", json=[{"id": "P1"}]) == [{"id": "P1"}]
    assert client.rget("status_pages/P1/statuses/P9") == {"id": "P9"}
    assert transport.bodies == [
        {"subscribers": [{"subscriber_id": "P2"}]},
        {"overrides": [{"start": "x"}]},
        {"message": "x"},
        {"incidents": [{"id": "P1"}]},
        None,
    ]


def test_patch_and_the_plain_json_methods(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"user": {"id": "P1"}}))
    assert client.rpatch("workflows/integrations/P1/connections/P2", json={"name": "x"}) == {"user": {"id": "P1"}}
    assert client.jget("users/P1") == {"user": {"id": "P1"}}
    assert client.jpost("anything/not/in/the/table", json={"a": 1}) == {"user": {"id": "P1"}}
    assert client.jput("users/P1", json={"user": {}}) == {"user": {"id": "P1"}}
    assert client.jpatch("users/P1", json={}) == {"user": {"id": "P1"}}
    assert transport.bodies == [{"name": "x"}, None, {"a": 1}, {"user": {}}, {}]


def test_an_answer_without_body_is_none(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(204))
    assert client.rput("teams/P1/users/P2", json={"role": "manager"}) is None
    assert client.jput("teams/P1/users/P2", json={"role": "manager"}) is None


@pytest.mark.parametrize("status", [302, 400, 404, 409, 500])
@pytest.mark.parametrize("method", ["rget", "rput", "rdelete", "jget", "jput"])
def test_only_2xx_is_success(make_client: MakeClient, method: str, status: int) -> None:
    client, _ = make_client(lambda _: answer(status, {"error": {"message": "no"}}))
    with pytest.raises(HttpError) as caught:
        getattr(client, method)("users/P1")
    assert isinstance(caught.value, HttpServerError) == (status >= 500)


@pytest.mark.parametrize("body", [{"team": {}}, [], "not json"])
def test_a_missing_wrapper_is_a_server_error(make_client: MakeClient, body: Any) -> None:
    client, _ = make_client([answer(200, body)])
    with pytest.raises(HttpServerError):
        client.rget("users/P1")


@pytest.mark.parametrize("resource", [{"id": "P1"}, {"self": None}, 7, None])
def test_a_resource_needs_its_url(make_client: MakeClient, resource: Any) -> None:
    client, transport = make_client([])
    with pytest.raises(UrlError, match="self"):
        client.rget(resource)
    assert transport.requests == []


def test_a_resource_of_another_host_gets_no_request(make_client: MakeClient) -> None:
    client, transport = make_client([])
    with pytest.raises(UrlError):
        client.rput({"self": "https://evil.example/users/P1"}, json={})
    with pytest.raises(UrlError):
        client.rdelete("https://evil.example/users/P1")
    assert transport.requests == []


USERS = [{"id": "P1", "name": "Jane Doe", "email": "jane@example.com", "self": "https://api.pagerduty.com/users/P1"}]


@pytest.mark.parametrize(
    ("query", "attribute", "found"),
    [
        ("Jane Doe", "name", True),
        ("JANE doe", "name", True),
        ("JANE@example.com", "email", True),
        ("Jane", "name", False),
        ("x", "no_such_attribute", False),
    ],
)
def test_find(make_client: MakeClient, query: str, attribute: str, found: bool) -> None:
    client, transport = make_client([answer(200, {"users": USERS, "more": False})])
    assert client.find("users", query, attribute=attribute, params={"include": ["teams"]}) == (
        USERS[0] if found else None
    )
    assert "query=" in transport.lines[0]
    assert "include%5B%5D=teams" in transport.lines[0]


def test_dict_all_by_an_attribute(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(200, {"users": USERS, "more": False}))
    assert client.dict_all("users") == {"P1": USERS[0]}
    assert client.dict_all("users", by="email") == {"jane@example.com": USERS[0]}


def test_persist(make_client: MakeClient) -> None:
    listing = {"users": USERS, "more": False}
    created, updated = answer(201, {"user": {"id": "P2"}}), answer(200, {"user": {"id": "P1", "name": "Jane"}})
    values = {"email": "Jane@Example.com", "name": "Jane"}
    client, transport = make_client([answer(200, listing), answer(200, listing), updated])
    assert client.persist("users", "email", values) == USERS[0]
    assert client.persist("users", "email", values, update=True) == {"id": "P1", "name": "Jane"}
    assert transport.lines[-1] == "PUT /users/P1"
    assert transport.bodies[-1] == {"user": {**USERS[0], **values}}
    client, transport = make_client([answer(200, {"users": [], "more": False}), created])
    assert client.persist("users", "email", values) == {"id": "P2"}
    assert transport.bodies[-1] == {"user": values}
    client, transport = make_client([answer(200, listing)])
    assert client.persist("users", "email", dict(USERS[0]), update=True) == USERS[0]
    assert len(transport.requests) == 1
    with pytest.raises(UrlError, match="email"):
        client.persist("users", "email", {"name": "x"})
