#!/usr/bin/env python3
"""How long the impact of a plan takes that touches everything: 1,000 people, 300 schedules, 300 policies, 1,000 services."""

from __future__ import annotations

import time
from collections.abc import Mapping

from pdsync.model import Ref
from pdsync.oncall.impact import compute_impact
from pdsync.oncall.roster import Entry, Roster
from pdsync.report.impact.impact_json import build_impact_form
from pdsync.report.impact.impact_text import render_impact_lines

PEOPLE, SCHEDULES, SERVICES = 1000, 300, 1000
NOW = 1_795_000_000
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
DAY_S = 86_400


def user(number: int) -> Ref:
    return Ref("user", "id", f"P{number % PEOPLE:06d}")


def account(shift: int) -> Mapping[Ref, Entry]:
    """An account in which every rotation begins with the person `shift` places on."""
    by_phone = {"type": "phone_contact_method", "address": "5550101"}
    pointer = Ref("contact_method", "name", "phone_contact_method 5550101")
    rules = [
        {"urgency": urgency, "start_delay_in_minutes": 0, "contact_method": pointer} for urgency in ("high", "low")
    ]
    entries: dict[Ref, Entry] = {
        user(number): Entry(
            {"name": f"Person {number}", "email": f"p{number}@example.com"},
            {"contact_methods": [by_phone], "notification_rules": rules},
        )
        for number in range(PEOPLE)
    }
    for number in range(SCHEDULES):
        people = [user(number * 4 + (each + shift) % 6) for each in range(6)]
        layers = [
            {
                "name": "Nights",
                "rotation_virtual_start": "2026-01-05T18:00:00Z",
                "rotation_turn_length_seconds": DAY_S,
                "users": people,
                "restrictions": [
                    {"type": "daily_restriction", "start_time_of_day": "18:00:00", "duration_seconds": 15 * 3600}
                ],
            },
            {
                "name": "Days",
                "rotation_virtual_start": "2026-01-05T09:00:00Z",
                "rotation_turn_length_seconds": 7 * DAY_S,
                "users": people[:3],
                "restrictions": [
                    {
                        "type": "weekly_restriction",
                        "start_day_of_week": day,
                        "start_time_of_day": "09:00:00",
                        "duration_seconds": 9 * 3600,
                    }
                    for day in range(1, 6)
                ],
            },
        ]
        fields = {"name": f"Schedule {number}", "time_zone": ZONES[number % 4], "schedule_layers": layers}
        entries[Ref("schedule", "id", f"S{number}")] = Entry(fields)
        rules_of_policy = [
            {"escalation_delay_in_minutes": 10, "targets": [Ref("schedule", "id", f"S{number}")]},
            {"escalation_delay_in_minutes": 10, "targets": [Ref("schedule", "id", f"S{(number + 1) % SCHEDULES}")]},
        ]
        policy = Entry({"name": f"Policy {number}", "escalation_rules": rules_of_policy})
        entries[Ref("escalation_policy", "id", f"E{number}")] = policy
    for number in range(SERVICES):
        of = Ref("escalation_policy", "id", f"E{number % SCHEDULES}")
        entries[Ref("service", "id", f"V{number}")] = Entry({"name": f"Service {number}", "escalation_policy": of})
    return entries


def main() -> None:
    before, after = account(0), account(1)
    best = min(measure(before, after) for _ in range(3))
    print(f"best of 3: {best:.2f} s")


def measure(before: Mapping[Ref, Entry], after: Mapping[Ref, Entry]) -> float:
    started, busy_before = time.perf_counter(), time.process_time()
    impact = compute_impact(Roster(before), Roster(after), NOW)
    computed, busy = time.perf_counter() - started, time.process_time() - busy_before
    build_impact_form(impact).to_json()
    lines = render_impact_lines(impact)
    both = time.perf_counter() - started
    print(
        f"computed {computed:.2f} s ({busy:.2f} s of one processor), with text and JSON {both:.2f} s: {len(impact.moves)} shifts move, "
        f"{len(impact.services)} services, {len(impact.loads)} loads, {len(lines)} lines"
    )
    return both


if __name__ == "__main__":
    main()
