"""What a plan takes away, in every output: lost items beside deletes, risks on top, and the limits that count both."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes

KEYS = 40
PEOPLE = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana, email: ana@example.com}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: first}
spec:
  name: First
  escalation_rules:
    - {escalation_delay_in_minutes: 10, targets: [{%s}]}
"""
SHOP = """\
apiVersion: pdsync/v1
kind: Service
metadata: {name: shop}
spec:
  name: Shop
  escalation_policy: first
  integrations_mode: exclusive
  integrations: [%s]
"""
NIGHTS = """\
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: nights}
spec:
  name: Nights
  time_zone: Etc/UTC
  schedule_layers:
    - name: all
      users: [ana]
      rotation_virtual_start: "2026-01-05T09:00"
      rotation_turn_length_seconds: 1w
%s"""
HOURS = "      restrictions: [{type: daily_restriction, start_time_of_day: '09:00', duration_seconds: 8h}]\n"
PRUNE = "prune: {mode: owned, max_deletes: %d, max_delete_percent: 100}"


class Shop:
    """A service with many integrations, whose manifests a test changes."""

    def __init__(self, folder: Path, pdsync: Pdsync) -> None:
        self.folder, self.run = folder, pdsync
        (folder / "m").mkdir()
        self.limit(100)
        (folder / "m" / "people.yaml").write_text(PEOPLE % "schedule: nights")
        (folder / "m" / "nights.yaml").write_text(NIGHTS % "")
        self.integrations(KEYS)
        assert pdsync("apply", "--yes").code == 0

    def limit(self, most: int) -> None:
        (self.folder / "pdsync.yaml").write_text(f"workspace: acme\npaths: [m]\n{PRUNE % most}\n")

    def integrations(self, count: int) -> None:
        items = [f"{{name: i{at}, type: events_api_v2_inbound_integration}}" for at in range(count)]
        (self.folder / "m" / "shop.yaml").write_text(SHOP % ", ".join(items))

    def delete_service(self) -> None:
        (self.folder / "m" / "shop.yaml").unlink()

    def leave_hours_uncovered(self) -> None:
        (self.folder / "m" / "nights.yaml").write_text(NIGHTS % HOURS)


@pytest.fixture
def shop(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Shop:
    return Shop(folder, pdsync)


ENDINGS: dict[str, tuple[Callable[[Shop], None], list[str], int]] = {
    "a list is emptied": (
        lambda shop: shop.integrations(0),
        [f"{KEYS} routing keys of service 'Shop' end for good"],
        KEYS,
    ),
    "one integration goes": (
        lambda shop: shop.integrations(KEYS - 1),
        ["a routing key of service 'Shop' ends for good: integration 'i39' goes"],
        1,
    ),
    "a service goes": (
        Shop.delete_service,
        ["service 'Shop' is deleted", f"{KEYS} routing keys of service 'Shop' end for good"],
        KEYS,
    ),
    "hours are left uncovered": (
        Shop.leave_hours_uncovered,
        ["no one at all would be paged by 'First'"],
        0,
    ),
}


@pytest.mark.parametrize(("edit", "risks", "items"), ENDINGS.values(), ids=ENDINGS)
def test_every_output_says_what_ends(shop: Shop, edit: Callable[[Shop], None], risks: list[str], items: int) -> None:
    edit(shop)
    text = shop.run("plan").out
    markdown = shop.run("plan", "-o", "markdown").out
    github = shop.run("plan", "-o", "github").out
    page = shop.run("plan", "-o", "html").out
    html = unescape(re.sub("<[^>]+>", "", page.partition('<h2 id="risks">')[2].partition("</section>")[0]))
    document = json.loads(shop.run("plan", "-o", "json").out)
    applied = shop.run("apply", "--yes", "-o", "json").out
    found = [*document["risks"], *(document.get("impact") or {}).get("risks", ())]
    unwrapped = " ".join(text.split())
    for risk in risks:
        assert risk in unwrapped.partition("Risks")[2]
        assert risk in markdown.partition("### Risks")[2]
        assert risk.casefold() in html.casefold()
        assert any(risk in it["message"] for it in found)
        assert any(line.startswith("::warning ") and risk in line for line in github.splitlines())
        assert risk in applied
    assert document["summary"]["items_removed"] == items
    said = f", {items} item{'' if items == 1 else 's'} to remove; "
    for output in (text, markdown, github, page):
        assert (said in output) is (items > 0)


@pytest.mark.parametrize("edit", [lambda shop: shop.integrations(0), Shop.delete_service], ids=["list", "service"])
def test_a_limit_of_none_keeps_every_key(
    shop: Shop, online: SandboxServer, client: RestApiV2Client, edit: Callable[[Shop], None]
) -> None:
    shop.limit(0)
    edit(shop)
    forget(online)
    run = shop.run("plan")
    assert run.code == 5
    assert f"{KEYS} removed items exceed the limit of 0 (prune.max_deletes in pdsync.yaml)" in run.out
    assert shop.run("apply", "--yes").code == 5
    assert not writes(online)
    digest = json.loads(shop.run("plan", "-o", "json").out)["digest"]
    assert shop.run("apply", "--yes", "--approve-deletes", digest).code == 0
    found = client.find("services", "Shop")
    assert found is None or not client.rget(found["self"], params={"include[]": "integrations"})["integrations"]


def test_a_saved_plan_is_under_the_limit_of_today(shop: Shop, online: SandboxServer) -> None:
    shop.integrations(0)
    assert shop.run("plan", "--out", "plan.json").code == 0
    shop.limit(KEYS - 1)
    forget(online)
    assert shop.run("apply", "--yes", "--plan", "plan.json").code == 5
    assert not writes(online)
