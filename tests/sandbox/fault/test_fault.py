"""Each fault over HTTP: what the client sees, and what the account holds afterwards."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from pdsync.sandbox import SandboxServer
from tests.sandbox.account import TOKEN, USER_TOKEN, Account, ref


def strike(account: Account, action: dict[str, Any], **match: Any) -> None:
    answer = account.call("PUT", "/_sandbox/faults", {"rules": [{"match": match, "action": action}]})
    assert answer.status_code == 200, answer.text


def names(account: Account) -> list[str]:
    return [team["name"] for team in account.server.control.state().get("team", [])]


def create(account: Account, name: str = "Red") -> requests.Response:
    return account.call("POST", "/teams", {"team": {"type": "team", "name": name}})


@pytest.mark.parametrize(("when", "made"), [("before", []), ("after", ["Red"])])
def test_a_dropped_connection(account: Account, when: str, made: list[str]) -> None:
    strike(account, {"type": "drop", "when": when}, method="POST")
    with pytest.raises(requests.ConnectionError):
        create(account)
    assert names(account) == made
    [seen] = account.server.requests()
    assert seen == {
        "method": "POST",
        "path": "/teams",
        "query": "",
        "status": 0 if when == "before" else 201,
        "faults": ["Drop"],
    }
    assert account.get("/teams")["teams"] == [] if when == "before" else True


def test_an_answer_that_breaks_off_in_the_middle(account: Account) -> None:
    create(account)
    strike(account, {"type": "drop", "when": "midway"}, method="GET")
    connection = http.client.HTTPConnection(account.server.url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/teams", headers={"Authorization": f"Bearer {USER_TOKEN}"})
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert caught.value.partial.startswith(b'{"teams":')
    connection.close()


def test_refusals_by_rate(account: Account) -> None:
    strike(account, {"type": "rate_limit", "retry_after_s": 7, "headers": {"ratelimit-limit": None, "X-Why": "me"}})
    answer = create(account)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, 2020)
    assert answer.headers["Retry-After"] == answer.headers["ratelimit-reset"] == "7"
    assert answer.headers["ratelimit-remaining"] == "0"
    assert answer.headers["X-Why"] == "me"
    assert names(account) == []


@pytest.mark.parametrize(("commit", "made"), [(False, []), (True, ["Red"])])
def test_server_errors_with_and_without_commit(account: Account, commit: bool, made: list[str]) -> None:
    strike(account, {"type": "error", "status": 502, "commit": commit, "body": {"message": "no"}}, method="POST")
    answer = create(account)
    assert (answer.status_code, answer.json()) == (502, {"message": "no"})
    assert names(account) == made


def test_an_error_without_a_body_of_its_own_is_in_the_usual_form(account: Account) -> None:
    strike(account, {"type": "error", "status": 503})
    answer = create(account)
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == "Service Unavailable"
    assert answer.headers["x-request-id"]


def test_the_nth_request_and_no_other(account: Account) -> None:
    strike(account, {"type": "error", "status": 500}, method="post", path="/teams", nth=[2, 3])
    assert [create(account, f"T{n}").status_code for n in range(4)] == [201, 500, 500, 201]
    account.user()  # another path
    [rule] = account.get("/_sandbox/faults")["rules"]
    assert (rule["matched"], rule["struck"]) == (4, 2)


def test_times_and_tokens(account: Account) -> None:
    strike(account, {"type": "error", "status": 500}, token=TOKEN, times=1)
    assert create(account).status_code == 201
    assert [account.call("GET", "/teams", token=TOKEN).status_code for _ in range(3)] == [500, 200, 200]


def test_a_seed_decides_who_is_struck(account: Account) -> None:
    def statuses(seed: int) -> list[int]:
        rule = {"match": {"probability": 0.5}, "action": {"type": "error", "status": 500}}
        account.server.control.set_faults({"seed": seed, "rules": [rule]})
        return [account.call("GET", "/teams").status_code for _ in range(30)]

    first = statuses(1)
    assert statuses(1) == first
    assert statuses(2) != first
    assert 3 < first.count(500) < 27


def test_latency_is_drawn_and_waited(account: Account) -> None:
    strike(account, {"type": "latency", "distribution": "uniform", "min_ms": 40, "max_ms": 60}, method="GET")
    began = time.perf_counter()
    account.get("/teams")
    assert time.perf_counter() - began >= 0.04


def test_slow_answers_do_not_wait_for_one_another(account: Account) -> None:
    strike(account, {"type": "latency", "ms": 300}, path="/teams")
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        slow = [pool.submit(account.get, "/teams") for _ in range(4)]
        assert account.get("/_sandbox/faults")["rules"]  # nor does the control wait for them
        for answer in slow:
            answer.result()
    assert time.perf_counter() - began < 4 * 0.3


def test_stopping_does_not_wait_for_a_slow_answer() -> None:
    account = Account(latency="600000")
    connection = http.client.HTTPConnection(account.server.url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/teams", headers={"Authorization": f"Bearer {USER_TOKEN}"})
    began = time.perf_counter()
    account.server.stop()
    assert time.perf_counter() - began < 10
    connection.close()


def test_truncated_json(account: Account) -> None:
    strike(account, {"type": "truncate", "keep": 0.5})
    answer = create(account)
    assert answer.status_code == 201
    assert answer.text.startswith('{"team":')
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def test_a_wrong_content_type(account: Account) -> None:
    strike(account, {"type": "content_type", "content_type": "text/html", "body": "<h1>Sign in</h1>"}, method="GET")
    answer = account.call("GET", "/teams")
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, "text/html", "<h1>Sign in</h1>")


def test_a_write_that_lists_do_not_see_yet(account: Account) -> None:
    create(account, "Blue")
    strike(account, {"type": "lag", "reads": 2}, method="POST")
    made = create(account).json()["team"]
    assert account.get(f"/teams/{made['id']}")["team"] == made  # a single read sees it
    assert len(account.server.control.edit("GET", "/teams")["teams"]) == 2  # and so does who asks from inside
    seen = [[team["name"] for team in account.get("/teams")["teams"]] for _ in range(3)]
    assert seen == [["Blue"], ["Blue"], ["Blue", "Red"]]


def test_changes_and_deletions_lag_too_until_the_time_has_passed(account: Account) -> None:
    red, blue = account.team(name="Red"), account.team(name="Blue")
    strike(account, {"type": "lag", "seconds": 60}, path="/teams/*")
    account.put(f"/teams/{red['id']}", "team", {"name": "Pink"})
    account.delete(f"/teams/{blue['id']}")
    assert [team["name"] for team in account.get("/teams")["teams"]] == ["Blue", "Red"]
    assert account.call("GET", f"/teams/{blue['id']}").status_code == 404
    account.clock.forward(seconds=61)
    assert [team["name"] for team in account.get("/teams")["teams"]] == ["Pink"]


def test_a_single_read_lags_when_told_to(account: Account) -> None:
    strike(account, {"type": "lag", "reads": 1, "seen_by": "all"}, method="POST")
    made = create(account).json()["team"]
    assert [account.call("GET", f"/teams/{made['id']}").status_code for _ in range(2)] == [404, 200]


def test_what_something_newer_needs_is_not_hidden(account: Account) -> None:
    strike(account, {"type": "lag", "seconds": 60}, path="/escalation_policies")
    policy = account.policy()
    service = account.service(escalation_policy={"id": policy["id"], "type": "escalation_policy_reference"})
    assert [it["id"] for it in account.get("/services")["services"]] == [service["id"]]
    assert [it["id"] for it in account.get("/escalation_policies")["escalation_policies"]] == [policy["id"]]


@pytest.mark.parametrize("by_event", [False, True])
def test_an_incident_with_all_that_came_with_it_is_late_too(account: Account, by_event: bool) -> None:
    service = account.service()
    key = account.integration(service, type="events_api_v2_inbound_integration")["integration_key"]
    lists = ("/incidents", "/log_entries", f"/services/{service['id']}")
    before = [account.get(path) for path in lists]
    strike(account, {"type": "lag", "reads": 2}, method="POST")
    if by_event:
        payload = {"summary": "Fire", "source": "db1", "severity": "critical"}
        account.call("POST", "/v2/enqueue", {"routing_key": key, "event_action": "trigger", "payload": payload})
    else:
        account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    assert [account.get(path) for path in lists[:2]] == before[:2]
    assert len(account.get("/incidents")["incidents"]) == 1
    assert account.get(lists[2]) != before[2]  # which is critical now


@pytest.mark.parametrize(("when", "answered"), [("before", "Edited"), ("after", "Red")])
def test_somebody_else_edits_at_that_moment(account: Account, when: str, answered: str) -> None:
    team = create(account).json()["team"]
    edit = {"method": "PUT", "path": "/teams/$1", "body": {"team": {"name": "Edited", "description": "of $1"}}}
    strike(account, {"type": "edit", "when": when, "requests": [edit]}, method="GET", path="/teams/*", nth=1)
    asked = len(account.server.requests())
    assert account.get(f"/teams/{team['id']}")["team"]["name"] == answered
    after = account.get(f"/teams/{team['id']}")["team"]
    assert (after["name"], after["description"]) == ("Edited", f"of {team['id']}")
    assert len(account.server.requests()) == asked + 2  # the edit is nobody's request


def test_an_empty_page_that_promises_more(account: Account) -> None:
    create(account)
    strike(account, {"type": "empty_page"}, path="/teams", nth=1)
    first, second = account.get("/teams"), account.get("/teams")
    assert (first["teams"], first["more"]) == ([], True)
    assert [team["name"] for team in second["teams"]] == ["Red"]


@pytest.mark.parametrize(("rows", "expected"), [(1, ["A", "B", "B", "C"]), (-1, ["A", "B", "D", "E"])])
def test_pages_over_a_list_that_changes_underneath(account: Account, rows: int, expected: list[str]) -> None:
    for name in "ABCDE":
        create(account, name)
    strike(account, {"type": "shift_page", "rows": rows}, path="/teams")
    pages = [account.get(f"/teams?limit=2&offset={offset}") for offset in (0, 2)]
    assert [team["name"] for page in pages for team in page["teams"]] == expected
    assert [page["offset"] for page in pages] == [0, 2]


def test_faults_end(account: Account) -> None:
    strike(account, {"type": "error", "status": 500})
    assert create(account).status_code == 500
    assert account.call("DELETE", "/_sandbox/faults").status_code == 204
    assert create(account).status_code == 201
    assert account.get("/_sandbox/faults") == {"rules": []}


def test_events_and_tokens_are_struck_as_well(account: Account) -> None:
    strike(account, {"type": "error", "status": 503}, path="/v2/**")
    assert account.session.post(account.server.url + "/v2/enqueue", json={}).status_code == 503
    strike(account, {"type": "error", "status": 503}, path="/oauth/token")
    assert account.session.post(account.server.url + "/oauth/token").status_code == 503


def test_a_server_can_begin_cruel() -> None:
    rules = {"rules": [{"match": {"nth": 1}, "action": {"type": "error", "status": 500}}]}
    with Account(faults=rules, seed="example") as account:  # the seed is not struck
        assert [account.call("GET", "/users").status_code for _ in range(2)] == [500, 200]
    with pytest.raises(ValueError, match=r"rules\[0\]"):
        SandboxServer(faults=[{}])


def test_a_client_cannot_say_that_it_is_inside(account: Account) -> None:
    strike(account, {"type": "error", "status": 500})
    for header in ("pdsync.sandbox.inside", "X-Pdsync-Sandbox-Inside"):
        assert account.call("GET", "/teams", headers={header: "1"}).status_code == 500


def test_control_bodies_that_are_no_json(account: Account) -> None:
    for path in ("/_sandbox/faults", "/_sandbox/state"):
        answer = account.session.put(account.server.url + path, data=b"{")
        assert (answer.status_code, json.loads(answer.text)["error"]["code"]) == (400, 2001)
