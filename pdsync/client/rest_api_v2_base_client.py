"""What PagerDuty's REST-like APIs have in common: reading collections, and writing objects that may be there already."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeAlias

from pdsync.client.auth_method import OAuthTokenAuthMethod, PassThruHeaderAuthMethod, TokenAuthMethod
from pdsync.client.difference import difference
from pdsync.client.endpoints import canonical_path, endpoint_matches, is_path_param
from pdsync.client.entity import entity_wrappers, infer_entity_wrapper, unwrap
from pdsync.client.entity_client import Resource
from pdsync.client.errors import UrlError
from pdsync.client.listing_client import ListingClient
from pdsync.client.recovery import Recovery

__all__ = [
    "OAuthTokenAuthMethod",
    "PassThruHeaderAuthMethod",
    "RestApiV2BaseClient",
    "Send",
    "TokenAuthMethod",
    "canonical_path",
    "endpoint_matches",
    "entity_wrappers",
    "infer_entity_wrapper",
    "is_path_param",
    "unwrap",
]

Send: TypeAlias = Callable[[str, Resource, Any], Any]
"""Sends one write: the method (``POST`` or ``PUT``), where to, and the body without wrapper. Gives the answer without wrapper."""


class RestApiV2BaseClient(ListingClient):
    """A client of an API with the conventions of REST API v2: ``ListingClient``, and writes that know what is there."""

    multi_update_size = 250
    """The most objects in one request of ``multi_update`` (PagerDuty API description, PUT /incidents)."""

    def persist(
        self,
        resource: str,
        attr: str | None,
        values: Mapping[str, Any],
        update: bool = False,
        *,
        find: Callable[[], Mapping[str, Any] | None] | None = None,
        body: Mapping[str, Any] | None = None,
        recover: Recovery | None = None,
        send: Send | None = None,
    ) -> dict[str, Any]:
        """The object whose ``attr`` is that of ``values``, which is created from ``values`` if there is none.

        With ``update`` an existing object that differs from ``values`` is updated by them: all that it has is sent, and
        ``values`` over it.

        Args:
            find: looks for the existing object in place of ``find`` of the client by ``attr``, which may then be None; into
                an index that was read before, for one. ``lambda: None`` is for a caller who knows that there is none.
            body: what an existing object must say. Only those fields of ``body`` that it does not say are sent, with the
                ``type`` that ``body`` has; nothing is sent if it says them all.
            recover: makes a lost answer to the POST good: the object is looked for before the one further attempt, whatever
                ``retry_ambiguous_posts`` says.
            send: sends a write in place of ``rpost`` and ``rput``; for a caller who keeps a journal, or counts.

        Raises:
            UrlError: ``values`` has no ``attr``, and there is no ``find``.
            AmbiguousWriteError: the object may have been created: the answer to the POST was lost and, with ``recover``, no
                look found it, or looking failed. DuplicateError: whatever looks finds more than one.
            HttpError: the API refused. Whatever ``find``, ``send`` and the looks of ``recover`` raise.
        """
        if find is None and (attr is None or attr not in values):
            raise UrlError(f"values has no {attr!r} to find the object by")
        existing = self.find(resource, values[attr or ""], attribute=attr or "") if find is None else find()
        send = send or self._send
        if existing is not None:
            changed = _changed(existing, values if update else None, body)
            return self._update(resource, existing, changed, send)
        post = partial(send, "POST", resource, dict(values))
        if recover is not None:
            with self._guarded_posts():
                return recover.post(post)
        created: dict[str, Any] = post()
        return created

    def multi_update(
        self,
        resource: str,
        items: Iterable[Mapping[str, Any]],
        at_once: int | None = None,
        *,
        send: Send | None = None,
    ) -> list[dict[str, Any]]:
        """Updates many objects of a collection by few requests: one PUT of the collection for each ``at_once`` items,
        which are ``multi_update_size`` if it is None.

        Args:
            resource: a collection that takes a PUT of several objects, such as ``incidents``.
            items: what to change, each with its ``id`` and ``type``. With no items, no request is sent.
            send: sends a write in place of ``rput``; for a caller who keeps a journal, or notes which were sent.

        Returns:
            The objects as the API answers them.

        Raises:
            UrlError: the API has no such update; nothing was sent.
            HttpError: a request failed; those before it were carried out, none after it was sent.
        """
        endpoint = self._endpoint("PUT", resource)
        if endpoint.request_wrapper is None or endpoint.request_wrapper in self.endpoints.member_wrappers:
            raise UrlError(f"{endpoint.path} takes no update of several objects")
        send, size = send or self._send, at_once or self.multi_update_size
        waiting, updated = [dict(item) for item in items], list[dict[str, Any]]()
        for at in range(0, len(waiting), size):
            updated += send("PUT", resource, waiting[at : at + size]) or ()
        return updated

    def _update(
        self, resource: str, existing: Mapping[str, Any], changed: Mapping[str, Any], send: Send
    ) -> dict[str, Any]:
        if not changed:
            return dict(existing)
        # Not every object of the API has a URL of its own.
        address = existing if isinstance(existing.get("self"), str) else f"{resource.rstrip('/')}/{existing['id']}"
        answer: dict[str, Any] = send("PUT", address, changed)
        return answer

    def _send(self, method: str, resource: Resource, body: Any) -> Any:
        return (self.rpost if method == "POST" else self.rput)(resource, json=body, wrap=True)


def _changed(
    existing: Mapping[str, Any], values: Mapping[str, Any] | None, body: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What a PUT must send; empty where the object is as it should be."""
    if body is not None:
        # The type of an object never changes, and not every answer has one.
        changed = difference({name: value for name, value in body.items() if name != "type"}, existing)
        return {**changed, "type": body["type"]} if changed and "type" in body else changed
    updated = {**existing, **(values or {})}
    return updated if updated != existing else {}
