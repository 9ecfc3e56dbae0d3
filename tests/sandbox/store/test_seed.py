"""Seed files: names, ids, and what happens to a broken one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pdsync.sandbox import SandboxError, SandboxServer, server
from pdsync.sandbox.store.seed import NAMES, load_seed
from tests.sandbox.account import Account
from tests.sandbox.shifts import event_body

_USER = {"ref": "ann", "path": "/users", "body": {"user": {"name": "Ann", "email": "ann@example.com"}}}


def _seeded(monkeypatch: pytest.MonkeyPatch, *entries: Any, **options: Any) -> Account:
    monkeypatch.setattr(server, "load_seed", lambda name: list(entries))
    return Account(**options)


def test_references_walk_into_answers_and_ids_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = {
        "start_delay_in_minutes": 5,
        "urgency": "high",
        "contact_method": {"id": "$ref:ann.contact_methods.0.id", "type": "email_contact_method_reference"},
    }
    with _seeded(
        monkeypatch,
        {**_USER, "id": "PANN001"},
        {"path": "/users/$ref:ann/notification_rules", "body": {"notification_rule": rule}},
        {"method": "PUT", "path": "/users/$ref:ann", "body": {"user": {"job_title": "SRE"}}},
    ) as account:
        user = account.get("/users/PANN001")["user"]
        assert (user["job_title"], len(user["notification_rules"])) == ("SRE", 3)
        assert len(account.user()["id"]) == 14


def test_a_seed_can_have_shift_based_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    place = "/v3/schedules/$ref:shifts/rotations"
    with _seeded(
        monkeypatch,
        {**_USER, "id": "PANN001"},
        {"ref": "shifts", "path": "/v3/schedules", "body": {"schedule": {"name": "Shifts", "time_zone": "UTC"}}},
        {"ref": "rotation", "path": place},
        {"path": f"{place}/$ref:rotation/events", "body": {"event": event_body({"id": "$ref:ann"})}},
    ) as account:
        policy = account.policy({**account.get("/v3/schedules")["schedules"][0], "type": "schedule_v3"})
        assert [it["user"]["id"] for it in account.get("/oncalls")["oncalls"]] == ["PANN001"]
        state = account.get("/_sandbox/state")
        account.delete(f"/escalation_policies/{policy['id']}")
        account.delete(f"/v3/schedules/{state['schedule_v3'][0]['id']}")
        account.server.control.restore(state)
        assert account.get("/_sandbox/state") == state


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"path": "/users", "body": {"user": {"name": "x"}}}, "400"),
        ({"path": "/users/$ref:bob", "body": {}}, "nothing before it is called 'bob'"),
        ({"path": "/users/$ref:ann.contact_methods.7.id", "body": {}}, "nothing before it is called"),
        ({**_USER, "id": "lower"}, "not a free id"),
        ({"path": "/nowhere", "body": {}}, "404"),
    ],
)
def test_a_broken_seed_plants_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry: dict[str, Any], text: str
) -> None:
    db = str(tmp_path / "sandbox.db")
    with pytest.raises(SandboxError, match=r"seed entry 2 .*" + text):
        _seeded(monkeypatch, _USER, entry, db=db)
    with _seeded(monkeypatch, db=db) as account:
        assert [it["name"] for it in account.get("/users")["users"]] == ["Account Owner"]


def test_the_shipped_seed_keeps_its_format() -> None:
    folder = Path(server.__file__).parent / "seeds"
    for path in folder.glob("*.json"):
        for entry in json.loads(path.read_text(encoding="utf-8"))["requests"]:
            assert set(entry) <= {"ref", "id", "method", "path", "body"}, path
        SandboxServer(seed=path.stem)


def test_every_seed_that_is_named_can_be_loaded_and_no_other() -> None:
    assert [bool(load_seed(name)) for name in NAMES] == [False, True]
    with pytest.raises(SandboxError, match="choose one of: none, example"):
        load_seed("../example")
