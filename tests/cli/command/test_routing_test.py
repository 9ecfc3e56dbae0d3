"""Tests among the manifests: they run in lint and in every plan, and a failing one stops an apply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.command.routed_shop import applied_shop, event, write_shop
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes
from tests.support.world import TOKEN

PASSES = """\
apiVersion: pdsync/v1
kind: RoutingTest
metadata: {name: disk-pages-bo}
spec:
  orchestration: prod-events
  at: 2026-03-02T09:00:00+01:00
  event: {file: ../event.json}
  expect:
    service: orders-db
    matched: [databases, disk]
    paged: [bo]
    priority: P3
    suspended: 5m
    suppressed: false
    escalation_policy: platform
---
apiVersion: pdsync/v1
kind: RoutingTest
metadata: {name: tests-are-dropped}
spec:
  routing_key_of: Prometheus
  event: {payload: {summary: disk full, source: test-db, severity: critical}}
  expect: {dropped: true, paged: []}
"""
SWALLOWS = "event.source matches part 'db'"
"""The condition of the mistake: a rule that drops the alerts of databases, and not only those of tests."""
FAILS = (
    "! routing_test/disk-pages-bo (manifests/tests.yaml:1)",
    "service: expected Orders DB, but it is dropped",
    "matched: expected databases, disk, but it is drop tests",
    "paged: expected Bo Berg, but it is no one",
    "global: 'drop tests' matches: event.source is 'db-7', and 'db' is in it",
)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    """An account that holds what the manifests say, applied once."""
    with applied_shop(tmp_path_factory.mktemp("shop")) as server:
        yield server


@pytest.fixture
def shop(folder: Path, account: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifests with their tests; the folder that they are in."""
    monkeypatch.setenv("PDSYNC_API_URL", account.url)
    monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
    write_shop(folder / "manifests")
    (folder / "manifests" / "tests.yaml").write_text(PASSES)
    forget(account)
    return folder / "manifests"


@pytest.fixture
def mistaken(shop: Path) -> Path:
    """The same with the mistake in it."""
    edit(shop, "event.source matches part 'test-'", SWALLOWS)
    return shop


def edit(shop: Path, old: str, new: str, name: str = "events.yaml") -> None:
    text = (shop / name).read_text()
    assert old in text
    (shop / name).write_text(text.replace(old, new, 1))


def test_tests_that_pass_are_a_line(pdsync: Pdsync, shop: Path) -> None:
    assert pdsync("validate").out.endswith(", 1 event orchestration, 2 tests: valid.\n")
    run = pdsync("lint")
    assert (run.code, "Tests\n  Both tests pass.\n" in run.out) == (0, True), run.out
    run = pdsync("apply", "--yes")
    assert (run.code, "Tests\n  Both tests pass.\n" in run.out) == (0, True), run.out


def test_lint_says_expected_and_actual_with_the_rules_on_the_way(pdsync: Pdsync, shop: Path) -> None:
    edit(shop, "event.source matches part 'test-'", SWALLOWS)
    run = pdsync("lint")
    assert run.code == 5
    assert [line for line in FAILS if line not in run.out] == []
    run = pdsync("lint", "-o", "json")
    tests = {test["address"]: test["passed"] for test in json.loads(run.out)["tests"]}
    assert (run.code, tests) == (5, {"routing_test/disk-pages-bo": False, "routing_test/tests-are-dropped": True})
    run = pdsync("lint", "-o", "github")
    assert run.code == 5
    assert "::error file=manifests/tests.yaml,line=1,title=pdsync%3A routing_test/disk-pages-bo fails::" in run.out


def test_a_plan_says_it_in_every_output(pdsync: Pdsync, mistaken: Path, folder: Path) -> None:
    run = pdsync("plan", "--report", "plan.md", "--page", "plan.html")
    assert run.code == 5
    assert "Refused: 1 test fails: routing_test/disk-pages-bo" in run.out
    assert [line for line in FAILS if line not in run.out] == []
    assert [line for line in FAILS if line not in (folder / "plan.md").read_text()] == []
    page = (folder / "plan.html").read_text()
    assert "may not be applied" in page
    assert "paged: expected Bo Berg, but it is no one" in page
    run = pdsync("plan", "-o", "json")
    (failed,) = [test for test in json.loads(run.out)["tests"] if not test["passed"]]
    assert {miss["what"] for miss in failed["misses"]} >= {"service", "paged", "matched"}
    run = pdsync("plan", "-o", "github")
    assert (run.code, "routing_test/disk-pages-bo fails" in run.out) == (5, True)


def test_an_apply_is_refused_whatever_is_approved(
    pdsync: Pdsync, mistaken: Path, account: SandboxServer, folder: Path
) -> None:
    digest = json.loads(pdsync("plan", "-o", "json").out)["digest"]
    for options in ((), ("--approve-deletes", digest)):
        run = pdsync("apply", "--yes", *options)
        assert run.code == 5
        assert "1 test of the manifests fails: routing_test/disk-pages-bo" in run.err
    assert writes(account) == []


def test_a_saved_plan_whose_tests_fail_is_not_applied(
    pdsync: Pdsync, mistaken: Path, account: SandboxServer, folder: Path
) -> None:
    assert pdsync("plan", "--out", "failing.json").code == 5
    edit(mistaken, PASSES, "", "tests.yaml")
    run = pdsync("apply", "--yes", "--plan", "failing.json")
    assert (run.code, "routing_test/disk-pages-bo" in run.err) == (5, True), run.err
    # A test that was added, or a file that was rewritten, since the review counts as well.
    assert pdsync("plan", "--out", "silent.json").code == 0
    (mistaken / "tests.yaml").write_text(PASSES)
    assert pdsync("apply", "--yes", "--plan", "silent.json").code == 5
    assert writes(account) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("orchestration: prod-events", "orchestration: prod-event", "5:18", "there is no EventOrchestration 'prod-event'"),
        ("service: orders-db", "service: orders", "9:14", "expect.service: there is no Service 'orders'"),
        ("paged: [bo]", "paged: [boo]", "11:13", "expect.paged[0]: there is no User 'boo'"),
        ("at: 2026-03-02T09:00:00+01:00", "trigger_count: 2", "11:5", "the people who are paged depend on the time"),
        ("{dropped: true,", "{dropped: true, unrouted: true,", "23:12", "'unrouted' and 'dropped' exclude each other"),
        ("{dropped: true,", "{dropped: true, suppressed: false,", "23:27", "an event that is dropped has no 'suppressed'"),
        ("{dropped: true,", "{dropped: true, severity: error,", "23:27", "an event that is dropped has no 'severity'"),
        ("expect: {dropped: true, paged: []}", "expect: {}", "23:11", "the test expects nothing, so it cannot fail"),
        ("severity: critical}}", "severity: fatal}}", "22:68", "'fatal' is not a severity"),
        ("{payload: {summary: disk full", "{payload: {sumary: disk full", "22:21", "an event has no 'sumary'"),
        ("../event.json", "../events.json", "7:10", "../events.json"),
        ("routing_key_of: Prometheus", "routing_key_of: Prometheus\n  orchestration: prod-events", "21:3", "does not go together"),
        ("name: tests-are-dropped", "name: disk-pages-bo", "19:18", "'routing_test/disk-pages-bo' is defined twice"),
        ("expect: {dropped: true, paged: []}", "expects: {dropped: true}", "23:3", "unknown field 'expects'"),
        ("metadata: {name: tests-are-dropped}", "metadata: {name: x}\nlifecycle: {adopt: true}", "20:1", "unknown field 'lifecycle'"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_test_is_a_problem_at_its_line(
    pdsync: Pdsync, shop: Path, old: str, new: str, place: str, says: str
) -> None:
    edit(shop, old, new, "tests.yaml")
    run = pdsync("validate")
    assert run.code == 1
    assert any(line.startswith(f"manifests/tests.yaml:{place}: ") and says in line for line in run.out.splitlines()), (
        run.out
    )


def test_an_event_in_a_file_is_checked_as_one_in_the_manifest(pdsync: Pdsync, shop: Path, folder: Path) -> None:
    (folder / "event.json").write_text(json.dumps({**event(), "payload": {"summary": "x"}}))
    assert "the payload has no source" in pdsync("validate").out
    (folder / "event.json").write_text("{")
    assert "manifests/tests.yaml:7:10: routing_test/disk-pages-bo: event: is not JSON" in pdsync("validate").out


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("{}", "severity: expected error, but it is critical"),
        ("{trigger_count: 4}", "suppressed: expected not suppressed, but it is suppressed"),
        ("{}", "suppressed: expected not suppressed, but it is suppressed, if 'many' matches"),
        ("{}", "Write at, trigger_count or cache_variables next to the event"),
    ],
)
def test_a_rule_that_cannot_be_decided_must_not_matter(pdsync: Pdsync, shop: Path, spec: str, says: str) -> None:
    given = "\n  trigger_count: 4" if "count" in spec else ""
    (shop / "tests.yaml").write_text(
        "apiVersion: pdsync/v1\nkind: RoutingTest\nmetadata: {name: t}\n"
        f"spec:{given}\n  event: {{payload: {{summary: slow, source: db-1, severity: critical}}}}\n"
        "  expect: {service: orders-db, suppressed: false, severity: error}\n"
    )
    run = pdsync("lint")
    assert (run.code, says in run.out) == (5, True), run.out


def test_an_entrance_that_is_not_clear_is_said(pdsync: Pdsync, shop: Path) -> None:
    edit(shop, "routing_key_of: Prometheus", "routing_key_of: Promtheus", "tests.yaml")
    run = pdsync("lint")
    assert (run.code, "no integration is called 'Promtheus'. Did you mean 'Prometheus'?" in run.out) == (5, True), (
        run.out
    )


def test_where_there_are_no_tests_nothing_is_said_of_them(pdsync: Pdsync, shop: Path) -> None:
    edit(shop, PASSES, "", "tests.yaml")
    run = pdsync("plan", "-o", "json")
    assert (run.code, "tests" in json.loads(run.out)) == (0, False)
    assert "Tests" not in pdsync("plan").out
