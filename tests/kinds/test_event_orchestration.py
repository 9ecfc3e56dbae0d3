"""Event orchestrations as transitions of an account: integrations, cache variables, and documents of rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pdsync.cli.files.plan_file import read_plan_file, render_plan_file
from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    Desired,
    MissingSecretsError,
    Selection,
    Workspace,
    accept_live,
    carry_out_plan,
    export_account,
    find_drift,
    load_desired,
    load_for_accept,
    make_plan,
    parse_place,
)
from pdsync.engine.plan import Planned
from pdsync.engine.saved_plan import compare_saved_plan
from pdsync.export import ExportOptions
from pdsync.kinds.event_orchestration import EVENT_ORCHESTRATION
from pdsync.model import Resource
from pdsync.plan import Change, Operation, Plan
from pdsync.plan.saved.judgement import Verdict
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import MANAGED, converge, options, plan_for, policy, resource, service, team, user

COMPANY = [
    user("ana"),
    policy("first", {"user": "ana"}),
    service("shop", "first"),
    service("orders", "first"),
    team("red"),
]


def orchestration(key: str = "prod", **spec: Any) -> Resource:
    return resource("EventOrchestration", key, spec)


def rule(label: str, condition: Any = (), **actions: Any) -> dict[str, Any]:
    return {"label": label, **({"if": condition} if condition else {}), **actions}


def held(client: RestApiV2Client, part: str = "", key: str = "prod") -> Any:
    found = client.find("event_orchestrations", key)
    assert found is not None
    return client.rget(f"event_orchestrations/{found['id']}{part and '/'}{part}")


def labels(document: dict[str, Any], at: int = 0) -> dict[str, str]:
    return {it["label"]: it["id"] for it in document["sets"][at]["rules"]}


def only(plan: Plan) -> Change:
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


ROUTER = [rule("db", "event.source matches part 'db'", route_to="orders"), rule("rest", route_to="shop")]
GLOBAL = {
    "start": [
        rule("drop tests", "event.source matches part 'test-'", drop_event=True),
        rule("night", ["event.severity matches 'info'", "event.severity matches 'warning'"], route_to="quiet"),
    ],
    "quiet": [rule("hush", suppress=True), rule("low", suspend="5m", priority="P3", escalation_policy="first")],
    "catch_all": {"severity": "info"},
}


def test_it_is_made_with_all_its_rules_and_the_next_plan_is_empty(client: RestApiV2Client) -> None:
    converge(
        client,
        [
            *COMPANY,
            orchestration(
                team="red",
                description="All events.",
                integrations=[{"label": "Prometheus"}, {"label": "CloudWatch"}],
                cache_variables=[
                    {"name": "db_alerts", "type": "trigger_event_count", "ttl": "10m", "if": "event.source exists"},
                    {"name": "host", "type": "recent_value", "source": "event.source", "regex": "(.*)"},
                    {"name": "state", "type": "external_data", "data_type": "string", "ttl": 60},
                ],
                router={"start": ROUTER, "catch_all": "orders"},
                unrouted={"catch_all": {"severity": "info"}},
                **{"global": GLOBAL},
            ),
        ],
    )
    shown = held(client)
    assert {it["label"] for it in shown["integrations"]} == {"Prometheus", "CloudWatch", "prod Default Integration"}
    orders = client.find("services", "orders")
    assert orders is not None
    router = held(client, "router")
    assert router["sets"][0]["rules"][0]["actions"]["route_to"] == orders["id"]
    assert router["catch_all"]["actions"]["route_to"] == orders["id"]
    first, quiet = held(client, "global")["sets"]
    assert [len(it["conditions"]) for it in first["rules"]] == [1, 2]
    assert quiet["rules"][1]["actions"]["suspend"] == 300
    assert held(client, "unrouted")["catch_all"]["actions"]["severity"] == "info"
    variables = {it["name"]: it for it in client.list_all(f"event_orchestrations/{shown['id']}/cache_variables")}
    assert variables["db_alerts"]["configuration"] == {"type": "trigger_event_count", "ttl_seconds": 600}


def test_a_move_is_shown_as_a_move_and_ids_stay(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(router=ROUTER)])
    before = labels(held(client, "router"))
    wanted = [*COMPANY, orchestration(router=ROUTER[::-1])]
    change = only(plan_for(client, wanted))
    assert [it.path for it in change.deltas] == ["router (order)"]
    converge(client, wanted)
    after = labels(held(client, "router"))
    assert after == before
    assert list(after) == ["rest", "db"]


def test_a_change_of_one_rule_is_shown_by_its_label(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(router=ROUTER, **{"global": GLOBAL})])
    before = labels(held(client, "router"))
    quiet = [rule("hush", suppress=True), rule("low", suspend="10m", priority="P3", escalation_policy="first")]
    wanted = [
        *COMPANY,
        orchestration(router=[{**ROUTER[0], "route_to": "shop"}, ROUTER[1]], **{"global": {**GLOBAL, "quiet": quiet}}),
    ]
    change = only(plan_for(client, wanted))
    assert [it.path for it in change.deltas] == ["global.quiet[low].suspend", "router[db].route_to"]
    converge(client, wanted)
    assert labels(held(client, "router")) == before


def test_a_set_with_another_name_is_shown_as_renamed(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(**{"global": GLOBAL})])
    start = [GLOBAL["start"][0], {**GLOBAL["start"][1], "route_to": "hushed"}]  # type: ignore[index]
    document = {"start": start, "hushed": GLOBAL["quiet"], "catch_all": GLOBAL["catch_all"]}
    wanted = [*COMPANY, orchestration(**{"global": document})]
    change = only(plan_for(client, wanted))
    assert [(it.path, it.before, it.after) for it in change.deltas] == [
        ("global (renamed)", "quiet", "hushed"),
        ("global.start[night].route_to", "quiet", "hushed"),
    ]
    before = labels(held(client, "global"), 1)
    converge(client, wanted)
    assert labels(held(client, "global"), 1) == before


def test_a_document_that_no_manifest_names_is_not_read(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration()])
    identity = held(client)["id"]
    client.rput(
        f"event_orchestrations/{identity}/unrouted",
        json={"orchestration_path": {"sets": [{"id": "start", "rules": [{"label": "by hand", "actions": {}}]}]}},
    )
    assert not plan_for(client, [*COMPANY, orchestration()]).changes


def test_a_revert_takes_back_what_a_document_said(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(router=ROUTER)])
    wanted = [*COMPANY, orchestration()]
    change = only(plan_for(client, wanted))
    assert all(it.is_reset and it.field == "router" for it in change.deltas)
    converge(client, wanted)
    router = held(client, "router")
    assert router["sets"][0]["rules"] == []
    assert router["catch_all"]["actions"]["route_to"] == "unrouted"


@pytest.mark.parametrize("shown", [{"id": None}, None, "missing"])
def test_no_team_is_said_in_three_ways(shown: Any) -> None:
    raw = {"id": "6a1c8a6f-0f5c-4d0d-9e9c-111111111111", "name": "prod", "description": "", "team": shown}
    if shown == "missing":
        del raw["team"]
    assert EVENT_ORCHESTRATION.read_live(raw).fields["team"] is None


def test_a_team_is_cleared(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(team="red")])
    assert held(client)["team"]["id"]
    converge(client, [*COMPANY, orchestration(team=None)])
    assert not (held(client).get("team") or {}).get("id")


def test_it_is_deleted_and_the_plan_says_what_dies_with_it(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(integrations=[{"label": "Prometheus"}], router=ROUTER)])
    plan = plan_for(client, COMPANY, prune="owned")
    change = only(plan)
    assert change.operation is Operation.DELETE
    converge(client, COMPANY, prune="owned")
    assert client.find("event_orchestrations", "prod") is None


def test_a_plan_costs_one_listing_and_one_request_for_each_document_that_is_managed(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    many = 8
    kinds = [
        orchestration(
            f"o{at}", router=ROUTER, unrouted={}, integrations=[{"label": "Prometheus"}], **{"global": GLOBAL}
        )
        for at in range(many)
    ]
    wanted = [*COMPANY, *kinds, orchestration("left", description="Nothing but a name.")]
    converge(client, wanted)
    forget(sandbox)
    assert not plan_for(client, wanted).changes
    paths = [path.partition("?")[0] for method, path in asked(sandbox) if path.startswith("/event_orchestrations")]
    assert len(paths) == 1 + many * len(("router", "global", "unrouted", "integrations"))
    assert len(set(paths)) == len(paths)


def test_a_priority_and_a_custom_field_are_named(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    client.rpost(
        "incidents/types/incident_default/custom_fields",
        json={
            "field": {"name": "impact", "display_name": "Impact", "data_type": "string", "field_type": "single_value"}
        },
    )
    updates = [{"field": "impact", "value": "high"}]
    document = {"start": [rule("all", priority="p1", incident_custom_field_updates=updates)]}
    converge(client, [*COMPANY, orchestration(**{"global": document})])
    forget(sandbox)
    document["start"][0]["priority"] = "P2"
    plan = plan_for(client, [*COMPANY, orchestration(**{"global": document})])
    assert "global.start[all].priority: P1 -> P2" in render_plan_text(plan)
    tables = [path for _, path in asked(sandbox) if "priorities" in path or "incident_default" in path]
    assert len(tables) == 2
    forget(sandbox)
    plan_for(client, COMPANY)
    assert not [path for _, path in asked(sandbox) if "priorities" in path or "incident_default" in path]


def test_a_service_that_a_router_names_is_not_deleted_before_the_router_lets_go(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, orchestration(router=ROUTER)])
    less = [it for it in COMPANY if it.key != "orders"]
    wanted = [*less, orchestration(router=[ROUTER[1]])]
    plan = plan_for(client, wanted, prune="owned")
    assert [(it.address, it.operation) for it in plan.changes] == [
        ("event_orchestration/prod", Operation.UPDATE),
        ("service/orders", Operation.DELETE),
    ]
    converge(client, wanted, prune="owned")
    assert list(labels(held(client, "router"))) == ["rest"]


def test_a_reviewer_reads_that_a_foreign_router_leads_to_a_service_that_goes(client: RestApiV2Client) -> None:
    converge(client, COMPANY)
    made = client.rpost("event_orchestrations", json={"orchestration": {"name": "By hand"}})
    orders = client.find("services", "orders")
    assert orders is not None
    router = {"sets": [{"id": "start", "rules": [{"label": "db", "actions": {"route_to": orders["id"]}}]}]}
    client.rput(f"event_orchestrations/{made['id']}/router", json={"orchestration_path": router})
    plan = plan_for(client, [it for it in COMPANY if it.key != "orders"], prune="owned")
    change = only(plan)
    says = "the router of event orchestration 'By hand' sends events to it, and those would be lost"
    assert any(says in text for text in (*change.notes, *change.afterwards)), change


class TestManifest:
    """Through files: what is written, exported and accepted."""

    SPEC = (
        "  name: Production\n"
        "  integrations:\n"
        "    - label: Prometheus\n"
        "  global:\n"
        "    start:\n"
        "      - {label: night, if: \"event.severity matches 'info'\", route_to: quiet}  # nobody wakes\n"
        "    quiet:\n"
        "      - {label: hush, suppress: true}\n"
        "      - {label: wait, suspend: 5m, priority: P3}\n"
        "  router:\n"
        "    # The first rule that fits is taken.\n"
        "    - {label: db, if: \"event.source matches part 'db'\", route_to: {name: Orders}}\n"
        "    - {label: rest, route_to: {name: Shop}}\n"
        "  unrouted:\n"
        "    catch_all: {severity: info}\n"
    )

    @pytest.fixture
    def write(self, client: RestApiV2Client, tmp_path: Path) -> Any:
        converge(client, [user("ana"), policy("first", {"user": "ana"})])
        made = client.find("escalation_policies", "first")
        assert made is not None
        for name in ("Orders", "Shop"):
            reference = {"id": made["id"], "type": "escalation_policy_reference"}
            client.rpost("services", json={"service": {"name": name, "escalation_policy": reference}})

        def write(spec: str = self.SPEC) -> Workspace:
            head = "apiVersion: pdsync/v1\nkind: EventOrchestration\nmetadata: {name: prod}\nspec:\n"
            (tmp_path / "prod.yaml").write_text(head + spec)
            return Workspace(name="test", paths=(str(tmp_path),))

        return write

    def apply(self, client: RestApiV2Client, workspace: Workspace) -> None:
        plan = make_plan(client, load_desired(workspace, Selection())).plan
        assert not plan.problems, plan.problems
        result = carry_out_plan(client, ApplyRequest(plan))
        assert result.exit_code == 0, result.outcomes

    def edit(self, client: RestApiV2Client, part: str, change: Any) -> None:
        """As a person does in the web application."""
        document = held(client, part, "Production")
        change(document)
        path = f"event_orchestrations/{held(client, key='Production')['id']}/{part}"
        client.rput(path, json={"orchestration_path": document})

    def test_an_edit_by_hand_is_drift_and_is_accepted_into_the_rule(
        self, client: RestApiV2Client, write: Any, tmp_path: Path
    ) -> None:
        workspace = write()
        self.apply(client, workspace)

        def suspend_longer(document: Any) -> None:
            quiet = next(it for it in document["sets"] if it["id"] == "quiet")
            quiet["rules"][1]["actions"]["suspend"] = 600

        self.edit(client, "global", suspend_longer)
        (moved,) = find_drift(client, load_desired(workspace, Selection())).moved
        assert [(it.path, it.before, it.after) for it in moved.change.deltas] == [
            ("global.quiet[wait].suspend", 600, 300)
        ]
        place = parse_place("event_orchestration/prod:global")
        accepted = accept_live(client, load_for_accept(workspace, place), place)
        assert accepted is not None
        accepted.write()
        text = (tmp_path / "prod.yaml").read_text()
        assert "suspend: 10m" in text
        assert "# nobody wakes" in text
        assert text.count("label:") == 6
        self.apply(client, workspace)
        assert not make_plan(client, load_desired(workspace, Selection())).plan.changes

    def test_a_rule_moved_and_one_added_by_hand_are_accepted_into_the_list(
        self, client: RestApiV2Client, write: Any, tmp_path: Path
    ) -> None:
        workspace = write()
        self.apply(client, workspace)

        def turn(document: Any) -> None:
            rules = document["sets"][0]["rules"]
            rules.reverse()
            rules.append({"label": "more", "conditions": [], "actions": {"route_to": rules[0]["actions"]["route_to"]}})

        self.edit(client, "router", turn)
        place = parse_place("event_orchestration/prod:router")
        accepted = accept_live(client, load_for_accept(workspace, place), place)
        assert accepted is not None
        accepted.write()
        text = (tmp_path / "prod.yaml").read_text()
        assert "# The first rule that fits is taken." in text
        assert text.index("label: rest") < text.index("label: db") < text.index("label: more")
        (left,) = make_plan(client, load_desired(workspace, Selection())).plan.changes
        assert left.is_renewal

    def test_an_export_reads_back_to_no_difference(self, client: RestApiV2Client, write: Any, tmp_path: Path) -> None:
        self.apply(client, write())
        export = export_account(client, Workspace(name="other", paths=()), ExportOptions("test"))
        documents = [document for it in export.files.values() for document in it.split("\n---\n")]
        exported = [document for document in documents if "kind: EventOrchestration\n" in document]
        (text,) = [document for document in exported if "route_to: orders" in document]
        assert "priority: P3" in text
        assert "suspend: 5m" in text
        for name, content in export.files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        (tmp_path / "prod.yaml").unlink()
        plan = make_plan(client, load_desired(Workspace(name="test", paths=(str(tmp_path),)), Selection())).plan
        assert not plan.problems
        mine = [change for change in plan.changes if change.kind == "event_orchestration"]
        assert [delta for change in mine for delta in change.deltas] == []
        assert [child for change in mine for child in change.children] == []


class TestSecretHeaders:
    """A header may hold a credential. It is sent, and shown nowhere."""

    OLD, NEW = "Bearer old-credential-0001", "Bearer new-credential-0002"

    def wanted(self, value: str = "${env:HOOK_TOKEN}", key: str = "Authorization", **more: Any) -> list[Resource]:
        headers = [{"key": key, "value": value}, {"key": "Content-Type", "value": "text/plain"}]
        webhook = {"name": "hook", "url": "https://hooks.example.com/a", "headers": headers}
        document = {"start": [{**rule("all", automation_actions=[webhook]), **more}]}
        return [*COMPANY, orchestration(**{"global": document})]

    def sent(self, client: RestApiV2Client) -> list[str]:
        (found,) = held(client, "global")["sets"][0]["rules"][0]["actions"]["automation_actions"]
        return [it["value"] for it in found["headers"]]

    def test_it_is_sent_once_and_again_when_it_changed(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted())
        assert self.sent(client) == [self.OLD, "text/plain"]
        monkeypatch.setenv("HOOK_TOKEN", self.NEW)
        plan = plan_for(client, self.wanted())
        assert [it.path for it in only(plan).deltas] == ["global.start[all].automation_actions[0].headers[0].value"]
        assert "credential" not in render_plan_text(plan)
        assert "credential" not in repr(only(plan))
        converge(client, self.wanted())
        assert self.sent(client) == [self.NEW, "text/plain"]

    @pytest.mark.parametrize("key", ["X-Token", "Content-Type", "host", "User-Agent"])
    @pytest.mark.parametrize("value", ["${env:HOOK_TOKEN}", "Bearer ${env:HOOK_TOKEN}", "$${env:HOOK_TOKEN}"])
    def test_a_reference_is_compared_in_every_header(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch, key: str, value: str
    ) -> None:
        """What PagerDuty shows of some headers is shown by plans too."""
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted(value, key))
        assert not plan_for(client, self.wanted(value, key)).changes
        monkeypatch.delenv("HOOK_TOKEN")
        assert not plan_for(client, self.wanted(value, key)).changes
        monkeypatch.setenv("HOOK_TOKEN", self.NEW)
        changes = plan_for(client, self.wanted(value, key)).changes
        assert bool(changes) is not value.startswith("$$")
        assert "credential" not in repr(changes)

    def test_without_the_variable_what_was_applied_counts_and_a_write_fails_before_it_is_sent(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted())
        monkeypatch.delenv("HOOK_TOKEN")
        assert not plan_for(client, self.wanted()).changes
        plan = plan_for(client, self.wanted(severity="info"))
        assert "global: apply needs HOOK_TOKEN in its environment, and this run does not have it" in only(plan).notes
        with pytest.raises(MissingSecretsError) as refused:
            carry_out_plan(client, ApplyRequest(plan))
        (detail,) = refused.value.details
        assert detail.endswith("Authorization: the environment has no HOOK_TOKEN"), detail
        assert self.sent(client) == [self.OLD, "text/plain"]
        assert "severity" not in held(client, "global")["sets"][0]["rules"][0]["actions"]

    @pytest.mark.parametrize("is_known", [True, False], ids=["with the variable", "without it"])
    def test_a_revert_takes_its_rule_back(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch, is_known: bool
    ) -> None:
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted())
        if not is_known:
            monkeypatch.delenv("HOOK_TOKEN")
        converge(client, [*COMPANY, orchestration()])
        assert held(client, "global")["sets"] == [{"id": "start", "rules": []}]

    def test_a_rule_that_was_edited_by_hand_stays_after_a_revert(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted())
        document = held(client, "global")
        document["sets"][0]["rules"][0]["actions"]["suppress"] = True
        client.jput(f"event_orchestrations/{document['parent']['id']}/global", json={"orchestration_path": document})
        (change,) = plan_for(client, [*COMPANY, orchestration()]).changes
        assert [(left.path, left.why) for left in change.unmanaged] == [
            ("global", "it was edited since pdsync wrote it")
        ]

    def test_a_rule_with_another_label_keeps_its_id_and_shows_nothing_else(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted())
        before = held(client, "global")["sets"][0]["rules"][0]["id"]
        renamed = self.wanted(label="everything")
        assert [it.path for it in only(plan_for(client, renamed)).deltas] == ["global.start[everything].label"]
        converge(client, renamed)
        (after,) = held(client, "global")["sets"][0]["rules"]
        assert (after["id"], after["label"]) == (before, "everything")

    def test_one_that_a_manifest_writes_plainly_is_compared_too(self, client: RestApiV2Client) -> None:
        converge(client, self.wanted("not secret"))
        assert self.sent(client)[0] == "not secret"

    def compared(self, client: RestApiV2Client, plan: Plan, folder: Path) -> Planned:
        """The plan from its file, compared with the account of now."""
        file = folder / "plan.json"
        file.write_text(render_plan_file(plan))
        desired = Desired(tuple(self.wanted()), options(), Workspace(name="test", managed_kinds=MANAGED))
        return compare_saved_plan(client, desired, read_plan_file(file))

    def test_a_saved_plan_has_nothing_of_it_and_is_applied(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted())
        monkeypatch.setenv("HOOK_TOKEN", self.NEW)
        plan, again = plan_for(client, self.wanted()), plan_for(client, self.wanted())
        assert plan.digest == again.digest
        shown = json.loads(render_plan_file(plan))["changes"][0]["deltas"]
        assert [it["before"] for it in shown] == [{"hidden": ""}]
        saved = self.compared(client, plan, tmp_path)
        assert saved.plan.digest == plan.digest
        assert carry_out_plan(client, ApplyRequest(saved.plan, saved.staleness)).exit_code == 0
        assert self.sent(client) == [self.NEW, "text/plain"]

    def test_a_saved_plan_notices_one_that_was_written_by_hand(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted())
        monkeypatch.setenv("HOOK_TOKEN", self.NEW)
        plan = plan_for(client, self.wanted())
        document = held(client, "global")
        document["sets"][0]["rules"][0]["actions"]["automation_actions"][0]["headers"][0]["value"] = "by hand"
        client.jput(f"event_orchestrations/{document['parent']['id']}/global", json={"orchestration_path": document})
        (staleness,) = self.compared(client, plan, tmp_path).staleness
        assert staleness.verdict is Verdict.CONFLICT
        assert "by hand" not in json.dumps(staleness.to_json())

    def test_one_made_by_hand_is_neither_shown_nor_exported(
        self, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOOK_TOKEN", self.OLD)
        converge(client, self.wanted())
        monkeypatch.delenv("HOOK_TOKEN")
        export = export_account(client, Workspace(name="other", paths=()), ExportOptions("test"))
        text = "".join(export.files.values())
        assert "credential" not in text
        assert 'value: "${env:EVENT_ORCHESTRATION_PROD_GLOBAL_START_ALL_AUTHORIZATION}"' in text
        assert "value: text/plain" in text
        assert "Values of headers are not exported." in text
        plan = plan_for(client, [*COMPANY, orchestration(**{"global": {}})])
        assert "credential" not in render_plan_text(plan)


def test_what_does_nothing_without_aiops_is_said_where_it_is_known(client: RestApiV2Client) -> None:
    (change,) = plan_for(
        client, [orchestration(aiops=False, router=[], **{"global": {"start": [rule("wait", suspend="5m")]}})]
    ).changes
    assert "aiops is off: PagerDuty stores global rules, suspend of global but does not act on it" in change.notes
    (change,) = plan_for(client, [orchestration(**{"global": {"start": [rule("wait", suspend="5m")]}})]).changes
    assert not [note for note in change.notes if "aiops" in note]


class TestIntegrations:
    """Each has a routing key that people use: none is made twice, and none goes unseen."""

    WANTED = (*COMPANY, orchestration(integrations=[{"label": "Prometheus"}, {"label": "CloudWatch"}]))

    def of(self, client: RestApiV2Client) -> list[str]:
        return sorted(it["label"] for it in held(client)["integrations"])

    def test_one_that_is_seen_late_is_not_made_twice(self, client: RestApiV2Client, sandbox: SandboxServer) -> None:
        lag = {"orchestration_integrations": {"reads": 3, "seen_by": "all"}}
        sandbox.control.set_account({"account": 1, "lag": lag})
        plan = plan_for(client, self.WANTED)
        assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
        sandbox.control.set_account({"account": 1})
        assert self.of(client) == ["CloudWatch", "Prometheus", "prod Default Integration"]
        assert not plan_for(client, self.WANTED).changes

    def test_two_of_one_label_are_left_alone_and_told(self, client: RestApiV2Client) -> None:
        converge(client, self.WANTED)
        path = f"event_orchestrations/{held(client)['id']}/integrations"
        client.rpost(path, json={"integration": {"label": "Prometheus"}})
        plan = plan_for(client, self.WANTED)
        assert not plan.changes
        (note,) = plan.notes
        assert "2 integrations are alike: 'Prometheus'" in note
        exclusive = [*COMPANY, orchestration(integrations=[], integrations_mode="exclusive")]
        assert carry_out_plan(client, ApplyRequest(plan_for(client, exclusive))).exit_code == 0
        assert self.of(client).count("Prometheus") in (0, 2)

    def test_a_removed_one_is_a_risk(self, client: RestApiV2Client) -> None:
        converge(client, self.WANTED)
        less = [*COMPANY, orchestration(integrations=[{"label": "Prometheus"}], integrations_mode="exclusive")]
        plan = plan_for(client, less)
        assert any("routing key" in note and "CloudWatch" in note for note in only(plan).notes)
        assert [risk.code for risk in plan.risks] == ["routing_key_ended"]
        converge(client, less)
        assert self.of(client) == ["Prometheus"]


# Every write with every fault: tests/end_to_end/test_document.py.
@pytest.mark.parametrize(("write", "is_done"), [(1, True), (3, False), (4, True), (6, True)])
def test_an_apply_that_is_cut_off_at_any_write_converges(
    client: RestApiV2Client, sandbox: SandboxServer, write: int, is_done: bool
) -> None:
    """The first write that fails is carried out or not; those after it are not. No rule and no key is lost or there twice."""
    variable = {"name": "count", "type": "trigger_event_count", "ttl": "10m"}
    wanted = [
        *COMPANY,
        orchestration(
            integrations=[{"label": "Prometheus"}],
            cache_variables=[variable],
            router=ROUTER,
            unrouted={"catch_all": {"severity": "info"}},
            **{"global": GLOBAL},
        ),
    ]
    converge(client, COMPANY)
    match = {"method": ["POST", "PUT", "DELETE"]}
    error = {"type": "error", "status": 403}
    done = [{"match": {**match, "nth": write}, "action": {**error, "commit": True}}] if is_done else []
    rest = {"match": {**match, "nth": [*range(write + is_done, 40)]}, "action": error}
    sandbox.control.set_faults([*done, rest])
    carry_out_plan(client, ApplyRequest(plan_for(client, wanted)))
    sandbox.control.set_faults([])
    converge(client, wanted)
    shown = held(client)
    assert sorted(it["label"] for it in shown["integrations"]) == ["Prometheus", "prod Default Integration"]
    assert [it["label"] for it in held(client, "router")["sets"][0]["rules"]] == ["db", "rest"]
    assert len(client.list_all(f"event_orchestrations/{shown['id']}/cache_variables")) == 1
    assert [it["name"] for it in client.list_all("event_orchestrations")].count("prod") == 1
