"""Template: what a status update says, with names in double braces that are filled in for an incident."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pdsync.sandbox.api.authorship import changed_now, made_now, show_authors
from pdsync.sandbox.api.collection import Collection, Route, check_name
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.api.template_field import FIELDS, render
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import matching, paginate
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

_TYPES = ("status_update",)  # PagerDuty API description: the only one
_PARTS = {"email_subject": 1_000, "email_body": 1_000_000, "message": 10_000}
"""The fields of a status update, and how long each may be (a guess)."""
_SORTS = tuple(f"{name}{way}" for name in ("created_at", "name") for way in ("", ":asc", ":desc"))


class Templates(Collection):
    kind = "template"
    plural = "templates"
    query_fields = ("name", "description")

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/templates/fields", _fields),
            *super().routes(),
            Route("POST", "/templates/<id>/render", self._render),
        ]

    def create(self, call: Call, body: Body) -> Record:
        draft = {"template_type": _TYPES[0], **_unset(), **_without_version(made_now(call))}
        return call.store.put(self.kind, call.store.new_id(), self._checked(call, body, draft, None))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        is_whole = call.profile.reads("template_put", "whole")
        draft = {**record.body, **(_unset() if is_whole else {}), **_without_version(changed_now(call))}
        return call.store.put(self.kind, record.id, self._checked(call, body, draft, record))

    def remove(self, call: Call, record: Record) -> None:
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        shown = self.show_one(call, record, includes)
        if call.profile.reads("template_list_fields", "left_out"):
            del shown["templated_fields"]
        return shown

    def show_one(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = record.body
        parts = {name: body["templated_fields"][name] for name in _PARTS}
        shown = {name: body[name] for name in ("template_type", "name", "description", "created_at", "updated_at")}
        return {**call.links.head(record), **shown, "templated_fields": parts, **show_authors(call, body)}

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        wanted = call.arg("template_type") or _TYPES[0]
        return [it for it in records if it.body["template_type"] == wanted]

    def _list(self, call: Call) -> Answer:
        rows = self.filtered(call, matching(call, call.store.ordered(self.kind), *self.query_fields))
        return Answer(200, paginate(call, self.plural, _sorted(call, rows), call.show))

    def _render(self, call: Call, id: str) -> Answer:
        return Answer(200, render(call, call.record(self.kind, id).body["templated_fields"]))

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.choice("template_type", _TYPES)
        form.text("name", Text(255, min_length=1), required=True)
        if call.profile.reads("template_names", "unique"):
            check_name(call, form, self.kind, record)
        form.description(null=None, clean=description_cleaner(call, "template_line_breaks"))
        given = form.object("templated_fields", null=_unset()["templated_fields"])
        if given is not None:
            draft["templated_fields"] = dict(draft["templated_fields"])
            part = form.nested(given, draft["templated_fields"], "Templated fields: ")
            for name, longest in _PARTS.items():
                part.text(name, Text(longest, clean=str), null=None)
        form.finish()
        return draft


def _unset() -> Body:
    return {"description": None, "templated_fields": dict.fromkeys(_PARTS)}


def _without_version(fields: Body) -> Body:
    return {name: value for name, value in fields.items() if name != "version"}


def _fields(call: Call) -> Answer:
    return Answer(200, {"fields": list(FIELDS)})


def _sorted(call: Call, rows: Sequence[Record]) -> Sequence[Record]:
    """The oldest first where nothing is asked for (PagerDuty API description)."""
    order = call.arg("sort_by") or _SORTS[0]
    if order not in _SORTS:
        raise invalid(f"Sort by must be one of: {', '.join(_SORTS)}")
    name, _, way = order.partition(":")
    return sorted(rows, key=lambda it: str(it.body[name]).casefold(), reverse=way == "desc")


TEMPLATES = Templates()
