"""What the journal keeps of an object before it is written: all that can be put back, and no credential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.apply import Watch, before
from pdsync.apply.before import without_credentials
from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, carry_out_plan
from pdsync.plan.before import EVENT
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, make_planned, policy, service, team, user

CREDENTIALS = (
    "integration_key",
    "routing_key",
    "token",
    "access_token",
    "X-PagerDuty-Signature",
    "client_secret",
    "password",
    "Authorization",
    "http_cal_url",
    "webhook_url",
    "endpoint_uri",
)
EVENTS = {"name": "Events", "type": "events_api_v2_inbound_integration"}
STATE = [
    user("ana", role="limited_user"),
    team("red", members=[{"user": "ana", "role": "manager"}]),
    policy("shop", {"user": "ana"}),
    service("api", "shop", auto_resolve_timeout="4h", integrations=[EVENTS]),
]
_PLAIN = st.none() | st.booleans() | st.integers() | st.just("hidden")
_NAMES = st.sampled_from([*CREDENTIALS, "id", "name", "html_url", "description", "address"])
_VALUES = st.recursive(_PLAIN, lambda inner: st.lists(inner) | st.dictionaries(_NAMES, inner), max_leaves=20)


def _names_in(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set(value) | {name for inner in value.values() for name in _names_in(inner)}
    return {name for item in value for name in _names_in(item)} if isinstance(value, list) else set()


@given(_VALUES)
def test_nothing_named_like_a_credential_is_kept_at_any_depth(value: Any) -> None:
    assert _names_in(without_credentials(value)).isdisjoint(CREDENTIALS)


@pytest.mark.parametrize("member", ["parameter_type", "type"])
@pytest.mark.parametrize("says", ["password", "Password", "secret"])
def test_a_value_whose_type_is_a_secret_is_not_kept(member: str, says: str) -> None:
    kept = without_credentials({"steps": [{"inputs": [{"name": "Pass", member: says, "value": "s3cret"}]}]})
    assert kept == {"steps": [{"inputs": [{"name": "Pass", member: says}]}]}


def test_all_else_is_kept() -> None:
    value = {
        "id": "P1",
        "html_url": "https://x",
        "items": [{"address": "a@x", "country_code": 1}],
        "description": "key",
    }
    assert without_credentials(value) == value
    assert without_credentials({"endpoint_url": "https://x"}, frozenset({"endpoint_url"})) == {
        "endpoint_url": "https://x"
    }


def _events(client: RestApiV2Client, resources: list[Any], **more: Any) -> list[Mapping[str, Any]]:
    events: list[Mapping[str, Any]] = []
    planned = make_planned(client, resources, **more)
    assert carry_out_plan(client, ApplyRequest(planned.plan), Watch(journal=events.append)).exit_code == 0
    return [event for event in events if event["event"] == EVENT]


def test_each_change_and_delete_tells_what_was_there_without_a_request_more(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, STATE)
    changed = service("api", "shop", auto_resolve_timeout="1h", integrations=[EVENTS])
    found = client.find("services", "api")
    assert found is not None
    live = client.rget(f"services/{found['id']}", params={"include[]": ["integrations"]})
    keys = [it["integration_key"] for it in live["integrations"]]
    assert keys
    forget(sandbox)
    (event,) = _events(client, [*STATE[:-1], changed])
    assert [path for method, path in asked(sandbox) if path.startswith("/services/")].count(
        f"/services/{live['id']}"
    ) == 2
    assert (event["address"], event["operation"], event["fields"]) == (
        "service/api",
        "update",
        ["auto_resolve_timeout"],
    )
    assert event["body"]["auto_resolve_timeout"] == 4 * 3600
    assert [it["name"] for it in event["body"]["integrations"]] == ["Events"]
    deleted = {it["address"]: it["body"] for it in _events(client, STATE[:1], prune="owned")}
    assert set(deleted) == {"service/api", "escalation_policy/shop", "team/red"}
    assert [it["user"]["summary"] for it in deleted["team/red"]["members"]] == ["ana"]
    assert all(key not in str([event, deleted]) for key in keys)
    assert "integration_key" not in str([event, deleted])


def test_a_body_without_room_is_left_out_and_the_write_goes_on(client: RestApiV2Client, monkeypatch: Any) -> None:
    converge(client, STATE)
    for name in ("_LARGEST", "_LARGEST_RUN"):
        with monkeypatch.context() as patch:
            patch.setattr(before, name, 10)
            (event,) = _events(client, [*STATE[:-1], service("api", "shop", auto_resolve_timeout=f"{len(name)}h")])
            assert event["body"] is None
