"""A small company on call, edited spec by spec, and what a plan says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.company import document
from tests.cli.conftest import Pdsync
from tests.support.setting import CONFIG

ALL_WEEK = '{name: Week, users: [%s], rotation_virtual_start: "2026-01-05T00:00", rotation_turn_length_seconds: 1w%s}'
NOT_SUNDAY = ', restrictions: [{type: weekly_restriction, start_day_of_week: 1, start_time_of_day: "00:00", duration_seconds: 6d}]'
SCHEDULE = "{name: Days, time_zone: Europe/Berlin, schedule_layers: [%s]}"
RULES = "{name: %s, escalation_rules: [%s]}"
LEVEL = "{escalation_delay_in_minutes: 10m, targets: [%s]}"
METHOD = '{type: sms_contact_method, address: "5550101", country_code: 1, label: Mobile}'
POINTER = '{type: sms_contact_method, address: "5550101", country_code: 1}'
ONLY = (
    "{name: %s, email: %s@example.com, role: limited_user, contact_methods_mode: exclusive, contact_methods: [%s], "
    "notification_rules_mode: exclusive, notification_rules: [%s]}"
)
RULE = f"{{urgency: high, start_delay_in_minutes: 0, contact_method: {POINTER}}}"
START = {
    "user/ana": ONLY % ("Ana Lima", "ana", METHOD, RULE),
    "user/bo": "{name: Bo Chen, email: bo@example.com, role: limited_user}",
    "user/cy": "{name: Cy Diaz, email: cy@example.com, role: limited_user}",
    "schedule/days": SCHEDULE % (ALL_WEEK % ("ana", "")),
    "escalation_policy/first": RULES % ("First", LEVEL % "{schedule: days}"),
    "escalation_policy/second": RULES % ("Second", LEVEL % "{user: bo}"),
    "service/shop": "{name: Shop, escalation_policy: first}",
    "service/mail": "{name: Mail, escalation_policy: first}",
}
FIRST = {"kind": "escalation_policy", "name": "First", "address": "escalation_policy/first"}


class Rota:
    """The account, and what a plan says after an edit."""

    def __init__(self, folder: Path, pdsync: Pdsync) -> None:
        self.folder, self.run = folder, pdsync
        (folder / "pdsync.yaml").write_text(CONFIG)
        (folder / "manifests").mkdir()
        self.edit({})
        assert pdsync("apply", "--yes").code == 0

    def edit(self, changed: dict[str, str], absent: str = "") -> None:
        for address, spec in {**START, **changed}.items():
            tombstone = "absent: true, adopt: true" if address == absent else ""
            file = self.folder / "manifests" / f"{address.replace('/', '.')}.yaml"
            file.write_text(document(address, spec, tombstone))

    def impact(self, changed: dict[str, str], absent: str = "", code: int = 0) -> Any:
        """What is beside the plan; None where nothing does."""
        self.edit(changed, absent)
        run = self.run("plan", "-o", "json")
        assert run.code == code, run
        return json.loads(run.out).get("impact")


def names(found: list[Any], *members: str) -> list[Any]:
    return [
        tuple(one[name] if not isinstance(one[name], dict) else one[name]["name"] for name in members) for one in found
    ]


SWAP = {"schedule/days": SCHEDULE % (ALL_WEEK % ("bo", ""))}
SUNDAY = {"schedule/days": SCHEDULE % (ALL_WEEK % ("ana", NOT_SUNDAY))}
