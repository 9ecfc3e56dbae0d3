"""Overrides that people made, one request for each schedule."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from pdsync.account.override import fetch_overrides
from pdsync.client import Error, RestApiV2Client
from pdsync.model import UnreadableError
from pdsync.model.instant import parse_instant, render_instant
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, layer, schedule, user

DAY = timedelta(days=1)


def test_an_override_is_a_shift_of_its_user(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(
        client,
        [user("ana"), user("bo"), schedule("days", layer("All", "ana")), schedule("nights", layer("All", "ana"))],
    )
    days, nights, bo = (
        client.find(path, name) for path, name in (("schedules", "days"), ("schedules", "nights"), ("users", "bo"))
    )
    assert days is not None
    assert nights is not None
    assert bo is not None
    start = (datetime.now(UTC) + DAY).replace(microsecond=0)
    span = {"start": render_instant(start), "end": render_instant(start + DAY)}
    override = {**span, "user": {"id": bo["id"], "type": "user_reference"}}
    client.post(f"schedules/{days['id']}/overrides", json={"overrides": [override]}).raise_for_status()
    forget(sandbox)
    since, until = int(start.timestamp()), int((start + DAY).timestamp())
    found = fetch_overrides(client, [days["id"], nights["id"]], since, until)
    (made,) = found[days["id"]]
    assert made["user"]["id"] == bo["id"]
    assert [parse_instant(made[name]) for name in ("start", "end")] == [start, start + DAY]
    assert found[nights["id"]] == []
    assert len(asked(sandbox)) == 2
    assert fetch_overrides(client, [days["id"]], until + 60, until + 120) == {days["id"]: []}


@pytest.mark.parametrize("reading", ["any", "year", "ninety_days"])
def test_a_period_that_is_too_long_for_pagerduty_is_read_in_parts(
    client: RestApiV2Client, sandbox: SandboxServer, reading: str
) -> None:
    sandbox.control.set_account({"account": 1, "readings": {"override_period": reading}})
    converge(client, [user("ana"), schedule("days", layer("All", "ana"))])
    days, ana = client.find("schedules", "days"), client.find("users", "ana")
    assert days is not None
    assert ana is not None
    now = datetime.now(UTC).replace(microsecond=0)
    # The first one is in two parts.
    spans = [(now + 25 * DAY, now + 40 * DAY), (now + 100 * DAY, now + 101 * DAY)]
    wanted = [{"start": render_instant(start), "end": render_instant(end)} for start, end in spans]
    overrides = [{**span, "user": {"id": ana["id"], "type": "user_reference"}} for span in wanted]
    client.post(f"schedules/{days['id']}/overrides", json={"overrides": overrides}).raise_for_status()
    found = fetch_overrides(client, [days["id"]], int(now.timestamp()), int((now + 400 * DAY).timestamp()))
    assert [tuple(parse_instant(it[name]) for name in ("start", "end")) for it in found[days["id"]]] == spans


@pytest.mark.parametrize("held", [True, 7, {}, [True], [{"id": None}], [[]]])
def test_an_answer_that_is_no_list_of_overrides_is_an_error(
    client: RestApiV2Client, sandbox: SandboxServer, held: object
) -> None:
    says = {"type": "content_type", "content_type": "application/json", "body": json.dumps({"overrides": held})}
    sandbox.control.set_faults([{"match": {"path": "/schedules/PX1/overrides"}, "action": says}])
    with pytest.raises((UnreadableError, Error)):
        fetch_overrides(client, ["PX1"], 0, 86_400)
