"""A value in a short form that changes is replaced by the long form; what does not change keeps its text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pdsync.model import Account
from tests.accept.test_edit import accept, account_of, live, ref

ROTA = """\
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: rota}
spec:
  name: Rota
  time_zone: Etc/UTC
  # Two people, a week each.
  rotation: {weekly: [{email: ana@example.com}, {email: bo@example.com}], starts: 2026-01-05T09:00}  # Mondays
  teams: []
"""
OFFICE = """\
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: rota}
spec:
  name: Rota
  time_zone: Etc/UTC
  schedule_layers:
    - name: Layer 1
      rotation_virtual_start: 2026-01-05T09:00
      rotation_turn_length_seconds: 1w
      users: [{email: ana@example.com}]
      restrictions:  # office hours
        - {days: mon-tue, start_time_of_day: "09:00", duration_seconds: 8h}
"""
PERSON = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec:
  name: ana
  email: ana@example.com
  contact_methods:
    # The company's phone.
    - {phone: "+351 912 345 678", label: Mobile}  # rings
"""


def rota(*people: str, restrictions: list[dict[str, Any]] | None = None, length_s: int = 604800) -> Account:
    layer = {
        "name": "Layer 1",
        "start": "2026-01-01T00:00:00Z",
        "rotation_virtual_start": "2026-01-05T09:00:00Z",
        "rotation_turn_length_seconds": length_s,
        "users": [{"user": ref(f"PU{name.upper()}", "user")} for name in people],
        "restrictions": restrictions or [],
    }
    return account_of(live("Schedule", "PROTA", name="Rota", time_zone="Etc/UTC", schedule_layers=[layer], teams=[]))


def on(day: int, length_s: int = 28800) -> dict[str, Any]:
    hours = {"start_time_of_day": "09:00:00", "duration_seconds": length_s}
    return {"type": "weekly_restriction", "start_day_of_week": day, **hours}


def test_a_rotation_becomes_layers_in_its_place() -> None:
    after = accept(ROTA, rota("bo", "ana"), "schedule/rota")
    before, _, _ = ROTA.partition("  rotation:")
    assert after.startswith(before + "  schedule_layers:")
    assert after.endswith("  teams: []\n")
    assert "rotation:" not in after
    assert "rotation_turn_length_seconds: 1w" in after


def test_days_become_a_restriction_each_and_the_rest_of_the_layer_stays() -> None:
    after = accept(OFFICE, rota("ana", restrictions=[on(1), on(2, 3600)]), "schedule/rota")
    before, _, _ = OFFICE.partition("  # office hours")
    assert after.startswith(before)
    assert "days:" not in after
    assert after.count("weekly_restriction") == 2


def test_what_means_the_same_is_left_as_it_is_written() -> None:
    after = accept(OFFICE, rota("bo", restrictions=[on(1), on(2)]), "schedule/rota")
    assert after == OFFICE.replace("{email: ana@example.com}", "bo@example.com")


def test_another_label_leaves_the_number_and_its_comments() -> None:
    method = {"type": "phone_contact_method", "id": "PC1", "country_code": 351, "address": "912345678", "label": "Work"}
    person = live("User", "PUANA", name="ana", email="ana@example.com", role="user", contact_methods=[method])
    account = account_of()
    people = tuple(person if it.id == "PUANA" else it for it in account.objects["user"])
    account = replace(account, objects={**account.objects, "user": people})
    assert accept(PERSON, account, "user/ana", "contact_methods") == PERSON.replace("label: Mobile", "label: Work")
