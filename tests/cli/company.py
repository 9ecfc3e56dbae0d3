"""A small account that pdsync made, and what someone does by hand beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pdsync.client import RestApiV2Client
from tests.cli.conftest import Pdsync, Run
from tests.support.setting import CONFIG

BO = "{name: Bo, email: bo@example.com, role: limited_user}"
CY = "{name: Cy, email: cy@example.com, role: limited_user}"
RULES = "escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [%s]}]"
LAYER = '{name: All, users: [%s], rotation_virtual_start: "2026-01-05T09:00", rotation_turn_length_seconds: 1w}'
FREE = "schedule/nights"
"""A schedule that nothing uses."""


def document(address: str, spec: str, lifecycle: str = "") -> str:
    slug, _, key = address.partition("/")
    kind = "".join(word.capitalize() for word in slug.split("_"))
    tail = f"lifecycle: {{{lifecycle}}}\n" if lifecycle else ""
    return f"apiVersion: pdsync/v1\nkind: {kind}\nmetadata: {{name: {key}}}\n{tail}spec: {spec}\n"


COMPANY = {
    "user/bo": BO,
    "user/cy": CY,
    "team/red": "{name: Red}",
    "schedule/nights": f"{{name: Nights, time_zone: Etc/UTC, schedule_layers: [{LAYER % 'cy'}]}}",
    "escalation_policy/first": f"{{name: First, {RULES % '{user: cy}'}}}",
    "service/shop": "{name: Shop, escalation_policy: first}",
}


class Company:
    """An account that pdsync made, and what someone does by hand beside it."""

    def __init__(self, folder: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
        self.folder, self.run, self.client = folder, pdsync, client
        (folder / "pdsync.yaml").write_text(CONFIG + "prune: {max_deletes: 9, max_delete_percent: 100}\n")
        (folder / "manifests").mkdir()
        self.write(COMPANY)
        assert pdsync("apply", "--yes").code == 0

    def write(self, documents: dict[str, str], *, absent: str = "") -> None:
        """Writes the manifests, one file each; `absent` names one that is a tombstone."""
        for address, spec in documents.items():
            tombstone = "absent: true, adopt: true" if address.startswith("user/") else "absent: true"
            text = document(address, spec, tombstone if address == absent else "")
            (self.folder / "manifests" / f"{address.replace('/', '.')}.yaml").write_text(text)

    def bury(self, address: str) -> None:
        """A tombstone, and all else that names the object is gone from the manifests."""
        self.write({address: COMPANY[address]}, absent=address)

    def plan(self, *options: str) -> Run:
        return self.run("plan", *options)

    def live(self, address: str) -> dict[str, Any]:
        slug, _, key = address.partition("/")
        name = {"bo": "Bo", "cy": "Cy", "red": "Red", "nights": "Nights", "first": "First", "shop": "Shop"}[key]
        collection = "escalation_policies" if slug == "escalation_policy" else f"{slug}s"
        found = self.client.find(collection, name)
        assert found is not None
        return found

    def by_hand(self, kind: str, **fields: Any) -> dict[str, Any]:
        collection = "escalation_policies" if kind == "escalation_policy" else f"{kind}s"
        made: dict[str, Any] = self.client.rpost(collection, json={"type": kind, **fields})
        return made

    def policy(self, *targets: dict[str, Any], **fields: Any) -> dict[str, Any]:
        rules = [{"escalation_delay_in_minutes": 10, "targets": [ref(target)]} for target in targets]
        return self.by_hand("escalation_policy", **{"name": "By hand", "escalation_rules": rules, **fields})

    def schedule(self, *people: dict[str, Any], **fields: Any) -> dict[str, Any]:
        layer = {
            "name": "Late",
            "start": "2026-01-05T09:00:00Z",
            "rotation_virtual_start": "2026-01-05T09:00:00Z",
            "rotation_turn_length_seconds": 86_400,
            "users": [{"user": ref(person)} for person in people],
        }
        body = {"name": "By hand", "time_zone": "Etc/UTC", "schedule_layers": [layer], **fields}
        return self.by_hand("schedule", **body)

    def incident(self, title: str, **fields: Any) -> dict[str, Any]:
        body = {"type": "incident", "title": title, "service": ref(self.live("service/shop")), **fields}
        made: dict[str, Any] = self.client.rpost("incidents", json=body)
        return made


def ref(held: dict[str, Any]) -> dict[str, Any]:
    return {"id": held["id"], "type": f"{held['type'].removesuffix('_reference')}_reference"}
