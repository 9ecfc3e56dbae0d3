"""Alert grouping setting: how alerts are grouped, as an object of its own for one service or several, and as the
parameters of a service.

It and the older parameters of a service say the same thing twice: what is written to one is seen in the other
(facts: terraform-provider-pagerduty #1017, #1068; a setting whose last service goes vanishes).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pdsync.sandbox.api.collection import Collection
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import paginate_both_ways
from pdsync.sandbox.http.problem import not_found
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

NO_GROUPING: Body = {"type": None, "config": None}
NO_PAUSE: Body = {"enabled": False, "timeout": None, "recommended_timeout": None}
_PAUSES_S = (0, 120, 180, 300, 600, 900)  # PagerDuty API description, AutoPauseNotificationsParameters
_MAX_TIMEOUT_MINUTES = 1440
_TYPES = ("content_based", "content_based_intelligent", "intelligent", "time")
_MAX_TIMEOUT_S = 86_400
_RECOMMENDED_WINDOW = 0  # PagerDuty chooses it (PagerDuty API description)


class AlertGroupingSettings(Collection):
    kind = "alert_grouping_setting"
    plural = "alert_grouping_settings"

    def create(self, call: Call, body: Body) -> Record:
        draft: Body = {"name": None, "description": None, "created_at": stored(call.now)}
        return self._save(call, call.store.new_id(), self._checked(call, body, draft, None), ())

    def update(self, call: Call, record: Record, body: Body) -> Record:
        return self._save(
            call, record.id, self._checked(call, body, dict(record.body), record), record.body["services"]
        )

    def remove(self, call: Call, record: Record) -> None:
        call.store.delete(record.id)
        for service in record.body["services"]:
            _put_parameters(call, service["id"], NO_GROUPING)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        references = [call.links.resolve(it) for it in record.body["services"]]
        shown = [{**it, "name": it["summary"]} for it in references]
        return {"id": record.id, **record.body, "services": shown}

    def _list(self, call: Call) -> Answer:
        rows = self.filtered(call, call.store.ordered(self.kind))
        if not rows and call.profile.reads("no_grouping_settings", "not_found"):
            raise not_found()
        return Answer(200, paginate_both_ways(call, self.plural, rows, call.show))

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        wanted = set(call.many("service_ids"))
        return [it for it in records if not wanted or any(one["id"] in wanted for one in it.body["services"])]

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.text("name", Text(255), null=None)
        form.description(clean=description_cleaner(call, "grouping_line_breaks"))
        before = draft.get("type")
        form.choice("type", _TYPES, required=True)
        kind = draft.get("type")
        config = form.object("config", required=True)
        if config is None and kind != before:
            form.error("Config can't be blank when the type changes")
        if config is not None and kind is not None:
            draft["config"] = {}
            inner = form.nested(config, draft["config"], "config: ")
            check_config(call, inner, kind, max_timeout=_MAX_TIMEOUT_S)
        if form.has("services") or record is None:
            form.references("services", "service", call.store)
        services = draft.get("services") or []
        if not services:
            form.error("Services can't be blank")
        if len(services) > 1 and not _may_have_many(call, kind):
            form.error(f"Services can have only one service when the type is {kind}")
        ids = {service["id"] for service in services}
        if record is not None and ids.isdisjoint(it["id"] for it in record.body["services"]):
            # terraform-provider-pagerduty deletes the setting and makes another one.
            form.error("Services can't all be replaced")
        for service in services:
            if any(it is not record for it in call.store.referrers(self.kind, service["id"])):
                form.error("Services already has an alert grouping setting")
        form.finish()
        draft["updated_at"] = stored(call.now)
        return draft

    def _save(self, call: Call, id: str, body: Body, before: Iterable[Body]) -> Record:
        record = call.store.put(self.kind, id, body)
        now = {service["id"] for service in body["services"]}
        for service in before:
            if service["id"] not in now:
                _put_parameters(call, service["id"], NO_GROUPING)
        for service in body["services"]:
            _put_parameters(call, service["id"], _parameters(body))
        return record


def follow_service(call: Call, service: Record, given: Body) -> None:
    """Makes the settings say what the parameters of a service say, after a request with these fields. Parameters that a client only
    echoes still take the service out of a setting (terraform-provider-pagerduty #1017, #1068)."""
    parameters = service.body["alert_grouping_parameters"]
    settings = call.store.referrers("alert_grouping_setting", service.id)
    is_echoed = "alert_grouping_parameters" in given and call.profile.reads("echoed_grouping", "splits")
    if any(_parameters(it.body) == parameters and not (is_echoed and _says_more(it.body)) for it in settings):
        return
    leave_settings(call, service)
    if parameters["type"] is None:
        return
    config = parameters["config"]
    if parameters["type"] == "time":
        config = {"timeout": config["timeout"] * 60}
    body = {
        "name": None,
        "description": None,
        "created_at": stored(call.now),
        "type": parameters["type"],
        "config": config,
        "services": [pointer(service)],
        "updated_at": stored(call.now),
    }
    call.store.put("alert_grouping_setting", call.store.new_id(), body)


def _says_more(setting: Body) -> bool:
    """Whether a setting is more than the parameters of one service."""
    return bool(len(setting["services"]) > 1 or setting["name"] or setting["description"])


def leave_settings(call: Call, service: Record) -> None:
    for setting in call.store.referrers("alert_grouping_setting", service.id):
        left = [it for it in setting.body["services"] if it["id"] != service.id]
        if left:
            call.store.put("alert_grouping_setting", setting.id, {**setting.body, "services": left})
        else:
            call.store.delete(setting.id)


def _may_have_many(call: Call, kind: str | None) -> bool:
    """PagerDuty API description."""
    if kind == "content_based_intelligent":
        return call.profile.reads("services_of_content_based_intelligent", "many")
    return kind != "time"


def _parameters(setting: Body) -> Body:
    """In the older form a timeout is in minutes."""
    config = setting["config"]
    if setting["type"] == "time":
        config = {"timeout": config["timeout"] // 60}
    return {"type": setting["type"], "config": config}


def _put_parameters(call: Call, service_id: str, parameters: Body) -> None:
    service = call.store.get("service", service_id)
    if service is not None:
        call.store.put("service", service.id, {**service.body, "alert_grouping_parameters": parameters})


def check_alert_grouping(call: Call, form: Form) -> None:
    """Reads alert_grouping_parameters. A type of null deletes the setting, also when a client only echoes it
    (terraform-provider-pagerduty #1017, #1068)."""
    given = form.object("alert_grouping_parameters", null=NO_GROUPING)
    if given is None:
        return
    if given.get("type") is None:
        form.draft["alert_grouping_parameters"] = NO_GROUPING
        return
    draft: Body = {}
    part = form.nested(given, draft, "Alert grouping parameters: ")
    # content_based_intelligent is refused here (terraform-provider-pagerduty #949).
    part.choice("type", ("time", "intelligent", "content_based"), required=True)
    config: Body = {}
    inner = part.nested(part.object("config", null=None) or {}, config, "config: ")
    check_config(call, inner, str(draft.get("type")), max_timeout=_MAX_TIMEOUT_MINUTES)
    form.draft["alert_grouping_parameters"] = {**draft, "config": config}


def check_config(call: Call, form: Form, kind: str, *, max_timeout: int) -> None:
    """Reads the config of a kind of grouping; ``max_timeout`` is in minutes here and in seconds in a setting."""
    config = form.draft
    if kind == "time":
        config["timeout"] = 0
        form.integer("timeout", 0, max_timeout, null=0)
    elif kind == "intelligent":
        # The server adds these two (facts: iag_fields defaults to summary).
        config |= {"iag_fields": ["summary"], "time_window": 300}
        _time_window(call, form, whole_day=False)
        _names(form, "iag_fields")
    elif kind in ("content_based", "content_based_intelligent"):
        how = call.profile.reading("grouping_window_default")
        config["time_window"] = _RECOMMENDED_WINDOW if how == "recommended" else 300
        form.choice("aggregate", ("all", "any"), required=True)
        _names(form, "fields", required=True)
        if how == "required" and not form.has("time_window"):
            form.error("Time window can't be blank")
        _time_window(call, form, whole_day=kind == "content_based")


def check_auto_pause(form: Form) -> None:
    """Reads auto_pause_notifications_parameters."""
    given = form.object("auto_pause_notifications_parameters", null=NO_PAUSE)
    if given is None:
        return
    draft: Body = dict(form.draft["auto_pause_notifications_parameters"])
    part = form.nested(given, draft, "Auto pause notifications parameters: ")
    part.boolean("enabled")
    part.integer("timeout", 0, null=None)
    if not draft["enabled"]:
        draft["timeout"] = None
    elif draft["timeout"] is None:
        form.error("timeout cannot be null")  # text: terraform-provider-pagerduty #1015
    elif draft["timeout"] not in _PAUSES_S:
        part.error(f"Timeout must be one of: {', '.join(map(str, _PAUSES_S))}")
    form.draft["auto_pause_notifications_parameters"] = draft


def _time_window(call: Call, form: Form, *, whole_day: bool) -> None:
    """0 (the recommended one), 300 to 3600, and a whole day for content_based only (PagerDuty API description)."""
    form.integer("time_window", 0, 86_400, null=300)
    window = form.draft["time_window"]
    longest = 86_400 if whole_day and call.profile.reads("long_grouping_window", "taken") else 3600
    if not (window == _RECOMMENDED_WINDOW or 300 <= window <= longest or (whole_day and window == 86_400)):
        form.error("Time window must be 0 or between 300 and 3600" + (", or 86400" if whole_day else ""))


def _names(form: Form, name: str, *, required: bool = False) -> None:
    if not required and form.body.get(name) is None:
        return
    values: Any = form.body.get(name)
    if not isinstance(values, list) or not values or not all(isinstance(it, str) and it.strip() for it in values):
        form.error(f"{name.capitalize().replace('_', ' ')} must be an array of strings that is not empty")
    else:
        form.draft[name] = list(dict.fromkeys(values))


ALERT_GROUPING_SETTINGS = AlertGroupingSettings()
