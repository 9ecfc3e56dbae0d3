"""Tag: a label for users, teams and policies. It has no update; what it is on is a record of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pdsync.sandbox.api.collection import Collection, Route
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import UnreadableProblem, invalid
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

_ENTITIES = {"users": "user", "teams": "team", "escalation_policies": "escalation_policy"}
_MAX_LABEL = 191  # PagerDuty API description, Tag


class Tags(Collection):
    kind = "tag"
    plural = "tags"
    query_fields = ("label",)

    def routes(self) -> list[Route]:
        own = [it for it in super().routes() if it.method != "PUT"]  # facts: there is no update endpoint
        found: list[Route] = []
        for plural, kind in _ENTITIES.items():
            found += [
                Route("GET", f"/tags/<id>/{plural}", _entities_of(plural, kind)),
                Route("GET", f"/{plural}/<id>/tags", _tags_of(kind)),
                Route("POST", f"/{plural}/<id>/change_tags", _change_tags(kind)),
            ]
        return own + found

    def create(self, call: Call, body: Body) -> Record:
        draft: Body = {}
        form = Form(body, draft, creating=True)
        form.text("label", Text(_MAX_LABEL, min_length=1), required=True)
        is_taken = "label" in draft and _find(call.store, draft["label"]) is not None
        if is_taken and call.profile.reads("tag_labels", "unique"):
            form.error("Label has already been taken")
        form.finish()
        return _make(call, draft["label"])

    def remove(self, call: Call, record: Record) -> None:
        for assignment in call.store.referrers("tag_assignment", record.id):
            call.store.delete(assignment.id)
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        return {**call.links.head(record), "label": record.body["label"]}


def drop_tags(store: Store, entity: Record) -> None:
    """Takes all tags from something that is about to be deleted."""
    for assignment in store.children("tag_assignment", entity.id):
        store.delete(assignment.id)


def _make(call: Call, label: str) -> Record:
    return call.store.put("tag", call.store.new_id(), {"name": label, "label": label})


def _find(store: Store, label: str) -> Record | None:
    if store.profile.reads("tag_label_case", "different"):
        return next((it for it in store.all("tag") if it.body["label"] == label), None)
    return next((it for it in store.all("tag") if it.body["label"].casefold() == label.casefold()), None)


def _tags_of(kind: str) -> Callable[..., Answer]:
    def handle(call: Call, id: str) -> Answer:
        rows = [
            call.record("tag", it.body["tag"]["id"])
            for it in call.store.children("tag_assignment", call.record(kind, id).id)
        ]
        return Answer(200, paginate(call, "tags", rows, call.show))

    return handle


def _entities_of(plural: str, kind: str) -> Callable[..., Answer]:
    def handle(call: Call, id: str) -> Answer:
        assigned = call.store.referrers("tag_assignment", call.record("tag", id).id)
        rows = [record for it in assigned if (record := call.store.get(kind, it.parent or "")) is not None]
        return Answer(200, paginate(call, plural, rows, call.links.reference))

    return handle


def _change_tags(kind: str) -> Callable[..., Answer]:
    def handle(call: Call, id: str) -> Answer:
        entity, body = call.seen(kind, id), call.json()  # terraform-provider-pagerduty #789: 404 for a young one
        if call.is_overlapped and call.profile.reads("tags_at_once", "refused"):
            raise UnreadableProblem("Bad Request")
        form = Form(body, {}, creating=True)
        added = [_added(call, form, it) for it in form.objects("add", null=[]) or []]
        removed = [_referred(call, form, it) for it in form.objects("remove", null=[]) or []]
        form.finish()
        for tag in added:
            key = f"{entity.id}:{tag.id}" if tag is not None else ""
            if tag is not None and call.store.find(key) is None:
                call.store.put("tag_assignment", key, {"tag": pointer(tag)}, entity.id)
        for tag in removed:
            if tag is not None and call.store.find(f"{entity.id}:{tag.id}") is not None:
                call.store.delete(f"{entity.id}:{tag.id}")
        if call.profile.reads("change_tags_answer", "empty"):
            return Answer(200, {})
        return Answer(200, {name: body[name] for name in ("add", "remove") if name in body})

    return handle


def _added(call: Call, form: Form, given: dict[str, Any]) -> Record | None:
    """A ``tag`` is found by its label or made; a ``tag_reference`` is one that exists (PagerDuty API description)."""
    if given.get("type") != "tag":
        return _referred(call, form, given)
    draft: Body = {}
    inner = form.nested(given, draft, "")
    inner.text("label", Text(_MAX_LABEL, min_length=1), required=True)
    label = draft.get("label")
    return None if label is None else _find(call.store, label) or _make(call, label)


def _referred(call: Call, form: Form, given: dict[str, Any]) -> Record | None:
    if given.get("type") != "tag_reference":
        raise invalid("Tags must have the type tag or tag_reference")
    found = form.pointer(given, "tag", call.store)
    return call.store.get("tag", found["id"]) if found is not None else None


TAGS = Tags()
