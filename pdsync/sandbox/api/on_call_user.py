"""On-call user: the schedules and policies that name a user, and what that keeps the user from."""

from __future__ import annotations

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.event_state import EVENT, ROTATION, is_past
from pdsync.sandbox.paging.on_call_schedule import SHIFT_BASED
from pdsync.sandbox.paging.rotation import has_ended
from pdsync.sandbox.paging.shift_rendering import CUSTOM_SHIFT, OVERRIDE
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.record import Record


def on_call_places(call: Call, user: Record) -> list[str]:
    """The schedules with a layer or shifts of the user that have not ended, and the policies, as sentences say them."""
    schedules = [
        schedule.body["name"]
        for schedule in call.store.referrers("schedule", user.id)
        if any(
            not has_ended(layer, call.now) and any(it["id"] == user.id for it in layer["users"])
            for layer in schedule.body["schedule_layers"]
        )
    ]
    schedules += [it.body["name"] for it in _shift_schedules(call, user)]
    policies = [policy.body["name"] for policy in call.store.referrers("escalation_policy", user.id)]
    return [f"on the schedule '{name}'" for name in schedules] + [
        f"on the escalation policy '{name}'" for name in policies
    ]


def delete_problems(call: Call, user: Record) -> list[str]:
    """Why a user cannot be deleted: 400 while on a schedule or a policy (terraform-provider-pagerduty #66, #833), and while
    incidents are assigned to them (API description). The texts are the sandbox's own."""
    store = call.store
    problems = [f"User can't be deleted while {place}" for place in on_call_places(call, user)]
    if any(
        it["assignee"]["id"] == user.id
        for escalation in store.referrers("escalation", user.id)
        for it in escalation.body["assignments"]
    ):
        problems.append("User can't be deleted while incidents are assigned to them")
    if call.profile.reads("overrides_of_deleted_user", "refused") and _overrides(call, user):
        problems.append("User can't be deleted while on an override")
    return problems


def leave_overrides(call: Call, user: Record) -> None:
    """What happens to the overrides of a user who is about to be deleted."""
    if call.profile.reads("overrides_of_deleted_user", "go"):
        for override in _overrides(call, user):
            call.store.delete(override.id)


def role_problem(call: Call, user: Record) -> str | None:
    """Why a user cannot become a stakeholder."""
    if call.profile.reads("on_call_stakeholder", "taken"):
        return None
    return next((f"Role cannot be that of a stakeholder while {it}" for it in on_call_places(call, user)), None)


def _overrides(call: Call, user: Record) -> list[Record]:
    """The overrides that have not ended, in schedules of both kinds."""
    ends = {"override": "end", OVERRIDE: "end_time"}
    return [
        it
        for kind, end in ends.items()
        for it in call.store.referrers(kind, user.id)
        if loaded(it.body[end]) > call.now
    ]


def _shift_schedules(call: Call, user: Record) -> list[Record]:
    """Shift-based schedules with an event or a custom shift of the user that has not ended."""
    store = call.store
    events = [it for it in store.referrers(EVENT, user.id) if not is_past(it, call.now)]
    rotations = [call.record(ROTATION, it.parent or "") for it in events]
    shifts = [it for it in store.referrers(CUSTOM_SHIFT, user.id) if loaded(it.body["end_time"]) > call.now]
    ids = dict.fromkeys(it.parent or "" for it in (*rotations, *shifts))
    return [call.record(SHIFT_BASED, it) for it in ids]
