"""Planning costs pages, not objects."""

from __future__ import annotations

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, plan_for, policy, service, team, user


def test_planning_a_small_account_reads_each_collection_once(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    company = [
        user("ana"),
        team("red", members=[{"user": "ana"}]),
        team("blue"),
        policy("first", {"user": "ana"}),
        service("shop", "first"),
    ]
    converge(client, company)
    forget(sandbox)
    assert not plan_for(client, company).changes
    paths = sorted(path for _, path in asked(sandbox))
    (members,) = [path for path in paths if path.endswith("/members")]
    assert sorted({*paths} - {members}) == [
        "/escalation_policies",
        "/schedules",
        "/services",
        "/teams",
        "/users",
        "/users/me",
    ]
    assert len(paths) == 7, "one page of each collection, one list of members, and who the token is"


def test_a_user_is_created_with_children_in_one_pass(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(
        client, [user("ana", contact_methods=[{"type": "sms_contact_method", "address": "5550101", "label": "Mobile"}])]
    )
    writes = [request for request in asked(sandbox) if request[0] != "GET"]
    assert [method for method, _ in writes] == ["POST", "POST"]
