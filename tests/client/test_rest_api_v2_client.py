"""What the client of the REST API asks of the account."""

from typing import Any

import pytest

from pdsync.client import HttpError, UrlError

from .conftest import MakeClient
from .sandbox_account import Account
from .transport import answer


@pytest.mark.parametrize(("status", "expected"), [(204, True), (200, True), (402, False)])
def test_an_account_has_an_ability_or_not(make_client: MakeClient, status: int, expected: bool) -> None:
    client, transport = make_client(lambda _: answer(status))
    assert client.account_has_ability("teams") is expected
    assert client.account_has_ability("a/b c") is expected
    assert transport.lines == ["GET /abilities/teams", "GET /abilities/a%2Fb%20c"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 503])
def test_what_cannot_be_known_of_an_ability_is_an_error(make_client: MakeClient, status: int) -> None:
    client, _ = make_client(lambda _: answer(status, {"error": {"message": "no", "code": 1}}))
    with pytest.raises(HttpError) as refused:
        client.account_has_ability("teams")
    assert refused.value.status == status


def test_abilities_of_the_sandbox(account: Account) -> None:
    with account.client as client:
        assert client.account_has_ability("teams") is True
        with pytest.raises(HttpError) as refused:
            client.account_has_ability("no_such_ability")
    assert refused.value.status == 404


RETIRED = [
    ("response_plays", "response_plays"),
    ("response_plays/P1", "response_play"),
    ("customfields/fields", "fields"),
    ("customfields/fields/F1/field_options/O1", "field_option"),
    ("customfields/schema_assignments", "schema_assignments"),
    ("customfields/schemas/S1/field_configurations", "field_configurations"),
    ("incidents/Q1/field_values", "field_values"),
]
NEWER = [
    ("incidents/reviews", "incident_reviews"),
    ("incidents/reviews/action_items", "action_items"),
    ("incidents/Q1/review", "incident_review"),
    ("incidents/Q1/review/action_items", "action_items"),
    ("incidents/Q1/review/markers", "markers"),
    ("incidents/Q1/scribe_transcripts", "scribe_transcripts"),
]


@pytest.mark.parametrize(("url", "wrapper"), RETIRED + NEWER)
def test_paths_that_the_description_does_not_have_are_sent(make_client: MakeClient, url: str, wrapper: str) -> None:
    client, transport = make_client([answer(200, {wrapper: [1]}), answer(404, {})])
    assert client.rget(url) == [1]
    with pytest.raises(HttpError):
        client.rget(url)
    assert transport.lines == [f"GET /{url}"] * 2


def test_bodies_of_those_paths_are_wrapped(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(201, {"response_play": 1, "marker": 2, "incident_review": 3}))
    assert client.rpost("response_plays", json={"name": "x"}) == 1
    assert client.rput("response_plays/P1", json={"name": "x"}) == 1
    assert client.rpost("incidents/Q1/review/markers", json={"text": "x"}) == 2
    assert client.rput("incidents/Q1/review", json={"text": "x"}) == 3
    assert transport.bodies == [{"response_play": {"name": "x"}}] * 2 + [{"text": "x"}] * 2


@pytest.mark.parametrize(
    "url", ["incidents/reviews", "incidents/reviews/action_items", "incidents/Q1/review/action_items"]
)
def test_reviews_go_on_by_a_cursor(make_client: MakeClient, url: str) -> None:
    wrapper = "incident_reviews" if url.endswith("reviews") else "action_items"
    client, _ = make_client([answer(200, {wrapper: [1], "next_cursor": "c"}), answer(200, {wrapper: [2]})])
    assert list(client.iter_all(url)) == [1, 2]


def test_objects_by_an_attribute_of_ones_choice(make_client: MakeClient) -> None:
    rows: Any = [{"id": "P1", "email": "a@example.com"}, {"id": "P2", "email": "b@example.com"}]
    client, transport = make_client(lambda _: answer(200, {"users": rows, "more": False}))
    assert list(client.dict_all("users", "email")) == ["a@example.com", "b@example.com"]
    assert list(client.dict_all("users", "id", {"query": "x"})) == ["P1", "P2"]
    sent = len(transport.requests)
    with pytest.raises(UrlError, match="by must be the name of an attribute"):
        client.dict_all("users", {"query": "x"})  # type: ignore[arg-type]
    assert len(transport.requests) == sent
