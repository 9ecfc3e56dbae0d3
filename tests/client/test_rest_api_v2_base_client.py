"""Objects that may be there already: made once, brought to what they must say, updated together."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests import PreparedRequest, Response

from pdsync.client import (
    AmbiguousWriteError,
    DuplicateError,
    HttpError,
    HttpServerError,
    NetworkError,
    Recovery,
    UrlError,
)
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient

from .conftest import MakeClient
from .test_recovery import Looks
from .transport import Transport, VirtualTime, answer

TEAM = {"id": "PT", "name": "x", "self": "https://api.pagerduty.com/teams/PT"}
VALUES = {"type": "team", "name": "x"}
LOST = requests.exceptions.ReadTimeout("the answer was lost")


def made() -> Response:
    return answer(201, {"team": TEAM})


def nothing() -> None:
    return None


def persist(client: Any, looks: Looks, time: VirtualTime) -> dict[str, Any]:
    made: dict[str, Any] = client.persist(
        "teams", None, VALUES, find=nothing, recover=Recovery(looks, sleep=time.sleep)
    )
    return made


def methods(transport: Transport) -> list[str]:
    return [str(request.method) for request in transport.requests]


def test_an_answer_that_arrives_needs_no_look(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([made()])
    looks = Looks()
    assert persist(client, looks, virtual_time) == TEAM
    assert (transport.lines, transport.bodies, looks.numbers) == (["POST /teams"], [{"team": VALUES}], [])


@pytest.mark.parametrize("lost", [LOST, answer(500), answer(201, "no JSON"), answer(201, {"other": 1})])
def test_a_lost_answer_is_looked_for_and_nothing_is_sent_again(
    make_client: MakeClient, virtual_time: VirtualTime, lost: Any
) -> None:
    client, transport = make_client([lost])
    looks = Looks(None, HttpError("not now", answer(404)), TEAM)
    assert persist(client, looks, virtual_time) == TEAM
    assert (methods(transport), looks.numbers, virtual_time.sleeps) == (["POST"], [0, 1, 2], [1.0, 3.0])


def test_what_no_look_finds_is_sent_once_more(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([LOST, made()])
    looks = Looks(None, None, None)
    assert persist(client, looks, virtual_time) == TEAM
    assert methods(transport) == ["POST", "POST"]
    client, transport = make_client([LOST, answer(503)])
    looks = Looks(None, None, None, None, TEAM)
    assert persist(client, looks, virtual_time) == TEAM
    assert methods(transport) == ["POST", "POST"]


def test_a_post_is_never_sent_a_third_time(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([LOST, LOST])
    with pytest.raises(AmbiguousWriteError, match="did not find it") as caught:
        persist(client, Looks(*[None] * 6), virtual_time)
    assert methods(transport) == ["POST", "POST"]
    assert (caught.value.method, caught.value.url) == ("POST", "https://api.pagerduty.com/teams")


def test_a_look_that_fails_is_no_reason_to_send_again(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([answer(502)])
    with pytest.raises(AmbiguousWriteError, match="looking for the result failed") as caught:
        persist(client, Looks(None, None, NetworkError("down")), virtual_time)
    assert methods(transport) == ["POST"]
    assert (caught.value.method, caught.value.url) == ("POST", "https://api.pagerduty.com/teams")


def test_more_than_one_ends_the_search(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([LOST])
    looks = Looks(DuplicateError("two", [{"id": "P1"}, {"id": "P2"}]))
    with pytest.raises(DuplicateError, match="P1, P2"):
        persist(client, looks, virtual_time)
    assert (methods(transport), looks.numbers) == (["POST"], [0])


def test_an_error_of_the_callers_own_ends_the_search(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([LOST])
    with pytest.raises(LookupError):
        persist(client, Looks(LookupError()), virtual_time)
    assert methods(transport) == ["POST"]


@pytest.mark.parametrize("nameless", [answer(201), answer(201, {"team": {"name": "x"}})])
def test_an_answer_without_an_id_was_carried_out(
    make_client: MakeClient, virtual_time: VirtualTime, nameless: Response
) -> None:
    client, transport = make_client([nameless])
    assert persist(client, Looks(None, TEAM), virtual_time) == TEAM
    client, transport = make_client([nameless])
    with pytest.raises(AmbiguousWriteError, match="no id"):
        persist(client, Looks(None, None, None), virtual_time)
    assert methods(transport) == ["POST"]


def test_a_refusal_is_an_answer(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([answer(400, {"error": {"message": "taken"}})])
    looks = Looks()
    with pytest.raises(HttpError, match="taken"):
        persist(client, looks, virtual_time)
    assert (methods(transport), looks.numbers) == (["POST"], [])


def test_without_looks_the_setting_of_the_client_decides(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, transport = make_client([LOST], retry_ambiguous_posts=False)
    with pytest.raises(AmbiguousWriteError):
        client.persist("teams", "name", VALUES, find=nothing)
    assert methods(transport) == ["POST"]
    client, transport = make_client([LOST, LOST, made()])
    assert persist(client, Looks(TEAM), virtual_time) == TEAM
    assert client.persist("teams", "name", VALUES, find=nothing) == TEAM
    assert methods(transport) == ["POST"] * 3


def test_the_object_may_come_from_an_index_that_was_read_before(make_client: MakeClient) -> None:
    client, transport = make_client([])
    index = {"x": TEAM}
    assert client.persist("teams", "name", VALUES, find=lambda: index.get("x")) == TEAM
    assert transport.requests == []


def test_only_what_differs_is_sent(make_client: MakeClient) -> None:
    client, transport = make_client([answer(200, {"team": {**TEAM, "description": "new"}})])
    body = {"type": "team", "name": "x", "description": "new"}
    updated = client.persist("teams", "name", VALUES, find=lambda: TEAM, body=body)
    assert updated["description"] == "new"
    assert transport.lines == ["PUT /teams/PT"]
    assert transport.bodies == [{"team": {"type": "team", "description": "new"}}]
    assert client.persist("teams", "name", VALUES, find=lambda: updated, body=body) == updated
    assert len(transport.requests) == 1


def test_an_object_without_a_url_of_its_own_is_updated_at_its_id(make_client: MakeClient) -> None:
    client, transport = make_client([answer(200, {"team": TEAM})])
    client.persist("/teams/", "name", VALUES, find=lambda: {"id": "PT", "self": None}, body={"name": "x"})
    assert transport.lines == ["PUT /teams/PT"]


def test_the_caller_may_send_writes(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    """One who keeps a journal sees each write before it is sent, and again if it is sent again."""
    client, transport = make_client([])
    sent: list[tuple[str, Any, Any]] = []
    answers = iter([HttpServerError("no", answer(500)), TEAM, TEAM])

    def send(method: str, resource: Any, body: Any) -> Any:
        sent.append((method, resource, body))
        result = next(answers)
        if isinstance(result, Exception):
            raise result
        return result

    recover = Recovery(Looks(None, None, None), sleep=virtual_time.sleep)
    client.persist("teams", "name", VALUES, find=nothing, recover=recover, send=send)
    client.persist("teams", "name", {"name": "y"}, find=lambda: TEAM, update=True, send=send)
    assert sent == [("POST", "teams", VALUES)] * 2 + [("PUT", TEAM, {**TEAM, "name": "y"})]
    assert transport.requests == []


def test_values_without_the_attribute_need_a_find(make_client: MakeClient) -> None:
    client, transport = make_client([])
    for attr in ("email", None):
        with pytest.raises(UrlError):
            client.persist("teams", attr, VALUES)
    assert transport.requests == []


def incidents(count: int) -> list[dict[str, Any]]:
    return [{"id": f"P{n}", "type": "incident_reference", "status": "resolved"} for n in range(count)]


def echo(transport: list[Transport]) -> Callable[[PreparedRequest], Response]:
    return lambda request: answer(200, {"incidents": transport[0].bodies[-1]["incidents"]})


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (250, [250]), (251, [250, 1])])
def test_many_objects_are_updated_by_few_requests(make_client: MakeClient, count: int, sizes: list[int]) -> None:
    held: list[Transport] = []
    client, transport = make_client(echo(held))
    held.append(transport)
    assert client.multi_update("incidents", incidents(count)) == incidents(count)
    assert [len(body["incidents"]) for body in transport.bodies] == sizes
    assert set(transport.lines) <= {"PUT /incidents"}
    assert RestApiV2BaseClient.multi_update_size == 250


def test_a_part_that_fails_ends_the_update(make_client: MakeClient) -> None:
    client, transport = make_client([answer(200, {"incidents": []}), answer(400)])
    with pytest.raises(HttpError):
        client.multi_update("incidents", incidents(5), at_once=2)
    assert [len(body["incidents"]) for body in transport.bodies] == [2, 2]


@pytest.mark.parametrize("resource", ["users", "users/P1", "gadgets"])
def test_what_takes_no_list_is_refused(make_client: MakeClient, resource: str) -> None:
    client, transport = make_client([])
    with pytest.raises(UrlError):
        client.multi_update(resource, [{"id": "P1"}])
    assert transport.requests == []
