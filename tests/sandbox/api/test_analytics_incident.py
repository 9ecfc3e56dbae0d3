"""What analytics says of single incidents."""

from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account
from tests.sandbox.story import Story


def test_figures_of_one_incident(story: Story) -> None:
    first, second = story.users
    shown = story.account.get(f"/analytics/raw/incidents/{story.incidents[0]}")
    expected = {
        "acknowledged_user_ids": [first["id"], second["id"]],
        "acknowledged_user_names": [first["name"], second["name"]],
        "assigned_user_ids": [first["id"]],
        "acknowledgement_count": 2,
        "engaged_seconds": 1020,
        "seconds_to_first_ack": 60,
        "seconds_to_engage": 60,
        "seconds_to_mobilize": 120,
        "seconds_to_resolve": 600,
        "resolved_by_user_id": first["id"],
        "auto_resolved": False,
        "major": True,
        "status": "resolved",
        "team_name": story.team["name"],
        "service_id": story.services[0]["id"],
        "priority_name": None,
    }
    assert {name: shown[name] for name in expected} == expected
    assert story.account.get(f"/analytics/raw/incidents/{story.incidents[1]}")["priority_name"] == "P2"
    assert story.account.get(f"/analytics/raw/incidents/{story.incidents[3]}")["resolved_at"] is None


def test_raw_incidents_come_in_pages(story: Story) -> None:
    def page(**body: Any) -> Any:
        return story.account.call("POST", "/analytics/raw/incidents", {"limit": 3, **body}).json()

    def ids(answer: Any) -> list[int]:
        return [story.incidents.index(it["id"]) for it in answer["data"]]

    first = page()
    assert (ids(first), first["more"], first["order"], first["order_by"]) == ([3, 2, 1], True, "desc", "created_at")
    second = page(starting_after=first["last"])
    assert (ids(second), second["more"]) == ([0], False)
    assert ids(page(ending_before=second["first"])) == [3, 2, 1]
    # One that is open has no time to resolve, and is last.
    assert ids(page(order_by="seconds_to_resolve", order="asc", limit=1000)) == [1, 2, 0, 3]
    empty = page(filters={"urgency": "low", "major": False})
    assert (empty["data"], empty["first"], empty["last"], empty["more"]) == ([], None, None, False)
    for wrong in ({"limit": 0}, {"limit": 1001}, {"starting_after": "x"}, {"starting_after": 7}, {"order_by": "id"}):
        story.account.refused("POST", "/analytics/raw/incidents", wrong)


def test_who_was_asked_to_respond(story: Story) -> None:
    path = f"/analytics/raw/incidents/{story.incidents[1]}/responses"
    body = story.account.call("GET", path, {"order": "asc", "limit": 2}).json()
    assert [(it["responder_type"], it["response_status"]) for it in body["responses"]] == [
        ("assigned", "pending"),
        ("escalated", "pending"),
    ]
    assert [it["responder_type"] for it in story.account.get(path)["responses"]] == [
        "reassigned",
        "escalated",
        "assigned",
    ]
    first = story.account.get(f"/analytics/raw/incidents/{story.incidents[0]}/responses")["responses"][0]
    assert (first["response_status"], first["time_to_respond_seconds"]) == ("joined", 60)
    story.account.refused("GET", f"{path}x", status=404)
    story.account.refused("GET", "/analytics/raw/incidents/PUNKNOWN", status=404)
    story.account.refused("GET", path, {"limit": 0})


def test_who_accepted_a_request_is_engaged_and_joined(account: Account) -> None:
    user, incident = account.user(), account.incident()
    path = f"/incidents/{incident['id']}"
    target = {"responder_request_target": {"id": user["id"], "type": "user_reference"}}
    owner = account.get("/users/me")["user"]
    request = {"requester_id": owner["id"], "message": "Help", "responder_request_targets": [target]}
    answer = account.call("POST", f"{path}/responder_requests", request)
    assert answer.status_code == 200, answer.text
    asked = account.get(f"/analytics/raw{path}/responses")["responses"]
    assert {it["responder_type"]: it["response_status"] for it in asked} == {
        "assigned": "pending",
        "added_responder": "pending",
    }
    account.clock.forward(minutes=1)
    state = account.get("/_sandbox/state")
    [responder] = state["responder_request"][0]["targets"][0]["responders"]
    responder |= {"state": "joined", "updated_at": account.clock.moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    assert account.call("PUT", "/_sandbox/state", state).status_code == 204

    shown = account.get(f"/analytics/raw{path}")
    assert (shown["joined_user_ids"], shown["acknowledged_user_ids"]) == ([user["id"]], [])
    assert (shown["assignment_count"], shown["seconds_to_first_ack"]) == (2, None)
    [joined] = [it for it in account.get(f"/analytics/raw{path}/responses")["responses"] if "responded_at" in it]
    assert (joined["response_status"], joined["time_to_respond_seconds"]) == ("joined", 60)


def test_what_was_deleted_has_no_name(account: Account) -> None:
    incident = account.incident()
    account.put(f"/incidents/{incident['id']}", "incident", {"type": "incident", "status": "resolved"})
    account.delete(f"/services/{incident['service']['id']}")
    shown = account.get(f"/analytics/raw/incidents/{incident['id']}")
    assert (shown["service_id"], shown["service_name"]) == (incident["service"]["id"], None)
