"""Who is on call: from the manifests alone, and from the account with what people set up there."""

from __future__ import annotations

import time

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import (
    EngineError,
    Period,
    RosterRequest,
    Workspace,
    fetch_plain_roster,
    fetch_roster,
    find_objects,
    load_roster,
)
from pdsync.engine.roster import bind_manifests
from pdsync.oncall.escalation_level import levels_at
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget


def today() -> Period:
    now = int(time.time())
    return Period(now, now + 3600)


def test_the_manifests_alone_say_who_is_on_call(workspace: Workspace) -> None:
    roster = load_roster(workspace, today().since)
    (policy,) = find_objects(roster, "Shop")
    (level,) = levels_at(roster, policy, today().since)
    assert level.responder is not None
    assert level.responder.user is not None
    assert roster.name_of(level.responder.user) == "Ana Lima"


def test_only_what_is_asked_about_costs_a_request(
    client: RestApiV2Client, sandbox: SandboxServer, applied: Workspace
) -> None:
    forget(sandbox)
    fetch_roster(client, applied, RosterRequest(today(), "Shop"))
    assert not [path for _, path in asked(sandbox) if path.endswith("/overrides")], "it notifies no schedule"
    forget(sandbox)
    roster = fetch_roster(client, applied, RosterRequest(today()))
    asked_of = {path for _, path in asked(sandbox) if path.endswith("/overrides")}
    assert asked_of == {f"/schedules/{ref.value}/overrides" for ref, _ in roster.of_kind("schedule")}


def test_maintenance_that_may_not_be_read_is_a_warning(
    client: RestApiV2Client, sandbox: SandboxServer, applied: Workspace
) -> None:
    answer = {"type": "error", "status": 403}
    sandbox.control.set_faults([{"match": {"path": "/maintenance_windows"}, "action": answer}])
    warnings: list[str] = []
    roster = fetch_roster(client, applied, RosterRequest(today(), "Checkout"), warn=warnings.append)
    assert warnings == ["the token may not read maintenance windows, so they are not considered here"]
    assert find_objects(roster, "Checkout")


def test_objects_of_an_account_can_be_named_by_the_keys_of_their_manifests(
    client: RestApiV2Client, applied: Workspace
) -> None:
    plain = fetch_plain_roster(client, applied)
    (service,) = find_objects(plain, "Checkout")
    assert plain.entries[service].key != "checkout"
    assert bind_manifests(plain, applied).entries[service].key == "checkout"


def test_a_name_that_nothing_has_is_an_error_with_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(EngineError, match="is called 'Chekout'") as refused:
        find_objects(load_roster(workspace, today().since), "Chekout")
    assert "checkout" in refused.value.hint
