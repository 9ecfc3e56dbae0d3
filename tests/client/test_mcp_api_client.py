import json
from typing import Any

import pytest

from pdsync.client import HttpError, HttpServerError, McpApiClient, OAuthTokenAuthMethod, TokenAuthMethod

from .transport import Transport, answer

KEY = "u+Sup3rS3cretT0ken42"


def connected(answers: Any, credential: Any = KEY) -> tuple[McpApiClient, Transport]:
    client = McpApiClient(credential)
    transport = Transport(answers)
    client.mount("https://", transport)
    return client, transport


def test_a_call_is_a_request_of_json_rpc() -> None:
    said = {"jsonrpc": "2.0", "id": 7, "result": {"tools": []}}
    client, transport = connected(lambda _: answer(200, said), TokenAuthMethod(KEY))
    assert client.call("tools/call", {"name": "list_teams"}, req_id=7) == said
    assert client.call("tools/list")["result"] == {"tools": []}
    first, second = transport.bodies
    assert first == {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "list_teams"}}
    assert (second["method"], "params" in second, len(second["id"])) == ("tools/list", False, 36)
    request = transport.requests[0]
    assert (request.method, request.url) == ("POST", "https://mcp.pagerduty.com/mcp")
    assert request.headers["Accept"] == "application/json, text/event-stream"
    assert request.headers["Authorization"] == f"Token token={KEY}"
    assert request.headers["Content-Type"] == "application/json"


def test_an_event_stream_is_read_to_the_answer() -> None:
    note = {"jsonrpc": "2.0", "method": "notifications/progress"}
    said = {"jsonrpc": "2.0", "id": 7, "result": 1}
    stream = f"event: message\ndata: {json.dumps(note)}\n\ndata: not json\n\ndata:{json.dumps(said)}\n\n"
    client, _ = connected(
        lambda _: answer(200, stream, {"Content-Type": "text/event-stream"}), OAuthTokenAuthMethod(KEY)
    )
    assert client.call("x") == said


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}}, "calling x: Method not found"),
        ({"x": 1}, "no 'result' in the answer"),
        ([1], "no 'result' in the answer"),
        ("<html>", "not JSON"),
        (None, "no 'result' in the answer"),
    ],
)
def test_an_answer_without_a_result_is_an_error(body: Any, message: str) -> None:
    client, _ = connected(lambda _: answer(200, body))
    with pytest.raises(HttpServerError, match=message):
        client.call("x")


def test_a_refusal_is_an_error() -> None:
    client, _ = connected(lambda _: answer(403, {"error": {"message": "no", "code": 2010}}))
    with pytest.raises(HttpError) as refused:
        client.call("x")
    assert refused.value.status == 403
