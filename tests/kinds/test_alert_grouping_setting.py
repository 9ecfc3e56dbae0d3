"""Alert grouping settings: their whole life, and the way from `alert_grouping_parameters` of services and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    BlockedError,
    ManifestsError,
    Planned,
    Selection,
    Workspace,
    carry_out_plan,
    export_account,
    find_drift,
    load_desired,
    make_plan,
)
from pdsync.export import ExportOptions
from pdsync.kinds.alert_grouping_setting import ALERT_GROUPING_SETTING
from pdsync.model import Account
from pdsync.model.marker import APPLIED_ROOM, Marker, join_marker
from pdsync.plan import Change, Operation, Plan, Verdict, compute_predicted_account
from pdsync.plan.saved.staleness import compute_staleness
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN

BY_HOST: dict[str, Any] = {
    "type": "content_based",
    "config": {"aggregate": "all", "fields": ["source"], "time_window": "15m"},
}
BY_HOST_S = {**BY_HOST, "config": {**BY_HOST["config"], "time_window": 900}}
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

    def make(self, **selection: Any) -> Planned:
        return make_plan(self.client, load_desired(self.workspace, Selection(**selection)))

    def plan(self, **selection: Any) -> Plan:
        return self.make(**selection).plan

    def apply(self, **selection: Any) -> dict[str, Change]:
        """Applies, and holds that the account is as predicted and the next plan is empty. Gives the changes by address."""
        planned = self.make(**selection)
        plan, predicted = planned.plan, compute_predicted_account(planned.plan, planned.account)
        assert not plan.problems, plan.problems
        result = carry_out_plan(self.client, ApplyRequest(plan))
        assert result.exit_code == 0, [(it.address, it.message) for it in result.outcomes if it.message] or plan.changes
        again = self.make()
        assert not again.plan.changes, again.plan.changes
        for slug in ("service", "alert_grouping_setting"):
            groupings = [_groupings(it, slug, again.plan.bindings) for it in (predicted, again.account)]
            assert groupings[0] == groupings[1]
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

    def ref(self, name: str) -> dict[str, str]:
        return {"id": self.service(name)["id"], "type": "service_reference"}


_OWN = "alert_grouping_parameters"


def _groupings(account: Account, slug: str, made: Mapping[str, str]) -> dict[str, Any]:
    """How the objects of a kind group alerts, by id."""
    found = account.objects.get(slug, ())
    return {made.get(it.id, it.id): it.fields.get(_OWN, it.fields.get("config")) for it in found}


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


def test_what_a_person_made_is_not_taken(world: World) -> None:
    """PagerDuty refuses a second setting of a service, so the plan says whose the first one is, and how to take it over."""
    world.write(a=None, b=None)
    world.apply()
    made = world.client.rpost("alert_grouping_settings", json={**BY_HOST_S, "services": [world.ref("a")]})
    spec = {**BY_HOST, "services": ["a"]}
    world.write({"per-host": spec}, a=None, b=None)
    [change] = world.plan().changes
    assert change.operation is Operation.CREATE
    [blocker] = change.blockers
    assert made["id"] in blocker
    assert "adopt" in blocker
    before = world.settings()
    with pytest.raises(BlockedError):
        carry_out_plan(world.client, ApplyRequest(world.plan()))
    assert world.settings() == before

    world.write(
        {"per-host": {**spec, "id": made["id"], "lifecycle": {"adopt": True}, "services": ["a", "b"]}}, a=None, b=None
    )
    assert world.apply()["alert_grouping_setting/per-host"].operation is Operation.ADOPT
    assert (world.setting()["id"], world.setting()["services"]) == (made["id"], ["a", "b"])


def test_parameters_that_pdsync_did_not_write_are_not_taken(world: World) -> None:
    world.write(a=None)
    world.apply()
    world.client.rput(f"services/{world.service('a')['id']}", json={"type": "service", _OWN: BY_TIME})
    implied = world.setting()
    spec = {"type": "time", "config": {"timeout": 600}, "services": ["a"]}
    world.write({"by-time": spec}, a=None)
    [change] = world.plan().changes
    assert implied["id"] in change.blockers[0]
    world.write({"by-time": {**spec, "id": implied["id"], "lifecycle": {"adopt": True}}}, a=None)
    assert world.apply().keys() == {"alert_grouping_setting/by-time"}
    assert (world.setting()["id"], world.service("a")[_OWN]) == (implied["id"], BY_TIME)


def test_a_service_goes_from_one_setting_to_another(world: World) -> None:
    one, two = {**BY_HOST, "services": ["a", "b"]}, {**BY_HOST, "services": ["c"]}
    world.write({"one": one, "two": two}, a=None, b=None, c=None)
    world.apply()
    world.write({"one": {**one, "services": ["a"]}, "two": {**two, "services": ["b", "c"]}}, a=None, b=None, c=None)
    world.apply()
    assert sorted(it["services"] for it in world.settings()) == [["a"], ["b", "c"]]
    # The first one goes, and the second one takes what it had.
    world.write({"two": {**two, "services": ["a", "b", "c"]}}, a=None, b=None, c=None)
    world.apply()
    assert world.setting()["services"] == ["a", "b", "c"]


def test_all_services_cannot_be_replaced(world: World) -> None:
    by_time = {"type": "time", "config": {"timeout": 600}}
    world.write({"one": {**by_time, "services": ["a"]}}, a=None, b=None)
    world.apply()
    first = world.setting()["id"]
    world.write({"one": {**by_time, "services": ["b"]}}, a=None, b=None)
    [change] = world.plan().changes
    assert "absent: true" in change.blockers[0]
    world.write({"one": {"lifecycle": {"absent": True}}, "two": {**by_time, "services": ["b"]}}, a=None, b=None)
    world.apply()
    assert (world.setting()["services"], world.setting()["id"] != first) == (["b"], True)


def test_parameters_of_a_service_in_a_setting_are_a_problem(world: World) -> None:
    world.write({"one": {**BY_HOST, "services": ["a"]}, "two": {**BY_HOST, "services": ["b", "a"]}}, a=BY_TIME, b=None)
    own, first, second = world.problems()
    assert "alert_grouping_setting/one" in own
    assert "alert_grouping_setting/two" in first
    assert "alert_grouping_setting/one" in second
    # By name nothing shows before the account is read.
    world.write({}, a=None)
    world.apply()
    world.write({"one": {**BY_HOST, "services": [{"name": "a"}]}}, a=BY_TIME)
    [problem] = world.plan().problems
    assert "alert_grouping_setting/one has service/a too" in problem.message


def test_the_parameters_of_a_service_in_the_setting_of_a_person_are_not_written(world: World) -> None:
    world.write(a=None, b=None)
    world.apply()
    services = [world.ref(name) for name in "ab"]
    world.client.rpost("alert_grouping_settings", json={**BY_HOST_S, "name": "By hand", "services": services})
    before = world.setting()
    world.write(a=BY_TIME, b=None)
    [change] = world.plan().changes
    assert "By hand" in change.blockers[0]
    # What the manifest never named is not reset, and other fields of the service are written.
    world.write(a=None, b=None)
    assert world.plan().changes == ()
    assert world.setting() == before
    # A service may go: it leaves the setting.
    world.write(b=None)
    [change] = world.plan().changes
    assert any("By hand" in note for note in change.notes), change
    assert not change.blockers
    world.apply()
    assert world.setting()["services"] == ["b"]


def test_parameters_that_say_what_the_setting_of_a_person_says_are_no_change(world: World) -> None:
    """An export of an earlier version named the parameters of services that are in a setting: such manifests go on as before."""
    own = {"type": "content_based", "config": BY_HOST_S["config"]}
    world.write(a=own, b=own)
    world.apply()
    implied = world.settings()[0]["id"]
    services = [world.ref(name) for name in "ab"]
    for other in world.settings()[1:]:
        world.client.rdelete(f"alert_grouping_settings/{other['id']}")
    world.client.rput(f"alert_grouping_settings/{implied}", json={**BY_HOST_S, "name": "By hand", "services": services})
    before = world.setting()
    assert not world.plan().changes
    assert find_drift(world.client, load_desired(world.workspace)).moved == ()
    text = (world.folder / "all.yaml").read_text()
    (world.folder / "all.yaml").write_text(text.replace("spec:\n", "spec:\n  description: New\n"))
    assert set(world.apply()) == {"service/a", "service/b"}
    assert world.setting() == before
    world.write(a={"type": "content_based", "config": {**BY_HOST_S["config"], "time_window": 600}}, b=own)
    change = next(it for it in world.plan().changes if it.address == "service/a")
    assert "By hand" in change.blockers[0]


def test_grouping_by_parameters_goes_on_as_before(world: World) -> None:
    """A setting that PagerDuty makes from parameters is no object of its own."""
    world.write(a=BY_TIME)
    world.apply()
    world.write(a={"type": "time", "config": {"timeout": 20}})
    assert world.apply().keys() == {"service/a"}
    assert world.setting()["config"] == {"timeout": 1200}
    world.write(a=None)
    assert world.apply().keys() == {"service/a"}
    assert world.settings() == []
    world.write(a=BY_TIME)
    world.apply()
    (world.folder / "all.yaml").write_text("", encoding="utf-8")


@pytest.mark.parametrize("kind", ["content_based", "content_based_intelligent", "intelligent", "time"])
def test_each_type_reads_back_as_it_was_written(world: World, kind: str) -> None:
    config = {"time": {"timeout": 0}, "intelligent": {"time_window": 0}}.get(kind, BY_HOST["config"])
    world.write({"one": {"type": kind, "config": config, "services": ["a"], "name": None}}, a=None)
    world.apply()
    assert (world.setting()["type"], world.setting()["name"]) == (kind, None)


def test_an_export_reads_back_to_no_difference(world: World, tmp_path: Path) -> None:
    world.write({"per-host": {**BY_HOST, "services": ["a", "b"]}}, a=None, b=None, c=BY_TIME, d=None)
    world.apply()
    services = [world.ref("d")]
    world.client.rpost("alert_grouping_settings", json={**BY_HOST_S, "name": "By hand", "services": services})
    exported = export_account(world.client, world.workspace, ExportOptions("test"))
    folder = tmp_path / "exported"
    for name, text in exported.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    assert "group" in "".join(exported.files)
    text = "".join(exported.files.values())
    assert text.count("alert_grouping_parameters") == 1
    assert text.count("kind: AlertGroupingSetting") == 2
    world.folder = folder
    plan = make_plan(world.client, load_desired(world.workspace, Selection(adopt=True))).plan
    assert [delta for change in plan.changes for delta in change.deltas] == []
    assert not plan.problems
    assert not [change.blockers for change in plan.changes if change.blockers]


_OF_HOST = {**BY_HOST_S}
_ALONE = {"one": {**BY_HOST, "services": ["a", "b"]}}
_MOVES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "to a setting": ({"a": _OF_HOST, "b": _OF_HOST}, {"settings": _ALONE, "a": None, "b": None}),
    "back": ({"settings": _ALONE, "a": None, "b": None}, {"a": _OF_HOST, "b": _OF_HOST}),
    "one of two back": (
        {"settings": _ALONE, "a": None, "b": None},
        {"settings": {"one": {**BY_HOST, "services": ["a"]}}, "a": None, "b": BY_TIME},
    ),
    "between settings": (
        {"settings": {**_ALONE, "two": {**BY_HOST, "services": ["c"]}}, "a": None, "b": None, "c": None},
        {"settings": {"two": {**BY_HOST, "services": ["a", "b", "c"]}}, "a": None, "b": None, "c": None},
    ),
}


@pytest.mark.parametrize("move", _MOVES)
def test_a_move_that_is_cut_off_at_any_write_converges(world: World, move: str) -> None:
    """The first write that fails is carried out or not; those after it are not."""
    before, after = _MOVES[move]
    world.write(**before)
    world.apply()
    start = world.sandbox.control.state()
    world.write(**after)
    for write, is_done in ((1, True), (2, False), (2, True), (3, False)):
        world.sandbox.control.restore(start)
        match = {"method": ["POST", "PUT", "DELETE"]}
        error = {"type": "error", "status": 403}
        done = [{"match": {**match, "nth": write}, "action": {**error, "commit": True}}] if is_done else []
        rest = {"match": {**match, "nth": [*range(write + is_done, 30)]}, "action": error}
        world.sandbox.control.set_faults([*done, rest])
        carry_out_plan(world.client, ApplyRequest(world.plan()))
        world.sandbox.control.set_faults([])
        world.apply()
        wanted = after.get("settings", {})
        found = {it["name"]: it["services"] for it in world.settings() if it["name"]}
        assert found == {name: spec["services"] for name, spec in wanted.items()}
        for name in "ab":
            own = after.get(name)
            expected = own or next(it for it in world.settings() if name in it["services"])
            assert world.service(name)[_OWN]["type"] == expected["type"]


def test_an_account_without_settings_may_answer_404(world: World) -> None:
    world.sandbox.control.set_account({"account": 1, "readings": {"no_grouping_settings": "not_found"}})
    world.write(_ALONE, a=None, b=None)
    world.apply()
    assert world.setting()["services"] == ["a", "b"]
    world.write(a=None, b=None)
    world.apply()


@pytest.mark.parametrize("status", [402, 403])
def test_an_account_without_aiops_is_told_so(world: World, status: int) -> None:
    world.sandbox.control.set_account({"account": 1, "without": {"aiops": status}})
    world.write(a=None)
    world.apply()
    world.write({"one": {**BY_HOST, "services": ["a"]}}, a=None)
    [problem] = world.plan().problems
    assert problem.address == "alert_grouping_setting/one"
    assert f"HTTP {status}" in problem.message


def test_a_new_setting_that_reads_do_not_see_yet_is_made_once(world: World) -> None:
    lag = {"alert_grouping_settings": {"reads": 3, "seen_by": "all"}}
    world.sandbox.control.set_account({"account": 1, "lag": lag})
    world.write(_ALONE, a=None, b=None)
    assert carry_out_plan(world.client, ApplyRequest(world.plan())).exit_code == 0
    world.sandbox.control.set_account({"account": 1})
    assert world.plan().changes == ()
    assert world.setting()["services"] == ["a", "b"]


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"type": "time", "config": {"timeout": "10m"}, "services": ["a", "b"]}, "one service"),
        (
            {"type": "time", "config": {"time_window": 300}, "services": ["a"]},
            "'time_window' does not apply to the type time",
        ),
        ({"type": "time", "config": {"timeout": 59}, "services": ["a"]}, "59"),
        ({"type": "time", "config": {"timeout": "25h"}, "services": ["a"]}, "above the maximum"),
        (
            {"type": "intelligent", "config": {"time_window": "24h"}, "services": ["a"]},
            "only for the type content_based",
        ),
        (
            {"type": "intelligent", "config": {"time_window": 300, "fields": ["x"]}, "services": ["a"]},
            "does not apply to the type",
        ),
        ({"type": "intelligent", "config": {"time_window": 300, "iag_fields": [*"abcdef"]}, "services": ["a"]}, "5"),
        (
            {"type": "content_based", "config": {**BY_HOST["config"], "time_window": "24h"}, "services": ["a", "b"]},
            "one service",
        ),
        ({"type": "content_based", "config": {**BY_HOST["config"], "time_window": "2h"}, "services": ["a"]}, "above"),
        (
            {"type": "content_based", "config": {"fields": ["x"], "time_window": 300}, "services": ["a"]},
            "'aggregate' is missing",
        ),
        ({"type": "content_based", "config": BY_HOST["config"], "services": []}, "service"),
    ],
)
def test_the_limits_of_each_type(world: World, spec: dict[str, Any], says: str) -> None:
    world.write({"one": spec}, a=None, b=None)
    assert any(says in problem for problem in world.problems()), world.problems()


def test_a_whole_day_is_for_one_service_by_content(world: World) -> None:
    world.write({"one": {**BY_HOST, "config": {**BY_HOST["config"], "time_window": "24h"}, "services": ["a"]}}, a=None)
    world.apply()
    assert world.setting()["config"]["time_window"] == 86_400


def test_a_description_leaves_room_for_the_longest_line() -> None:
    declared = ALERT_GROUPING_SETTING.field("description")
    assert declared is not None
    longest = Marker("w" * 40, ALERT_GROUPING_SETTING.slug, "k" * 100, True, "a" * APPLIED_ROOM)
    free = declared.codec.schema()["maxLength"]
    assert len(join_marker("d" * free, longest)) == 1024


@pytest.mark.parametrize("move", _MOVES)
def test_a_saved_plan_counts_nothing_that_a_setting_says_for_its_services(world: World, move: str) -> None:
    before, after = _MOVES[move]
    world.write(**before)
    world.apply()
    world.write(**after)
    plan = world.plan()
    account = fetch_account(world.client, Extent())
    found = {it.change.address: it.verdict for it in compute_staleness(plan, account)}
    assert set(found.values()) == {Verdict.VALID}, found


def test_a_name_says_nothing(world: World) -> None:
    world.write({}, a=None, b=None)
    world.apply()
    body = {**BY_HOST_S, "name": "per-host", "services": [world.ref("b")]}
    made = world.client.rpost("alert_grouping_settings", json=body)
    world.write({"per-host": {**BY_HOST, "services": ["a"]}}, a=None, b=None)
    world.apply()
    assert sorted((it["name"], it["services"]) for it in world.settings()) == [("per-host", ["a"]), ("per-host", ["b"])]
    assert world.client.rget(f"alert_grouping_settings/{made['id']}")["description"] is None


def test_a_setting_goes_before_its_services(world: World) -> None:
    world.write(_ALONE, a=None, b=None, c=None)
    world.apply()
    world.write(c=None)
    assert world.apply().keys() == {"alert_grouping_setting/one", "service/a", "service/b"}
    assert world.settings() == []


def test_services_that_swap_names_keep_their_grouping_apart(world: World) -> None:
    """The interim name is written before the parameters are, and compared with the service as it was planned against."""
    world.write(a=BY_TIME, b=None)
    world.apply()
    text = (world.folder / "all.yaml").read_text()
    for key, name in (("a", "b"), ("b", "a")):
        text = text.replace(f"  name: {key}\nspec:\n", f"  name: {key}\nspec:\n  name: {name}\n")
    (world.folder / "all.yaml").write_text(text.replace("timeout: 10", "timeout: 20"), encoding="utf-8")
    world.apply()
    assert (world.service("b")[_OWN]["config"], world.service("a")[_OWN]["type"]) == ({"timeout": 20}, None)
