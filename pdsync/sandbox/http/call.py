"""Call: one request as the resources see it, free of the web framework."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from pdsync.sandbox.http.links import Links
from pdsync.sandbox.http.problem import invalid, not_found
from pdsync.sandbox.http.token import Token
from pdsync.sandbox.profile import Profile
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

ACCOUNT_TIME_ZONE = "Etc/UTC"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a JSON body; no body for 204."""

    status: int
    body: Body | list[Body] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """``args`` are the query parameters with all their values, ``now`` is in UTC on a whole second, ``shows`` says by
    kind how an object is shown."""

    store: Store
    links: Links
    token: Token
    now: datetime
    args: Mapping[str, Sequence[str]]
    shows: Mapping[str, Show]
    raw_body: bytes = b""
    from_email: str | None = None
    is_inside: bool = True
    """Whether the sandbox itself, or an imagined third party, asks, and no client."""
    is_overlapped: bool = False
    """Whether another request that joins objects at this place was carried out since this one arrived."""
    unseen: Callable[[], Container[str]] = frozenset
    """Ids of objects that were made so late that single reads do not see them yet."""

    @property
    def profile(self) -> Profile:
        return self.store.profile

    def arg(self, name: str) -> str | None:
        values = self.args.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> list[str]:
        """Values of ``name[]``."""
        return list(self.args.get(f"{name}[]", ()))

    def includes(self) -> frozenset[str]:
        return frozenset(self.many("include"))

    def show(self, record: Record, includes: frozenset[str] = frozenset()) -> Body:
        """An object as a list of its kind shows it. Through here an incident shows its service, and a service its
        integrations, without either knowing the other's module."""
        return self.shows[record.kind](self, record, includes)

    def embed(self, target: Record | Body, *, whole: bool) -> Body:
        """An object, or a stored reference to one, inside another object: whole where ``include[]`` asks for it, else,
        and once it is deleted, a reference."""
        if isinstance(target, Record):
            return self.show(target) if whole else self.links.reference(target)
        record = self.store.find(target["id"]) if whole else None
        if record is not None and record.kind in self.shows:
            return self.show(record)
        return self.links.resolve(target)

    def json(self) -> Body:
        """The body as an object. Raises the 400 for anything else."""
        try:
            body = json.loads(self.raw_body.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise invalid("The body is not valid JSON") from None
        if not isinstance(body, dict):
            raise invalid("The body must be a JSON object")
        if not is_text(self.raw_body, body):
            raise invalid("The body is not valid JSON: it holds half a surrogate pair")
        return body

    def wrapped(self, wrapper: str) -> Body:
        """The object inside of its wrapper: ``{"user": {...}}``."""
        body = self.json().get(wrapper)
        if not isinstance(body, dict):
            raise invalid(f"The body must have an object '{wrapper}'")
        return body

    def record(self, kind: str, id: str) -> Record:
        """Raises the 404 that belongs to the kind."""
        record = self.store.get(kind, id)
        if record is None:
            raise not_found(kind)
        return record

    def seen(self, kind: str, id: str) -> Record:
        """The same for what this request joins to something. A young object, which reads do not see yet, is not found."""
        record = self.record(kind, id)
        if id in self.unseen():
            raise not_found(kind)
        return record

    def child(self, kind: str, parent: Record, id: str) -> Record:
        record = self.store.get(kind, id)
        if record is None or record.parent != parent.id:
            raise not_found(kind)
        return record


Show = Callable[[Call, Record, frozenset[str]], Body]
"""How an object is shown, with what ``include[]`` asks for."""


def is_text(raw: bytes, parsed: object) -> bool:
    """Whether UTF-8 can say what was sent: half a surrogate pair is not a character (RFC 8259, 8.2)."""
    try:
        if _SURROGATE.search(raw):
            json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def pointer(record: Record) -> dict[str, Any]:
    """A reference in stored form."""
    kind = record.body["type"] if record.kind in ("contact_method", "integration", "log_entry") else record.kind
    return {"id": record.id, "type": f"{kind}_reference"}
