"""What probes made is found by its mark and removed, and nothing else ever is."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import AmbiguousWriteError, RestApiV2Client
from pdsync.probe.cleanup import Cleanup
from pdsync.probe.collection import BY_PATH, COLLECTIONS
from pdsync.probe.mark import MARKER, Mark
from pdsync.probe.material import layer_body, person, policy, reference, schedule_body, service
from pdsync.probe.run import CLEANUP_S, clear
from pdsync.probe.workbench import Manner, Workbench
from pdsync.sandbox import SandboxServer
from tests.probe.conftest import connect, holdings
from tests.support.world import TOKEN


def make_one_of_each(client: RestApiV2Client) -> Workbench:
    """An object in every collection, each referring to others where it can."""
    bench = Workbench(client, Manner(may_page=True))
    user, made = person(bench), service(bench)
    team = bench.make("teams", type="team")
    bench.need(bench.post("schedules", schedule_body(layer_body(user), teams=[reference(team, "team")])), "schedules")
    bench.make("business_services", team={"id": team["id"]})
    bench.make("tags", type="tag")
    window = {"start_time": "2030-01-01T00:00:00Z", "end_time": "2030-01-02T00:00:00Z"}
    bench.make("incidents", type="incident", service=reference(made, "service"))
    bench.make("maintenance_windows", type="maintenance_window", services=[reference(made, "service")], **window)
    grouping = {"type": "time", "config": {"timeout": 300}, "services": [reference(made, "service")]}
    bench.make("alert_grouping_settings", **grouping)
    where = {"type": "http_delivery_method", "url": "https://example.com/hook"}
    about = {"filter": reference(made, "service"), "events": ["incident.triggered"]}
    bench.make("webhook_subscriptions", type="webhook_subscription", delivery_method=where, **about)
    bench.make("event_orchestrations", team={"id": team["id"], "type": "team_reference"})
    bench.make("v3/schedules", time_zone="Etc/UTC")
    runner = bench.make("automation_actions/runners", runner_type="sidecar")
    does = {"action_type": "script", "action_classification": "diagnostic", "action_data_reference": {"script": "true"}}
    bench.make("automation_actions/actions", runner=runner["id"], **does)
    bench.make("incident_workflows", team={"id": team["id"]}, is_enabled=False)
    bench.make("templates", template_type="status_update")
    assert policy(bench)
    assert bench.touched == set(BY_PATH)
    return bench


@pytest.mark.parametrize("is_killed", [False, True])
def test_one_of_each_is_removed(shared: SandboxServer, is_killed: bool) -> None:
    before = holdings(shared)
    with connect(shared) as client:
        bench = make_one_of_each(client)
        assert holdings(shared) != before
        cleanup = Cleanup(client, lambda seconds: None)
        if is_killed:
            count, left = cleanup.sweep()
            assert count == len(COLLECTIONS)
        else:
            left = cleanup.remove(bench.take_made(lasting=True))
        assert left == []
        assert cleanup.sweep() == (0, [])
        assert client.list_all("incidents", params={"statuses[]": ["triggered", "acknowledged"]}) == []
    assert holdings(shared) == before


def test_an_incident_that_was_resolved_meanwhile_is_removed(shared: SandboxServer) -> None:
    with connect(shared) as client:
        bench = Workbench(client, Manner(may_page=True))
        made = bench.make("incidents", type="incident", service=reference(service(bench), "service"))
        client.rput(f"incidents/{made['id']}", json={"type": "incident", "status": "resolved"})
        assert Cleanup(client, lambda seconds: None).remove(bench.take_made(lasting=True)) == []


LOOK_ALIKES: list[dict[str, Any]] = [
    {"name": Mark("a" * 10).name("by hand"), "description": "Only the name is like ours."},
    {"name": "Payments", "description": MARKER},
    {"name": "pdsync-probe-", "description": MARKER},
    {"name": "pdsync-probe-aaaaaaaaaa", "description": MARKER},
    {"name": "pdsync-probe-1111111111 teams", "description": MARKER},
    {"name": "my " + Mark("a" * 10).name("team"), "description": MARKER},
    {"name": Mark("a" * 10).name("team").upper(), "description": MARKER},
    {"name": Mark("b" * 10).name("team"), "description": MARKER.lower()},
]


def test_what_only_looks_like_a_probe_s_stays(shared: SandboxServer) -> None:
    with connect(shared) as client:
        made = [client.rpost("teams", json={"type": "team", **it}) for it in LOOK_ALIKES]
        ours = client.rpost("teams", json={"name": Mark("c" * 10).name("team"), "description": f"{MARKER}\nMore."})
        tag = client.rpost("tags", json={"type": "tag", "label": "pdsync-probe-aaaaaaaaaa tag"})
        assert Cleanup(client, lambda seconds: None).sweep() == (1, [])
        left = {it["id"] for it in client.list_all("teams")}
        assert left >= {it["id"] for it in made}
        assert ours["id"] not in left
        for it in made:
            client.delete(f"teams/{it['id']}")
        client.delete(f"tags/{tag['id']}")


def test_an_account_that_refuses_every_request_does_not_hold_the_end_up_for_ever(shared: SandboxServer) -> None:
    now_s = [0.0]

    def sleep(seconds: float) -> None:
        now_s[0] += seconds

    with RestApiV2Client(TOKEN, base_url=shared.url, sleep=sleep, clock=lambda: now_s[0]) as client:
        bench = Workbench(client, Manner(sleep=sleep, clock=lambda: now_s[0]))
        team = bench.make("teams", type="team")
        shared.control.set_faults(
            [{"match": {"path": "/teams**"}, "action": {"type": "rate_limit", "retry_after_s": 30}}]
        )
        left = clear(bench, Cleanup(client, sleep, lambda: now_s[0]))
        assert [(it.identity, it.path) for it in left] == [(team["id"], "teams"), ("?", "teams")]
        assert now_s[0] < 2 * CLEANUP_S
        shared.control.clear_faults()
        assert Cleanup(client, sleep).sweep() == (1, [])


def test_what_was_made_though_its_answer_was_lost_is_found_where_lists_are_late() -> None:
    now_s = [1000.0]

    def sleep(seconds: float) -> None:
        now_s[0] += seconds

    with SandboxServer(clock=lambda: now_s[0]) as server, connect(server) as client:
        server.control.set_account({"account": 1, "lag": {"teams": {"seconds": 4}}})
        bench = Workbench(client, Manner(sleep=sleep))
        server.control.set_faults(
            [{"match": {"method": "POST", "path": "/teams"}, "action": {"type": "drop", "when": "after"}}]
        )
        with pytest.raises(AmbiguousWriteError):
            bench.make("teams", type="team")
        server.control.clear_faults()
        assert len(server.control.state()["team"]) == 1
        assert clear(bench, Cleanup(client, sleep)) == []
        assert "team" not in server.control.state()


def test_what_cannot_be_removed_is_said(shared: SandboxServer) -> None:
    with connect(shared) as client:
        bench = Workbench(client, Manner())
        team = bench.make("teams", type="team")
        waits: list[float] = []
        shared.control.set_faults(
            [{"match": {"method": "DELETE", "path": "/teams/**"}, "action": {"type": "error", "status": 500}}]
        )
        left = Cleanup(client, waits.append).remove(bench.take_made())
        assert [str(it) for it in left] == [f"/teams/{team['id']} (HTTP 500)"]
        assert waits == [0.0, 1.0, 3.0]
        shared.control.set_faults(
            [{"match": {"method": "DELETE", "path": "/teams/**", "nth": 1}, "action": {"type": "error", "status": 500}}]
        )
        assert Cleanup(client, waits.append).sweep(["teams"]) == (1, [])
        shared.control.set_faults([{"match": {"path": "/teams"}, "action": {"type": "error", "status": 500}}])
        assert [str(it) for it in Cleanup(client, waits.append).sweep(["teams"])[1]] == [
            "/teams/? (cannot be listed: HTTP 500)"
        ]
