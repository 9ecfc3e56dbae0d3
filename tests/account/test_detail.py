"""What only some plans need is read when it is asked for, and stays unknown where it may not be read."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.account import Extent, fetch_account, fetch_details
from pdsync.client import HttpError, RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, policy, service, user


def refuse(sandbox: SandboxServer, path: str, status: int) -> None:
    sandbox.control.set_faults([{"match": {"path": path}, "action": {"type": "error", "status": status}}])


def test_only_what_is_asked_for_costs_a_request(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    account = fetch_account(client, Extent())
    forget(sandbox)
    assert fetch_details(client, account) == account
    assert not asked(sandbox)
    known = fetch_details(client, account, abilities=True)
    assert asked(sandbox) == [("GET", "/abilities")]
    assert known.abilities
    assert (known.licenses, known.incidents) == (None, None)


def test_open_incidents_are_read_by_their_number(client: RestApiV2Client) -> None:
    converge(client, [user("ana"), policy("first", {"user": "ana"}), service("shop", "first")])
    shop = client.find("services", "shop")
    assert shop is not None
    about: dict[str, Any] = {"type": "incident", "service": {"id": shop["id"], "type": "service_reference"}}
    for title in ("One", "Two", "Three"):
        made = client.rpost("incidents", json={**about, "title": title})
        if title == "Two":
            client.rput(made, json={"type": "incident", "status": "resolved"})
    known = fetch_details(client, fetch_account(client, Extent()), incidents=True)
    assert known.incidents is not None
    assert [incident.title for incident in known.incidents] == ["One", "Three"]
    assert not known.incidents_unread


@pytest.mark.parametrize("status", [402, 403, 404])
def test_what_may_not_be_read_stays_unknown(client: RestApiV2Client, sandbox: SandboxServer, status: int) -> None:
    account = fetch_account(client, Extent())
    for path, name in (("/abilities", "abilities"), ("/licenses", "licenses"), ("/incidents", "incidents")):
        refuse(sandbox, path, status)
        known = fetch_details(client, account, **{name: True})
        assert getattr(known, name) is None
    assert known.incidents_unread == "the token may not read incidents"


def test_any_other_refusal_is_an_error(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    account = fetch_account(client, Extent())
    refuse(sandbox, "/abilities", 400)
    with pytest.raises(HttpError):
        fetch_details(client, account, abilities=True)
