from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.override import override_routes
from tests.sandbox.account import Account, layer, ref


def _override(user: Any, start: str, end: str) -> dict[str, Any]:
    return {"start": start, "end": end, "user": ref(user), "time_zone": "UTC"}


def test_each_override_has_a_status_of_its_own(account: Account) -> None:
    user, schedule = account.user(), account.schedule()
    path = f"/schedules/{schedule['id']}/overrides"
    good = _override(user, "2023-07-01T00:00:00-04:00", "2023-07-02T00:00:00-04:00")
    bad = _override(user, "2023-07-03T00:00:00-04:00", "2023-07-01T00:00:00-04:00")
    answer = account.call("POST", path, {"overrides": [good, bad]})
    assert answer.status_code == 201
    made, refused = answer.json()
    assert refused == {"status": 400, "errors": ["Override must end after its start"], "override": bad}
    assert (made["status"], made["override"]["start"]) == (201, "2023-07-01T04:00:00Z")
    assert account.get(f"{path}?since=2023-06-01&until=2023-08-01")["overrides"] == [made["override"]]
    assert account.get(f"{path}?since=2023-08-01&until=2023-09-01")["overrides"] == []
    account.refused("GET", path)
    account.refused("POST", path, {"overrides": []})


def test_the_period_cuts_unless_overflow(account: Account) -> None:
    path = f"/schedules/{account.schedule()['id']}/overrides"
    body = _override(account.user(), "2026-04-01T00:00:00Z", "2026-04-05T00:00:00Z")
    assert account.call("POST", path, {"override": body}).json()["override"]["end"] == "2026-04-05T00:00:00Z"
    period = f"{path}?since=2026-04-02&until=2026-04-03"
    for query, start in (("", "2026-04-02T00:00:00Z"), ("&overflow=true", "2026-04-01T00:00:00Z")):
        assert [it["start"] for it in account.get(period + query)["overrides"]] == [start]


def test_past_ones_stay_ongoing_ones_end_future_ones_go(account: Account) -> None:
    user, schedule = account.user(), account.schedule()
    path = f"/schedules/{schedule['id']}/overrides"
    spans = [("2026-03-01", "2026-03-02"), ("2026-03-02", "2026-03-03"), ("2026-03-03", "2026-03-04")]
    bodies = [_override(user, f"{start}T00:00:00Z", f"{end}T00:00:00Z") for start, end in spans]
    made = account.call("POST", path, {"overrides": bodies}).json()
    statuses = [account.call("DELETE", f"{path}/{it['override']['id']}").status_code for it in made]
    assert statuses == [400, 200, 204]
    left = account.get(f"{path}?since=2026-03-01&until=2026-04-01")["overrides"]
    assert [it["end"] for it in left] == ["2026-03-02T00:00:00Z", "2026-03-02T12:00:07Z"]


def test_users_of_a_schedule(account: Account) -> None:
    one, two, guest = account.user(), account.user(), account.user()
    path = f"/schedules/{account.schedule(layer(one, two))['id']}"
    body = _override(guest, "2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z")
    account.call("POST", f"{path}/overrides", {"overrides": [body]})
    for query, users in (("", [one, two, guest]), ("?until=2026-03-05", [one])):
        assert [it["email"] for it in account.get(f"{path}/users{query}")["users"]] == [it["email"] for it in users]


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(override_routes())
