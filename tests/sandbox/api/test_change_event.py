"""Changes that tools reported: listed, read, edited, and related to incidents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.change_event import change_event_routes
from tests.sandbox.account import TOKEN, Account, ref


class Changes:
    """A service of a team with two changes, one on the service that it depends on, one on a service apart."""

    def __init__(self, account: Account) -> None:
        self.account, self.team = account, account.team()
        self.shop = account.service(escalation_policy=ref(account.policy(teams=[ref(self.team)])))
        self.db, self.apart = account.service(), account.service()
        pair = {"supporting_service": ref(self.db), "dependent_service": ref(self.shop)}
        account.call("POST", "/service_dependencies/associate", {"relationships": [pair]})
        self.keys: dict[str, Any] = {}
        for service in (self.shop, self.db, self.apart):
            self.keys[service["id"]] = account.integration(service, type="events_api_v2_inbound_integration")
        self.send(self.shop, "old", "2026-02-01T08:00:00Z")
        details = {"custom_details": {"build": 7}, "source": "ci"}
        self.send(
            self.shop, "new", "2026-03-02T11:00:00Z", links=[{"href": "https://x.example", "text": "Build"}], **details
        )
        self.send(self.db, "below", "2026-03-02T10:00:00Z")
        self.send(self.apart, "apart", "2026-03-02T09:00:00Z")

    def send(self, service: Any, summary: str, at: str, path: str = "/v2/change/enqueue", **more: Any) -> None:
        payload = {"summary": summary, "timestamp": at, **{k: v for k, v in more.items() if k != "links"}}
        event = {"routing_key": self.keys[service["id"]]["integration_key"], "payload": payload}
        if "links" in more:
            event["links"] = more["links"]
        assert self.account.call("POST", path, event).status_code == 202

    def listed(self, path: str) -> list[str]:
        return [it["summary"] for it in self.account.get(path)["change_events"]]


@pytest.fixture(scope="module")
def changes() -> Iterator[Changes]:
    with Account() as account:
        yield Changes(account)


def test_one_shows_what_the_tool_said_and_leaves_out_what_it_did_not(changes: Changes) -> None:
    new, old = changes.account.get(f"/services/{changes.shop['id']}/change_events")["change_events"]
    assert (new["custom_details"], new["source"], new["timestamp"]) == ({"build": 7}, "ci", "2026-03-02T11:00:00Z")
    assert (new["links"], new["type"]) == ([{"href": "https://x.example", "text": "Build"}], "change_event")
    assert [it["id"] for it in new["services"]] == [changes.shop["id"]]
    assert new["integration"]["id"] == changes.keys[changes.shop["id"]]["id"]
    assert "source" not in old
    assert "custom_details" not in old
    assert changes.account.get(f"/change_events/{new['id']}")["change_event"] == new


@pytest.mark.parametrize(
    ("query", "summaries"),
    [
        ("", ["new", "below", "apart", "old"]),
        ("limit=1&offset=1", ["below"]),
        ("team_ids[]={team}", ["new", "old"]),
        ("integration_ids[]={integration}", ["apart"]),
        ("since=2026-03-02T10:00:00Z", ["new", "below"]),
        ("until=2026-03-01T00:00:00%2B00:00", ["old"]),
        ("since=2026-03-02", ["new", "below", "apart"]),
    ],
)
def test_lists_are_filtered_and_the_newest_is_first(changes: Changes, query: str, summaries: list[str]) -> None:
    integration = changes.keys[changes.apart["id"]]["id"]
    query = query.replace("{team}", changes.team["id"]).replace("{integration}", integration)
    assert changes.listed(f"/change_events?{query}") == summaries


def test_only_utc_is_taken(changes: Changes) -> None:
    for moment in ("2026-03-02T10:00:00%2B02:00", "2026-03-02T10:00:00-0130", "then"):
        changes.account.refused("GET", f"/change_events?since={moment}")
    assert changes.listed("/change_events?until=2026-02-02T00:00:00") == ["old"]


def test_the_last_day_of_a_service_and_its_neighbours_is_related_to_an_incident(changes: Changes) -> None:
    path = f"/incidents/{changes.account.incident(changes.shop)['id']}/related_change_events"
    found = changes.account.get(path)["change_events"]
    reasons = [(it["summary"], it["correlation_reason"]["reason"]) for it in found]
    assert reasons == [("new", "most_recent"), ("below", "related_service")]
    assert changes.listed(f"{path}?limit=1") == ["new"]


def test_only_summary_and_details_can_be_changed() -> None:
    with Account() as account:
        changes = Changes(account)
        changes.send(changes.apart, "by the other path", "2026-03-02T12:00:00Z", "/change_events")
        [found, *_] = account.get("/change_events")["change_events"]
        path, body = f"/change_events/{found['id']}", {"summary": "Said better", "source": "me", "links": []}
        changed = account.put(path, "change_event", {**body, "custom_details": {"a": 1}})
        assert changed == {**found, "summary": "Said better", "custom_details": {"a": 1}}
        assert account.get(path)["change_event"] == changed
        account.refused("PUT", path, {"change_event": {"summary": "", "custom_details": []}})
        account.delete(f"/services/{changes.apart['id']}")
        account.refused("GET", path, status=404)
        account.refused("PUT", path, {"change_event": {}}, status=404)


def test_unknown_ids_are_not_found(changes: Changes) -> None:
    changes.account.check_unknown_ids(change_event_routes())
    assert changes.account.call("GET", "/change_events", token=TOKEN).status_code == 200
