"""Field option: one of the values that a custom field allows, by a path of its own below the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.custom_field import FieldRules, checked_option, option_of, set_options, show_option
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record


@dataclass(frozen=True, slots=True)
class FieldOptions:
    """``find`` gives the field of a path; ``follow`` gets the field as it was and as it is now, so that values follow."""

    rules: FieldRules
    find: Callable[..., Record]
    follow: Callable[[Call, Record, Body], None]

    def routes(self, field: str, *, with_get: bool = True) -> list[Route]:
        """``field`` is the path of one field. The older path of incident fields has no read of a single option."""
        many, one = f"{field}/field_options", f"{field}/field_options/<option_id>"
        return [
            Route("GET", many, self._list),
            Route("POST", many, self._post),
            *((Route("GET", one, self._get),) if with_get else ()),
            Route("PUT", one, self._put),
            Route("DELETE", one, self._delete),
        ]

    def _list(self, call: Call, **places: str) -> Answer:
        options = self.find(call, **places).body["options"]
        return Answer(200, {"field_options": [show_option(it) for it in options]})

    def _get(self, call: Call, option_id: str, **places: str) -> Answer:
        return Answer(200, {"field_option": show_option(option_of(self.find(call, **places), option_id))})

    def _post(self, call: Call, **places: str) -> Answer:
        field = self.find(call, **places)
        form = Form({}, dict(field.body), creating=True)
        if not str(field.body["field_type"]).endswith("_fixed"):
            form.error("Field options are only allowed for fields with fixed values")
        option = checked_option(call, self.rules, form, call.wrapped("field_option"), None)
        self._store(call, field, form, [*field.body["options"], *([option] if option is not None else [])])
        assert option is not None
        return Answer(201, {"field_option": show_option(option)})

    def _put(self, call: Call, option_id: str, **places: str) -> Answer:
        field = self.find(call, **places)
        old = option_of(field, option_id)
        form = Form({}, dict(field.body), creating=True)
        option = checked_option(call, self.rules, form, call.wrapped("field_option"), old) or old
        options = [option if it["id"] == option_id else it for it in field.body["options"]]
        if field.body.get("default_value") == old["value"]:
            form.draft["default_value"] = option["value"]
        self._store(call, field, form, options)
        return Answer(200, {"field_option": show_option(option)})

    def _delete(self, call: Call, option_id: str, **places: str) -> Answer:
        field = self.find(call, **places)
        old = option_of(field, option_id)
        default = field.body.get("default_value")
        if old["value"] == default or (isinstance(default, list) and old["value"] in default):
            raise invalid("Field option is the default value")
        options = [it for it in field.body["options"] if it["id"] != option_id]
        self._store(call, field, Form({}, dict(field.body), creating=True), options)
        return Answer(204)

    def _store(self, call: Call, field: Record, form: Form, options: list[Body]) -> None:
        set_options(form, options)
        form.finish()
        self.follow(call, field, form.draft)
        call.store.put(self.rules.kind, field.id, {**form.draft, "updated_at": stored(call.now)})
