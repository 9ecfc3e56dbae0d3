"""A delete that PagerDuty refuses names the open incident that came up since the plan was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import Lifecycle
from pdsync.plan import Outcome, Status
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, layer, plan_for, policy, schedule, service, user

PEOPLE = [user("ana"), user("bo")]
REST = [*PEOPLE, policy("first", {"user": "ana"}), service("shop", "first")]
NIGHTS = schedule("nights", layer("all", "ana"))


def held(client: RestApiV2Client, collection: str, name: str) -> dict[str, Any]:
    found = client.find(collection, name)
    assert found is not None
    return found


def ref(live: dict[str, Any]) -> dict[str, Any]:
    return {"id": live["id"], "type": f"{live['type']}_reference"}


def incident(client: RestApiV2Client, **more: Any) -> dict[str, Any]:
    body = {"type": "incident", "title": "Disk full", "service": ref(held(client, "services", "shop")), **more}
    made: dict[str, Any] = client.rpost("incidents", json=body)
    return made


def came_up_on_person(client: RestApiV2Client) -> dict[str, Any]:
    return incident(client, assignments=[{"assignee": ref(held(client, "users", "bo"))}])


def came_up_on_schedule(client: RestApiV2Client) -> dict[str, Any]:
    """A person puts the schedule into a policy, an incident begins there, and the person takes it out again."""
    first, nights = held(client, "escalation_policies", "first"), held(client, "schedules", "nights")
    rules = [{"escalation_delay_in_minutes": 9, "targets": [ref(nights)]}]
    client.rput(first, json={**first, "escalation_rules": rules})
    made = incident(client)
    client.rput(first, json={**first, "escalation_rules": first["escalation_rules"]})
    return made


def delete_of(client: RestApiV2Client, address: str, came_up: Callable[[RestApiV2Client], object]) -> Outcome:
    """Plans the delete, lets something come up, and applies."""
    converge(client, [*REST, NIGHTS])
    tombstone = replace(user("bo"), lifecycle=Lifecycle(absent=True, adopt=True)) if address == "user/bo" else None
    wanted = [it for it in (*REST, NIGHTS) if it.address != address]
    plan = plan_for(client, [*wanted, *([tombstone] if tombstone else [])], prune="owned")
    assert [change.address for change in plan.changes] == [address]
    came_up(client)
    (outcome,) = apply_plan(plan, client).outcomes
    assert outcome.status is Status.FAILED
    return outcome


@pytest.mark.parametrize(
    ("address", "came_up", "says"),
    [
        ("user/bo", came_up_on_person, "1 open incident is assigned to this person: #1 'Disk full' ("),
        ("schedule/nights", came_up_on_schedule, "1 open incident is possibly on a policy that used it: #1"),
    ],
)
def test_the_incident_is_named_with_its_link(
    client: RestApiV2Client, address: str, came_up: Callable[[RestApiV2Client], dict[str, Any]], says: str
) -> None:
    links: list[str] = []
    outcome = delete_of(client, address, lambda it: links.append(came_up(it)["html_url"]))
    assert outcome.message is not None
    assert says in outcome.message
    assert links[0] in outcome.message
    assert outcome.message.endswith("then run plan again.")


def test_it_is_asked_for_by_one_request_and_may_stay_unknown(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    def refuse(client: RestApiV2Client) -> None:
        came_up_on_person(client)
        rule = {"match": {"method": "GET", "path": "/incidents"}, "action": {"type": "error", "status": 403}}
        sandbox.control.set_faults([rule])
        forget(sandbox)

    outcome = delete_of(client, "user/bo", refuse)
    assert outcome.message is not None
    assert "Something created after the plan, such as an open incident, may still use it" in outcome.message
    assert asked(sandbox).count(("GET", "/incidents")) == 1
