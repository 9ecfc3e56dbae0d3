"""Schedules, overrides, escalation policies, and who is on call."""

from __future__ import annotations

from typing import Any

from tests.support.pagerduty_cli import PagerDutyCli


def schedules(pd: PagerDutyCli) -> None:
    """The client begins a rotation at this very moment unless it is told another: with seconds, which PagerDuty takes."""
    pd("schedule create -n Primary -d Days -u iris@example.com -u jon@example.com -l 1w")
    pd('schedule create -n Nights -u jon@example.com -s tomorrow --rotation_virtual_start "in 2 days"')
    primary, nights = pd.row("schedule", name="Primary"), pd.row("schedule", name="Nights")
    [layer] = pd.get(f"/schedules/{primary['id']}")["schedule"]["schedule_layers"]
    assert layer["rotation_turn_length_seconds"] == 7 * 86400
    assert [it["user"]["summary"] for it in layer["users"]] == ["Iris Lane", "Jon Lane"]
    assert [row[1:3] for row in pd("schedule list --csv").rows] == [
        ["Nights", "Jon Lane"],
        ["Primary", "Iris Lane\nJon Lane"],
    ]
    shown = pd('schedule show -n Primary --since now --until "in 3 days"').stdout
    assert "Schedule name:     Primary" in shown
    assert "weekly" in shown
    rendered = pd(f"""schedule render -i {primary["id"]} --until "in 3 days" --csv""").rows
    assert [row[-1] for row in rendered] == ["Iris Lane"]
    pd(f'''schedule copy -i {nights["id"]} -d "More nights"''')
    assert (
        pd.row("schedule", name="More nights")["schedule_layers"][0]["users"] == nights["schedule_layers"][0]["users"]
    )
    pd("schedule listdeletedusers")


def overrides(pd: PagerDutyCli) -> None:
    primary, jon = pd.row("schedule", name="Primary")["id"], pd.row("user", name="Jon Lane")["id"]
    pd(f'schedule override add -i {primary} -U jon@example.com --start "in 1 hour" --end "in 3 hours"')
    pd('schedule override add -n Primary --me --start "in 4 hours" --end "in 5 hours"')
    assert {it["user"]["id"] for it in pd.rows("override", parent=primary)} == {jon, pd.row("user", role="owner")["id"]}
    listed = pd(f"schedule override list -i {primary} --csv").rows
    assert [row[-1] for row in listed] == ["Jon Lane", "Account Owner"]


def escalation_policies(pd: PagerDutyCli) -> None:
    iris, jon = (pd.row("user", name=name)["id"] for name in ("Iris Lane", "Jon Lane"))
    primary = pd.row("schedule", name="Primary")["id"]
    policy = pd("ep create -n Payments -d 10 --description Days -r 2 -S Primary -p").id

    def levels() -> list[set[str]]:
        rules: list[dict[str, Any]] = pd.get(f"/escalation_policies/{policy}")["escalation_policy"]["escalation_rules"]
        return [{it["id"] for it in rule["targets"]} for rule in rules]

    assert levels() == [{primary}]
    assert pd.row("escalation_policy", id=policy)["num_loops"] == 2
    pd("ep level add -n Payments -l 2 -d 15 -U iris@example.com")
    pd(f"ep target add -i {policy} -l 2 -U jon@example.com")
    assert levels() == [{primary}, {iris, jon}]
    pd("ep target remove -n Payments -l 2 -U iris@example.com")
    assert levels() == [{primary}, {jon}]
    pd(f"ep level add -n Payments -l 1 -d 5 -u {iris}")
    pd("ep level remove -n Payments -l 1")
    assert levels() == [{primary}, {jon}]
    copied = pd('ep copy -n Payments -d "Payments at night" -p').id
    assert [row[1:4] for row in pd("ep list --csv").rows] == [
        ["Payments", "2", "2"],
        ["Payments at night", "2", "2"],
    ]
    pd("ep listdeletedusers")
    pd(f"team ep add -n Payments -e {policy} -e {copied}")
    team = pd.row("team", name="Payments")["id"]
    assert [row[2] for row in pd(f"team ep list -i {team} --csv").rows] == ["Payments", "Payments at night"]
    pd(f"team ep remove -n Payments -e {copied}")
    assert pd.get(f"/escalation_policies/{copied}")["escalation_policy"]["teams"] == []


def who_is_on_call(pd: PagerDutyCli) -> None:
    primary = pd.row("schedule", name="Primary")["id"]
    policy = pd.row("escalation_policy", name="Payments")["id"]
    assert {row[3] for row in pd(f"schedule oncall -i {primary} --csv").rows} == {"Iris Lane"}
    levels = {(row[2], row[3]) for row in pd(f"ep oncall -i {policy} --csv").rows}
    assert levels == {("1", "Iris Lane"), ("2", "Jon Lane")}
    assert {row[3] for row in pd("user oncall -e jon@example.com -a --csv").rows} == {
        "Payments",
        "Payments at night",
    }
    assert pd("user oncall --me").stdout.strip() == ""
