"""A workspace and a sandbox, in which one apply after the other goes through whatever a campaign does to it."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from pdsync.cli.files.journal_file import read_journal
from pdsync.cli.main import main
from pdsync.engine import connection
from pdsync.kinds import KINDS
from pdsync.report.result.journal import Journal, WriteState, build_journal
from pdsync.sandbox import SandboxServer
from tests.campaigns.company import BESIDE, CHANNEL, ENVIRONMENT, OTHER_CHANNEL, RECEIVER, SETTINGS, unknown_secrets
from tests.campaigns.ledger import ledger
from tests.support.setting import PEOPLE

TOKEN = "u+campaign-campaign-campaign"
EXAMPLES = Path(__file__).parents[2] / "examples" / "manifests"

_COLLECTIONS = {
    **{kind.slug: kind.collection for kind in KINDS},
    "integration": "services/{parent}/integrations",
    "orchestration_integration": "event_orchestrations/{parent}/integrations",
    "workflow_trigger": "incident_workflows/triggers",
    "workflow_connection": "workflows/integrations/{integration_id}/connections",
    "jira_rule": "accounts_mappings/{mapping}/rules",
    "slack_connection": "workspaces/{workspace_id}/connections",
}
_HOST = re.compile("^/integration-(slack|jira-cloud)(?=/)")
"""The first part of a path of the sandbox that stands for another host."""
_GIVEN = " Default Integration"
"""How the name ends of an integration that PagerDuty makes with its orchestration."""

SMALL = (
    """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec:
  name: Ana Lima
  email: ana@example.com
  role: limited_user
  contact_methods:
    - {type: email_contact_method, address: ana@example.com}
    - {type: phone_contact_method, country_code: 49, address: "3012345678"}
  notification_rules:
    - {contact_method: {type: phone_contact_method, country_code: 49, address: "3012345678"}, urgency: high, start_delay_in_minutes: 5}
---
apiVersion: pdsync/v1
kind: User
metadata: {name: bo}
spec: {name: Bo Chen, email: bo@example.com, role: limited_user}
---
apiVersion: pdsync/v1
kind: Team
metadata: {name: shop}
spec: {name: Shop, members: [{user: ana, role: manager}, {user: bo, role: responder}], tags: [emea], slack: [OTHER_CHANNEL]}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: days}
spec:
  name: Days
  time_zone: Europe/Berlin
  schedule_layers:
    - {name: All, users: [ana, bo], rotation_virtual_start: "2026-01-05T09:00", rotation_turn_length_seconds: 1w}
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: nights}
spec:
  version: 3
  name: Nights
  time_zone: Europe/Berlin
  rotations: [{name: nights, every: day, from: "20:00", to: "08:00", starts: "2026-01-05", members: [bo]}]
---
apiVersion: pdsync/v1
kind: ScheduleOverrides
metadata: {name: holidays}
spec: {schedule: days, overrides: [{user: bo, start: "2099-12-24", end: "2099-12-27"}]}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec:
  name: Shop
  escalation_rules:
    - {escalation_delay_in_minutes: 10m, targets: [{schedule: days}]}
    - {escalation_delay_in_minutes: 20m, targets: [{user: ana}]}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: checkout}
spec:
  name: Checkout
  escalation_policy: shop
  auto_resolve_timeout: 4h
  integrations: [{name: Alerts, type: events_api_v2_inbound_integration}]
  custom_fields: {tier: gold}
  slack: [A_CHANNEL]
  cache_variables: [{name: seen, type: trigger_event_count, ttl: 10m}]
  event_orchestration: {start: [{label: Disk, if: "event.summary matches part 'disk'", annotate: Look at the disk.}]}
  routes: [{orchestration: prod, label: Checkout, if: "event.source matches part 'checkout'"}]
---
apiVersion: pdsync/v1
kind: MaintenanceWindow
metadata: {name: move}
spec: {description: Move, services: [checkout], start_time: "2099-06-01T09:00Z", end_time: "2099-06-01T17:00Z"}
---
apiVersion: pdsync/v1
kind: BusinessService
metadata: {name: sales}
spec: {name: Sales, team: shop, depends_on: [{service: checkout}], subscribers: [{user: ana}]}
---
apiVersion: pdsync/v1
kind: Template
metadata: {name: news}
spec: {name: News, email_subject: News, email_body: We are on it., message: We are on it.}
---
apiVersion: pdsync/v1
kind: IncidentWorkflow
metadata: {name: major}
spec:
  name: Major
  steps: [{name: Wait, action: "delay:1", inputs: {Delay: 5}}]
  triggers: [{manual: true, services: [checkout]}]
---
apiVersion: pdsync/v1
kind: ServiceCustomField
metadata: {name: tier}
spec: {display_name: Tier, type: choice, options: [gold, silver]}
---
apiVersion: pdsync/v1
kind: IncidentType
metadata: {name: outage}
spec:
  display_name: Outage
  custom_fields: [{name: ticket, display_name: Ticket, type: string}, {name: level, display_name: Level, type: choice, options: [low, high]}]
---
apiVersion: pdsync/v1
kind: AlertGroupingSetting
metadata: {name: by-host}
spec: {type: content_based, config: {aggregate: all, fields: [source], time_window: 15m}, services: [checkout]}
---
apiVersion: pdsync/v1
kind: EventOrchestration
metadata: {name: prod}
spec:
  name: Production
  team: shop
  integrations: [{label: Monitoring}, {label: Logs}]
  cache_variables: [{name: host, type: recent_value, source: event.source, regex: "(.*)"}]
  global: {start: [{label: Hosts, if: "cache_var.host exists", severity: critical}]}
  router:
    shared: true
    start: [{label: Tests, if: "event.source matches part 'test-'", route_to: checkout}]
    last: [{label: Staging, if: "event.source matches part 'staging'", route_to: checkout}]
    catch_all: unrouted
  unrouted: {start: [{label: Any, severity: warning}]}
""".replace("OTHER_CHANNEL", OTHER_CHANNEL).replace("A_CHANNEL", CHANNEL)
    + BESIDE
)


@dataclass(frozen=True)
class Run:
    """How a run ended."""

    code: int
    out: str
    err: str

    def assert_spoken(self) -> None:
        """An end with words, whatever happened."""
        said = self.out + self.err
        assert "Traceback" not in said, said
        assert "internal error" not in said, said
        assert "unexpected error" not in said, said


@dataclass
class Harness:
    """One sandbox for a whole campaign; `restore` gives it back its first state."""

    server: SandboxServer
    folder: Path
    start: Any
    totals: dict[str, int] = field(default_factory=dict)

    def restore(self) -> None:
        self.server.control.clear_faults()
        self.server.control.restore(self.start)
        self.server.control.forget()
        self.forget_journals()

    def run(self, *arguments: str) -> Run:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(arguments)
        done = Run(code, out.getvalue(), err.getvalue())
        done.assert_spoken()
        return done

    def apply(self, *arguments: str) -> Run:
        given = () if "--secrets-out" in arguments else ("--secrets-to", RECEIVER)
        return self.run("-q", "apply", "--yes", *given, *arguments)

    def assert_secrets_known(self) -> None:
        """Of each object whose secret PagerDuty shows once someone has that secret."""
        assert not (unknown := unknown_secrets(self.state(), self.folder)), unknown

    def state(self) -> Mapping[str, Any]:
        state: Mapping[str, Any] = self.server.control.state()
        return state

    def ledger(self) -> Any:
        return ledger(self.state())

    def forget_journals(self) -> None:
        """Takes away the journals of the runs so far."""
        for file in self.folder.glob(".pdsync/journal/*"):
            file.unlink()

    def journals(self) -> list[Journal]:
        """What the runs say that they did, oldest first."""
        return [build_journal(read_journal(file)) for file in sorted(self.folder.glob(".pdsync/journal/*"))]

    def assert_journals_true(self) -> None:
        """Every write that PagerDuty got is in a journal, and whatever is there was made by one of them, or may have been."""
        written = [write for journal in self.journals() for write in journal.writes.values()]
        told = Counter((write.method, "/" + write.path.lstrip("/").partition("?")[0]) for write in written)
        for asked in self.server.requests():
            if asked["method"] != "GET":
                assert told[asked["method"], _HOST.sub("", asked["path"])], f"{asked} is in no journal"
        done = {write.id for write in written if write.state is WriteState.DONE}
        unclear = Counter(
            write.path.lstrip("/")
            for write in written
            if write.method == "POST" and (write.state is WriteState.UNKNOWN or not write.id)
        )
        known = {row["id"] for rows in self.start.values() for row in rows}
        for kind, collection in _COLLECTIONS.items():
            for row in self.state().get(kind, ()):
                if str(row.get("label")).endswith(_GIVEN) or _is_made_by_itself(kind, row):
                    continue
                path = collection.format_map({"parent": None, **row})
                assert row["id"] in done | known or unclear[path], f"{kind} {row} was made, and no journal says so"

    def count(self, **figures: int) -> None:
        for name, figure in figures.items():
            self.totals[name] = self.totals.get(name, 0) + figure

    def report(self, name: str) -> None:
        """The figure, for a person who runs a campaign with ``-s``."""
        sys.stdout.write(f"\n{name}: " + ", ".join(f"{figure} {what}" for what, figure in self.totals.items()) + "\n")


class Clock:
    """Time that passes by itself, and by every wait, of which a small part is waited."""

    def __init__(self, shortened: float = 40, longest_s: float = 0.1) -> None:
        self._skipped_s = 0.0
        self._shortened, self._longest_s = shortened, longest_s
        self._lock = Lock()

    def now_s(self) -> float:
        """Seconds, as `time.monotonic` has them."""
        return time.monotonic() + self._skipped_s

    def sleep(self, seconds: float) -> None:
        """Waits."""
        waited_s = min(seconds / self._shortened, self._longest_s)
        until_s = self.now_s() + seconds
        time.sleep(waited_s)
        with self._lock:  # several may sleep at once, and the clock goes on once
            self._skipped_s = max(self._skipped_s, until_s - time.monotonic())


@contextlib.contextmanager
def make_harness(folder: Path, patch: pytest.MonkeyPatch, manifests: Path | str = SMALL) -> Iterator[Harness]:
    """A harness whose waits take a small part of their time. `manifests` is a folder, or the text of one file."""
    patch.chdir(folder)
    if isinstance(manifests, str):
        (folder / "manifests").mkdir()
        (folder / "manifests" / "all.yaml").write_text(manifests, encoding="utf-8")
        manifests = Path("manifests")
    (folder / "pdsync.yaml").write_text(f"workspace: acme\npaths: [{manifests}]\n{PEOPLE}{SETTINGS}")
    for name in [name for name in os.environ if name.startswith(("PDSYNC_", "PAGERDUTY_"))]:
        if not name.startswith("PDSYNC_CAMPAIGN"):
            patch.delenv(name)
    for name, value in ENVIRONMENT.items():
        patch.setenv(name, value)
    clock = Clock()
    patch.setitem(connection.CLIENT_OPTIONS, "sleep", clock.sleep)
    patch.setitem(connection.CLIENT_OPTIONS, "clock", clock.now_s)
    with SandboxServer() as server:
        patch.setenv("PDSYNC_API_URL", server.url)
        patch.setenv("PAGERDUTY_TOKEN", TOKEN)
        patch.setenv("PAGERDUTY_USER_TOKEN", TOKEN)
        yield Harness(server, folder, server.control.state())


def _is_made_by_itself(kind: str, row: Mapping[str, Any]) -> bool:
    """Whether PagerDuty made it from a field of a service: such a setting has neither a name nor an ownership line."""
    return kind == "alert_grouping_setting" and row["name"] is None and row["description"] is None
