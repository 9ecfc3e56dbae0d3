"""An account that holds more than a probe may risk is refused before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.probe.mark import MARKER, Mark
from pdsync.probe.material import layer_body, policy_body, reference, schedule_body, service_body
from pdsync.probe.risk import FREE_SEATS, MOST, ReadOnlyKeyError, RiskError, check_key, check_risk
from pdsync.sandbox import SandboxServer
from tests.probe.conftest import ACCOUNT_TOKEN, connect

State = dict[str, list[dict[str, Any]]]


@pytest.fixture
def clean(shared: SandboxServer) -> Iterator[SandboxServer]:
    """The shared account, as it was before the test."""
    state = shared.control.state()
    yield shared
    shared.control.reset_clock()
    shared.control.restore(state)


def add(client: RestApiV2Client, path: str, number: int, **more: Any) -> dict[str, Any]:
    """One object more, as a person would make it."""
    owner = client.rget("users")[0]
    bodies: dict[str, Callable[[], dict[str, Any]]] = {
        "users": lambda: {"email": f"person-{number}@acme.example"},
        "schedules": lambda: schedule_body(layer_body(owner)),
        "event_orchestrations": lambda: {
            "team": reference((client.rget("teams") or [add(client, "teams", 0)])[0], "team")
        },
        "v3/schedules": lambda: {"time_zone": "Etc/UTC"},
        "escalation_policies": lambda: policy_body(reference(owner, "user")),
        "services": lambda: service_body(
            (client.rget("escalation_policies") or [add(client, "escalation_policies", 0)])[0]
        ),
    }
    body = {"name": f"Ours {number}", **bodies.get(path, dict)(), **more}
    made: dict[str, Any] = client.rpost(path, json=body)
    return made


def findings(client: RestApiV2Client, *, may_page: bool = False) -> list[str]:
    try:
        check_risk(client, may_page=may_page)
    except RiskError as error:
        return error.findings
    return []


@pytest.mark.parametrize("path", MOST)
def test_an_account_may_hold_so_much_and_no_more(clean: SandboxServer, path: str) -> None:
    with connect(clean) as client:
        held = len(client.list_all(path))
        for number in range(MOST[path] - held):
            add(client, path, number)
        assert findings(client) == []
        marked = Mark("a" * 10).label("of an earlier run")
        add(client, path, 98, name=marked, description=MARKER)
        assert findings(client) == []
        add(client, path, 99)
        what = path.replace("_", " ").replace("v3/", "shift-based ")
        assert findings(client) == [f"it holds more than 10 {what}"]


def test_what_pdsync_manages_is_no_test_account(clean: SandboxServer) -> None:
    with connect(clean) as client:
        add(client, "teams", 1, description="Pays.\n\nManaged by pdsync: acme/team/payments")
        assert findings(client) == ["pdsync manages some of its teams"]


def test_incidents_of_people_count(clean: SandboxServer) -> None:
    with connect(clean) as client:
        service = reference(add(client, "services", 1), "service")
        incident = client.rpost("incidents", json={"type": "incident", "title": "Trouble", "service": service})
        assert findings(client) == ["it has open incidents"]
        client.rput(f"incidents/{incident['id']}", json={"type": "incident", "status": "resolved"})
        assert findings(client) == ["it had incidents in the last 7 days"]
        clean.control.advance(8 * 86_400)
        assert findings(client) == []
        title = Mark("a" * 10).label("of an earlier run")
        client.rpost("incidents", json={"type": "incident", "title": title, "service": service})
        assert findings(client) == []


@pytest.mark.parametrize(
    ("path", "status", "expected"),
    [
        ("/users", 403, ["its users cannot be counted, as the key may not list them"]),
        ("/teams", 402, []),
        ("/teams", 404, []),
        ("/licenses", 403, ["its licences cannot be counted, as the key may not list them"]),
        ("/licenses", 404, []),
        ("/licenses", 500, ["its licences cannot be counted, as the list has another form than expected"]),
    ],
)
def test_a_collection_that_is_refused(clean: SandboxServer, path: str, status: int, expected: list[str]) -> None:
    clean.control.set_faults([{"match": {"path": path}, "action": {"type": "error", "status": status}}])
    with connect(clean) as client:
        assert findings(client) == expected


@pytest.mark.parametrize("path", ["webhook_subscriptions", "incident_workflows"])
def test_who_hears_of_incidents_counts_where_incidents_are_opened(clean: SandboxServer, path: str) -> None:
    answer = {path: [{"id": "PHOOK", "description": "Calls."}], "more": False, "limit": 25, "offset": 0}
    action = {"type": "error", "status": 404}
    clean.control.set_faults([{"match": {"path": f"/{path}"}, "action": action}])
    with connect(clean) as client:
        assert findings(client, may_page=True) == []
        client.iter_all = lambda url, **how: iter(answer[path] if url == path else [])  # type: ignore[method-assign]
        assert findings(client) == []
        what = path.replace("_", " ")
        assert findings(client, may_page=True) == [f"it has {what}, which would hear about incidents"]


@pytest.mark.parametrize(("free", "is_risk"), [(None, False), (FREE_SEATS, False), (FREE_SEATS - 1, True), (0, True)])
def test_a_user_must_not_cost_money(
    clean: SandboxServer, monkeypatch: pytest.MonkeyPatch, free: int | None, is_risk: bool
) -> None:
    seats = {"licenses": [{"valid_roles": ["limited_user"], "allocations_available": free}]}
    with connect(clean) as client:
        get = client.get
        monkeypatch.setattr(client, "get", lambda url, **how: _Canned(seats) if url == "licenses" else get(url, **how))
        assert bool(findings(client)) is is_risk


class _Canned:
    ok, status_code = True, 200

    def __init__(self, body: Any) -> None:
        self._body = body

    def json(self) -> Any:
        return self._body


@pytest.mark.parametrize(("token", "may_write"), [(ACCOUNT_TOKEN, True), ("readonly-key-of-the-tests", False)])
def test_a_key_that_may_not_write_is_found_without_a_write(shared: SandboxServer, token: str, may_write: bool) -> None:
    before = shared.control.state()
    with connect(shared, token) as client:
        if may_write:
            check_key(client)
        else:
            with pytest.raises(ReadOnlyKeyError):
                check_key(client)
    assert shared.control.state() == before
