"""How late a write is seen is found as the account's profile says it."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.probe import PROBES, Manner, Report, build_profile, render_report, verify_account
from pdsync.probe.lag import _BODIES, _WAITS_S
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.profile.reader import parse_profile
from pdsync.sandbox.profile.resource import RESOURCES
from tests.probe.conftest import connect, holdings


class Clock:
    """Goes on only where a run waits."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def seconds(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.mark.parametrize(
    "lag",
    [
        {},
        {"teams": {"seconds": 0.1}},
        {"users": {"seconds": 1.5, "seen_by": "all"}, "services": {"seconds": 3}},
        {path: {"seconds": 0.5, "seen_by": "all"} for path in _BODIES},
    ],
)
def test_a_run_finds_the_lag_of_the_account(lag: dict[str, Any]) -> None:
    clock, report = Clock(), Report()
    with SandboxServer(clock=clock.seconds) as server, connect(server) as client:
        server.control.set_account({"account": 1, "lag": lag})
        before = holdings(server)
        manner = Manner(surveys=True, sleep=clock.sleep, clock=clock.seconds)
        verify_account(client, [], manner, report)
        clock.sleep(10)
        assert report.left == []
        assert holdings(server) == before
    found = parse_profile(build_profile(report)).lags
    assert found.keys() == lag.keys()
    looks_s = [sum(_WAITS_S[:number]) for number in range(1, len(_WAITS_S) + 1)]
    for path, given in lag.items():
        expected_s = next(look_s for look_s in looks_s if look_s >= given["seconds"])
        assert found[path].seconds == pytest.approx(expected_s, abs=0.1)
        assert found[path].everywhere is (given.get("seen_by") == "all")
        assert f"{path.replace('_', ' ')}: after {found[path].seconds:g} s" in render_report(report)


def test_a_sandbox_with_the_lag_that_was_found_has_the_same_lag() -> None:
    clock = Clock()

    def find(lag: dict[str, Any]) -> Any:
        report = Report()
        server.control.set_account({"account": 1, "lag": lag})
        verify_account(client, [], Manner(surveys=True, sleep=clock.sleep, clock=clock.seconds), report)
        clock.sleep(10)
        return build_profile(report)["lag"]

    with SandboxServer(clock=clock.seconds) as server, connect(server) as client:
        first = find({"teams": {"seconds": 0.1}, "users": {"seconds": 1.5, "seen_by": "all"}, "tags": {"reads": 3}})
        assert {path: it["seconds"] for path, it in first.items()} == {"teams": 0.2, "users": 1.7, "tags": 1.7}
        assert find(first) == first


def test_what_is_not_seen_in_time_is_left_out(shared: SandboxServer) -> None:
    report = Report()
    shared.control.set_account({"account": 1, "lag": {"teams": {"reads": 100}}})
    with connect(shared) as client:
        verify_account(client, [], Manner(surveys=True, sleep=lambda seconds: None), report)
    assert report.lags == {}
    assert report.left == []


@pytest.mark.parametrize("seen_by", ["lists", "all"])
def test_questions_are_answered_where_writes_are_seen_late(seen_by: str) -> None:
    clock = Clock()
    with SandboxServer(clock=clock.seconds) as server, connect(server) as client:
        found: list[dict[str, Any]] = []
        for lag in ({}, {path: {"seconds": 1, "seen_by": seen_by} for path in RESOURCES}):
            report = Report()
            server.control.set_account({"account": 1, "lag": lag})
            manner = Manner(True, sleep=clock.sleep, clock=clock.seconds, events_url=server.url)
            verify_account(client, PROBES.values(), manner, report)
            clock.sleep(10)
            found.append(build_profile(report)["readings"])
    assert found[0] == found[1]
    assert len(found[0]) > 40
