"""Alert grouping: how a service groups alerts, and whether it pauses notifications of transient ones."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.http.form import Form
from pdsync.sandbox.store.record import Body

NO_GROUPING: Body = {"type": None, "config": None}
NO_PAUSE: Body = {"enabled": False, "timeout": None, "recommended_timeout": None}
_PAUSES_S = (0, 120, 180, 300, 600, 900)  # PagerDuty API description, AutoPauseNotificationsParameters
_MAX_TIMEOUT_MINUTES = 1440


def check_alert_grouping(form: Form) -> None:
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
    check_config(inner, str(draft.get("type")), max_timeout=_MAX_TIMEOUT_MINUTES)
    form.draft["alert_grouping_parameters"] = {**draft, "config": config}


def check_config(form: Form, kind: str, *, max_timeout: int) -> None:
    """Reads the config of a kind of grouping; ``max_timeout`` is in minutes here and in seconds in a setting."""
    config = form.draft
    if kind == "time":
        config["timeout"] = 0
        form.integer("timeout", 0, max_timeout, null=0)
    elif kind == "intelligent":
        # The server adds these two (facts: iag_fields defaults to summary).
        config |= {"iag_fields": ["summary"], "time_window": 300}
        _time_window(form, whole_day=False)
        _names(form, "iag_fields")
    elif kind in ("content_based", "content_based_intelligent"):
        config["time_window"] = 300
        form.choice("aggregate", ("all", "any"), required=True)
        _names(form, "fields", required=True)
        _time_window(form, whole_day=kind == "content_based")


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


def _time_window(form: Form, *, whole_day: bool) -> None:
    """0 (the recommended one), 300 to 3600, and a whole day for content_based only (PagerDuty API description)."""
    form.integer("time_window", 0, 86_400, null=300)
    window = form.draft["time_window"]
    if not (window == 0 or 300 <= window <= 3600 or (whole_day and window == 86_400)):
        form.error("Time window must be 0 or between 300 and 3600" + (", or 86400" if whole_day else ""))


def _names(form: Form, name: str, *, required: bool = False) -> None:
    if not required and form.body.get(name) is None:
        return
    values: Any = form.body.get(name)
    if not isinstance(values, list) or not values or not all(isinstance(it, str) and it.strip() for it in values):
        form.error(f"{name.capitalize().replace('_', ' ')} must be an array of strings that is not empty")
    else:
        form.draft[name] = list(dict.fromkeys(values))
