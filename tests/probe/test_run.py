"""A whole run: the risk, the questions, what is written down, and that nothing stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pdsync.client import NetworkError
from pdsync.probe import (
    PROBES,
    Finding,
    Manner,
    Probe,
    RemnantError,
    Report,
    RiskError,
    Watch,
    Workbench,
    build_profile,
    verify_account,
)
from pdsync.probe.material import person, service
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
    features = [name for name, feature in FEATURES.items() if feature.paths]
    shared.control.set_account({"account": 1, "without": dict.fromkeys(features, status), "abilities": {"sso": True}})
    if status == 403:
        # What cannot be counted may hold anything.
        with pytest.raises(RiskError):
            run(shared)
        features.remove("teams")
        shared.control.set_account({"account": 1, "without": dict.fromkeys(features, status)})
    profile = parse_profile(build_profile(run(shared, manner=quick())))
    shown = shared.control.account()
    assert profile.missing == shown["without"] == dict.fromkeys(features, status)
    with connect(shared) as client:
        abilities = client.rget("abilities")
        shared.control.set_account(build_profile(run(shared, manner=quick())))
        assert client.rget("abilities") == abilities
    assert sorted(abilities) == sorted(name for name, has in profile.abilities.items() if has)


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
