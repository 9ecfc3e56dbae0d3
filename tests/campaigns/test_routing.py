"""Changes of routing that a kill or a fault may cut anywhere: the next run completes them, and no rule is lost or there twice."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from pdsync.engine import connection
from tests.campaigns.harness import Harness, make_harness
from tests.campaigns.ledger import difference, duplicates
from tests.campaigns.setting import RUNS, SEED
from tests.campaigns.test_fault import FAULTS, strikes, wait_for_late_ones
from tests.campaigns.test_kill import stop_at
from tests.support.shop import SHOP_PEOPLE

_TIMEOUT_S, _PATIENT_S = (5.0, 0.3), (60.0, 60.0)
_PRUNE = "prune: {mode: owned, max_deletes: 1000, max_delete_percent: 100}\n"
_PART = "event.source matches part"
_ROUTER = {name: f"{{label: {name}, if: \"{_PART} '{name}'\", route_to: {name}}}" for name in ("orders", "legacy")}
_GLOBAL = 'start: [{label: Nights, if: "now in Mon,Tue 00:00:00 to 06:00:00 UTC", route_to: SET}], SET: [{label: Low, severity: info}]'
_QUIET, _LOUD = (
    '{label: Quiet, severity: info, if: "event.summary exists"}',
    '{label: Loud, severity: critical, if: "event.source exists"}',
)
_ROUTE = "routes: [{orchestration: shared, label: of-NAME, if: \"event.source matches part 'NAME'\"}]"


def company(
    *routed: str, services: str = "orders legacy", router: str = "orders legacy", night: str = "night", rules: str = ""
) -> str:
    """Manifests of an orchestration of its own and of one that services share: those in `routed` have a rule in it."""
    start = ", ".join(_ROUTER[name] for name in router.split())
    texts = [
        SHOP_PEOPLE,
        "kind: EventOrchestration\nmetadata: {name: own}\nspec:\n"
        f"  router: {{start: [{start}], catch_all: orders}}\n"
        f"  global: {{{_GLOBAL.replace('SET', night)}}}\n"
        f"  unrouted: {{start: [{rules or f'{_QUIET}, {_LOUD}'}]}}\n",
        "kind: EventOrchestration\nmetadata: {name: shared}\nspec:\n"
        f"  router: {{shared: true, last: [{_ROUTER['orders'].replace('label: orders', 'label: last')}]}}\n",
    ]
    for name in services.split():
        routes = f"  {_ROUTE.replace('NAME', name)}\n" if name in routed else ""
        texts.append(
            f"kind: Service\nmetadata: {{name: {name}}}\nspec:\n  name: {name.title()}\n  escalation_policy: shop\n{routes}"
        )
    return texts[0] + "".join(f"---\napiVersion: pdsync/v1\n{text}" for text in texts[1:])


@dataclass(frozen=True)
class Scenario:
    """A pull request, or several: all of `steps` are merged one after the other, and the apply of any may be cut."""

    before: str
    steps: tuple[str, ...]
    says: tuple[str, ...]
    """What the plan of the last step says, lines joined."""


SCENARIOS = {
    "a service that routers name goes": Scenario(
        company("legacy"),
        (company(services="orders", router="orders"),),
        ("router[legacy]", "router[of-legacy]", "service/legacy"),
    ),
    "a set has another name": Scenario(
        company(),
        (company(night="late"),),
        ("global (renamed): night -> late", "global.start[Nights].route_to: night -> late"),
    ),
    "rules move": Scenario(
        company(),
        (company(router="legacy orders", rules=f"{_LOUD}, {_QUIET}"),),
        ("router (order): + legacy orders - legacy", "unrouted.start (order): + Loud Quiet - Loud"),
    ),
    "two teams add routes": Scenario(
        company(), (company("orders"), company("orders", "legacy")), ("router[of-legacy]",)
    ),
    "two teams add routes, the other one first": Scenario(
        company(), (company("legacy"), company("orders", "legacy")), ("router[of-orders]",)
    ),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Harness, Any]]:
    """One sandbox, and what it holds at first."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("routing")
        patch.setitem(connection.CLIENT_OPTIONS, "timeout", _TIMEOUT_S)
        with make_harness(folder, patch, company()) as made:
            settings = folder / "pdsync.yaml"
            settings.write_text(settings.read_text() + _PRUNE)
            yield made, made.start


@pytest.fixture
def harness(shared: tuple[Harness, Any]) -> Harness:
    shared[0].start = shared[1]
    shared[0].restore()
    return shared[0]


def write(harness: Harness, text: str) -> None:
    (harness.folder / "manifests" / "all.yaml").write_text(text, encoding="utf-8")


def begin(harness: Harness, scenario: Scenario) -> None:
    """The account as it is before, from which each case begins."""
    write(harness, scenario.before)
    assert harness.apply().code == 0
    harness.start = harness.server.control.state()


def go_through(harness: Harness, scenario: Scenario) -> tuple[object, list[str]]:
    """What an undisturbed run leaves, and the method of each request by number, of all steps."""
    harness.restore()
    for text in scenario.steps:
        write(harness, text)
        done = harness.apply()
        assert done.code == 0, done
    asked = [it["method"] for it in harness.server.requests()]
    assert harness.run("plan", "--detailed-exitcode").code == 0
    return harness.ledger(), asked


def check_end(harness: Harness, wanted: object, where: str) -> None:
    """After the last step was merged, whatever was cut before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.CLIENT_OPTIONS, "timeout", _PATIENT_S)
        done = harness.apply()
    assert done.code == 0, f"{where}: {done}"
    assert not duplicates(harness.state()), where
    extra = difference(harness.ledger(), wanted)  # type: ignore[arg-type]
    assert not extra, where + extra
    harness.assert_journals_true()


def strike(harness: Harness, scenario: Scenario, cases: Iterable[tuple[str, int]], wanted: object) -> None:
    """The fault strikes the request of that number, of all that the steps make; each step is merged as teams do."""
    for name, index in cases:
        harness.restore()
        harness.server.control.set_faults({"rules": [strikes(name, index)]})
        codes = []
        for text in scenario.steps:
            write(harness, text)
            codes.append(harness.apply().code)
        struck = harness.server.control.faults()[0]["struck"]
        wait_for_late_ones(harness, struck)
        harness.server.control.clear_faults()
        assert set(codes) <= {0, 1, 3, 6}, (name, index, codes)
        check_end(harness, wanted, f"{name} at request {index}, {codes}\n")
        harness.count(runs=1, faults=struck)


def kill(harness: Harness, scenario: Scenario, at: Iterable[int], wanted: object) -> None:
    """The apply of the first step is killed at the write of that number."""
    for index in at:
        harness.restore()
        write(harness, scenario.steps[0])
        code, _ = stop_at(harness, index, signal.SIGKILL)
        assert code == -signal.SIGKILL
        write(harness, scenario.steps[-1])
        check_end(harness, wanted, f"killed at write {index}\n")
        harness.count(kills=1)


def _writes(harness: Harness, text: str) -> int:
    """How many the apply of these manifests makes."""
    harness.restore()
    write(harness, text)
    assert harness.apply().code == 0
    return sum(it["method"] != "GET" for it in harness.server.requests())


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_plan_says_what_changes_and_a_cut_apply_is_completed(harness: Harness, name: str) -> None:
    scenario = SCENARIOS[name]
    begin(harness, scenario)
    wanted, asked = go_through(harness, scenario)
    harness.restore()
    for text in scenario.steps[:-1]:
        write(harness, text)
        assert harness.apply().code == 0
    write(harness, scenario.steps[-1])
    said = " ".join(harness.run("plan").out.split())
    assert not [part for part in scenario.says if part not in said], said
    writes = [index for index, method in enumerate(asked, 1) if method != "GET"]
    strike(harness, scenario, [("500 after commit", writes[0]), ("drop before", writes[-1])], wanted)


def test_a_killed_apply_is_completed(harness: Harness) -> None:
    scenario = SCENARIOS["a service that routers name goes"]
    begin(harness, scenario)
    wanted, _ = go_through(harness, scenario)
    kill(harness, scenario, [1], wanted)


@pytest.mark.campaign
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_request_and_every_fault(harness: Harness, name: str) -> None:
    scenario = SCENARIOS[name]
    begin(harness, scenario)
    wanted, asked = go_through(harness, scenario)
    cases = [(fault, index) for index in range(1, len(asked) + 1) for fault in FAULTS]
    harness.totals.clear()
    strike(harness, scenario, Random(SEED).sample(cases, min(RUNS or len(cases), len(cases))), wanted)
    kill(harness, scenario, range(1, _writes(harness, scenario.steps[0]) + 1), wanted)
    harness.report(f"routing, {name} ({len(asked)} requests)")
