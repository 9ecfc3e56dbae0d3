"""What a probe is given to work with."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.probe.answer import Unasked
from pdsync.probe.cleanup import Cleanup
from pdsync.probe.collection import BY_PATH
from pdsync.probe.guard import ForbiddenWriteError
from pdsync.probe.mark import MARKER
from pdsync.probe.material import person, policy, reference, service, service_body, team
from pdsync.probe.run import clear
from pdsync.probe.workbench import Manner, Workbench
from pdsync.sandbox import SandboxServer
from tests.probe.conftest import ACCOUNT_TOKEN, connect, holdings

INTEGRATION = {"type": "events_api_v2_inbound_integration", "name": "Events"}


def bench_of(client: RestApiV2Client, waits: list[float] | None = None, *, may_page: bool = True) -> Workbench:
    sleep = (waits if waits is not None else []).append
    return Workbench(client, Manner(may_page=may_page, sleep=sleep, events_url=client.url))


def test_an_event_opens_an_incident_that_is_this_run_s(shared: SandboxServer) -> None:
    before = holdings(shared)
    with connect(shared) as client:
        bench = bench_of(client)
        made = bench.make("services", **service_body(policy(bench)))
        integration = bench.need(bench.post(f"services/{made['id']}/integrations", INTEGRATION), "integrations")
        assert bench.event(integration, "trigger", "one").status == 202
        (incident,) = bench.wait_for(lambda: bench.incidents_of(made))
        assert incident["urgency"] == "low"
        answer = bench.put(f"incidents/{incident['id']}", {"type": "incident", "status": "acknowledged"})
        assert answer.ok
        assert clear(bench, Cleanup(client, lambda seconds: None)) == []
        assert client.rget(f"incidents/{incident['id']}")["status"] == "resolved"
    assert holdings(shared) == before


def test_an_event_is_not_sent_where_its_incident_could_not_be_ended(shared: SandboxServer) -> None:
    before = holdings(shared)
    with connect(shared, ACCOUNT_TOKEN) as client:
        client.default_from = None
        bench = bench_of(client)
        made = bench.make("services", **service_body(policy(bench)))
        integration = bench.need(bench.post(f"services/{made['id']}/integrations", INTEGRATION), "integrations")
        with pytest.raises(Unasked, match="--from"):
            bench.event(integration, "trigger", "one")
        assert clear(bench, Cleanup(client, lambda seconds: None)) == []
    assert holdings(shared) == before


def test_no_event_goes_to_what_others_made(shared: SandboxServer) -> None:
    with connect(shared) as client:
        bench = bench_of(client)
        made = service(bench)
        foreign = client.rpost(
            "services",
            json=service_body({"id": policy(bench)["id"]}, name="Theirs"),
        )
        integration = client.rpost(f"services/{foreign['id']}/integrations", json=INTEGRATION)
        client.rpost(
            "incidents", json={"type": "incident", "title": "Theirs", "service": reference(foreign, "service")}
        )
        for sent in (
            lambda: bench.event(integration, "trigger", "one"),
            lambda: bench.incidents_of(foreign),
            lambda: bench.event({}, "trigger", "one"),
        ):
            with pytest.raises(ForbiddenWriteError):
                sent()
        with pytest.raises(ForbiddenWriteError, match="agreed"):
            bench_of(client, may_page=False).event(integration, "trigger", "one")
        client.delete(f"services/{foreign['id']}")
        assert made
        clear(bench, Cleanup(client, lambda seconds: None))


def test_what_does_not_happen_leaves_the_question_open(shared: SandboxServer) -> None:
    with connect(shared) as client:
        waits: list[float] = []
        bench = bench_of(client, waits)
        seen = iter([[], [], ["it"]])
        assert bench.wait_for(lambda: next(seen)) == ["it"]
        assert len(waits) == 3
        with pytest.raises(Unasked, match="in time"):
            bench.wait_for(lambda: None)


def test_a_body_needs_no_name(shared: SandboxServer) -> None:
    with connect(shared) as client:
        bench = bench_of(client)
        for body in (None, {}, {"description": f"{MARKER} And more."}):
            made = bench.need(bench.post("teams", body), "teams")
            assert BY_PATH["teams"].is_made(made)
        tag = bench.need(bench.post("tags"), "tags")
        assert BY_PATH["tags"].is_made(tag)
        address = bench.integration_address("mail")
        assert address.endswith("-mail@pdsync-sandbox.pagerduty.com")
        body = {"type": "generic_email_inbound_integration", "integration_email": address}
        made = bench.make("services", **service_body(policy(bench)))
        assert bench.post(f"services/{made['id']}/integrations", {"name": "Mail", **body}).ok
        assert clear(bench, Cleanup(client, lambda seconds: None)) == []


def test_what_probes_share_is_made_once_and_lasts(shared: SandboxServer) -> None:
    before = holdings(shared)
    with connect(shared) as client:
        bench = bench_of(client)
        first: list[Any] = [make(bench) for make in (service, person, policy, team)]
        assert bench.take_made() == []
        assert [make(bench) for make in (service, person, policy, team)] == first
        with pytest.raises(ForbiddenWriteError, match="other probes"):
            bench.delete(f"teams/{first[-1]['id']}")
        assert [collection.path for collection, _ in bench.take_made(lasting=True)] == [
            "services",
            "escalation_policies",
            "teams",
            "users",
        ]
        clear(bench, Cleanup(client, lambda seconds: None))
    assert holdings(shared) == before


def test_what_cannot_be_shared_is_asked_for_once(shared: SandboxServer) -> None:
    with connect(shared) as client:
        bench = bench_of(client)
        shared.control.set_faults(
            [{"match": {"method": "POST", "path": "/users"}, "action": {"type": "error", "status": 402}}]
        )
        for _ in range(2):
            with pytest.raises(Unasked) as refused:
                service(bench)
            assert refused.value.finding.reason == "the account's plan lacks it"
        posts = [it for it in shared.requests() if (it["method"], it["path"], it["status"]) == ("POST", "/users", 402)]
        assert len(posts) == 1
