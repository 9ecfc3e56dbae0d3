"""Extension: what tells another program of the incidents of services, such as ServiceNow. The sandbox tells none.

Its secrets are sealed when they come in, and never shown: terraform-provider-pagerduty #94, #280, #462 and #862 quote ``--redacted--`` in answers. It sends bodies
without a wrapper, and PagerDuty's API description has them with one: both are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pdsync.sandbox.api.collection import Collection, Route
from pdsync.sandbox.api.extension_schema import NEEDS_OAUTH, SCHEMAS
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.seal import seal

REDACTED = "--redacted--"
_SECRETS = frozenset({"access_token", "snow_password", "password", "secret", "token"})
_HEADERS = "headers"
"""The values of its items are secrets."""


class Extensions(Collection):
    kind = "extension"
    plural = "extensions"
    known_includes = frozenset({"extension_objects", "extension_schemas", "temporarily_disabled"})

    def routes(self) -> list[Route]:
        return [*super().routes(), Route("POST", "/extensions/<id>/enable", self._enable)]

    def create(self, call: Call, body: Body) -> Record:
        draft: Body = {"endpoint_url": None, "config": {}, "temporarily_disabled": False}
        form = Form(body, draft, creating=True)
        form.choice("type", (self.kind,))
        _check_schema(form)
        _check_shared(call, form, {})
        if not form.errors:
            form.draft["extension_objects"] = _checked_services(call, form)
        form.finish()
        return call.store.put(self.kind, call.store.new_id(), draft)

    def update(self, call: Call, record: Record, body: Body) -> Record:
        """The schema stays (a guess: terraform-provider-pagerduty makes another extension for another schema)."""
        draft = dict(record.body)
        form = Form(body, draft, creating=False)
        schema = body.get("extension_schema")
        if isinstance(schema, dict) and schema.get("id") != draft["schema"]:
            form.error("Extension schema cannot be changed")
        _check_shared(call, form, record.body["config"])
        if form.has("extension_objects"):
            services = _checked_services(call, form)
            if services != draft["extension_objects"]:
                _change_services(call, form, services)
        form.finish()
        return call.store.put(self.kind, record.id, draft)

    def remove(self, call: Call, record: Record) -> None:
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = record.body
        key, label = SCHEMAS[body["schema"]]
        schema = {
            "id": body["schema"],
            "type": "extension_schema" if "extension_schemas" in includes else "extension_schema_reference",
            "summary": label,
            "self": f"{call.links.base_url}/extension_schemas/{body['schema']}",
            "html_url": None,
            **({"key": key, "label": label} if "extension_schemas" in includes else {}),
        }
        return {
            **call.links.head(record),
            "name": body["name"],
            "endpoint_url": None if call.profile.reads("extension_endpoint_url", "hidden") else body["endpoint_url"],
            "extension_schema": schema,
            "extension_objects": [
                call.embed(it, whole="extension_objects" in includes) for it in body["extension_objects"]
            ],
            "temporarily_disabled": body["temporarily_disabled"],
            "config": _shown(body["config"], call.profile.reading("extension_secrets")),
        }

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        service, schema = call.arg("extension_object_id"), call.arg("extension_schema_id")
        return [
            it
            for it in records
            if (service is None or any(target["id"] == service for target in it.body["extension_objects"]))
            and (schema is None or it.body["schema"] == schema)
        ]

    def _post(self, call: Call) -> Answer:
        return self._answer(201, call, self.create(call, _body(call)), call.includes())

    def _put(self, call: Call, id: str) -> Answer:
        record = call.record(self.kind, id)
        return self._answer(200, call, self.update(call, record, _body(call)), call.includes())

    def _enable(self, call: Call, id: str) -> Answer:
        record = call.record(self.kind, id)
        enabled = call.store.put(self.kind, id, {**record.body, "temporarily_disabled": False})
        return self._answer(200, call, enabled, call.includes())


def _body(call: Call) -> Body:
    body = call.json()
    return call.wrapped("extension") if "extension" in body else body


def _check_schema(form: Form) -> None:
    given = form.object("extension_schema", required=True)
    if given is None:
        return
    id = given.get("id")
    if id not in SCHEMAS:
        form.error("Extension schema Not Found")
    elif id in NEEDS_OAUTH:
        # terraform-provider-pagerduty #73: only the web application can, with OAuth.
        form.error("Extension schema cannot be configured by the API")
    else:
        form.draft["schema"] = id


def _check_shared(call: Call, form: Form, before: Body) -> None:
    form.text("name", Text(255, min_length=1), required=True)
    form.text("endpoint_url", Text(2048), null=None)
    config = form.object("config", null={})
    if config is not None:
        given = {**before, **config} if call.profile.reads("extension_config", "merged") else config
        kept = call.profile.reads("extension_redacted_value", "kept")
        form.draft["config"] = _sealed(_kept(given, before) if kept else given)


def _checked_services(call: Call, form: Form) -> list[Body]:
    """A set. An extension has one or more."""
    draft: Body = {}
    form.nested(form.body, draft, "").references("extension_objects", "service", call.store)
    if not draft.get("extension_objects"):
        form.error("Extension objects can't be blank")
    return list(draft.get("extension_objects", []))


def _change_services(call: Call, form: Form, services: list[Body]) -> None:
    reading = call.profile.reading("extension_services")
    if reading == "refused":
        form.error("Extension objects cannot be changed")
    elif reading == "changed":
        form.draft["extension_objects"] = services


def _kept(given: Any, before: Any) -> Any:
    """What was sent, with the secrets that are there in the places of redacted ones."""
    if given == REDACTED:
        return before
    if isinstance(given, dict):
        held = before if isinstance(before, dict) else {}
        return {name: _kept(value, held.get(name)) for name, value in given.items()}
    if isinstance(given, list):
        held_items = before if isinstance(before, list) else []
        padded = [*held_items, *[None] * len(given)]
        return [_kept(value, padded[number]) for number, value in enumerate(given)]
    return given


def _sealed(config: Any) -> Any:
    return _with_secrets(config, seal)


def _shown(config: Any, reading: str) -> Any:
    """A config without its secrets."""
    instead = {"redacted": REDACTED, "nothing": None}[reading]
    return _with_secrets(config, lambda secret: instead)


def _with_secrets(value: Any, become: Callable[[str], Any], *, in_headers: bool = False) -> Any:
    """A config with something else in the places of its secrets."""
    if isinstance(value, list):
        return [_with_secrets(it, become, in_headers=in_headers) for it in value]
    if not isinstance(value, dict):
        return value
    changed = {}
    for name, inner in value.items():
        is_secret = (name in _SECRETS or (in_headers and name == "value")) and isinstance(inner, str) and inner
        changed[name] = become(inner) if is_secret else _with_secrets(inner, become, in_headers=name == _HEADERS)
    return changed


EXTENSIONS = Extensions()
