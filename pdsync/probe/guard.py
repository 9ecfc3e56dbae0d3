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
_FICTIONAL_NUMBER = re.compile(r"\d{3}55501\d\d")
"""Numbers of the United States that are never given to anyone."""
_NUMBERED = ("phone_contact_method", "sms_contact_method", "whats_app_contact_method")


class ForbiddenWriteError(Exception):
    """A probe is wrong: it tried to write where it must not. Nothing was sent."""


class Guard:
    """What this run made, and so may write to."""

    def __init__(self, *, may_page: bool) -> None:
        self._may_page = may_page
        self._made: set[str] = set()
        self._below: dict[str, set[str]] = {}
        self._fixed: set[str] = set()

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
        for value in _mappings(body):
            self._check_value(method, path, value)

    def _check_place(self, method: str, path: str, nodes: Sequence[str]) -> None:
        owner, others = nodes[0], nodes[2::2]
        known = self._made | self._below.get(owner, set())
        if owner not in self._made or not known.issuperset(others):
            raise ForbiddenWriteError(f"{method} {path}: this run did not make that object")
        if owner in self._fixed:
            raise ForbiddenWriteError(f"{method} {path}: other probes use that object too")

    def _check_value(self, method: str, path: str, value: Mapping[str, Any]) -> None:
        identity, kind = value.get("id"), str(value.get("type") or "")
        known = self._made.union(*self._below.values())
        if isinstance(identity, str) and identity not in known and not kind.startswith(_CATALOGUE):
            raise ForbiddenWriteError(f"{method} {path}: the body names an object that this run did not make")
        for text in value.values():
            if isinstance(text, str) and re.fullmatch(r"\S+@\S+", text) and not is_own_address(text):
                raise ForbiddenWriteError(f"{method} {path}: the body holds an address that may be a person's")
        number = str(value.get("address") or "")
        if kind.startswith(_NUMBERED) and not _FICTIONAL_NUMBER.fullmatch(number):
            raise ForbiddenWriteError(f"{method} {path}: the body holds a number that may be a person's")


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _mappings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mappings(inner)
