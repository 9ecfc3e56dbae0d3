"""The client of PagerDuty's MCP server."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from uuid import uuid4

from requests import Response

from pdsync.client.api_client import ApiClient
from pdsync.client.errors import HttpServerError
from pdsync.client.response import http_error_message, successful_response, try_decoding, without_credential
from pdsync.client.text import printable, truncate_text

__all__ = ["McpApiClient"]

_ACCEPT = "application/json, text/event-stream"  # MCP, Streamable HTTP: a client says that it takes both


class McpApiClient(ApiClient):
    """A session with PagerDuty's MCP server (Model Context Protocol), which speaks JSON-RPC.

        client = McpApiClient(TokenAuthMethod(API_KEY))
        tools = client.call("tools/list")["result"]

    Arguments and errors as for ``ApiClient``. A key in place of an authentication object is a REST API key.
    """

    default_url: ClassVar[str] = "https://mcp.pagerduty.com"
    permitted_methods: tuple[str, ...] = ("POST",)

    def call(
        self, method: str, params: Mapping[str, Any] | None = None, req_id: str | int | None = None
    ) -> dict[str, Any]:
        """Calls a method of the server.

        Args:
            method: such as ``tools/list`` or ``tools/call``.
            req_id: the id of the request; a random one if there is none.

        Returns:
            The whole answer, with what the method gave at ``result``.

        Raises:
            HttpError: the request was refused. HttpServerError: the answer has no ``result``; the message has the server's
                own where it sent an error.
        """
        body: dict[str, Any] = {"jsonrpc": "2.0", "id": str(uuid4()) if req_id is None else req_id, "method": method}
        if params:
            body["params"] = dict(params)
        response = successful_response(self.post("mcp", json=body, headers={"Accept": _ACCEPT}), f"calling {method}")
        answers = [it for it in _messages(response) if isinstance(it, dict)]
        for answer in answers:
            if "result" in answer:
                return answer
        error: dict[str, Any] = next((it["error"] for it in answers if isinstance(it.get("error"), dict)), {})
        message = without_credential(response, str(error.get("message", "no 'result' in the answer")))
        said = truncate_text(printable(message))
        raise HttpServerError(http_error_message(response, f"calling {method}: {said}"), response)


def _messages(response: Response) -> Iterator[Any]:
    """The messages of an answer: one of JSON, or those of an event stream, of which each ``data:`` line has one."""
    if "text/event-stream" not in response.headers.get("Content-Type", ""):
        yield try_decoding(response)
        return
    for line in response.content.decode("utf-8", "replace").splitlines():
        if line.startswith("data:"):
            try:
                yield json.loads(line.removeprefix("data:"))
            except ValueError:
                continue
