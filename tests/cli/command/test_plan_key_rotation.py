"""Another type or vendor of an integration ends a routing key: refused, until an option names the service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes

V2, V1 = "type: events_api_v2_inbound_integration", "type: generic_events_api_inbound_integration"
EMAIL = "type: generic_email_inbound_integration, integration_email: %s@pdsync-sandbox.pagerduty.com"
DATADOG, NAGIOS = "vendor: Datadog", "vendor: Nagios"
MANIFESTS = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana, email: ana@example.com}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: first}
spec: {name: First, escalation_rules: [{escalation_delay_in_minutes: 10, targets: [{user: ana}]}]}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: shop}
spec:
  name: Shop
  escalation_policy: first
  integrations_mode: %s
  integrations: [%s]
"""
ROTATE = ("--rotate-key", "service/shop")


class Shop:
    """A service with integrations, whose manifest a test changes."""

    def __init__(self, folder: Path, pdsync: Pdsync, client: RestApiV2Client) -> None:
        self.folder, self.run, self.client = folder, pdsync, client
        (folder / "pdsync.yaml").write_text("workspace: acme\npaths: [m]\n")
        (folder / "m").mkdir()

    def write(self, mode: str, *integrations: str) -> None:
        items = ", ".join(f"{{{it}}}" for it in integrations)
        (self.folder / "m" / "all.yaml").write_text(MANIFESTS % (mode, items))

    def start(self, mode: str, *integrations: str) -> list[dict[str, Any]]:
        self.write(mode, *integrations)
        assert self.run("apply", "--yes").code == 0
        return self.integrations()

    def integrations(self) -> list[dict[str, Any]]:
        found = self.client.find("services", "Shop")
        assert found is not None
        read = self.client.rget(found["self"], params={"include[]": "integrations"})["integrations"]
        return sorted(read, key=lambda it: (it["name"], it["id"]))


@pytest.fixture
def shop(folder: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client) -> Shop:
    return Shop(folder, pdsync, client)


WAYS = {
    "type to type": (V1, V2),
    "type to vendor": (V2, DATADOG),
    "vendor to vendor": (DATADOG, NAGIOS),
    "vendor to type": (NAGIOS, V2),
    "email to type": (EMAIL % "a", V2),
}


@pytest.mark.parametrize("mode", ["additive", "exclusive"])
@pytest.mark.parametrize(("old", "new"), WAYS.values(), ids=WAYS)
def test_it_is_refused_then_done_where_the_option_names_it(
    shop: Shop, online: SandboxServer, old: str, new: str, mode: str
) -> None:
    before = shop.start(mode, f"name: web, {old}", f"name: other, {V2}")
    shop.write(mode, f"name: web, {new}", f"name: other, {V2}")
    forget(online)
    for output in ("text", "markdown", "github", "json"):
        run = shop.run("plan", "-o", output)
        assert run.code == 5, run
        assert "--rotate-key service/shop" in " ".join(run.out.split())
    assert shop.run("apply", "--yes").code == 5
    assert not writes(online)
    assert shop.integrations() == before
    run = shop.run("apply", "--yes", *ROTATE)
    assert run.code == 0, run
    sent = [method for method, path in writes(online) if "/integrations" in path]
    assert sent == ["POST", "DELETE"], "the new one is there before the old one goes"
    other, web = shop.integrations()
    kept, gone = before
    assert other["id"] == kept["id"]
    assert web["id"] != gone["id"]
    assert shop.run("plan").out.startswith("No changes.")
    assert shop.run("plan", *ROTATE).out.startswith("No changes.")


def test_a_saved_plan_holds_the_decision(shop: Shop) -> None:
    (before,) = shop.start("additive", f"name: web, {V1}")
    shop.write("additive", f"name: web, {V2}")
    plain = json.loads(shop.run("plan", "-o", "json").out)
    assert shop.run("plan", "--out", "plan.json", *ROTATE).code == 0
    saved = json.loads((shop.folder / "plan.json").read_text())
    assert saved["selection"]["rotate_keys"] == ["service/shop"]
    assert saved["digest"] != plain["digest"]
    assert saved["summary"]["items_removed"] == 1
    assert [risk["code"] for risk in saved["risks"]] == ["routing_key_ended"]
    assert shop.run("apply", "--yes", "--plan", "plan.json", *ROTATE).code == 64
    assert shop.run("apply", "--yes", "--plan", "plan.json").code == 0
    (after,) = shop.integrations()
    assert after["id"] != before["id"]


def test_a_failed_create_leaves_the_old_key(shop: Shop, online: SandboxServer) -> None:
    before = shop.start("additive", f"name: web, {V1}")
    shop.write("additive", f"name: web, {V2}")
    online.control.set_faults(
        [{"match": {"method": "POST", "path": "/services/*/integrations"}, "action": {"type": "error", "status": 400}}]
    )
    assert shop.run("apply", "--yes", *ROTATE).code in (1, 3)
    assert shop.integrations() == before


def test_a_removal_that_failed_is_completed_by_the_same_command(shop: Shop, online: SandboxServer) -> None:
    (before,) = shop.start("additive", f"name: web, {V1}")
    shop.write("additive", f"name: web, {V2}")
    online.control.set_faults([{"match": {"method": "DELETE"}, "action": {"type": "error", "status": 400}}])
    assert shop.run("apply", "--yes", *ROTATE).code == 3
    assert len(shop.integrations()) == 2
    online.control.set_faults([])
    assert shop.run("apply", "--yes", *ROTATE).code == 0
    (after,) = shop.integrations()
    assert after["id"] != before["id"]


def test_nothing_is_chosen_by_guessing(shop: Shop, online: SandboxServer) -> None:
    """Two of one name are there, one of them made by hand."""
    before = shop.start("additive", f"name: web, {V1}")
    service = shop.client.find("services", "Shop")
    assert service is not None
    body = {"type": "nagios_inbound_integration", "name": "web"}
    shop.client.rpost(f"{service['self']}/integrations", json={"integration": body})
    shop.write("additive", f"name: web, {V2}")
    forget(online)
    run = shop.run("apply", "--yes", *ROTATE)
    assert run.code == 5
    assert "2 have this name, so it is unclear which one the manifest means" in " ".join(run.out.split())
    assert not writes(online)
    assert before[0] in shop.integrations()


def test_items_that_only_share_a_name_on_purpose_are_no_rotation(shop: Shop) -> None:
    shop.start("additive", f"name: web, {V1}")
    shop.write("additive", f"name: web, {V1}", f"name: web, {V2}", f"name: new, {V2}")
    assert shop.run("apply", "--yes").code == 0
    assert len(shop.integrations()) == 3


@pytest.mark.parametrize(
    ("named", "code", "says"),
    [("service/nothing", 1, "no manifest has this address"), ("user/ana", 64, "a user has no routing key")],
)
def test_what_has_no_key_is_an_error(shop: Shop, named: str, code: int, says: str) -> None:
    shop.start("additive", f"name: web, {V1}")
    run = shop.run("plan", "--rotate-key", named)
    assert run.code == code
    assert says in run.out + run.err
