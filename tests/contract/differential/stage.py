"""Stage: a sandbox of which the requests are seen, and in which every run begins with the same small account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from pdsync.sandbox import SandboxServer, app
from tests.contract.differential.case import Case
from tests.contract.differential.outcome import alike
from tests.contract.differential.recorder import Recorder
from tests.contract.differential.session import Session, Transports, run

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = ("Ruth Adeyemi", "Graham Sutcliffe", "Zoë Ray", "Ana Lima", "Bo Lund", "Cleo Ortiz", "Dag Moe", "Eve Hall")


class Stage:
    def __init__(self, server: SandboxServer, recorder: Recorder, known: dict[str, str]) -> None:
        self.server, self.recorder, self.known = server, recorder, known
        self.transports = Transports(server)
        self._state = server.control.state()

    def outcome(self, library: ModuleType, case: Case) -> dict[str, Any]:
        self.server.control.set_faults([dict(rule) for rule in case.faults])
        try:
            session = Session(library, self.transports, self.known)
            return alike(run(session, case.call, self.recorder, case.canned))
        finally:
            self.server.control.clear_faults()
            if self.recorder.wrote:
                self.server.control.restore(self._state)


@contextmanager
def staged() -> Iterator[Stage]:
    recorder = Recorder()
    with pytest.MonkeyPatch.context() as patch:
        make_app = app.make_app
        patch.setattr(app, "make_app", lambda *args, **options: recorder.watch(make_app(*args, **options)))
        with SandboxServer(tls=True, now=lambda: NOON) as server:
            stage = Stage(server, recorder, furnished(server))
            try:
                yield stage
            finally:
                stage.transports.close()


def furnished(server: SandboxServer) -> dict[str, str]:
    """Makes an account, and gives ids by name."""

    def made(path: str, wrapper: str, **fields: Any) -> str:
        body = {wrapper: {"type": wrapper, **fields}}
        identity: str = server.control.edit("POST", path, body)[wrapper]["id"]
        return identity

    def reference(kind: str) -> dict[str, str]:
        return {"id": known[kind], "type": f"{kind}_reference"}

    known = {"team": made("/teams", "team", name="Platform", description="Runs the platform")}
    made("/teams", "team", name="Payments")
    for name in PEOPLE:
        address = f"{name.split()[0].lower()}@example.com".replace("ë", "e")
        known["user"] = made("/users", "user", name=name, email=address, role="user")
    server.control.edit("PUT", f"/teams/{known['team']}/users/{known['user']}", {"role": "responder"})
    layer = {
        "start": "2026-01-01T00:00:00Z",
        "rotation_virtual_start": "2026-01-01T00:00:00Z",
        "rotation_turn_length_seconds": 86400,
        "users": [{"user": reference("user")}],
    }
    known["schedule"] = made("/schedules", "schedule", name="Nights", time_zone="UTC", schedule_layers=[layer])
    rule = {"escalation_delay_in_minutes": 30, "targets": [reference("schedule")]}
    for name in ("Critical", "Routine"):
        known["escalation_policy"] = made(
            "/escalation_policies", "escalation_policy", name=name, escalation_rules=[rule]
        )
    for name in ("Web", "Databases", "Queues", "Mail"):
        known["service"] = made(
            "/services", "service", name=name, escalation_policy=reference("escalation_policy"), status="active"
        )
        grouping = {"type": "time", "config": {"timeout": 300}, "services": [reference("service")], "name": name}
        made("/alert_grouping_settings", "alert_grouping_setting", **grouping)
    for name, title in (("other_incident", "Fire"), ("incident", "Flood")):
        known[name] = made("/incidents", "incident", title=title, service=reference("service"))
    server.control.edit("POST", f"/incidents/{known['incident']}/notes", {"note": {"content": "Water in the basement"}})
    integration = {"type": "events_api_v2_inbound_integration", "name": "In"}
    answer = server.control.edit("POST", f"/services/{known['service']}/integrations", {"integration": integration})
    return {**known, "integration": answer["integration"]["id"], "key": answer["integration"]["integration_key"]}
