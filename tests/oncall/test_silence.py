"""Maintenance windows that a change makes or removes: which services page no one, and for how long in sum."""

from __future__ import annotations

from pdsync.model import Ref
from pdsync.oncall.impact import Impact, compute_impact
from pdsync.oncall.roster import Entry, Roster
from pdsync.report.impact.impact_text import impact_parts

NOW = 1_795_428_000
"""Monday, 23 November 2026, 10:00 UTC."""
HOUR_S = 3600
SHOP, MAIL = Ref("service", "id", "PSHOP1"), Ref("service", "id", "PMAIL1")
SERVICES = {SHOP: Entry({"name": "Shop"}), MAIL: Entry({"name": "Mail"})}


def window(name: str, start: str, end: str, *services: Ref, key: str = "patch") -> dict[Ref, Entry]:
    fields = {"start_time": start, "end_time": end, "services": list(services), "description": "Patching"}
    place = {"start_time": "windows.yaml:6"}
    return {Ref("maintenance_window", "id", name): Entry(fields, source="windows.yaml:1", key=key, positions=place)}


def sunday(day: int, *services: Ref) -> dict[Ref, Entry]:
    return window(f"QWIN{day}", f"2026-12-{day:02}T02:00:00Z", f"2026-12-{day:02}T04:00:00Z", *services)


def said(impact: Impact) -> list[str]:
    parts = impact_parts(impact)
    return [f"{line.sign} {line.text}" for it in parts if it.title == "Services under maintenance" for line in it.lines]


def test_services_of_a_series_are_one_line_with_the_sum_of_their_hours() -> None:
    after = {**SERVICES, **sunday(6, SHOP, MAIL), **sunday(13, SHOP, MAIL), **sunday(20, SHOP, MAIL)}
    impact = compute_impact(Roster(SERVICES), Roster(after), NOW)
    assert said(impact) == [
        "! Mail, Shop page no one for 6 h in 3 windows, first Sun 6 Dec 02:00 - 04:00 UTC",
    ]
    assert impact.silences[0].place == "windows.yaml:6"
    assert impact.touches
    assert not impact.is_quiet
    assert said(compute_impact(Roster(after), Roster(SERVICES), NOW)) == [
        "+ Mail, Shop page again for 6 h in 3 windows, first Sun 6 Dec 02:00 - 04:00 UTC",
    ]


def test_time_that_windows_share_counts_once_and_time_of_another_window_does_not_count() -> None:
    before = {**SERVICES, **window("QTHEIRS", "2026-12-06T03:00:00Z", "2026-12-06T10:00:00Z", SHOP, key="")}
    after = {
        **before,
        **sunday(6, SHOP),
        **window("QMORE1", "2026-12-06T01:00:00Z", "2026-12-06T02:30:00Z", SHOP),
    }
    impact = compute_impact(Roster(before), Roster(after), NOW)
    assert said(impact) == ["! Shop pages no one for 2 h: Sun 6 Dec 01:00 - 03:00 UTC"]


def test_a_window_that_is_moved_says_both() -> None:
    before, after = {**SERVICES, **sunday(6, SHOP)}, {**SERVICES}
    after |= window("QWIN6", "2026-12-06T03:00:00Z", "2026-12-06T06:00:00Z", SHOP)
    impact = compute_impact(Roster(before), Roster(after), NOW)
    assert said(impact) == [
        "! Shop pages no one for 2 h: Sun 6 Dec 04:00 - 06:00 UTC",
        "+ Shop pages again for 1 h: Sun 6 Dec 02:00 - 03:00 UTC",
    ]


def test_a_window_that_runs_counts_from_now_on_and_one_that_is_over_does_not() -> None:
    after = {
        **SERVICES,
        **window("QRUNS1", "2026-11-23T08:00:00Z", "2026-11-23T11:30:00Z", SHOP),
        **window("QOVER1", "2026-11-22T08:00:00Z", "2026-11-22T11:30:00Z", MAIL),
    }
    impact = compute_impact(Roster(SERVICES), Roster(after), NOW)
    assert said(impact) == ["! Shop pages no one for 1 h 30 min: now until Mon 23 Nov 11:30 UTC"]
    assert impact.silences[0].start == NOW


def test_a_disabled_service_is_left_out() -> None:
    disabled = {**SERVICES, SHOP: Entry({"name": "Shop", "status": "disabled"})}
    impact = compute_impact(Roster(disabled), Roster({**disabled, **sunday(6, SHOP)}), NOW)
    assert impact.silences == ()
    assert impact.is_quiet
