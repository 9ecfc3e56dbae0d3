"""A read-only token is enough for every preview, and no preview sends anything but GET.

Every command and every option of `plan` has a place below; a new one fails the test until it has one too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pdsync.cli.main import cli
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.holiday import DAYS_OFF
from tests.support.recorded import asked, forget

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SWAPPED = ("--from", "2090-01-02T09:00", "--to", "2090-02-01T09:00")
PREVIEWS: list[list[str]] = [
    ["validate"],
    ["validate", "-o", "json"],
    ["validate", "-o", "github"],
    ["oncall", "--at", "2027-01-05T09:00", "--timezone", "Europe/Berlin"],
    ["oncall", "booking-portal", "-o", "json"],
    ["oncall", "--live"],
    ["oncall", "--live", "--from", "2027-01-05T09:00", "--to", "2027-01-06T09:00"],
    ["explain", "booking-portal", "--at", "2027-01-05T09:00", "--timezone", "Europe/Berlin"],
    ["explain", "Booking Portal", "--live"],
    ["schedule", "show", "booking-weekly", "--from", "2027-01-05T09:00", "--to", "2027-01-12T09:00"],
    ["schedule", "show", "booking-weekly", "--timezone", "Europe/Berlin", "-o", "ics"],
    ["schedule", "show", "Booking Weekly", "--live"],
    ["schedule", "convert", "booking-weekly", "--timezone", "Europe/Berlin"],
    ["schedule", "convert", "Booking Weekly", "--live"],
    ["swap", "jonas-weber", "sofia-marin", "--schedule", "booking-weekly", *SWAPPED, "--timezone", "Europe/Berlin"],
    [
        "swap",
        "Jonas Weber",
        "Sofia Marin",
        "--schedule",
        "Booking Weekly",
        *SWAPPED,
        "--live",
        "--into",
        "manifests/swaps.yaml",
    ],
    ["holidays", "days.ics", "--schedule", "booking-weekly", *SWAPPED, "--timezone", "Europe/Berlin"],
    [
        "holidays",
        "days.ics",
        "--schedule",
        "Booking Weekly",
        "--live",
        "--for",
        "Jonas Weber",
        "--into",
        "manifests/swaps.yaml",
    ],
    ["graph"],
    ["graph", "--service", "booking-portal", "-o", "dot"],
    ["graph", "--live", "-o", "svg"],
    ["page", "--timezone", "Europe/Berlin", "--out", "company.html"],
    ["page", "--live"],
    ["route", "event.json", "--orchestration", "none", "--at", "2027-01-05T09:00", "--timezone", "Europe/Berlin"],
    ["route", "event.json", "--routing-key-of", "Booking Portal/none", "--trigger-count", "1", "--cache-var", "a=1"],
    ["route", "event.json", "--live", "-o", "json"],
    ["lint"],
    ["lint", "--at", "2027-01-05T09:00", "--timezone", "Europe/Berlin", "-o", "json"],
    ["lint", "--live", "-o", "github"],
    ["whoami"],
    ["whoami", "-o", "json"],
    ["plan"],
    ["plan", "--adopt", "--detailed-exitcode"],
    ["plan", "--adopt", "--prune", "off", "--full", "manifests"],
    ["plan", "--adopt", "--prune", "report"],
    ["plan", "--adopt", "--prune", "owned", "-o", "json"],
    ["plan", "--target", "service/booking-portal", "-o", "markdown"],
    ["plan", "--adopt", "--rotate-key", "service/booking-portal"],
    ["plan", "--adopt", "--send-secrets", "incident_workflow/major-incident"],
    ["plan", "--adopt", "--all-roles"],
    ["plan", "--adopt", "--prune", "owned", "--reassign-incidents-to", "user/ruth.adeyemi@example.com"],
    ["plan", "-o", "github", "--report", "plan.md", "--timezone", "Asia/Kolkata"],
    ["plan", "-o", "html", "--page", "plan.html", "--adopt"],
    ["plan", "--page", "page.html", "--timezone", "Europe/Berlin"],
    ["plan", "--adopt", "--sample-events", "event.json"],
    ["plan", "--adopt", "--recent-alerts", "7"],
    ["plan", "-o", "json", "--out", "plan.json", "--expires-after", "1h"],
    ["drift", "--adopt"],
    ["drift", "--prune", "report", "-o", "json", "--out", "drift.json"],
    ["drift", "--target", "service/booking-portal", "-o", "markdown"],
    ["drift", "-o", "junit"],
    ["drift", "-o", "prometheus"],
    ["export", "--out", "out"],
    ["export", "--out", "out", "--team", "Booking", "--codeowners", "acme", "--overwrite", "-o", "json"],
    ["init", "new", "--from-account", "--workspace", "new", "--host", "gitlab", "--yes"],
    ["accept", "service/booking-portal"],
    ["accept", "service/booking-portal", "manifests", "--dry-run"],
    ["apply", "--adopt"],  # no one is there to say yes
    ["apply", "--yes", "--adopt", "--expect-digest", "000000000000"],  # another plan than the reviewed one
    ["apply", "--yes"],  # blocked: objects of the same names are there
    ["verify-account", "--yes-this-is-a-test-account", "--with-incidents"],  # the account holds too much
]
SWAPS = """\
apiVersion: pdsync/v1
kind: ScheduleOverrides
metadata: {name: swaps}
spec: {schedule: booking-weekly, overrides: []}
"""
OFFLINE = {"validate", "oncall", "explain", "lint", "route", "schedule", "swap", "holidays", "graph", "page"}
"""Commands that read the manifests alone, unless they are told otherwise."""
WRITING = {"apply", "adopt", "release", "verify-account"}
"""Commands that write when someone agreed, and then only."""
WITHOUT_ACCOUNT = {"version", "help", "completion", "schema", "sandbox", "comment", "journal", "import-terraform"}
"""Commands that have nothing to ask of PagerDuty."""
EVENTS = {"events", "trigger", "acknowledge", "resolve", "change"}
"""Commands that send events, with a routing key and no token."""
SENDS_EVENTS = {"--notify"}
"""An option that sends an event beside a preview, with a key of its own; the account stays as it is."""


@pytest.fixture(scope="module")
def company() -> Iterator[SandboxServer]:
    """An account with everything in it."""
    with SandboxServer(seed="example") as server:
        yield server


@pytest.fixture
def readonly(company: SandboxServer, folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> SandboxServer:
    """The folder of the example company, and a token that may only read."""
    shutil.copytree(EXAMPLES, folder / "company", ignore=shutil.ignore_patterns(".pdsync"))
    event = '{"payload": {"summary": "Disk full", "source": "db-1", "severity": "critical"}}'
    (folder / "company" / "event.json").write_text(event)
    (folder / "company" / "days.ics").write_text(DAYS_OFF)
    (folder / "company" / "manifests" / "swaps.yaml").write_text(SWAPS)
    monkeypatch.chdir(folder / "company")
    monkeypatch.setenv("PDSYNC_API_URL", company.url)
    monkeypatch.setenv("PAGERDUTY_TOKEN", "readonly-test-test-test")
    monkeypatch.setenv("PAGERDUTY_FROM", "ruth.adeyemi@example.com")
    forget(company)
    return company


@pytest.mark.parametrize("command", PREVIEWS, ids=" ".join)
def test_a_preview_reads_and_nothing_else(readonly: SandboxServer, pdsync: Pdsync, command: list[str]) -> None:
    run = pdsync(*command)
    assert run.code in (0, 2, 4, 5, 64) or command[0] == "route", run.err  # the company has no orchestration
    assert "403" not in run.err
    requests = asked(readonly)
    assert {method for method, _ in requests} <= {"GET"}
    assert bool(requests) == (command[0] not in OFFLINE or "--live" in command)


def test_every_command_is_known_here() -> None:
    previews = {command[0] for command in PREVIEWS}
    assert previews | WRITING | WITHOUT_ACCOUNT | EVENTS == cli.commands.keys()


@pytest.mark.parametrize("name", sorted({command[0] for command in PREVIEWS} - WRITING))
def test_every_option_of_a_preview_is_tried(name: str) -> None:
    tried = {word for command in PREVIEWS if command[0] == name for word in command}
    options = [param for param in cli.commands[name].params if isinstance(param, click.Option)]
    assert [param.opts for param in options if not (tried | SENDS_EVENTS) & set(param.opts)] == []
    for param in options:
        if isinstance(param.type, click.Choice) and "-o" in param.opts:
            assert set(param.type.choices) - {param.default} <= tried
