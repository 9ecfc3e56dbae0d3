"""A shop whose events come in at an orchestration, as the tests of routing use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pdsync.cli.main import main
from pdsync.sandbox import SandboxServer
from tests.support.setting import CONFIG
from tests.support.world import TOKEN

PEOPLE = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {name: Ana Lima, email: ana@example.com}
---
apiVersion: pdsync/v1
kind: User
metadata: {name: bo}
spec: {name: Bo Berg, email: bo@example.com}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: payments}
spec: {name: Payments, escalation_rules: [{escalation_delay_in_minutes: 30, targets: [{user: ana}]}]}
---
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: platform}
spec: {name: Platform, escalation_rules: [{escalation_delay_in_minutes: 30, targets: [{user: bo}]}]}
"""
SERVICES = """\
apiVersion: pdsync/v1
kind: Service
metadata: {name: orders-db}
spec:
  name: Orders DB
  escalation_policy: platform
  integrations:
    - {name: Direct, type: events_api_v2_inbound_integration}
  event_orchestration:
    start:
      - {label: disk, if: "event.summary matches part 'disk'", suspend: 5m, priority: P3}
      - {label: many, if: "trigger_count over 1 minute > 3", suppress: true}
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: checkout-api}
spec: {name: Checkout API, escalation_policy: payments}
"""
ORCHESTRATION = """\
apiVersion: pdsync/v1
kind: EventOrchestration
metadata: {name: prod-events}
spec:
  name: Production events
  integrations: [{label: Prometheus}]
  global:
    start:
      - {label: drop tests, if: "event.source matches part 'test-'", drop_event: true}
  router:
    - {label: databases, if: "event.source matches part 'db'", route_to: orders-db}
    - {label: checkout, if: "event.summary matches part 'checkout'", route_to: checkout-api}
  unrouted:
    catch_all: {severity: info}
"""
DISK = ("disk full", "db-7")


def event(summary: str = DISK[0], source: str = DISK[1], **more: Any) -> dict[str, Any]:
    """The body of an event."""
    return {"payload": {"summary": summary, "source": source, "severity": "critical"}, **more}


def write_shop(folder: Path) -> None:
    """The configuration, manifests, and the usual event in ``event.json``."""
    (folder.parent / "pdsync.yaml").write_text(CONFIG)
    folder.mkdir()
    for name, text in (("people", PEOPLE), ("services", SERVICES), ("events", ORCHESTRATION)):
        (folder / f"{name}.yaml").write_text(text)
    (folder.parent / "event.json").write_text(json.dumps(event()))


@contextmanager
def applied_shop(folder: Path) -> Iterator[SandboxServer]:
    """An account that holds what the manifests say."""
    write_shop(folder / "manifests")
    with SandboxServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("PDSYNC_API_URL", server.url)
        patch.setenv("PAGERDUTY_TOKEN", TOKEN)
        assert main(["--quiet", "apply", "--yes"]) == 0
        yield server
