"""What an account answers for a rendered schedule."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account


def rendered(account: Account, schedule: Any, query: str) -> Any:
    return account.get(f"/schedules/{schedule['id']}?{query}")["schedule"]


def final(account: Account, schedule: Any, query: str) -> list[tuple[str, str, str]]:
    entries = rendered(account, schedule, query)["final_schedule"]["rendered_schedule_entries"]
    return [(it["start"], it["end"], it["user"]["id"]) for it in entries]


def daily(start: str, hours: float) -> dict[str, Any]:
    return {"type": "daily_restriction", "start_time_of_day": start, "duration_seconds": int(hours * 3600)}


def weekly(day: int, start: str, hours: float) -> dict[str, Any]:
    return {**daily(start, hours), "type": "weekly_restriction", "start_day_of_week": day}
