"""Schedule layer: one rotation of a schedule. Layers can be changed and ended, never deleted.

Layers are stored base first, as requests give them; in which order answers give them, the account's profile says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.paging.rotation import has_ended
from pdsync.sandbox.store.instant import loaded, shown, stored
from pdsync.sandbox.store.record import Body

_HOUR_S, _DAY_S, _WEEK_S, _YEAR_S = 3600, 86_400, 604_800, 31_536_000


def merged_layers(call: Call, form: Form, sent: list[Body], old: list[Body], zone: str) -> list[Body]:
    """What the layers become. Layers that were not sent come below the others. Problems go to ``form``."""
    known = {layer["id"]: layer for layer in old}
    named: dict[str, Body] = {}
    result: list[Body] = []
    for number, body in enumerate(sent, start=1):
        id = body.get("id") if known else None
        prefix = f"Schedule layer {number}: "
        if id is not None and (not isinstance(id, str) or id not in known):
            form.error(f"{prefix}not found in this schedule")
            continue
        if id in named:
            form.error(f"{prefix}appears twice")
            continue
        before = known.get(id) if id is not None else None
        draft = _defaults(call, len(known) + number) if before is None else dict(before)
        part = form.nested(body, draft, prefix, creating=before is None)
        _check_layer(call, part, zone)
        if not form.errors:
            _settle_start(draft, before, call.now)
            _check_end(call, part, before)
        named[draft["id"]] = draft
        result.append(draft)
    return [*_left_out(call, [layer for layer in old if layer["id"] not in named]), *result]


def zone_of_moments(call: Call, zone: str) -> str:
    """The zone of moments without an offset, in a schedule of this zone."""
    return zone if call.profile.reads("local_moments", "schedule_zone") else "Etc/UTC"


def shown_layers(call: Call, schedule: Body, zone: str) -> Iterator[Body]:
    """Not rendered; moments with the offset of ``zone``."""
    shows_ended = call.profile.reads("ended_layers", "listed")
    for layer in schedule["schedule_layers"][:: -1 if call.profile.reads("layer_order", "reversed") else 1]:
        if not shows_ended and has_ended(layer, call.now):
            continue
        yield {
            "name": layer["name"],
            "id": layer["id"],
            "start": shown(layer["start"], zone),
            "end": shown(layer["end"], zone),
            "rotation_virtual_start": shown(layer["rotation_virtual_start"], zone),
            "rotation_turn_length_seconds": layer["rotation_turn_length_seconds"],
            "users": _shown_users(call, layer),
            "restrictions": layer["restrictions"],
        }


def _shown_users(call: Call, layer: Body) -> list[Body]:
    """A deleted user can still be in a layer that has ended (app-sre/qontract-reconcile #2074)."""
    how = call.profile.reading("deleted_user_in_layer")
    shown_users: list[Body] = []
    for user in layer["users"]:
        if how == "reference" or call.store.get("user", user["id"]) is not None:
            shown_users.append({"user": call.links.resolve(user)})
        elif how == "empty":
            shown_users.append({"user": None})
    return shown_users


def _left_out(call: Call, layers: list[Body]) -> list[Body]:
    how = call.profile.reading("left_out_layers")
    if how == "stay":
        return layers
    if how == "go":
        return []
    # A layer that has not begun was never in force.
    begun = [layer for layer in layers if loaded(layer["start"]) <= call.now]
    return [layer if has_ended(layer, call.now) else {**layer, "end": stored(call.now)} for layer in begun]


def _check_end(call: Call, form: Form, before: Body | None) -> None:
    draft = form.draft
    if draft["end"] is None:
        return
    if loaded(draft["end"]) <= loaded(draft["start"]):
        form.error("End must be after start")
    elif (
        before is not None
        and draft["end"] != before["end"]
        and has_ended(draft, call.now)
        and call.profile.reads("past_layer_end", "refused")
    ):
        form.error("End must not be in the past")


def _defaults(call: Call, number: int) -> Body:
    return {"id": call.store.new_id(), "name": f"Layer {number}", "end": None, "restrictions": []}


def _check_layer(call: Call, form: Form, zone: str) -> None:
    form.text("name", Text(255, min_length=1), null=form.draft["name"])
    form.moment("start", zone, required=True)
    form.moment("end", zone, null=None, whole_minute=True)  # terraform-provider-pagerduty #659
    whole_minute = call.profile.reads("rotation_virtual_start", "whole_minutes")
    form.moment("rotation_virtual_start", zone, required=True, whole_minute=whole_minute)
    # PagerDuty API description and terraform-provider-pagerduty: an hour to 365 days.
    form.integer("rotation_turn_length_seconds", _HOUR_S, _YEAR_S, required=True)
    entries = form.objects("users", required=True)
    if entries is not None:
        form.draft["users"] = _users(call, form, entries)
    restrictions = form.objects("restrictions", null=[])
    if restrictions is not None:
        form.draft["restrictions"] = _restrictions(form, restrictions)


def _users(call: Call, form: Form, entries: list[Body]) -> list[Body]:
    if not entries:
        form.error("Users can't be blank")
    users: list[Body] = []
    for entry in entries:
        # Each is wrapped once more: {"user": {...}} (PagerDuty API description, ScheduleLayerUser).
        given = entry.get("user")
        user = form.pointer(given if isinstance(given, dict) else {}, "user", call.store)
        if user is None:
            continue
        if call.record("user", user["id"]).body["role"].startswith("read_only"):
            form.error("Stakeholders cannot be added to schedules")  # terraform-provider-pagerduty #759
        users.append(user)
    return users


def _restrictions(form: Form, restrictions: list[Body]) -> list[Body]:
    checked: list[Body] = []
    for number, body in enumerate(restrictions, start=1):
        draft: Body = {}
        part = form.nested(body, draft, f"restriction {number}: ")
        part.choice("type", ("daily_restriction", "weekly_restriction"), required=True)
        weekly = draft.get("type") == "weekly_restriction"
        part.time_of_day("start_time_of_day")
        part.integer("duration_seconds", 1, (_WEEK_S if weekly else _DAY_S) - 1, required=True)
        if weekly:
            part.integer("start_day_of_week", 1, 7, required=True)
        elif body.get("start_day_of_week") is not None:
            part.error("Start day of week is only for a weekly_restriction")
        checked.append(draft)
    if form.errors:
        return checked
    # The order is the server's own; a client must not rely on its own coming back.
    return sorted(checked, key=_restriction_order)


def _restriction_order(restriction: Body) -> tuple[str, int, str, int]:
    day = restriction.get("start_day_of_week", 0)
    return restriction["type"], day, restriction["start_time_of_day"], restriction["duration_seconds"]


def _settle_start(draft: Body, before: Body | None, now: datetime) -> None:
    """History cannot be written: a start in the past becomes now whenever a layer is made or really changed
    (terraform-provider-pagerduty #200, #330). Ending a layer, or not ending it after all, moves no start."""
    if before is not None:
        both_past = loaded(draft["start"]) <= now and loaded(before["start"]) <= now
        same_start = both_past or draft["start"] == before["start"]
        fields = ("name", "users", "restrictions", "rotation_virtual_start", "rotation_turn_length_seconds")
        revived = has_ended(before, now) and not has_ended(draft, now)
        unchanged = all(draft[it] == before[it] for it in fields)
        if same_start and not revived and (unchanged or has_ended(draft, now)):
            draft["start"] = before["start"]
            return
    if loaded(draft["start"]) < now:
        draft["start"] = stored(now)
