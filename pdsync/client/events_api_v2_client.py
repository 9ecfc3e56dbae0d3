"""The client of PagerDuty's Events API v2: alerts, and change events."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, ClassVar, Unpack

from requests import Response
from requests.structures import CaseInsensitiveDict

from pdsync.client.api_client import ApiClient
from pdsync.client.auth_method import AuthMethod, Credential, RoutingKeyAuthMethod
from pdsync.client.errors import HttpServerError, UrlError
from pdsync.client.options import ClientOptions
from pdsync.client.response import http_error_message, successful_response, try_decoding

__all__ = ["EVENT_RETRIES", "EventsApiV2Client"]

EVENT_RETRIES: Mapping[int, int] = {500: 2, 502: 4, 503: 6, 504: 6}
"""``retry`` of new clients of the Events API: a page is worth more attempts than a listing."""

_ACTIONS = ("trigger", "acknowledge", "resolve")

Items = Sequence[Mapping[str, Any]] | None


class EventsApiV2Client(ApiClient):
    """A session with PagerDuty's Events API v2.

    An event without a ``dedup_key`` that is sent again after a lost answer can open a second incident. Give it a key of
    your own, or set ``retry_ambiguous_posts`` to False and handle ``AmbiguousWriteError``.

    Args:
        api_key: the routing key (or integration key) of the service or the event orchestration.
        routing_key: ``api_key`` by its other name.
        debug: prints all log messages to ``sys.stderr``.
        base_url: for other service regions (``https://events.eu.pagerduty.com``) or a local API.
        now: replaces the clock of ``event_timestamp``; gives an aware datetime.
        options: see ``ClientOptions``.

    Raises:
        UrlError: a key or URL that cannot be used. TypeError: two keys.
    """

    default_url: ClassVar[str] = "https://events.pagerduty.com"
    permitted_methods: tuple[str, ...] = ("POST",)

    def __init__(
        self,
        api_key: Credential | None = None,
        debug: bool = False,
        base_url: str | None = None,
        *,
        routing_key: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        **options: Unpack[ClientOptions],
    ) -> None:
        if api_key is not None and routing_key is not None:
            raise TypeError(f"{type(self).__name__} takes one credential: api_key and routing_key are the same")
        super().__init__(routing_key if api_key is None else api_key, debug, base_url, **options)
        self.retry = {**EVENT_RETRIES, **self.retry}
        self._now = now

    @property
    def event_timestamp(self) -> str:
        """The present moment as ``submit`` puts it into events, in ISO 8601 and UTC."""
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def prepare_headers(
        self, method: str, user_headers: Mapping[str, str | bytes | None] | None = None
    ) -> Mapping[str, str | bytes | None]:
        """As ``ApiClient`` has it, and the content type of events."""
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict({"Content-Type": "application/json"})
        headers.update(super().prepare_headers(method, user_headers))
        return headers

    def post(  # type: ignore[override]  # narrower than requests: a URL cannot be bytes
        self, url: str, data: Any = None, json: Any = None, **options: Any
    ) -> Response:
        """POST of ``json``, an event without its routing key, which is added to a copy.

        Raises:
            UrlError: ``json`` is not a mapping, or ``data`` is given. Others: as ``request``.
        """
        if data is not None or not (json is None or isinstance(json, Mapping)):
            raise UrlError("an event must be a mapping, given as json: the routing key is added to it")
        return super().post(url, json={**(json or {}), **self.auth_method.auth_param}, **options)

    def trigger(
        self,
        summary: str,
        source: str,
        dedup_key: str | None = None,
        severity: str = "critical",
        payload: Mapping[str, Any] | None = None,
        custom_details: Mapping[str, Any] | None = None,
        images: Items = None,
        links: Items = None,
    ) -> str:
        """Trigger an alert, or add to the open one of this ``dedup_key``.

        Args:
            summary: what is wrong, in a line.
            source: what it is wrong with.
            dedup_key: a key of your own for the problem; PagerDuty makes one where there is none.
            severity: ``critical``, ``error``, ``warning`` or ``info``.
            payload: further properties of the event's payload; they go before ``summary``, ``source`` and ``severity``.
            custom_details: goes, key by key, before ``custom_details`` in ``payload``.
            images, links: attached to the event.

        Returns:
            The deduplication key.

        Raises:
            UrlError: ``payload`` or ``custom_details`` is not a mapping. Others: as ``send_event``.
        """
        _check_mapping("payload", payload)
        _check_mapping("custom_details", custom_details)
        content: dict[str, Any] = {"summary": summary, "source": source, "severity": severity, **(payload or {})}
        if custom_details is not None:
            content["custom_details"] = {**(content.get("custom_details") or {}), **custom_details}
        return self.send_event("trigger", dedup_key, payload=content, **_given(images=images, links=links))

    def acknowledge(self, dedup_key: str) -> str:
        """Acknowledge the alert of this key. Returns the key; errors as ``send_event``."""
        return self.send_event("acknowledge", dedup_key)

    def resolve(self, dedup_key: str) -> str:
        """Resolve the alert of this key. Returns the key; errors as ``send_event``."""
        return self.send_event("resolve", dedup_key)

    def send_event(self, action: str, dedup_key: str | None = None, **properties: Any) -> str:
        """Send an event.

        Args:
            action: ``trigger``, ``acknowledge`` or ``resolve``.
            dedup_key: required for all but ``trigger``.
            properties: the rest of the event, such as ``payload``.

        Returns:
            The deduplication key.

        Raises:
            UrlError: an unknown action, or no key where it is required. HttpError: the event was refused.
            HttpServerError: the answer has no key.
        """
        if action not in _ACTIONS:
            raise UrlError(f"the action of an event must be one of {', '.join(_ACTIONS)}, not {action!r}")
        if not isinstance(dedup_key, str) and (dedup_key is not None or action != "trigger"):
            raise UrlError(f"to {action} an alert takes its dedup_key, a string")
        key = {} if dedup_key is None else {"dedup_key": dedup_key}
        response = self.post("v2/enqueue", json={"event_action": action, **properties, **key})
        answer = try_decoding(successful_response(response, f"sending a {action} event"))
        found = answer.get("dedup_key") if isinstance(answer, dict) else None
        if not isinstance(found, str):
            raise HttpServerError(http_error_message(response, "no 'dedup_key' in the answer"), response)
        return found

    def submit(
        self,
        summary: str,
        source: str | None = None,
        custom_details: Mapping[str, Any] | None = None,
        links: Items = None,
        timestamp: str | None = None,
    ) -> str | None:
        """Send a change event made from these properties.

        Args:
            timestamp: ISO 8601; by default the present moment.

        Returns:
            The id of the event, if PagerDuty answers one.

        Raises:
            UrlError: ``custom_details`` is not a mapping. HttpError: the event was refused.
        """
        _check_mapping("custom_details", custom_details)
        payload = {"summary": summary, "timestamp": timestamp if timestamp is not None else self.event_timestamp}
        payload |= _given(source=source, custom_details=custom_details)
        return self.send_change_event(payload, links)

    def send_change_event(
        self, payload: Mapping[str, Any] | None = None, links: Items = None, images: Items = None, **properties: Any
    ) -> str | None:
        """Send a change event.

        Args:
            payload: with ``summary``, and optionally ``source``, ``timestamp`` and ``custom_details``.
            properties: the rest of the event.

        Returns:
            The id of the event, if PagerDuty answers one.

        Raises:
            UrlError: ``payload`` is not a mapping. HttpError: the event was refused.
        """
        _check_mapping("payload", payload)
        event = {**properties, "payload": deepcopy(dict(payload or {})), **_given(links=links, images=images)}
        response = self.post("v2/change/enqueue", json=event)
        answer = try_decoding(successful_response(response, "sending a change event"))
        found = answer.get("id") if isinstance(answer, dict) else None
        return found if isinstance(found, str) else None

    def _method_for(self, api_key: str) -> AuthMethod:
        return RoutingKeyAuthMethod(api_key)


def _given(**properties: Any) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value}


def _check_mapping(name: str, value: object) -> None:
    if value is not None and not isinstance(value, Mapping):
        raise UrlError(f"{name} must be a mapping, not {type(value).__name__}")
