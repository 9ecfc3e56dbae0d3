"""Whether all that is stored hangs together."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.api.endpoint import COLLECTIONS
from pdsync.sandbox.control.consistency import KINDS, find_breaks
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account
from tests.sandbox.calling import MONDAY, call_of, put_paged_user, reference
from tests.sandbox.filled import fill


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda it: it.update(services=[]), "services is not a kind; there is: addon"),
        (lambda it: it.update(team=7), "team must be a list"),
        (lambda it: it["team"].append(7), "team[2] must be an object with an id"),
        (lambda it: it["team"][0].update(number="x"), "team[0].number must be a whole number"),
        (lambda it: it["team"].append(it["team"][0]), "is there more than once"),
        (lambda it: it["team"].pop(0), "it refers to"),
        (lambda it: it["service"].pop(), "its parent"),
        (lambda it: it["team"][0].pop("name"), "cannot be shown"),
        (lambda it: it["user"][0].update(role="user"), "there is no user with the role owner"),
        (lambda it: it["contact_method"][0].pop("label"), "contact_method"),
        (lambda it: it["notification_rule"][0].pop("start_delay_in_minutes"), "cannot be shown"),
        (lambda it: it["integration"][0].pop("name"), "cannot be shown"),
        (lambda it: it["membership"][0].pop("role"), "cannot be shown (KeyError"),
        (lambda it: it["incident"][0].pop("title"), "cannot be shown"),
        (lambda it: it["escalation"][0].update(level=7), "its level is not among its rules"),
        (lambda it: it["escalation"][0]["rules"][0].pop("escalation_delay_in_minutes"), "cannot be shown (KeyError"),
        (lambda it: it["incident"][0].update(created_at="then"), "cannot be shown"),
        (lambda it: it["incident"][0].update(incident_number="one"), "cannot be shown"),
        (lambda it: it["incident"][0].update(pending_actions=[{"type": "explode", "at": "then"}]), "cannot be shown"),
        (lambda it: it["deduplication"][0].update(incident=7), "cannot be shown"),
        (lambda it: it["schedule"][0]["schedule_layers"][0].update(restrictions=7), "cannot be shown"),
        (lambda it: it["schedule"][0]["schedule_layers"][0].update(start=None), "cannot be shown"),
        (lambda it: it["service"][0].update(name=None), "cannot be shown"),
        (lambda it: it["note"][0].pop("user"), "cannot be shown"),
        (lambda it: it["log_entry"][0].pop("service"), "cannot be shown"),
        (lambda it: it["log_entry"][0].update(created_at="then"), "log_entry[0].created_at must be a date"),
        (lambda it: it["audit_record"][0].pop("action"), "audit_record[0].action is missing"),
        (lambda it: it["change_event"][0].update(timestamp="then"), "cannot be shown"),
        (lambda it: it["incident"][0].update(resolved_at="2026-03-02T12:00:07"), "not a moment such as"),
        (lambda it: it["responder_request"][0].update(requested_at="2026-03-02T12:00:07"), "not a moment such as"),
        (lambda it: it["incident_impact"][0].update(at="2026-03-02T12:00:07+00:00"), "not a moment such as"),
        (lambda it: it["change_event"][0].pop("links"), "cannot be shown"),
        (lambda it: it["responder_request"][0].pop("message"), "cannot be shown"),
        (lambda it: it["responder_request"][0]["targets"][0]["responders"][0].update(state="x"), "cannot be shown"),
        (lambda it: it["incident_impact"][0].update(relation="x"), "cannot be shown"),
        (lambda it: it["incident_impact"][0]["business_service"].update(id="P0"), "it refers to P0"),
        (lambda it: it["subscription"][0].pop("subscriber_id"), "cannot be shown"),
        (lambda it: it["subscription"][0].update(subscriber_type="x"), "cannot be shown"),
        (lambda it: it["priority_threshold"][0].update(priority={"id": "P0"}), "cannot be shown"),
        (lambda it: it["audit_record"][0].update(id="\ud800"), "half a surrogate pair"),
        (lambda it: it["log_entry"][0].update(number=2**70), "must be a whole number"),
    ],
)
def test_a_state_that_does_not_hang_together_changes_nothing(account: Account, change: Any, problem: str) -> None:
    fill(account)
    before = account.get("/_sandbox/state")
    broken = deepcopy(before)
    change(broken)
    error = account.refused("PUT", "/_sandbox/state", broken)
    assert any(problem in it for it in error["errors"]), error
    assert account.get("/_sandbox/state") == before


def test_each_break_is_a_sentence_that_names_the_object() -> None:
    assert {it.kind for it in COLLECTIONS} <= KINDS
    store = Store()
    put_paged_user(store)
    with store.transaction():
        store.put("membership", "PTEAM:PUSER", {"team": reference("team", "PTEAM"), "role": "manager"}, "PTEAM")
    breaks = list(find_breaks(call_of(store, MONDAY)))
    assert "membership PTEAM:PUSER: its parent PTEAM does not exist" in breaks
    assert "membership PTEAM:PUSER: it refers to PTEAM, which does not exist" in breaks
    store.close()


@pytest.mark.parametrize("tag", [None, {"id": 7}, {}])
def test_a_tag_of_an_object_can_be_shown(tag: object) -> None:
    with SandboxServer() as server, RestApiV2Client("y_NbAkKc66ryYTWUXYEu", base_url=server.url) as client:
        team = client.rpost("teams", json={"type": "team", "name": "Shop"})
        client.post(f"teams/{team['id']}/change_tags", json={"add": [{"type": "tag", "label": "emea"}]})
        state = json.loads(json.dumps(server.control.state()))
        state["tag_assignment"][0]["tag"] = tag
        with pytest.raises(ValueError, match="cannot be shown"):
            server.control.restore(state)
