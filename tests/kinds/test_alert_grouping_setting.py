"""Alert grouping settings: their whole life, and the way from `alert_grouping_parameters` of services and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    ManifestsError,
    Selection,
    Workspace,
    carry_out_plan,
    find_drift,
    load_desired,
    make_plan,
)
from pdsync.plan import Change, Operation, Plan
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN

BY_HOST = {"type": "content_based", "config": {"aggregate": "all", "fields": ["source"], "time_window": "15m"}}
BY_TIME = {"type": "time", "config": {"timeout": 10}}
"""Minutes: the parameters of a service."""


@dataclass
class World:
    """A workspace with services, and the account that it is for."""

    sandbox: SandboxServer
    client: RestApiV2Client
    folder: Path
    policy: str

    @property
    def workspace(self) -> Workspace:
        return Workspace("test", paths=(str(self.folder),), prune="owned", max_deletes=9, max_delete_percent=100)

    def write(self, settings: Mapping[str, Any] | None = None, **services: Any) -> None:
        """`services` by key with their parameters; `settings` by key, each with its spec, and `lifecycle` or `id` beside."""
        documents = [
            _manifest("Service", key, {"escalation_policy": {"id": self.policy}, **({_OWN: own} if own else {})})
            for key, own in services.items()
        ]
        documents += [_manifest("AlertGroupingSetting", key, dict(spec)) for key, spec in (settings or {}).items()]
        (self.folder / "all.yaml").write_text(yaml.safe_dump_all(documents, sort_keys=False), encoding="utf-8")

    def plan(self, **selection: Any) -> Plan:
        return make_plan(self.client, load_desired(self.workspace, Selection(**selection))).plan

    def apply(self, **selection: Any) -> dict[str, Change]:
        """Applies, and holds that the next plan is empty. Gives the changes by address."""
        plan = self.plan(**selection)
        assert not plan.problems, plan.problems
        result = carry_out_plan(self.client, ApplyRequest(plan))
        assert result.exit_code == 0, [(it.address, it.message) for it in result.outcomes if it.message] or plan.changes
        again = self.plan()
        assert not again.changes, again.changes
        return {change.address: change for change in plan.changes}

    def problems(self) -> list[str]:
        with pytest.raises(ManifestsError) as refused:
            load_desired(self.workspace)
        return [f"{it.source.line}: {it.message}" for it in refused.value.problems]

    def settings(self) -> list[dict[str, Any]]:
        """What there is, with the names of the services."""
        found = [dict(it) for it in self.client.list_all("alert_grouping_settings")]
        for it in found:
            it["services"] = sorted(service["name"] for service in it["services"])
        return found

    def setting(self) -> dict[str, Any]:
        (found,) = self.settings()
        return found

    def service(self, name: str) -> dict[str, Any]:
        return next(dict(it) for it in self.client.list_all("services") if it["name"] == name)

    def writes(self) -> list[tuple[str, str]]:
        """Method and kind of each write since the last look."""
        found = [(it.method, it.path.split("/")[1]) for it in self.sandbox.control.requests() if it.method != "GET"]
        self.sandbox.control.clear_requests()
        return found


_OWN = "alert_grouping_parameters"


def _manifest(kind: str, key: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": key, **({"id": spec.pop("id")} if "id" in spec else {})}
    lifecycle = {"lifecycle": spec.pop("lifecycle")} if "lifecycle" in spec else {}
    return {"apiVersion": "pdsync/v1", "kind": kind, "metadata": metadata, **lifecycle, "spec": spec}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(seed="none") as server:
        yield server


@pytest.fixture
def world(sandbox: SandboxServer, tmp_path: Path) -> Iterator[World]:
    sandbox.control.set_account({"account": 1})
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client:
        for name in ("services", "alert_grouping_settings"):
            for row in client.list_all(name):
                client.rdelete(f"{name}/{row['id']}")
        policies = list(client.list_all("escalation_policies"))
        if not policies:
            owner = {"id": next(iter(client.list_all("users")))["id"], "type": "user_reference"}
            rule = {"escalation_delay_in_minutes": 30, "targets": [owner]}
            body = {"type": "escalation_policy", "name": "All", "escalation_rules": [rule]}
            policies = [client.rpost("escalation_policies", json=body)]
        yield World(sandbox, client, tmp_path, policies[0]["id"])


def test_it_is_made_changed_and_deleted(world: World) -> None:
    world.write({"per-host": {**BY_HOST, "services": ["a", "b"]}}, a=None, b=None)
    changes = world.apply()
    assert changes["alert_grouping_setting/per-host"].operation is Operation.CREATE
    made = world.setting()
    assert (made["name"], made["services"]) == ("per-host", ["a", "b"])
    assert made["config"] == {"aggregate": "all", "fields": ["source"], "time_window": 900}

    world.write(
        {"per-host": {"type": "intelligent", "config": {"time_window": 300}, "services": ["b", "c"]}},
        a=None,
        b=None,
        c=None,
    )
    world.apply()
    changed = world.setting()
    assert (changed["id"], changed["type"], changed["services"]) == (made["id"], "intelligent", ["b", "c"])
    assert changed["config"]["iag_fields"] == ["summary"]

    world.write({}, a=None, b=None, c=None)
    world.apply()
    assert world.settings() == []


def test_a_setting_is_left_alone_by_every_write_of_its_services(world: World) -> None:
    world.write({"per-host": {**BY_HOST, "services": ["a", "b"]}}, a=None, b=None)
    world.apply()
    made = world.setting()
    text = (world.folder / "all.yaml").read_text()
    (world.folder / "all.yaml").write_text(
        text.replace("spec:\n  escalation_policy:", "spec:\n  description: New\n  escalation_policy:")
    )
    assert set(world.apply()) == {"service/a", "service/b"}
    assert world.setting() == made
    assert find_drift(world.client, load_desired(world.workspace)).moved == ()


@pytest.mark.parametrize("aside", [{}, {"description": "Groups"}])
def test_a_move_from_the_parameters_keeps_the_setting(world: World, aside: dict[str, str]) -> None:
    world.write(a=BY_TIME)
    world.apply()
    implied = world.setting()
    assert implied["name"] is None

    world.write({"by-time": {"type": "time", "config": {"timeout": "10m"}, "services": ["a"], **aside}}, a=None)
    changes = world.apply()
    assert changes["alert_grouping_setting/by-time"].operation is Operation.ADOPT
    assert any("takes over" in note for note in changes["alert_grouping_setting/by-time"].notes)
    moved = world.setting()
    assert (moved["id"], moved["config"]) == (implied["id"], implied["config"])
    assert world.service("a")[_OWN] == {**BY_TIME}

    world.write(a=BY_TIME)
    world.apply()
    assert world.setting()["name"] is None
    assert world.service("a")[_OWN] == BY_TIME


def test_several_services_move_into_one_setting(world: World) -> None:
    own = {"type": "content_based", "config": {"aggregate": "all", "fields": ["source"], "time_window": 300}}
    world.write(a=own, b=own, c=None)
    world.apply()
    assert len(world.settings()) == 2
    world.write({"per-host": {**BY_HOST, "services": ["a", "b", "c"]}}, a=None, b=None, c=None)
    world.apply()
    assert world.setting()["services"] == ["a", "b", "c"]
