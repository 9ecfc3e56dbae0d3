"""``pdsync plan --sample-events`` and ``--recent-alerts``: what becomes of alerts that there were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.command.routed_shop import applied_shop, event, write_shop
from tests.cli.conftest import Pdsync
from tests.support.recorded import asked, forget
from tests.support.setting import CONFIG
from tests.support.world import TOKEN

BODIES = [event(), event("checkout is slow", "web-1"), event("disk full", "db-test"), event("unknown", "x")]
SWALLOWS = "event.source matches part 'db'"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    """An account that holds what the manifests say."""
    with applied_shop(tmp_path_factory.mktemp("applied")) as server:
        yield server


@pytest.fixture
def shop(folder: Path, account: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The manifests; the folder that they are in."""
    monkeypatch.setenv("PDSYNC_API_URL", account.url)
    monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
    write_shop(folder / "manifests")
    (folder / "alerts.jsonl").write_text("".join(f"{json.dumps(body)}\n" for body in BODIES))
    before = account.control.state()
    forget(account)
    yield folder / "manifests"
    if account.control.state() != before:
        account.control.restore(before)


def edit(shop: Path, old: str, new: str, name: str = "events.yaml") -> None:
    text = (shop / name).read_text()
    assert old in text
    (shop / name).write_text(text.replace(old, new))


def test_a_rule_that_swallows_database_alerts(pdsync: Pdsync, shop: Path) -> None:
    edit(shop, "event.source matches part 'test-'", SWALLOWS)
    run = pdsync("plan", "--sample-events", "alerts.jsonl")
    assert run.code == 0, run.err
    assert (
        "Sample events\n"
        "  Of 4 sample events of alerts.jsonl, 2 would be handled differently:\n"
        "    2 would be dropped instead of paging Platform ('disk full', ...)\n"
    ) in run.out


def test_every_output_has_them(pdsync: Pdsync, shop: Path) -> None:
    edit(shop, "route_to: orders-db", "route_to: checkout-api")
    said = "would page Payments instead of Platform"
    for output in ("text", "markdown", "html"):
        assert said in pdsync("plan", "--sample-events", "alerts.jsonl", "-o", output).out
    groups = json.loads(pdsync("plan", "--sample-events", "alerts.jsonl", "-o", "json").out)["samples"]["groups"]
    assert [(group["count"], group["through"], group["message"]) for group in groups] == [
        (2, "Production events", said)
    ]


def test_the_file_can_be_a_setting(pdsync: Pdsync, shop: Path) -> None:
    (shop.parent / "pdsync.yaml").write_text(f"{CONFIG}routing: {{sample_events: alerts.jsonl}}\n")
    assert "Sample events" not in pdsync("plan").out
    edit(shop, "event.source matches part 'test-'", SWALLOWS)
    assert "2 would be dropped" in pdsync("plan").out


def test_where_no_rules_change_nothing_is_read(pdsync: Pdsync, shop: Path, account: SandboxServer) -> None:
    edit(shop, "name: Checkout API", "name: Checkout", "services.yaml")
    run = pdsync("plan", "--sample-events", "missing.jsonl")
    assert run.code == 0
    assert "The plan changes no event rules, so the sample events are not used." in run.err
    (shop.parent / "pdsync.yaml").write_text(f"{CONFIG}routing: {{sample_events: missing.jsonl}}\n")
    assert "sample events" not in pdsync("plan").err
    before = len(asked(account))
    assert pdsync("plan", "--recent-alerts", "7").code == 0
    assert not [path for _, path in asked(account)[before:] if path == "/incidents"]


def test_rules_that_no_manifest_names_count_too(pdsync: Pdsync, shop: Path, account: SandboxServer) -> None:
    """The manifests leave the rules of a service and the router alone: they are read for the samples, and for nothing else."""
    events = shop / "events.yaml"
    lines = events.read_text().splitlines(keepends=True)
    start = lines.index("  router:\n")
    events.write_text("".join(lines[:start]))
    edit(shop, "event.source matches part 'test-'", SWALLOWS)
    run = pdsync("--config", "pdsync.yaml", "plan", "--sample-events", "alerts.jsonl")
    assert "2 would be dropped instead of paging Platform" in run.out, run.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--sample-events", "missing.jsonl"), 1, "missing.jsonl: cannot be read"),
        (("--sample-events", "bad.jsonl"), 1, "bad.jsonl:2:1: the event has no payload"),
        (("--sample-events", "alerts.jsonl", "--recent-alerts", "7"), 64, "exclude each other"),
        (("--recent-alerts", "0"), 64, "0 is not in the range"),
    ],
)
def test_mistakes(pdsync: Pdsync, shop: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    edit(shop, "event.source matches part 'test-'", SWALLOWS)
    (shop.parent / "bad.jsonl").write_text(f"{json.dumps(BODIES[0])}\n{{}}\n")
    run = pdsync("plan", *arguments)
    assert run.code == code
    assert said in run.err


def test_recent_alerts_of_the_account(pdsync: Pdsync, shop: Path, account: SandboxServer) -> None:
    key = next(row["integration_key"] for row in account.control.state()["integration"])
    for summary in ("slow", "slower"):
        run = pdsync("trigger", "-k", key, "--description", summary, "--source", "db-9")
        assert run.code == 0, run.err
    edit(shop, "trigger_count over 1 minute > 3", "event.summary matches 'slower'", "services.yaml")
    forget(account)
    run = pdsync("plan", "--recent-alerts", "7")
    assert run.code == 0, run.err
    assert "Of 2 sample events of the last 7 days, 1 would be handled differently:" in run.out
    assert "1 would be suppressed instead of paging Platform ('slower')" in run.out
    assert "Rebuilt from alerts: 2." in run.out
    assert "Suppressed and dropped alerts belong to no incident" in run.out
    assert {method for method, _ in asked(account)} == {"GET"}
    assert len([path for _, path in asked(account) if path.endswith("/alerts")]) == 2


def test_a_saved_plan_with_sample_events_is_applied(pdsync: Pdsync, shop: Path) -> None:
    edit(shop, "route_to: orders-db", "route_to: checkout-api")
    assert pdsync("plan", "--sample-events", "alerts.jsonl", "--out", "plan.json").code == 0
    assert "samples" in json.loads((shop.parent / "plan.json").read_text())
    run = pdsync("apply", "--yes", "--plan", "plan.json")
    assert run.code == 0, run.err


def test_a_service_that_goes_takes_its_alerts_along(pdsync: Pdsync, shop: Path) -> None:
    """The rule of the router stays in this plan, and leads nowhere."""
    text = (shop / "services.yaml").read_text()
    gone, kept = text.split("---\n")
    assert "orders-db" in gone
    (shop / "services.yaml").write_text(kept)
    edit(shop, "    - {label: databases, if: \"event.source matches part 'db'\", route_to: orders-db}\n", "")
    (shop.parent / "pdsync.yaml").write_text(f"{CONFIG}prune: {{mode: owned, max_delete_percent: 100}}\n")
    run = pdsync("plan", "--sample-events", "alerts.jsonl")
    assert "2 would be unrouted instead of paging Platform ('disk full', ...)" in run.out, run.out + run.err
