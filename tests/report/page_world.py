"""Rosters before and after a change, in which `text` is wherever text can, and pages of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

from pdsync.model import Ref
from pdsync.oncall.impact import compute_impact
from pdsync.oncall.roster import Entry, Roster
from pdsync.report.page.plan_page import Sides, render_plan_page
from pdsync.report.page.state_page import render_state_page
from tests.report.hostile import hostile_plan

MONDAY = 1_795_392_000
"""23 November 2026, 00:00 UTC."""


def ref(kind: str, value: str) -> Ref:
    return Ref(kind, "id", value)


def layer(*users: str, name: str = "Week", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "rotation_virtual_start": "2026-01-05T00:00:00Z",
        "rotation_turn_length_seconds": 604_800,
        "users": [ref("user", user) for user in users],
        **more,
    }


def world(text: str = "") -> Roster:
    """Three people, two schedules, two policies, two services."""
    rule = {"urgency": "high", "start_delay_in_minutes": 2, "contact_method": Ref("contact_method", "natural", "x y")}
    people = {
        ref("user", key): Entry({"name": f"{name}{text}"}, {"notification_rules": [rule], "contact_methods": [{"type": "x", "address": "y"}]})
        for key, name in (("ana", "Ana"), ("bo", "Bo"), ("cy", "Cy"))
    }  # fmt: skip
    targets = [[ref("schedule", "week")], [ref("user", "bo"), ref("schedule", "night")]]
    rules = [{"escalation_delay_in_minutes": 10, "targets": each} for each in targets]
    return Roster(
        {
            **people,
            ref("schedule", "week"): Entry({"name": f"Weekly{text}", "time_zone": "Europe/Berlin", "schedule_layers": [layer("ana", "bo", name=f"L{text}")]}, source=f"{text}:1"),
            ref("schedule", "night"): Entry({"name": f"Nights{text}", "schedule_layers": [layer("cy")]}),
            ref("escalation_policy", "first"): Entry({"name": f"First{text}", "escalation_rules": rules, "num_loops": 1}),
            ref("escalation_policy", "thin"): Entry({"name": f"Thin{text}", "escalation_rules": rules[:1]}, source=f"{text}:2"),
            ref("service", "shop"): Entry({"name": f"Shop{text}", "escalation_policy": ref("escalation_policy", "first")}),
            ref("service", "search"): Entry({"name": f"Search{text}", "escalation_policy": ref("escalation_policy", "thin"), "status": "disabled"}),
        }
    )  # fmt: skip


def without_sundays(before: Roster) -> Roster:
    """The weekly schedule no longer covers Sundays, has one more turn, and the person who is new has no way to be reached."""
    week, new = ref("schedule", "week"), ref("user", "di")
    six_days = {"type": "weekly_restriction", "start_day_of_week": 1, "start_time_of_day": "00:00:00", "duration_seconds": 6 * 86_400}  # fmt: skip
    entry = before.entries[week]
    fields = {**entry.fields, "schedule_layers": [layer("ana", "bo", "di", name="L", restrictions=[six_days])]}
    return Roster(
        {
            **before.entries,
            week: replace(entry, fields=fields),
            new: Entry({"name": "Di"}, {"contact_methods": [], "notification_rules": []}),
        }
    )


def plan_page(text: str = "") -> str:
    """Every operation on every kind, and a schedule that loses its Sundays."""
    before = world(text)
    after = without_sundays(before)
    sides = Sides(before, after, compute_impact(before, after, MONDAY))
    return render_plan_page(hostile_plan(text or "x"), sides, UTC)


def state_page(text: str = "") -> str:
    return render_state_page(world(text), MONDAY, UTC, title=text or "acme", source="From the manifests.")
