"""A snapshot of an account is complete, or it is an error."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.client import HttpError, RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.model import Kind, UnreadableError
from pdsync.sandbox import SandboxServer

ALWAYS_LISTED = {kind.slug for kind in KINDS if not kind.source.on_demand}


def test_a_snapshot_says_when_it_was_made_and_what_it_is_complete_for(client: RestApiV2Client) -> None:
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    account = fetch_account(client, Extent(), now=moment)
    assert account.fetched_at == "2026-01-05T09:00:00Z"
    assert account.complete_for == ALWAYS_LISTED
    assert account.user_token
    assert account.subdomain == "pdsync-sandbox"


def test_a_collection_that_cannot_be_read_is_an_error(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    sandbox.control.set_faults([{"match": {"path": "/services"}, "action": {"type": "error", "status": 400}}])
    with pytest.raises(HttpError):
        fetch_account(client, Extent())


def test_an_answer_that_is_no_list_of_objects_is_an_error(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    answer = {
        "type": "content_type",
        "content_type": "application/json",
        "body": '{"teams": [{"name": "Red"}], "more": false}',
    }
    sandbox.control.set_faults([{"match": {"path": "/teams"}, "action": answer}])
    with pytest.raises(UnreadableError, match="it has no id"):
        fetch_account(client, Extent())


UNLISTED = [kind for kind in KINDS if kind.source.unlisted and kind.host == "rest"]


@pytest.mark.parametrize("held", [True, 7, "text", [], {}, {"id": 3}, {"id": ""}])
@pytest.mark.parametrize("kind", UNLISTED, ids=lambda kind: kind.slug)
def test_a_row_that_is_read_alone_and_is_no_object_is_an_error(
    client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, kind: Kind, held: object
) -> None:
    """What the list leaves out of a row is read from the object itself."""
    rows = {kind.collection.rpartition("/")[2]: [{"id": "PX1", "name": "A"}], "offset": 0, "more": False, "total": 1}
    listed = {"type": "content_type", "content_type": "application/json", "body": json.dumps(rows)}
    sandbox.control.set_faults([{"match": {"path": f"/{kind.collection}"}, "action": listed}])
    read = client.rget
    monkeypatch.setattr(client, "rget", lambda path, **how: held if path.endswith("/PX1") else read(path, **how))
    with pytest.raises(UnreadableError):
        fetch_account(client, Extent(every_kind=True))


def test_what_was_read_is_told_kind_by_kind(client: RestApiV2Client) -> None:
    heard: list[str] = []
    account = fetch_account(client, Extent(), on_read=heard.append)
    assert any(told.startswith(f"{len(account.objects['service'])} services, ") for told in heard)
    assert len(heard) == len(ALWAYS_LISTED)


@pytest.mark.empty_account
@pytest.mark.parametrize("url", ["http://[::1", "https://[", 7, None])
def test_an_address_that_cannot_be_read_stops_nothing(
    client: RestApiV2Client, sandbox: SandboxServer, url: object
) -> None:
    row = json.dumps({"id": "PT1", "type": "team", "name": "Red", "html_url": url})
    answer = {
        "type": "content_type",
        "content_type": "application/json",
        "body": f'{{"teams": [{row}], "more": false, "total": 1}}',
    }
    sandbox.control.set_faults([{"match": {"path": "/teams"}, "action": answer}])
    account = fetch_account(client, Extent())
    assert account.subdomain == "pdsync-sandbox", "other objects have an address that can be read"
    assert [live.name for live in account.objects["team"]] == ["Red"]
