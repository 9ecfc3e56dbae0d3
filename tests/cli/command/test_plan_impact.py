"""A plan says who is paged differently: on an account that pdsync made, edit by edit, in every form of output."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from pdsync.plan import SHORTEST_DIGEST
from pdsync.sandbox import SandboxServer
from tests.cli.command.rota import (
    ALL_WEEK,
    LEVEL,
    METHOD,
    NOT_SUNDAY,
    ONLY,
    RULES,
    SCHEDULE,
    START,
    SUNDAY,
    SWAP,
    Rota,
    names,
)
from tests.cli.conftest import Pdsync, Run


@pytest.fixture
def rota(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Rota:
    return Rota(folder, pdsync)


def test_a_roster_edit_that_swaps_who_is_on_call_now(rota: Rota) -> None:
    impact = rota.impact(SWAP)
    assert names(impact["leaves"], "user", "policy", "level", "schedule") == [("Ana Lima", "First", 1, "Days")]
    assert names(impact["joins"], "user", "policy", "level", "schedule") == [("Bo Chen", "First", 1, "Days")]
    assert names(impact["moves"], "schedule", "before", "after") == [("Days", "Ana Lima", "Bo Chen")]
    assert names(impact["services"], "service", "policy") == [("Mail", "First"), ("Shop", "First")]
    assert [risk["code"] for risk in impact["risks"]] == ["current_on_call"]
    assert impact["risks"][0]["address"] == "escalation_policy/first"
    place = "manifests/schedule.days.yaml:4"
    assert {one["source"] for name in ("leaves", "joins", "moves", "services", "risks") for one in impact[name]} == {
        place
    }
    fortnight = 14 * 86_400
    assert [(one["user"]["name"], one["before"]["seconds"], one["after"]["seconds"]) for one in impact["loads"]] == [
        ("Ana Lima", fortnight, 0),
        ("Bo Chen", 0, fortnight),
    ]
    assert impact["gaps"] == impact["unreachable"] == impact["unknown"] == []


def test_a_roster_edit_that_removes_sunday(rota: Rota) -> None:
    impact = rota.impact(SUNDAY)
    gaps = [gap for gap in impact["gaps"] if gap["subject"]["kind"] == "escalation_policy"]
    assert gaps
    assert all(gap["appears"] and gap["subject"]["name"] == "First" for gap in gaps)
    assert [gap["start"] for gap in gaps] == [
        gap["start"] for gap in impact["gaps"] if gap["subject"]["kind"] == "schedule"
    ]
    whole = [gap for gap in gaps if gap["start"] != impact["from"] and gap["end"] != impact["until"]]
    assert all(datetime.fromisoformat(gap["start"]).hour in (22, 23) for gap in whole), "midnight in Berlin"
    assert "coverage_gap" in [risk["code"] for risk in impact["risks"]]
    (load,) = impact["loads"]
    lost = sum(
        (datetime.fromisoformat(gap["end"]) - datetime.fromisoformat(gap["start"])).total_seconds() for gap in gaps
    )
    assert load["before"]["seconds"] - load["after"]["seconds"] == lost


def test_a_gap_that_vanishes_is_no_risk(rota: Rota) -> None:
    rota.edit(SUNDAY)
    assert rota.run("apply", "--yes").code == 0
    impact = rota.impact({})
    assert {gap["appears"] for gap in impact["gaps"]} == {False}
    assert "coverage_gap" not in [risk["code"] for risk in impact["risks"]]


def test_a_policy_that_pages_someone_else_and_a_service_that_moves(rota: Rota) -> None:
    impact = rota.impact({"escalation_policy/second": RULES % ("Second", LEVEL % "{user: cy}")})
    assert names(impact["leaves"], "user", "schedule") == [("Bo Chen", None)]
    assert names(impact["joins"], "user", "policy") == [("Cy Diaz", "Second")]
    assert impact["services"] == impact["moves"] == []
    rota.edit({"service/mail": START["service/mail"].replace("first", "second")})
    impact = json.loads(rota.run("plan", "-o", "json").out)["impact"]
    (moved,) = impact["services"]
    assert (moved["service"]["name"], moved["policy_before"]["name"], moved["policy"]["name"]) == (
        "Mail",
        "First",
        "Second",
    )
    assert [user["name"] for user in moved["after"]] == ["Bo Chen"]
    assert impact["leaves"] == impact["joins"] == impact["risks"] == []
    assert moved["source"] == "manifests/service.mail.yaml:4"


def test_a_service_that_moves_into_a_gap(rota: Rota) -> None:
    base = {
        "schedule/gappy": SCHEDULE.replace("Days", "Gappy") % (ALL_WEEK % ("ana", NOT_SUNDAY)),
        "escalation_policy/third": RULES % ("Third", LEVEL % "{schedule: gappy}"),
    }
    impact = rota.impact({**base, "service/shop": START["service/shop"].replace("first", "third")})
    of_services = [gap for gap in impact["gaps"] if gap["services"]]
    assert of_services
    assert {gap["services"][0]["name"] for gap in of_services} == {"Shop"}
    (risk,) = [risk for risk in impact["risks"] if risk["code"] == "coverage_gap"]
    assert "no one at all would be paged by 'Third', for 'Shop'" in risk["message"]
    new = next(gap["subject"] for gap in of_services)
    assert new == {"kind": "escalation_policy", "id": None, "name": "Third", "address": "escalation_policy/third"}


BY_HOURS = """{name: Shop, escalation_policy: first,
  incident_urgency_rule: {type: use_support_hours, during_support_hours: {type: constant, urgency: high},
    outside_support_hours: {type: constant, urgency: low}},
  support_hours: {type: fixed_time_per_day, time_zone: Europe/Berlin, start_time: "09:00", end_time: "17:00",
    days_of_week: [1, 2, 3, 4, 5]}}"""


def test_a_service_that_is_less_urgent_and_one_that_is_disabled(rota: Rota) -> None:
    impact = rota.impact(
        {"service/shop": BY_HOURS, "service/mail": "{name: Mail, escalation_policy: first, status: disabled}"}
    )
    assert names(impact["alarms"], "service", "before", "after", "source") == [
        ("Mail", "high", "none", "manifests/service.mail.yaml:4"),
        ("Shop", "high", "low", "manifests/service.shop.yaml:5"),
    ]
    disabled, quieter = impact["alarms"]
    assert (disabled["start"], disabled["end"]) == (impact["from"], impact["until"])
    assert quieter["seconds"] == (14 * 24 - 10 * 8) * 3600
    (risk,) = [risk for risk in impact["risks"] if risk["code"] == "service_disabled"]
    assert (risk["address"], risk["source"]) == ("service/mail", "manifests/service.mail.yaml:4")
    assert names(impact["unreachable"], "user", "lack") == [("Ana Lima", "low")], "low urgency is new to her"
    said = rota.run("plan").out
    assert "Services whose urgency changes: 2" in said
    assert "Mail: high -> no incidents, from now on" in said
    assert "Shop: high -> low, 256 h of 14 days, first " in said
    assert "no one would be paged for 'Mail'" in said
    assert rota.run("apply", "--yes").code == 0
    again = "{name: Mail, escalation_policy: first, status: active}"
    impact = rota.impact({"service/shop": BY_HOURS, "service/mail": again})
    assert names(impact["alarms"], "service", "before", "after") == [("Mail", "none", "high")]
    assert impact["risks"] == []


def test_someone_who_is_deleted_and_someone_whom_nothing_reaches(rota: Rota) -> None:
    bo_goes = {
        "user/bo": START["user/bo"],
        "escalation_policy/second": RULES % ("Second", LEVEL % "{user: cy}"),
    }
    impact = rota.impact(bo_goes, absent="user/bo")
    assert names(impact["leaves"], "user", "policy") == [("Bo Chen", "Second")]
    impact = rota.impact({"user/ana": ONLY % ("Ana Lima", "ana", "", "")})
    assert names(impact["unreachable"], "user", "lack", "through", "source") == [
        ("Ana Lima", "contact_methods", "Days", "manifests/user.ana.yaml:4")
    ]
    assert [risk["code"] for risk in impact["risks"]] == ["unreachable"]
    impact = rota.impact({"user/ana": ONLY % ("Ana Lima", "ana", METHOD, "")})
    assert names(impact["unreachable"], "user", "lack") == [("Ana Lima", "high")], "she had no rule for low before"
    assert impact["leaves"] == impact["loads"] == []
    impact = rota.impact({"user/cy": ONLY % ("Cy Diaz", "cy", "", "")})
    assert impact["unreachable"] == [], "Cy is on call through nothing"


def test_what_has_nothing_to_do_with_it_says_nothing(rota: Rota) -> None:
    assert rota.impact({"service/shop": "{name: Store, escalation_policy: first}"}) is None
    assert "Who is paged" not in rota.run("plan").out
    rota.edit({"user/dan": "{name: Dan, email: dan@example.com, role: limited_user}"})
    assert "Who is paged (now, and in the next 14 days)\n  No one's on-call time changes.\n" in rota.run("plan").out
    assert "\nNo one's on-call time changes.\n" in rota.run("plan", "-o", "markdown").out


def test_every_output_says_it_and_the_digest_does_not(rota: Rota, monkeypatch: pytest.MonkeyPatch) -> None:
    rota.edit(SWAP)
    run = rota.run("plan", "--timezone", "America/New_York", "--report", "plan.md", "--out", "plan.json")
    assert run.out.startswith("Risks\n  ! who is on call now changes for 'First': 'Ana Lima' leaves level 1")
    assert "    - Ana Lima leaves First, level 1 (through Days)\n" in run.out
    assert "    ~ Days: Ana Lima -> Bo Chen, from now on\n" in run.out
    report = (rota.folder / "plan.md").read_text()
    assert report.index("### Risks (1)") < report.index("### Who is paged") < report.index("### Needs review (1)")
    hint = "To wait for the next hand-off, add 'lifecycle: {rotation: hand-off aware}' to schedule/days"
    assert hint in " ".join(run.out.split())
    assert hint in report
    told = rota.run("plan", "-o", "github").out
    assert told.startswith("::warning file=manifests/schedule.days.yaml,line=4,title=pdsync risk::who is on call now")
    saved = json.loads((rota.folder / "plan.json").read_text())
    assert saved["impact"]["joins"][0]["user"]["name"] == "Bo Chen"
    digest = saved["digest"]
    later = json.loads(rota.run("plan", "-o", "json").out)
    assert later["digest"] == digest
    questions: list[str] = []
    run = _asked_and_refused(rota, monkeypatch, questions)
    assert "Who is paged" in run.out
    assert "This changes who is on call now." in run.err
    assert questions == ["\nApply this change? [y/N] "]
    assert (
        "Who is paged"
        not in rota.run("-q", "apply", "--yes", "--plan", "plan.json", "--expect-digest", digest[:SHORTEST_DIGEST]).out
    )


def _asked_and_refused(rota: Rota, monkeypatch: pytest.MonkeyPatch, questions: list[str]) -> Run:
    def answer(terminal: object, question: str) -> str:
        questions.append(question)
        return "n"

    with monkeypatch.context() as patch:
        patch.setattr("pdsync.cli.terminal.Terminal.is_interactive", property(lambda self: True))
        patch.setattr("pdsync.cli.terminal.Terminal.ask", answer)
        return rota.run("apply")


def test_a_saved_plan_says_it_again(rota: Rota) -> None:
    rota.edit(SWAP)
    assert rota.run("plan", "--out", "plan.json").code == 0
    run = rota.run("apply", "--yes", "--plan", "plan.json", "-o", "json")
    assert run.code == 0
    assert json.loads(run.out)["impact"]["leaves"][0]["user"]["name"] == "Ana Lima"
    assert json.loads(rota.run("apply", "--yes", "--plan", "plan.json", "-o", "json").out)["impact"] is None


def test_a_zone_that_is_none_is_told_before_anything_is_read(rota: Rota) -> None:
    run = rota.run("plan", "--timezone", "Europe/Nowhere")
    assert run.code == 64
    assert "--timezone: 'Europe/Nowhere' is not a time zone" in run.err
