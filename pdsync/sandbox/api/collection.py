"""Collection: what users, teams, schedules, policies and services have in common: list, get, post, put, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pdsync.sandbox.api.private import visible
from pdsync.sandbox.api.use import check_uses
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.pagination import matching, paginate, sorted_rows
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

Handler = Callable[..., Answer]
_ORDER_UNKNOWN = ("user", "team", "schedule")
"""Kinds whose list has no ``sort_by`` in PagerDuty's API description."""


@dataclass(frozen=True, slots=True)
class Route:
    """``path`` in the notation of the web framework; its ``<name>`` parts become keyword arguments. With ``may_end_in_slash``
    the same path with a slash at its end is served too."""

    method: str
    path: str
    handler: Handler
    may_end_in_slash: bool = False


def routes_of_users(plural: str, many: Mapping[str, Handler], one: Mapping[str, Handler]) -> list[Route]:
    """The routes of a list that each user has, by method: those of the whole list, and those of one of its items."""
    path = f"/users/<user_id>/{plural}"
    return [
        *(Route(method, path, handler) for method, handler in many.items()),
        *(Route(method, f"{path}/<id>", handler) for method, handler in one.items()),
    ]


def _in_order(call: Call, kind: str) -> list[Record]:
    reading = call.profile.reading("list_order")
    if reading == "by_name" or kind not in _ORDER_UNKNOWN or call.arg("sort_by"):
        return call.store.sorted_by_name(kind)
    oldest_first = call.store.ordered(kind)
    return oldest_first if reading == "oldest_first" else oldest_first[::-1]


class Collection:
    """One kind of top-level object. A subclass says how it is checked, stored and shown."""

    kind: str
    plural: str
    path: str | None = None
    """Where it is, without the first slash; None for its plural."""
    wrapper: str | None = None
    """What one object is wrapped in; None for its kind."""
    query_fields: tuple[str, ...] = ("name",)
    created: int = 201
    known_includes: frozenset[str] = frozenset()
    """What ``include[]`` may ask for; anything else is passed over."""

    def create(self, call: Call, body: Body) -> Record:
        raise NotImplementedError

    def update(self, call: Call, record: Record, body: Body) -> Record:
        raise NotImplementedError

    def remove(self, call: Call, record: Record) -> None:
        """Raises the 400 when something still needs it."""
        raise NotImplementedError

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        raise NotImplementedError

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        """Records that the query parameters ask for, other than ``query``."""
        return list(records)

    def before_create(self, call: Call) -> None:
        """Checks that come before the body is looked at."""

    def routes(self) -> list[Route]:
        many = f"/{self.path or self.plural}"
        one = f"{many}/<id>"
        return [
            Route("GET", many, self._list),
            Route("POST", many, self._post),
            Route("GET", one, self._get),
            Route("PUT", one, self._put),
            Route("DELETE", one, self._delete),
        ]

    def _list(self, call: Call) -> Answer:
        records = visible(call, _in_order(call, self.kind))
        rows = sorted_rows(call, self.filtered(call, matching(call, records, *self.query_fields)))
        includes = self._includes(call)
        return Answer(200, paginate(call, self.plural, rows, lambda record: self.show(call, record, includes)))

    def _get(self, call: Call, id: str) -> Answer:
        return self._answer(200, call, call.record(self.kind, id), self._includes(call))

    def _post(self, call: Call) -> Answer:
        self.before_create(call)
        body = call.wrapped(self.wrapper or self.kind)
        check_uses(call, self.kind, body)
        return self._answer(self.created, call, self.create(call, body), call.includes())

    def _put(self, call: Call, id: str) -> Answer:
        record, body = call.record(self.kind, id), call.wrapped(self.wrapper or self.kind)
        check_uses(call, self.kind, body)
        return self._answer(200, call, self.update(call, record, body), call.includes())

    def _delete(self, call: Call, id: str) -> Answer:
        self.remove(call, call.record(self.kind, id))
        return Answer(204)

    def _includes(self, call: Call) -> frozenset[str]:
        asked = call.includes()
        if not asked <= self.known_includes and call.profile.reads("unknown_include", "refused"):
            raise invalid(f"Include must be among: {', '.join(sorted(self.known_includes))}")
        return asked

    def show_one(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        """How GET of one object, POST and PUT show it; a list may say less."""
        return self.show(call, record, includes)

    def _answer(self, status: int, call: Call, record: Record, includes: frozenset[str]) -> Answer:
        return Answer(status, {self.wrapper or self.kind: self.show_one(call, record, includes)})


def check_name(call: Call, form: Form, kind: str, record: Record | None) -> None:
    """Another object of the kind must not have the name that is in the form, whatever the case."""
    name = str(form.draft.get("name", "")).casefold()
    if any(it.body["name"].casefold() == name and it is not record for it in call.store.all(kind)):
        form.error("Name has already been taken")
