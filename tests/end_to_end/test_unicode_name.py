"""One name in two encodings is one name, for every kind and every list: no second object is made, and nothing differs for ever."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan import Operation
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes
from tests.support.world import converge, layer, plan_for, policy, schedule, service, team, user

WORD = "Café Ångström"
FORMS = {"composed": normalize("NFC", WORD), "decomposed": normalize("NFD", WORD)}
assert FORMS["composed"] != FORMS["decomposed"]


def company(name: str) -> list[Resource]:
    """A company in which everything that has a name has this one."""
    address = {"type": "email_contact_method", "address": "ana@work.example.com", "label": name}
    return [
        user("ana", name=name, job_title=name, contact_methods=[address]),
        team("crew", name=name, description=name, members=[{"user": "ana"}]),
        schedule("rota", layer(name, "ana"), name=name, description=name),
        policy("first", {"schedule": "rota"}, name=name, description=name),
        service(
            "shop",
            "first",
            name=name,
            description=name,
            integrations=[{"name": name, "type": "events_api_v2_inbound_integration"}],
        ),
    ]


@pytest.mark.parametrize("first", FORMS)
def test_the_other_encoding_of_every_name_changes_nothing(
    client: RestApiV2Client, sandbox: SandboxServer, first: str
) -> None:
    second = next(form for form in FORMS if form != first)
    converge(client, company(FORMS[first]))
    forget(sandbox)
    again = plan_for(client, company(FORMS[second]))
    assert (again.changes, again.problems) == ((), ())
    assert not writes(sandbox)


@pytest.mark.parametrize("live", FORMS)
@pytest.mark.parametrize("written", FORMS)
def test_an_object_that_was_made_by_hand_is_found_by_either_encoding(
    client: RestApiV2Client, live: str, written: str
) -> None:
    client.rpost("teams", json={"type": "team", "name": FORMS[live]})
    plan = plan_for(client, [team("crew", name=FORMS[written])])
    assert [change.operation for change in plan.changes] == [Operation.ADOPT]
    converge(client, [team("crew", name=FORMS[written])], adopt=True)
    assert len([it for it in client.list_all("teams") if normalize("NFC", it["name"]) == FORMS["composed"]]) == 1


@pytest.mark.parametrize("live", FORMS)
@pytest.mark.parametrize("written", FORMS)
def test_a_reference_by_name_leads_to_either_encoding(client: RestApiV2Client, live: str, written: str) -> None:
    made = client.rpost("users", json={"type": "user", "name": FORMS[live], "email": "ana@example.com"})
    converge(client, [policy("first", {"user": {"name": FORMS[written]}})])
    (held,) = client.list_all("escalation_policies", params={"query": "first"})
    assert held["escalation_rules"][0]["targets"][0]["id"] == made["id"]


@pytest.mark.parametrize("live", FORMS)
def test_a_layer_that_was_made_by_hand_stays_the_same_layer(client: RestApiV2Client, live: str) -> None:
    """Adoption writes the layers again, and one that is not recognised would be ended and made a second time."""
    ana = client.rpost("users", json={"type": "user", "name": "Ana", "email": "ana@example.com"})
    turn = {"start": "2026-01-05T08:00:00Z", "rotation_virtual_start": "2026-01-05T08:00:00Z"}
    body = {"name": FORMS[live], "rotation_turn_length_seconds": 604800, "users": [{"user": ana}], **turn}
    made = client.rpost(
        "schedules",
        json={"type": "schedule", "name": "Rota", "time_zone": "Europe/Berlin", "schedule_layers": [body]},
    )
    converge(client, [user("ana", name="Ana"), schedule("rota", layer(WORD, "ana"), name="Rota")], adopt=True)
    (held,) = client.rget(made)["schedule_layers"]
    assert (held["id"], held["end"]) == (made["schedule_layers"][0]["id"], None)
