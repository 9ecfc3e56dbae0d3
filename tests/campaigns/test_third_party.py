"""Someone else edits, makes or deletes between any two requests: theirs stays, and the next run converges."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.campaigns.bulk import begin_bulk
from tests.campaigns.harness import SMALL, Harness, make_harness
from tests.campaigns.ledger import difference, duplicates
from tests.campaigns.setting import RUNS, SEED

_CHANGED = (
    SMALL.replace("auto_resolve_timeout: 4h", "auto_resolve_timeout: 2h\n  acknowledgement_timeout: 1h")
    .replace("escalation_delay_in_minutes: 20m", "escalation_delay_in_minutes: 25m")
    .replace("{name: Shop, members", "{name: Shop, description: Sells things., members")
)
_THEIRS = ("Made by hand", "Theirs")


_ONE_OF_MANY = "Service 15"


def edits(state: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What someone may do, by name, to the account as it is before the run."""
    ids = {kind: next(row["id"] for row in state[kind] if row["name"] == name) for kind, name in _OURS.items()}
    service, policy, team = (ids[kind] for kind in ("service", "escalation_policy", "team"))
    reference = {"id": policy, "type": "escalation_policy_reference"}
    many = [row["id"] for row in state["service"] if row["name"] == _ONE_OF_MANY]
    of_many = {
        "edits one of many": [
            {"method": "PUT", "path": f"/services/{it}", "body": {"service": {"auto_resolve_timeout": 660}}}
            for it in many
        ],
        "renames one of many": [
            {"method": "PUT", "path": f"/services/{it}", "body": {"service": {"name": "Aaa"}}} for it in many
        ],
        "deletes one of many": [{"method": "DELETE", "path": f"/services/{it}"} for it in many],
    }
    return {
        **(of_many if many else {}),
        "edits a service": [
            {"method": "PUT", "path": f"/services/{service}", "body": {"service": {"auto_resolve_timeout": 660}}}
        ],
        "renames a policy": [
            {
                "method": "PUT",
                "path": f"/escalation_policies/{policy}",
                "body": {"escalation_policy": {"name": "By hand"}},
            }
        ],
        "edits a team": [{"method": "PUT", "path": f"/teams/{team}", "body": {"team": {"name": "By hand"}}}],
        "deletes a service": [{"method": "DELETE", "path": f"/services/{service}"}],
        "makes a team": [{"method": "POST", "path": "/teams", "body": {"team": {"type": "team", "name": _THEIRS[0]}}}],
        "makes a service": [
            {
                "method": "POST",
                "path": "/services",
                "body": {"service": {"type": "service", "name": _THEIRS[1], "escalation_policy": reference}},
            }
        ],
    }


_OURS = {"service": "Checkout", "escalation_policy": "Shop", "team": "Shop"}


def meet_each(harness: Harness, cases: Iterable[tuple[str, int]], wanted: Any) -> None:
    deeds = edits(harness.start)
    for name, index in cases:
        harness.restore()
        action = {"type": "edit", "when": "before", "requests": deeds[name]}
        harness.server.control.set_faults({"rules": [{"match": {"nth": index}, "action": action}]})
        first = harness.apply()
        harness.server.control.clear_faults()
        where = f"{name} before request {index}: exit {first.code}\n{first.out}{first.err}"
        assert first.code in (0, 1, 3, 4, 6), where
        before = theirs(harness)
        again = harness.apply()
        assert again.code == 0, where + again.out + again.err
        assert theirs(harness) == before, where
        assert len(before) == name.startswith("makes"), where
        assert not duplicates(harness.state()), where
        found = harness.ledger()
        extra = difference(found, wanted)
        lines = [line for line in extra.splitlines() if not any(f'"name": "{it}"' in line for it in _THEIRS)]
        assert not lines, where + extra
        harness.count(runs=1, left_alone=first.code in (3, 4))


def theirs(harness: Harness) -> list[Any]:
    """What the third party made, as it is stored."""
    state = harness.state()
    return [row for kind in ("team", "service") for row in state.get(kind, ()) if row["name"] in _THEIRS]


def prepare(harness: Harness) -> tuple[int, Any]:
    """An account that a first apply has made, and manifests that changed since. Gives the number of requests, and what
    an undisturbed run leaves."""
    assert harness.apply().code == 0
    harness.start = harness.server.control.state()
    (harness.folder / "manifests" / "all.yaml").write_text(_CHANGED)
    harness.restore()
    assert harness.apply().code == 0
    return len(harness.server.requests()), harness.ledger()


def prepare_bulk(harness: Harness) -> tuple[int, Any]:
    """The same, of many changes at once."""
    begin_bulk(harness)
    harness.restore()
    assert harness.apply().code == 0
    return len(harness.server.requests()), harness.ledger()


def test_a_sample_of_meetings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        requests, wanted = prepare(harness)
        random = Random(SEED)
        deeds = edits(harness.start)
        meet_each(harness, [(name, random.randint(1, requests)) for name in deeds for _ in range(2)], wanted)


@pytest.mark.campaign
def test_every_meeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        requests, wanted = prepare(harness)
        cases = [(name, index) for index in range(1, requests + 1) for name in edits(harness.start)]
        meet_each(harness, Random(SEED).sample(cases, min(RUNS or len(cases), len(cases))), wanted)
        harness.report("third party between any two requests")


@pytest.mark.campaign
def test_meetings_with_many_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_harness(tmp_path, monkeypatch) as harness:
        requests, wanted = prepare_bulk(harness)
        deeds = edits(harness.start)
        cases = [(name, index) for index in range(1, requests + 1) for name in deeds]
        meet_each(harness, Random(SEED).sample(cases, min(RUNS or len(cases), len(cases))), wanted)
        harness.report("third party between any two requests (many changes at once)")
