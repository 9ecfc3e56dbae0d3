"""What a manifest may write short means the same as the long form, and no output ever shows the short one."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pdsync.client import RestApiV2Client
from pdsync.manifest import load_texts
from pdsync.model import Resource
from pdsync.model.codec.time import DAY_NAMES, read_days
from tests.export.world import export_of, fetch_whole
from tests.manifest.text import manifest, said
from tests.support.world import converge, plan_for

LAYER = {"name": "Days", "rotation_virtual_start": "2026-01-05T09:00", "users": ["ana", "bo"]}
HOURS = {"start_time_of_day": "09:00", "duration_seconds": "8h"}


def person(**spec: Any) -> tuple[str, dict[str, Any]]:
    return "User", {"email": "cy@example.com", **spec}


def service(**spec: Any) -> tuple[str, dict[str, Any]]:
    return "Service", {"escalation_policy": {"id": "P1"}, **spec}


def rota(**spec: Any) -> tuple[str, dict[str, Any]]:
    return "Schedule", {"time_zone": "Europe/Berlin", **spec}


def layered(*restrictions: dict[str, Any], length: int | str = "1w") -> tuple[str, dict[str, Any]]:
    return rota(schedule_layers=[{**LAYER, "rotation_turn_length_seconds": length, "restrictions": list(restrictions)}])


def weekly(*days: int) -> list[dict[str, Any]]:
    return [{"type": "weekly_restriction", "start_day_of_week": day, **HOURS} for day in days]


def number(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": f"{kind}_contact_method", "country_code": 351, "address": "912345678", **more}


def rule(method: dict[str, Any], delay: int | str = 0) -> dict[str, Any]:
    return {"urgency": "high", "start_delay_in_minutes": delay, "contact_method": method}


def hours(days: Any) -> tuple[str, dict[str, Any]]:
    by_hours = {
        "type": "use_support_hours",
        "during_support_hours": {"urgency": "high"},
        "outside_support_hours": {"urgency": "low"},
    }
    times = {"time_zone": "Europe/Berlin", "days_of_week": days, "start_time": "09:00", "end_time": "17:00"}
    return service(incident_urgency_rule=by_hours, support_hours=times)


PAIRS = {
    "days, range": (layered({"days": "mon-fri", **HOURS}), layered(*weekly(1, 2, 3, 4, 5))),
    "days, list": (layered({"days": ["mon", "wed"], **HOURS}), layered(*weekly(1, 3))),
    "days, numbers": (layered({"days": [7, 1], **HOURS}), layered(*weekly(1, 7))),
    "days, over the end of the week": (layered({"days": "sat-mon", **HOURS}), layered(*weekly(6, 7, 1))),
    "days, ranges and days": (layered({"days": ["mon-tue", "Sat"], **HOURS}), layered(*weekly(1, 2, 6))),
    "days, with the type": (
        layered({"type": "weekly_restriction", "days": "sun", **HOURS}),
        layered(*weekly(7)),
    ),
    "days, beside long ones": (
        layered(*weekly(6), {"days": "mon-tue", **HOURS}),
        layered({"days": "mon-tue", **HOURS}, *weekly(6)),
    ),
    "days, long names": (
        layered({"days": ["Monday", "wednesday-FRI"], **HOURS}),
        layered(*weekly(1, 3, 4, 5)),
    ),
    "days of support hours": (hours("mon-fri"), hours([1, 2, 3, 4, 5])),
    "days of support hours, list": (hours(["sat", "mon-tue"]), hours([1, 2, 6])),
    "phone": (
        person(contact_methods=[{"phone": "+351 912 345 678", "label": "Mobile"}]),
        person(contact_methods=[number("phone", label="Mobile")]),
    ),
    "sms": (person(contact_methods=[{"sms": "+351-912-345.678"}]), person(contact_methods=[number("sms")])),
    "whatsapp": (person(contact_methods=[{"whatsapp": "+351912345678"}]), person(contact_methods=[number("whatsapp")])),
    "trunk zero": (
        person(contact_methods=[{"phone": "+49 (0) 30 1234567"}]),
        person(contact_methods=[number("phone") | {"country_code": 49, "address": "301234567"}]),
    ),
    "zero that belongs to the number": (
        person(contact_methods=[{"phone": "+39 06 698 12345"}]),
        person(contact_methods=[number("phone") | {"country_code": 39, "address": "0669812345"}]),
    ),
    "phone in a rule": (
        person(contact_methods=[number("phone")], notification_rules=[rule({"phone": "+351 912 345 678"})]),
        person(contact_methods=[number("phone")], notification_rules=[rule(number("phone"))]),
    ),
    "rotation": (
        rota(rotation={"weekly": ["ana", "bo"], "starts": "2026-01-05T09:00"}),
        rota(
            schedule_layers=[{**LAYER, "name": "Layer 1", "rotation_turn_length_seconds": 604800}],
        ),
    ),
    "rotation with a name": (
        rota(rotation={"weekly": ["ana", "bo"], "starts": "2026-01-05T09:00", "name": "Days"}),
        layered(),
    ),
    "duration in seconds": (layered(length="1d12h"), layered(length=129600)),
    "duration in minutes": (
        person(contact_methods=[number("sms")], notification_rules=[rule(number("sms"), "1h30m")]),
        person(contact_methods=[number("sms")], notification_rules=[rule(number("sms"), 90)]),
    ),
    "duration of a few values": (
        service(auto_pause_notifications_parameters={"enabled": True, "timeout": "5m"}),
        service(auto_pause_notifications_parameters={"enabled": True, "timeout": 300}),
    ),
}
PEOPLE = "".join(manifest("User", key, f"email: {key}@example.com", "---\n") for key in ("ana", "bo"))


def read(kind: str, spec: dict[str, Any]) -> Resource:
    text = yaml.safe_dump({"apiVersion": "pdsync/v1", "kind": kind, "metadata": {"name": "it"}, "spec": spec})
    loaded = load_texts([("m.yaml", PEOPLE + text)])
    assert not loaded.problems, [str(problem) for problem in loaded.problems]
    return next(it for it in loaded.resources if it.key == "it")


@pytest.mark.parametrize("name", PAIRS)
def test_a_short_form_has_the_canonical_value_of_the_long_one(name: str) -> None:
    short, long = (read(*form) for form in PAIRS[name])
    assert short.fields == long.fields
    assert short.children == long.children


def test_ranges_of_days() -> None:
    for first in range(7):
        for last in range(7):
            walked = [first]
            while walked[-1] != last:
                walked.append((walked[-1] + 1) % 7)
            assert read_days(f"{DAY_NAMES[first]}-{DAY_NAMES[last]}") == [day + 1 for day in walked]


SHORT = f"""\
{PEOPLE}apiVersion: pdsync/v1
kind: User
metadata: {{name: cy}}
spec:
  email: cy@example.com
  contact_methods:
    - {{phone: "+351 912 345 678", label: Mobile}}
    - {{sms: "+351 912 345 678", label: Mobile}}
  notification_rules:
    - {{urgency: high, start_delay_in_minutes: 5m, contact_method: {{sms: "+351 912 345 678"}}}}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {{name: plain}}
spec:
  time_zone: Europe/Berlin
  rotation: {{weekly: [ana, bo], starts: 2026-01-05T09:00}}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {{name: office}}
spec:
  time_zone: Europe/Berlin
  schedule_layers:
    - name: Office
      rotation_virtual_start: 2026-01-05T09:00
      rotation_turn_length_seconds: 1w
      users: [ana, cy]
      restrictions:
        - {{days: mon-fri, start_time_of_day: "09:00", duration_seconds: 8h}}
        - {{days: [sat, sun], start_time_of_day: "10:00", duration_seconds: 4h}}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {{name: first}}
spec:
  escalation_rules: [{{escalation_delay_in_minutes: 15m, targets: [{{schedule: plain}}]}}]
---
apiVersion: pdsync/v1
kind: Service
metadata: {{name: web}}
spec:
  escalation_policy: first
  auto_resolve_timeout: 4h
  auto_pause_notifications_parameters: {{enabled: true, timeout: 5m}}
"""


def test_an_account_made_from_short_forms_plans_nothing_more_and_is_exported_in_long_ones(
    client: RestApiV2Client,
) -> None:
    loaded = load_texts([("m.yaml", SHORT)])
    assert not loaded.problems, [str(problem) for problem in loaded.problems]
    converge(client, loaded.resources)
    again = plan_for(client, loaded.resources)
    assert not [(change.address, change.deltas, change.children) for change in again.pending]
    specs = {
        (document["kind"], document["metadata"]["name"]): document["spec"]
        for text in export_of(fetch_whole(client)).files.values()
        for document in yaml.safe_load_all(text)
        if document
    }
    plain, office = specs["Schedule", "plain"], specs["Schedule", "office"]
    assert "rotation" not in plain
    assert [it["name"] for it in plain["schedule_layers"]] == ["Layer 1"]
    restrictions = office["schedule_layers"][0]["restrictions"]
    assert [it["start_day_of_week"] for it in restrictions] == [6, 7, 1, 2, 3, 4, 5]
    methods = specs["User", "cy"]["contact_methods"]
    assert {(it["type"], it.get("country_code"), it["address"]) for it in methods} >= {
        ("phone_contact_method", 351, "912345678"),
        ("sms_contact_method", 351, "912345678"),
    }
    assert not any("phone" in it or "sms" in it for it in methods)


REFUSED = [
    # kind, what of the spec, the only message
    ("User", {"contact_methods": [{"phone": "912 345 678"}]}, "is not a phone number with its country code"),
    ("User", {"contact_methods": [{"phone": 351912345678}]}, "expected a phone number with its country code, got a whole"),
    ("User", {"contact_methods": [{"phone": "+999 912345678"}]}, "does not begin with a country code"),
    ("User", {"contact_methods": [{"sms": "+351 12"}]}, "has too few digits behind +351"),
    ("User", {"contact_methods": [{"phone": "+1 555 0100"}]}, "has too few digits behind +1"),
    ("User", {"contact_methods": [{"phone": "+351 912 345 678", "address": "x"}]}, "unknown field 'address'"),
    (
        "User",
        {"contact_methods": [{"phone": "+351 912 345 678"}, number("phone")]},
        "this contact method is listed twice",
    ),
    ("User", {"contact_methods": [{"phone": "+999 1234567"}, {"phone": "+351 912 345 678"}]}, "country code"),
    ("User", {"contact_methods": [{"phon": "+351 912 345 678"}]}, "unknown field 'phon'. Did you mean 'phone'?"),
    ("User", {"contact_methods": [{"email": "cy@example.com"}]}, "send_short_email, phone, sms, whatsapp."),
    ("Schedule", layered({"day": "mon", **HOURS})[1], "unknown field 'day'. Did you mean 'days'?"),
    ("Schedule", layered({"days": ["mon", "mon"], **HOURS})[1], "this day is listed twice"),
    ("Schedule", layered({"days": "mondy", **HOURS})[1], "is not a day or a range of days"),
    ("Schedule", layered({"days": [], **HOURS})[1], "needs at least 1 day"),
    ("Schedule", layered({"days": ["mon", "sun-tue"], **HOURS})[1], "mon is listed twice"),
    ("Schedule", layered({"days": "mon-fri", **HOURS, "duration_seconds": "8d"})[1], "8d is above the maximum of"),
    ("Schedule", layered({"days": "mon-fri", "start_time_of_day": "09:00"})[1], "'duration_seconds' is missing"),
    ("Schedule", layered({"days": "mon-fri", **HOURS}, *weekly(3))[1], "this restriction is listed twice"),
    (
        "Schedule",
        rota(rotation={"weekly": ["ana"], "starts": "2026-01-05"}, **layered()[1])[1],
        "'rotation' and 'schedule_layers' exclude each other",
    ),
    ("Schedule", rota()[1], "'schedule_layers' is missing. Write schedule_layers, or rotation: {weekly: [...]"),
    ("Schedule", rota(rotations={})[1], "Write version: 3 for a shift-based schedule with rotations, or rotation for a plain"),
    ("Schedule", rota(rotation={"daily": ["ana"], "starts": "2026-01-05"})[1], "rotation: 'daily' is not possible here. In one line only"),
    ("Schedule", rota(rotation={"weekly": ["ana"], "start": "2026-01-05"})[1], "Did you mean 'starts'?"),
    ("Schedule", rota(rotation={"weekly": [], "starts": "2026-01-05"})[1], "rotation.weekly: needs at least 1 user"),
    ("Schedule", rota(rotation={"weekly": ["dee"], "starts": "2026-01-05"})[1], "rotation.weekly[0]: there is no User"),
    ("Service", {"auto_pause_notifications_parameters": {"enabled": True, "timeout": "7m"}}, "7m is not one of: 0, 2m"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spec", "message"), REFUSED)
def test_a_mistake_in_a_short_form_has_one_message(kind: str, spec: dict[str, Any], message: str) -> None:
    needed = {"User": {"email": "cy@example.com"}, "Service": {"escalation_policy": {"id": "P1"}}}.get(kind, {})
    document = {"apiVersion": "pdsync/v1", "kind": kind, "metadata": {"name": "it"}, "spec": {**needed, **spec}}
    (problem,) = said(PEOPLE + yaml.safe_dump(document))
    assert message in problem


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("datadog", "A tool that PagerDuty lists is a vendor. Write this line in place of the type: vendor: datadog"),
        ("nagios", "Did you mean 'nagios_inbound_integration'?"),
    ],
)
def test_an_unknown_type_of_integration_leads_to_the_line_to_write(kind: str, hint: str) -> None:
    spec = f"escalation_policy: {{id: P1}}\nintegrations: [{{name: A, type: {kind}}}]"
    (problem,) = said(manifest("Service", "web", spec))
    assert problem.endswith(hint)


def test_a_manifest_without_such_a_number_does_not_load_the_library() -> None:
    import subprocess
    import sys

    code = "import sys; from pdsync.manifest import load_texts; load_texts([('m.yaml', sys.stdin.read())]); print('phonenumbers' in sys.modules)"
    told = [
        subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True).stdout
        for text in (PEOPLE, SHORT)
    ]
    assert [it.strip() for it in told] == ["False", "True"]
