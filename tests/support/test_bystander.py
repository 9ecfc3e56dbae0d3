"""The look at what is no one's business sees what a test may not do to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.kinds import KINDS
from pdsync.sandbox import SandboxServer
from tests.support.bystander import State, bystanders, check_bystanders


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def server(running: SandboxServer) -> SandboxServer:
    running.control.restore(bystanders())
    return running


def first(kind: str) -> str:
    state: State = bystanders()
    return str(next(row["id"] for row in state[kind] if row.get("name", "").startswith("Bystander")))


def other(server: SandboxServer, kind: str, **fields: object) -> str:
    return str(server.control.edit("POST", f"/{kind}s", {kind: {"type": kind, "name": "Other", **fields}})[kind]["id"])


def ref(kind: str, id: str) -> dict[str, str]:
    return {"id": id, "type": f"{kind}_reference"}


def test_what_others_have_is_no_change(server: SandboxServer) -> None:
    other(server, "user", email="other@example.com")
    other(server, "team")
    check_bystanders(server)


def change_a_name(server: SandboxServer) -> None:
    server.control.edit("PUT", f"/teams/{first('team')}", {"team": {"name": "Mine"}})


def delete_a_child(server: SandboxServer) -> None:
    [row, *_] = bystanders()["integration"]
    server.control.edit("DELETE", f"/services/{row['parent']}/integrations/{row['id']}")


def add_a_child(server: SandboxServer) -> None:
    method = {"type": "phone_contact_method", "label": "x", "address": "5550101"}
    server.control.edit("POST", f"/users/{first('user')}/contact_methods", {"contact_method": method})


def take_a_person(server: SandboxServer) -> None:
    server.control.edit("PUT", f"/teams/{other(server, 'team')}/users/{first('user')}")


def use_a_policy(server: SandboxServer) -> None:
    other(server, "service", escalation_policy=ref("escalation_policy", first("escalation_policy")))


def depend(server: SandboxServer) -> None:
    ends = {
        "supporting_service": {"id": first("business_service"), "type": "business_service"},
        "dependent_service": {"id": other(server, "business_service"), "type": "business_service"},
    }
    server.control.edit("POST", "/service_dependencies/associate", {"relationships": [ends]})


def unsubscribe(server: SandboxServer) -> None:
    goes = {"subscriber_id": first("user"), "subscriber_type": "user"}
    path = f"/business_services/{first('business_service')}/unsubscribe"
    server.control.edit("POST", path, {"subscribers": [goes]})


def add_a_tag(server: SandboxServer) -> None:
    added = {"add": [{"type": "tag", "label": "Mine"}]}
    server.control.edit("POST", f"/users/{first('user')}/change_tags", added)


def delete_a_trigger(server: SandboxServer) -> None:
    [row, *_] = bystanders()["workflow_trigger"]
    server.control.edit("DELETE", f"/incident_workflows/triggers/{row['id']}")


DEEDS = [
    *(change_a_name, delete_a_child, add_a_child, take_a_person, use_a_policy),
    *(depend, unsubscribe, add_a_tag, delete_a_trigger),
]


_STORED = {"schedule_override": "override"}
"""How the sandbox calls what a kind is about, where it has another name for it."""


def test_there_is_one_of_every_kind() -> None:
    made = [kind for kind in KINDS if not kind.source.single]
    assert {_STORED.get(kind.slug, kind.slug) for kind in made} <= set(bystanders())


@pytest.mark.parametrize("deed", DEEDS)
def test_a_change_is_seen(server: SandboxServer, deed: object) -> None:
    assert callable(deed)
    deed(server)
    with pytest.raises(AssertionError, match="no one's business"):
        check_bystanders(server)
