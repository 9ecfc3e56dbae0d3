"""``pdsync route``: what becomes of an event, by the manifests and in the account, where both say the same."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from pdsync.sandbox import SandboxServer
from tests.cli.command.routed_shop import applied_shop, event, write_shop
from tests.cli.conftest import Pdsync
from tests.support.recorded import asked, forget
from tests.support.world import TOKEN

AT = ("--at", "2027-01-05T10:00", "--timezone", "UTC")


@pytest.fixture
def shop(folder: Path) -> Path:
    """The manifests of the shop; the folder that they are in."""
    write_shop(folder / "manifests")
    return folder / "manifests"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    """An account that holds what the manifests say."""
    with applied_shop(tmp_path_factory.mktemp("applied")) as server:
        yield server


@pytest.fixture
def live(shop: Path, account: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> SandboxServer:
    """The account that holds the same."""
    monkeypatch.setenv("PDSYNC_API_URL", account.url)
    monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
    forget(account)
    return account


def test_manifests_alone(pdsync: Pdsync, shop: Path) -> None:
    run = pdsync("route", "event.json", *AT)
    assert run.code == 0, run.err
    assert run.out.splitlines() == [
        "disk full: arrives at Production events on Tue 5 Jan 2027 10:00 UTC",
        "",
        "Global rules of Production events",
        "  start",
        "    drop tests: does not match (event.source is 'db-7', and 'test-' is not in it)",
        "    no rule matches; catch-all: nothing is changed",
        "",
        "Router of Production events",
        "    databases: matches (event.source is 'db-7', and 'db' is in it)",
        "    checkout: not reached",
        "    so: goes to Orders DB",
        "",
        "Rules of Orders DB",
        "  start",
        "    disk: matches (event.summary is 'disk full', and 'disk' is in it)",
        "    many: not reached",
        "    so: suspend 5m, priority P3",
        "",
        "Result",
        "  service: Orders DB",
        "  severity: critical",
        "  suspended: for 5m",
        "  priority: P3",
        "",
        "Who is paged",
        "  Platform, with high urgency, from Tue 5 Jan 2027 10:05 on:",
        "     0 min: level 1",
        "            Bo Berg: by their own notification rules",
        "  After 30 min no one else is notified.",
    ]
    assert "From the manifests alone" in run.err


def test_json_from_the_standard_input(pdsync: Pdsync, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps(event("checkout is slow", "web-1")).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    run = pdsync("route", "-", *AT, "-o", "json")
    assert run.code == 0, run.err
    result = json.loads(run.out)["result"]
    assert result["service"] == {"key": "checkout-api", "name": "Checkout API"}
    assert result["paged"]["escalation_policy"]["name"] == "Payments"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "many: UNDECIDED"),
        ((), "If many matches (the trigger count over 1 minute is not known)"),
        (("--trigger-count", "4"), "No one: a rule suppresses the alert"),
        (("--trigger-count", "3"), "Platform, with high urgency:"),
        (("--orchestration", "Production events"), "Router of Production events"),
        (("--routing-key-of", "Prometheus"), "Router of Production events"),
        (("--routing-key-of", "orders-db/Direct"), "arrives at Orders DB"),
    ],
)
def test_what_is_given(pdsync: Pdsync, shop: Path, options: tuple[str, ...], said: str) -> None:
    (shop.parent / "event.json").write_text(json.dumps(event("slow", "db-1")))
    run = pdsync("route", "event.json", *AT, *options)
    assert run.code == 0, run.err
    assert said in run.out


def test_cache_variables_are_given_by_name(pdsync: Pdsync, shop: Path) -> None:
    rules = shop / "services.yaml"
    rules.write_text(rules.read_text().replace("trigger_count over 1 minute > 3", "cache_var.level >= 5"))
    (shop.parent / "event.json").write_text(json.dumps(event("slow", "db-1")))
    told = pdsync("route", "event.json", *AT, "--cache-var", "level=7")
    assert "many: matches (cache_var.level is 7, at least 5)" in told.out
    assert "--cache-var level" not in told.err
    slip = pdsync("route", "event.json", *AT, "--cache-var", "levl=7")
    assert (slip.code, "--cache-var levl: no rule here reads this cache variable" in slip.err) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("missing.json",), 1, "missing.json: cannot be read"),
        (("pdsync.yaml",), 1, "pdsync.yaml:1:1: this is not JSON"),
        (("bad.json",), 1, "bad.json:2:13: payload: the payload has no summary"),
        (("event.json", "--orchestration", "prod-event"), 1, "Did you mean 'prod-events'?"),
        (("event.json", "--routing-key-of", "Promethius"), 1, "Did you mean 'Prometheus'?"),
        (("event.json", "--orchestration", "x", "--routing-key-of", "y"), 64, "exclude each other"),
        (("event.json", "--cache-var", "level"), 64, "is not NAME=VALUE"),
        (("event.json", "--at", "yesterday"), 64, "not a date and time"),
        ((), 64, "Missing argument"),
    ],
)
def test_mistakes(pdsync: Pdsync, shop: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    (shop.parent / "bad.json").write_text('{\n "payload": {"source": "x", "severity": "info"}}')
    run = pdsync("route", *arguments)
    assert run.code == code
    assert said in run.err
    assert run.out == ""


def test_problems_of_manifests_are_told(pdsync: Pdsync, shop: Path) -> None:
    (shop / "more.yaml").write_text("kind: Nothing\n")
    run = pdsync("route", "event.json")
    assert run.code == 1
    assert "more.yaml:1" in run.err


def test_the_account_says_the_same_as_the_manifests_that_were_applied(
    pdsync: Pdsync, shop: Path, live: SandboxServer
) -> None:
    offline = pdsync("route", "event.json", *AT)
    online = pdsync("route", "event.json", *AT, "--live")
    assert online.code == 0, online.err
    people = "by their own notification rules"
    assert online.out.replace("email at once", people) == offline.out
    assert {method for method, _ in asked(live)} == {"GET"}


def test_in_the_account_only_the_rules_are_read_that_the_event_can_come_to(
    pdsync: Pdsync, shop: Path, live: SandboxServer
) -> None:
    assert pdsync("route", "event.json", "--live").code == 0
    rules = [path for _, path in asked(live) if "event_orchestrations/" in path]
    assert sorted(path.rsplit("/", 1)[-1] if "/services/" not in path else "service" for path in rules) == [
        "global",
        "router",
        "service",
        "service",  # whether the rules of the service count
        "unrouted",
    ]


def test_an_integration_of_the_account_is_found_by_its_label(pdsync: Pdsync, shop: Path, live: SandboxServer) -> None:
    run = pdsync("route", "event.json", *AT, "--live", "--routing-key-of", "prometheus", "-o", "json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["result"]["service"]["name"] == "Orders DB"


@pytest.mark.parametrize(
    "options", [("--orchestration", "prod-events"), ("--routing-key-of", "prod-events/Prometheus")]
)
def test_in_the_account_the_key_of_a_manifest_is_known_too(
    pdsync: Pdsync, shop: Path, live: SandboxServer, options: tuple[str, ...]
) -> None:
    run = pdsync("route", "event.json", *AT, "--live", *options, "-o", "json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["orchestration"]["name"] == "Production events"


def test_the_shared_router_counts_the_rules_of_services(pdsync: Pdsync, shop: Path) -> None:
    router = "  router:\n    shared: true\n    start:\n"
    events = shop / "events.yaml"
    events.write_text(
        events.read_text()
        .replace("  router:\n", router)
        .replace("    - {label: c", "      - {label: c")
        .replace("    - {label: d", "      - {label: d")
    )
    services = shop / "services.yaml"
    mine = "spec:\n  name: Checkout API\n  escalation_policy: payments\n  routes: [{orchestration: prod-events, label: web, if: \"event.source matches part 'web'\"}]\n"
    services.write_text(services.read_text().replace("spec: {name: Checkout API, escalation_policy: payments}\n", mine))
    (shop.parent / "event.json").write_text(json.dumps(event("slow", "web-1")))
    run = pdsync("route", "event.json", *AT)
    assert run.code == 0, run.err
    assert "web: matches (event.source is 'web-1', and 'web' is in it)" in run.out
    assert "is shared: rules of the account that no manifest declares are not known here" in " ".join(run.out.split())


def test_what_is_sent_becomes_what_was_said(pdsync: Pdsync, shop: Path, live: SandboxServer) -> None:
    """The sandbox takes events through the rules by a reading of its own."""
    body = event("checkout is slow", "web-1", event_action="trigger")
    (shop.parent / "event.json").write_text(json.dumps(body))
    said = json.loads(pdsync("route", "event.json", "--live", "-o", "json").out)["result"]["service"]["id"]
    (key,) = {
        row["routing_key"] for row in live.control.state()["orchestration_integration"] if row["label"] == "Prometheus"
    }
    requests.post(f"{live.url}/v2/enqueue", json={**body, "routing_key": key}, timeout=10).raise_for_status()
    assert [row["service"]["id"] for row in live.control.edit("GET", "/incidents")["incidents"]] == [said]
