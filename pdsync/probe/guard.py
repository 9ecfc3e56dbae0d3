"""Guard: which requests a probe may make. It is asked before each one, so a mistake in a probe cannot reach what it did not make.

Reads are free. A write may go to an object that this run made, to what is below such an object, or create one in a known
collection. Its body refers to nothing but such objects. It holds no address or number of a real person, and opens incidents only where the
user agreed to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pdsync.probe.collection import split_path
from pdsync.probe.mark import is_own_address

_ACTIONS = frozenset({"schedules/preview", "service_dependencies/associate", "service_dependencies/disassociate"})
"""Paths of their own that write to the objects which the body names, or write nothing."""
_CATALOGUE = ("vendor", "priority", "extension_schema", "license", "permissions")
"""What these types name belongs to PagerDuty or to the whole account, and a reference to one changes nothing about it."""
_ID_LIKE = re.compile(r"[PQR][A-Z0-9]{6,13}|0[0-9A-Z]{25}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PARTS = ("start",)
"""Ids that name a part of the document which is written: the first set of rules of an orchestration."""
_FEATURES = ("aiops",)
"""Parts of a path that name what is switched on or off for an object."""
_REACHES_ALL = ("account_reference", "account_subscription")
_REACHING_FLAGS = ("map_to_all_services", "is_subscribed_to_all_services")
_ADDRESS_OF_NOTHING = re.compile(r"https://example\.com(/\S*)?")
_ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")
_URL = re.compile(r"\s*[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_FICTIONAL_NUMBER = re.compile(r"\d{3}55501\d\d")
"""Numbers of the United States that are never given to anyone."""
_NUMBERED = ("phone_contact_method", "sms_contact_method", "whats_app_contact_method")


class ForbiddenWriteError(Exception):
    """A probe is wrong: it tried to write where it must not. Nothing was sent. The message holds no id: it may be reported."""

    def __init__(self, message: str) -> None:
        super().__init__(re.sub(rf"(?<=/)({_ID_LIKE.pattern})(?=[/:])", "{id}", message))


class Guard:
    """What this run made, and so may write to."""

    def __init__(self, *, may_page: bool) -> None:
        self._may_page = may_page
        self._made: set[str] = set()
        self._below: dict[str, set[str]] = {}
        self._fixed: set[str] = set()
        self._deleted: set[str] = set()
        self._routing_keys: set[str] = set()

    def learn(self, identity: str) -> None:
        """An object that this run made."""
        self._made.add(identity)

    def learn_below(self, path: str, items: object) -> None:
        """What was answered below an object of this run belongs to that object."""
        _, nodes = split_path(path)
        if len(nodes) < 2 or nodes[0] not in self._made:
            return
        for item in items if isinstance(items, list) else [items]:
            if isinstance(item, Mapping) and isinstance(item.get("id"), str):
                self._below.setdefault(nodes[0], set()).add(item["id"])
                self._routing_keys.update(filter(None, [item.get("integration_key")]))

    def is_there(self, path: str) -> bool:
        """Whether a path names objects of this run and none that was deleted."""
        nodes = set(path.split("/"))
        return bool(nodes & self._made) and not nodes & self._deleted

    def forget(self, path: str) -> None:
        """The object of this path was deleted."""
        self._deleted.add(path.rpartition("/")[2])

    def fix(self, identity: str) -> None:
        """An object that several probes share: none of them may change it."""
        self._fixed.add(identity)

    def check(self, method: str, path: str, body: object) -> None:
        """Raises ForbiddenWriteError for a write that is none of this run's business."""
        if method == "GET":
            return
        collection, nodes = split_path(path)
        if path not in _ACTIONS:
            if collection is None:
                raise ForbiddenWriteError(f"{method} {path}: is not where probes make objects")
            if collection.pages and not self._may_page:
                raise ForbiddenWriteError(f"{method} {path}: opens or changes incidents, which was not agreed to")
            if nodes:
                self._check_place(method, path, nodes)
            if len(nodes) < 2 and isinstance(body, Mapping) and not collection.keeps_mark(body):
                raise ForbiddenWriteError(f"{method} {path}: the object would lose the mark by which it is found again")
        for value, texts in _parts(body):
            self._check_value(method, path, value, texts)

    def check_event(self, routing_key: object) -> None:
        """Raises ForbiddenWriteError for an event that this run may not send."""
        if not self._may_page:
            raise ForbiddenWriteError("an event opens incidents, which was not agreed to")
        if routing_key not in self._routing_keys:
            raise ForbiddenWriteError("the routing key is of an integration that this run did not make")

    def check_incident(self, incident: Mapping[str, Any]) -> None:
        """Raises ForbiddenWriteError for an incident that is not of a service of this run."""
        service = incident.get("service")
        if not isinstance(service, Mapping) or service.get("id") not in self._made:
            raise ForbiddenWriteError("the incident is of a service that this run did not make")

    def _check_place(self, method: str, path: str, nodes: Sequence[str]) -> None:
        if nodes[-1] in _REACHES_ALL:
            raise ForbiddenWriteError(f"{method} {path}: is about the whole account")
        owner, others = nodes[0], nodes[2::2]
        known = self._made.union(_FEATURES, self._below.get(owner, ()))
        if owner not in self._made or not known.issuperset(others):
            raise ForbiddenWriteError(f"{method} {path}: this run did not make that object")
        if owner in self._fixed:
            raise ForbiddenWriteError(f"{method} {path}: other probes use that object too")

    def _check_value(self, method: str, path: str, value: Mapping[str, Any], texts: Sequence[str]) -> None:
        kind, why = str(value.get("type") or ""), ""
        known = self._made.union(_PARTS, *self._below.values())
        named = [value["id"]] if isinstance(value.get("id"), str) and value["id"] else []
        named += [text for text in texts if _ID_LIKE.fullmatch(text)]
        if not kind.startswith(_CATALOGUE) and not known.issuperset(named):
            why = "the body names an object that this run did not make"
        elif not all(is_own_address(it) for text in texts for it in _ADDRESS.findall(text)):
            why = "the body holds an address that may be a person's"
        elif any(_URL.match(text) and not _ADDRESS_OF_NOTHING.fullmatch(text) for text in texts):
            why = "the body holds a web address that may be someone's"
        elif kind.startswith(_NUMBERED) and not _FICTIONAL_NUMBER.fullmatch(str(value.get("address") or "")):
            why = "the body holds a number that may be a person's"
        elif kind in _REACHES_ALL or any(value.get(flag) for flag in _REACHING_FLAGS):
            why = "the object would be about the whole account"
        if why:
            raise ForbiddenWriteError(f"{method} {path}: {why}")


def _parts(value: object) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Each mapping of a body with its texts, those in its lists included; texts of the body itself are with an empty one."""
    yield (value if isinstance(value, Mapping) else {}), list(_texts(value))
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        if isinstance(inner, Mapping | list):
            yield from _parts(inner)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (it for name, it in value.items() if isinstance(it, str) and name != "integration_key")
    elif isinstance(value, list):
        yield from (it for it in value if isinstance(it, str))
