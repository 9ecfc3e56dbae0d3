#!/usr/bin/env python3
"""Pages of an account of 1,000 services: what they take to make, how large they are, and how soon Chromium shows them.

The account has 1,000 users, 300 schedules and 500 policies as well. Three pages: a plan that changes one schedule, one that
changes every service and schedule, and the report of what is.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pdsync.model import Ref
from pdsync.oncall.impact import compute_impact
from pdsync.oncall.roster import Entry, Roster
from pdsync.plan import Change, Delta, Operation, Plan
from pdsync.report.page.plan_page import Sides, render_plan_page
from pdsync.report.page.state_page import render_state_page
from tests.support.chromium import CHROMIUM, Tab, open_chromium

MOMENT = 1_795_392_000
SERVICES, POLICIES, SCHEDULES, USERS = 1_000, 500, 300, 1_000


def ref(kind: str, number: int) -> Ref:
    return Ref(kind, "id", f"P{kind[:2].upper()}{number:05}")


def layers(number: int, turn: int) -> list[dict[str, Any]]:
    """Two layers of four people, one by day and one by night."""

    def layer(name: str, first: int, start: str) -> dict[str, Any]:
        return {
            "name": name,
            "rotation_virtual_start": "2026-01-05T09:00:00Z",
            "rotation_turn_length_seconds": turn,
            "users": [ref("user", (number * 4 + first + at) % USERS) for at in range(4)],
            "restrictions": [{"type": "daily_restriction", "start_time_of_day": start, "duration_seconds": 43_200}],
        }

    return [layer("Days", 0, "08:00:00"), layer("Nights", 2, "20:00:00")]


def account() -> Roster:
    entries: dict[Ref, Entry] = {}
    for at in range(USERS):
        rules = [
            {
                "urgency": "high",
                "start_delay_in_minutes": 0,
                "contact_method": Ref("contact_method", "natural", "push x"),
            }
        ]
        entries[ref("user", at)] = Entry(
            {"name": f"Person {at}", "time_zone": "Europe/Berlin"}, {"notification_rules": rules}
        )
    for at in range(SCHEDULES):
        fields = {"name": f"Schedule {at}", "time_zone": "Europe/Berlin", "schedule_layers": layers(at, 86_400)}
        entries[ref("schedule", at)] = Entry(fields)
    for at in range(POLICIES):
        targets = ([ref("schedule", at % SCHEDULES)], [ref("schedule", (at + 7) % SCHEDULES), ref("user", at)])
        rules = [{"escalation_delay_in_minutes": 10, "targets": each} for each in targets]
        entries[ref("escalation_policy", at)] = Entry(
            {"name": f"Policy {at}", "escalation_rules": rules, "num_loops": 2}
        )
    for at in range(SERVICES):
        fields = {"name": f"Service {at}", "escalation_policy": ref("escalation_policy", at % POLICIES)}
        entries[ref("service", at)] = Entry(fields)
    return Roster(entries)


def changed(before: Roster, schedules: int) -> Roster:
    """The first schedules change hands every week."""
    entries = dict(before.entries)
    for at in range(schedules):
        entry = entries[ref("schedule", at)]
        fields = {**entry.fields, "schedule_layers": layers(at, 604_800)}
        entries[ref("schedule", at)] = replace(entry, fields=fields)
    return Roster(entries)


def plan_of(schedules: int, services: int) -> Plan:
    changes = [
        Change(
            f"schedule/s{at}", "schedule", Operation.UPDATE, f"Schedule {at}", source=f"on-call.yaml:{at}",
            deltas=(Delta("schedule_layers[Days].rotation_turn_length_seconds", 86_400, 604_800),),
        )
        for at in range(schedules)
    ]  # fmt: skip
    changes += [
        Change(
            f"service/v{at}", "service", Operation.UPDATE, f"Service {at}", source=f"services.yaml:{at}",
            deltas=(Delta("auto_resolve_timeout", 3600, 7200), Delta("description", "Old words", "New words")),
        )
        for at in range(services)
    ]  # fmt: skip
    return Plan("bench", "acme", "d", tuple(changes), unchanged=2_800 - len(changes))


def plan_page(schedules: int, services: int) -> str:
    before = account()
    after = changed(before, schedules)
    impact = compute_impact(before, after, MOMENT)
    return render_plan_page(plan_of(schedules, services), Sides(before, after, impact), UTC)


def measure(name: str, make: Callable[[], str], tab: Tab | None, folder: Path) -> None:
    begun = time.perf_counter()
    page = make()
    made_s = time.perf_counter() - begun
    line = f"{name:<34} made in {made_s:5.2f} s, {len(page.encode()) / 1e6:5.2f} MB"
    if tab is not None:
        file = folder / "page.html"
        file.write_text(page, encoding="utf-8")
        tab.open(file)
        load = tab.evaluate("Math.round(performance.getEntriesByType('navigation')[0].loadEventStart)")
        paint = tab.evaluate("Math.round((performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime)")
        nodes = tab.evaluate("document.querySelectorAll('*').length")
        line += f", {nodes:>7,} elements, first seen after {paint} ms, loaded after {load} ms"
    print(line)


def main() -> None:
    pages: dict[str, Callable[[], str]] = {
        "plan, 1 schedule changes": lambda: plan_page(1, 0),
        "plan, all services and schedules": lambda: plan_page(SCHEDULES, SERVICES),
        "report": lambda: render_state_page(account(), MOMENT, UTC, title="bench", source=""),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if CHROMIUM is None:
            print("Chromium is not installed: what it takes to show the pages is not measured.")
            for title, make in pages.items():
                measure(title, make, None, folder)
            return
        with open_chromium(folder / "profile") as tab:
            tab.resize(1280)
            for title, make in pages.items():
                measure(title, make, tab, folder)


if __name__ == "__main__":
    main()
