"""Calls for help on an incident."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.responder_request import responder_request_routes
from tests.sandbox.account import TOKEN, Account, ref
from tests.sandbox.profile.setting import add_to_profile


class Help:
    def __init__(self, account: Account) -> None:
        self.account = account
        self.asker, self.friend, self.dba = (account.user() for _ in range(3))
        self.policy = account.policy(self.dba, name="Databases")
        self.path = f"/incidents/{account.incident()['id']}"

    def ask(self, *targets: Any) -> Any:
        wrapped = [{"responder_request_target": ref(it)} for it in targets]
        body = {"requester_id": self.asker["id"], "message": "Help", "responder_request_targets": wrapped}
        answer = self.account.call("POST", f"{self.path}/responder_requests", body)
        assert answer.status_code == 200, answer.text
        return answer.json()["responder_request"]

    def cancel(self, *targets: Any) -> list[str]:
        body = {"requester_id": self.asker["id"], "responder_request_targets": [ref(it) for it in targets]}
        answer = self.account.call("PUT", f"{self.path}/responder_requests/cancel", body)
        assert answer.status_code == 200, answer.text
        return [it["result"] for it in answer.json()["responder_request_targets"]]

    def responders(self) -> list[tuple[str, str, list[str]]]:
        rows = self.account.get(self.path)["incident"]["incidents_responders"]
        return [(it["user"]["id"], it["state"], it["escalation_policy_requests"]) for it in rows]


@pytest.fixture
def help_(account: Account) -> Help:
    return Help(account)


def test_the_incident_shows_who_was_asked_by_whom_and_through_which_policy(help_: Help) -> None:
    request = help_.ask(help_.friend, help_.policy)
    assert (request["requester"]["id"], request["message"]) == (help_.asker["id"], "Help")
    assert request["requested_at"] == "2026-03-02T12:00:07Z"
    first, second = (it["responder_request_target"] for it in request["responder_request_targets"])
    assert (first["type"], first["id"]) == ("user", help_.friend["id"])
    assert (second["type"], second["summary"]) == ("escalation_policy", "Databases")
    assert [it["user"]["id"] for it in second["incidents_responders"]] == [help_.dba["id"]]
    help_.ask(help_.dba)
    expected = [(help_.friend["id"], "pending", []), (help_.dba["id"], "pending", ["Databases"])]
    assert help_.responders() == expected
    shown = help_.account.get(help_.path)["incident"]["responder_requests"]
    assert [it["id"] for it in shown][:1] == [request["id"]]
    log = help_.account.get(f"{help_.path}/log_entries")["log_entries"]
    found = [it for it in log if it["type"] == "responder_request_log_entry"]
    assert [it["summary"].rsplit(": ")[1] for it in found] == [
        help_.dba["name"],
        f"{help_.friend['name']}, Databases",
    ]
    assert {it["agent"]["id"] for it in found} == {help_.asker["id"]}


def test_what_is_pending_is_cancelled_and_what_was_answered_is_not(help_: Help) -> None:
    empty = help_.account.policy(help_.account.schedule())
    help_.ask(help_.friend, help_.policy, empty)
    state = help_.account.get("/_sandbox/state")
    state["responder_request"][0]["targets"][0]["responders"][0]["state"] = "joined"
    assert help_.account.call("PUT", "/_sandbox/state", state).status_code in (200, 204)
    assert help_.cancel(help_.friend, help_.policy, empty, help_.asker) == [
        "joined",
        "cancelled",
        "cancelled",
        "not_found",
    ]
    assert [it[1] for it in help_.responders()] == ["joined", "user_cancelled"]
    assert help_.cancel(help_.dba) == ["cancelled"]  # already


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"requester_id": "PUNKNOWN"}, "Requester User Not Found"),
        ({"requester_id": None}, "Requester id can't be blank"),
        ({"message": 7}, "Message must be a string"),
        ({"responder_request_targets": []}, "Responder request targets can't be blank"),
        ({"responder_request_targets": [{"responder_request_target": 7}]}, "must be users or escalation policies"),
        (
            {"responder_request_targets": [{"id": "P0", "type": "team_reference"}]},
            "must be users or escalation policies",
        ),
        ({"responder_request_targets": [{"id": "P0", "type": "user_reference"}]}, "User Not Found"),
    ],
)
def test_what_cannot_be_asked_is_refused(help_: Help, change: Any, problem: str) -> None:
    body = {"requester_id": help_.asker["id"], "message": "x", "responder_request_targets": [ref(help_.friend)]}
    assert help_.account.call("POST", f"{help_.path}/responder_requests", body, token=TOKEN).status_code == 200
    before = help_.responders()
    error = help_.account.refused("POST", f"{help_.path}/responder_requests", {**body, **change})
    assert any(problem in it for it in error["errors"]), error
    assert help_.responders() == before


def test_cancelling_needs_targets_with_a_reference_type(help_: Help) -> None:
    path = f"{help_.path}/responder_requests/cancel"
    body = {"requester_id": help_.asker["id"], "responder_request_targets": [{"id": "P0", "type": "user"}]}
    help_.account.refused("PUT", path, body)
    help_.account.check_unknown_ids(responder_request_routes())


def test_an_account_without_the_feature_has_neither_requests_nor_responders(help_: Help) -> None:
    add_to_profile(help_.account, without=["responder_requests"])
    assert {"incidents_responders", "responder_requests"}.isdisjoint(help_.account.get(help_.path)["incident"])
    help_.account.refused("POST", f"{help_.path}/responder_requests", {}, status=402)


def test_a_deleted_responder_is_still_shown(help_: Help) -> None:
    help_.ask(help_.friend)
    help_.account.delete(f"/users/{help_.friend['id']}")
    assert [it[0] for it in help_.responders()] == [help_.friend["id"]]
