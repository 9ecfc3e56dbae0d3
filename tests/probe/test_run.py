"""A whole run: the risk, the questions, what is written down, and that nothing stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from pdsync.client import NetworkError
from pdsync.probe import (
    PROBES,
    BusyError,
    Finding,
    Manner,
    Probe,
    RemnantError,
    Report,
    RiskError,
    Unasked,
    Watch,
    Workbench,
    build_profile,
    render_report,
    verify_account,
)
from pdsync.probe.cleanup import Cleanup
from pdsync.probe.mark import Mark
from pdsync.probe.material import person, service, user_body
from pdsync.probe.risk import FREE_SEATS
from pdsync.probe.run import clear
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.profile import QUESTIONS
from pdsync.sandbox.profile.feature import FEATURES
from pdsync.sandbox.profile.reader import parse_profile
from tests.probe.conftest import ACCOUNT_TOKEN, connect, holdings
from tests.support.world import TOKEN

SAMPLE = next(iter(PROBES.values()))
READING = next(iter(QUESTIONS[SAMPLE.question].readings))


def quick(**how: Any) -> Manner:
    """Waits for nothing."""
    return Manner(sleep=lambda seconds: None, **how)


def probe(ask: Callable[[Workbench], Finding]) -> Probe:
    """One whose question does not matter."""
    return replace(SAMPLE, ask=ask, key="any", opens_incidents=False)


def run(server: SandboxServer, *probes: Probe, token: str = TOKEN, manner: Manner | None = None) -> Report:
    report = Report()
    with connect(server, token) as client:
        verify_account(client, probes, manner or quick(may_page=True, events_url=server.url), report)
    return report


def test_a_run_finds_the_profile_that_the_account_has(shared: SandboxServer) -> None:
    last = {name: list(QUESTIONS[name].readings)[-1] for name in PROBES}
    # A user without a contact method has no rules that could be asked about.
    last["new_user_methods"] = QUESTIONS["new_user_methods"].default
    shared.control.set_account({"account": 1, "readings": last})
    before, found = holdings(shared), {}
    for token in (TOKEN, ACCOUNT_TOKEN):
        report = run(shared, *PROBES.values(), token=token)
        assert report.left == []
        assert holdings(shared) == before
        found.update(parse_profile(build_profile(report)).readings)
    assert found == last


@pytest.mark.parametrize("status", [402, 403])
def test_a_run_finds_what_the_plan_is_without(shared: SandboxServer, status: int) -> None:
    features = list(FEATURES)
    shared.control.set_account({"account": 1, "without": dict.fromkeys(features, status)})
    if status == 403:
        # What cannot be counted may hold anything.
        with pytest.raises(RiskError):
            run(shared)
        features.remove("teams")
    before, given = holdings(shared), dict.fromkeys(features, status)
    shared.control.set_account({"account": 1, "without": given, "abilities": {"sso": True}})
    report = run(shared, manner=quick(surveys=True))
    profile = parse_profile(build_profile(report))
    assert profile.missing == given
    assert all(f"{name}: {FEATURES[name].says} (HTTP {status})" in render_report(report) for name in features)
    with connect(shared) as client:
        abilities = client.rget("abilities")
        shared.control.set_account(build_profile(report))
        assert client.rget("abilities") == abilities
    assert sorted(abilities) == sorted(name for name, has in profile.abilities.items() if has)
    assert holdings(shared) == before


def test_a_refusal_of_what_the_account_has_is_about_the_key(shared: SandboxServer) -> None:
    fault = {"match": {"method": "POST", "path": "/escalation_policies"}, "action": {"type": "error", "status": 403}}
    shared.control.set_faults([fault])
    report = run(shared, manner=quick(surveys=True))
    assert report.account is not None
    assert report.account.lacking == {}


def raise_error(bench: Workbench) -> Finding:
    person(bench)
    bench.make("teams", type="team")
    raise RuntimeError("a mistake")


def test_a_mistake_in_a_probe_leaves_nothing_behind(shared: SandboxServer) -> None:
    before = holdings(shared)
    with pytest.raises(RuntimeError):
        run(shared, probe(raise_error))
    assert holdings(shared) == before


def test_a_reading_that_the_question_does_not_have_is_a_mistake(shared: SandboxServer) -> None:
    with pytest.raises(LookupError):
        run(shared, probe(lambda bench: bench.get("users").means("maybe")))


def test_the_first_request_after_a_signal_is_not_made(shared: SandboxServer) -> None:
    before, calls = holdings(shared), []

    def ask(bench: Workbench) -> Finding:
        bench.make("teams", type="team")
        calls.append(1)
        bench.make("teams", type="team")
        raise AssertionError("never reached")

    report = run(shared, probe(ask), manner=quick(is_stopped=lambda: bool(calls)))
    assert report.is_stopped
    assert report.facts == []
    assert holdings(shared) == before


def test_a_run_that_begins_while_another_is_under_way_is_refused(shared: SandboxServer) -> None:
    with connect(shared) as client:
        bench = Workbench(client, Manner())
        bench.make("teams", type="team")
        before = holdings(shared)
        again = quick()
        with pytest.raises(BusyError):
            verify_account(client, [], replace(again, sleep=lambda _: bench.make("tags", type="tag")), Report())
        assert {kind for kind, rows in holdings(shared).items() if rows != before.get(kind)} == {"tag"}
        verify_account(client, [], again, Report())
        assert holdings(shared).get("tag") is None


def test_the_end_of_a_run_leaves_what_another_one_made(shared: SandboxServer) -> None:
    before = holdings(shared)
    with connect(shared) as client:
        other = Workbench(client, Manner())

        def ask(bench: Workbench) -> Finding:
            bench.make("teams", type="team")
            other.make("teams", type="team")
            return bench.get("teams").means(READING)

        assert run(shared, probe(ask)).left == []
        assert len(holdings(shared)["team"]) == 1
        assert clear(other, Cleanup(client, lambda seconds: None)) == []
    assert holdings(shared) == before


def test_what_could_not_be_removed_after_its_question_is_removed_at_the_end(shared: SandboxServer) -> None:
    """Even where its mark is lost: a person has renamed it."""
    before = holdings(shared)

    def ask(bench: Workbench) -> Finding:
        made = bench.make("teams", type="team")
        shared.control.edit(
            "PUT", f"/teams/{made['id']}", {"team": {"type": "team", "name": "Renamed", "description": ""}}
        )
        fault = {"match": {"method": "DELETE", "path": "/teams/**"}, "action": {"type": "error", "status": 500}}
        shared.control.set_faults([fault])
        return bench.get("teams").means(READING)

    def ask_next(bench: Workbench) -> Finding:
        shared.control.clear_faults()
        return bench.get("teams").means(READING)

    assert run(shared, probe(ask), probe(ask_next)).left == []
    assert holdings(shared) == before


def test_a_run_never_has_more_users_than_licences_surely_have_room_for(shared: SandboxServer) -> None:
    held = len(shared.control.state()["user"])
    seen: list[int] = []

    def ask(bench: Workbench) -> Finding:
        while True:
            bench.make("users", **user_body(bench, f"person-{len(seen)}"))
            seen.append(len(shared.control.state()["user"]) - held)

    (fact,) = run(shared, probe(ask)).facts
    assert fact.finding.reason == "the licences may have no room for the users that the question needs"
    assert max(seen) == FREE_SEATS


def test_a_role_whose_licences_are_used_up_is_not_made(shared: SandboxServer) -> None:
    with connect(shared) as client:
        bench = Workbench(client, quick(), seats={"read_only_user": 0})
        with pytest.raises(Unasked):
            bench.make("users", **user_body(bench, "stakeholder", role="read_only_user"))
        person(bench)
        assert clear(bench, Cleanup(client, lambda seconds: None)) == []


class Killed(BaseException):
    """As a kill: no line of the program reaches the account after it."""


def test_a_kill_after_any_write_is_made_good_by_the_next_run(
    shared: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill after a read leaves what the write before it left."""
    stranger = shared.control.edit("POST", "/teams", {"team": {"type": "team", "name": Mark("a" * 10).name("team")}})
    before, send = holdings(shared), HTTPAdapter.send
    writes: list[str] = []
    dies_at = 0

    def kill(adapter: HTTPAdapter, request: PreparedRequest, **how: Any) -> Response:
        if len(writes) == dies_at:
            raise Killed
        answer = send(adapter, request, **how)
        if request.method != "GET":
            writes.append(f"{request.method} {request.path_url}")
        return answer

    while True:
        dies_at += 1
        writes.clear()
        with monkeypatch.context() as patched:
            patched.setattr(HTTPAdapter, "send", kill)
            try:
                run(shared, PROBES["overlapping_overrides"])
            except Killed:
                pass
            else:
                break
        assert run(shared).left == []
        assert holdings(shared) == before
    assert len(writes) == 9
    assert dies_at == 10
    shared.control.edit("DELETE", f"/teams/{stranger['team']['id']}")


def test_each_probe_begins_without_what_the_one_before_made(shared: SandboxServer) -> None:
    seen: list[int] = []

    def ask(bench: Workbench) -> Finding:
        service(bench)
        bench.make("teams", type="team")
        seen.append(len(bench.read("teams")))
        return bench.get("teams").means(READING)

    report = run(shared, probe(ask), probe(ask))
    assert seen == [1, 1]
    assert [fact.finding.reading for fact in report.facts] == [READING] * 2


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda bench: bench.get("users").by_status({418: READING}), "the answer fits no reading"),
        (lambda bench: bench.get("users").body["nothing"].means(READING), "the answer has another form than expected"),
        (
            lambda bench: bench.make("teams", default_role=1) and None,
            "POST of /teams, which the question needs, was refused",
        ),
        (lambda bench: bench.read("services/PNONE"), "GET of /services/{id}, which the question needs, was refused"),
        (
            lambda bench: bench.read("v3/schedules/PNONE"),
            "GET of /v3/schedules/{id}, which the question needs, was refused",
        ),
        (
            lambda bench: bench.read("odd/PNONE"),
            "GET of a path that is not described, which the question needs, was refused",
        ),
    ],
)
def test_what_is_unknown_has_a_reason(shared: SandboxServer, ask: Callable[[Workbench], Finding], reason: str) -> None:
    (fact,) = run(shared, probe(ask)).facts
    assert (fact.finding.reading, fact.finding.reason) == (None, reason)


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"type": "error", "status": 402}, "the account's plan lacks it"),
        ({"type": "error", "status": 403}, "the key may not ask this, or the account's plan lacks it"),
        ({"type": "error", "status": 500}, "POST of /business_services, which the question needs, was refused"),
        ({"type": "drop", "when": "after"}, "the answer was lost"),
        ({"type": "truncate", "keep": 0.5}, "POST of /business_services, which the question needs, was refused"),
    ],
)
def test_a_request_that_fails_leaves_the_question_open_and_the_account_clean(
    shared: SandboxServer, action: dict[str, object], reason: str
) -> None:
    before = holdings(shared)
    shared.control.set_faults([{"match": {"method": "POST", "path": "/business_services"}, "action": action}])
    (fact,) = run(shared, probe(lambda bench: bench.make("business_services") and None)).facts
    assert fact.finding.reason == reason
    assert holdings(shared) == before


def test_a_network_that_is_gone_ends_the_run_and_keeps_what_was_found(shared: SandboxServer) -> None:
    before, report = holdings(shared), Report()

    def ask(bench: Workbench) -> Finding:
        bench.make("teams", type="team")
        shared.control.set_faults([{"match": {"path": "/users"}, "action": {"type": "drop", "when": "before"}}])
        return bench.get("users").means(READING)

    with connect(shared) as client, pytest.raises(NetworkError):
        verify_account(client, [probe(lambda bench: bench.get("users").means(READING)), probe(ask)], quick(), report)
    shared.control.clear_faults()
    assert [fact.finding.reading for fact in report.facts] == [READING]
    assert holdings(shared) == before


def test_what_an_earlier_run_left_goes_first_or_stops_the_next_one(shared: SandboxServer) -> None:
    before = holdings(shared)
    shared.control.set_faults(
        [{"match": {"method": "DELETE", "path": "/teams/**"}, "action": {"type": "error", "status": 500}}]
    )
    report = run(shared, probe(lambda bench: bench.make("teams", type="team") and bench.get("teams").means(READING)))
    assert [(it.path, it.reason) for it in report.left] == [("teams", "HTTP 500")]
    with pytest.raises(RemnantError) as refused:
        run(shared, SAMPLE)
    assert [it.identity for it in refused.value.left] == [it.identity for it in report.left]
    shared.control.clear_faults()
    swept: list[int] = []
    with connect(shared) as client:
        verify_account(client, [], quick(), Report(), Watch(on_swept=swept.append))
    assert swept == [1]
    assert holdings(shared) == before
