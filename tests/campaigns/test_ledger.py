"""The ledger tells two accounts apart wherever something is lost, there twice or in another place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.campaigns.harness import make_harness
from tests.campaigns.ledger import difference, duplicates, ledger

State = dict[str, Any]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The account of the small company."""
    with pytest.MonkeyPatch.context() as patch, make_harness(tmp_path_factory.mktemp("ledger"), patch) as harness:
        assert harness.apply().code == 0
        return harness.server.control.state()


def _router(state: State) -> dict[str, Any]:
    (found,) = (row for row in state["orchestration_path"] if row["id"].endswith(":router"))
    return dict(found)


def _rules(state: State) -> list[Any]:
    rules: list[Any] = _router(state)["sets"][0]["rules"]
    return rules


def _lose_rule(state: State) -> None:
    del _rules(state)[1]


def _double_rule(state: State) -> None:
    _rules(state).append({**_rules(state)[0], "id": "ffffffff"})


def _move_rule(state: State) -> None:
    _rules(state).reverse()


def _rename_set(state: State) -> None:
    _router(state)["sets"][0]["id"] = "night"


def _wipe(part: str) -> Callable[[State], None]:
    def wipe(state: State) -> None:
        (found,) = (row for row in state["orchestration_path"] if row["id"].endswith(part))
        found |= {"sets": [{"id": "start", "rules": []}], "catch_all": {"actions": {}}}

    return wipe


def _swap_documents(state: State) -> None:
    """Each has the rules of the other."""
    first, second = (row for row in state["orchestration_path"] if row["id"].endswith((":global", ":unrouted")))
    first["sets"], second["sets"] = second["sets"], first["sets"]


def _double(kind: str) -> Callable[[State], None]:
    def double(state: State) -> None:
        state[kind].append({**state[kind][0], "id": "PANOTHERONE"})

    return double


def _lose(kind: str) -> Callable[[State], None]:
    def lose(state: State) -> None:
        state[kind].pop()

    return lose


DOUBLED = [
    _double_rule,
    *map(
        _double,
        (
            "event_orchestration",
            "orchestration_integration",
            "cache_variable",
            "alert_grouping_setting",
            "incident_field",
        ),
    ),
]
OTHER = [
    *(_lose_rule, _move_rule, _rename_set, _swap_documents, _wipe(":router"), _wipe(":global"), _wipe(":service")),
    *map(_lose, ("alert_grouping_setting", "service_field_value", "orchestration_integration", "orchestration_active")),
]


@pytest.mark.parametrize("spoil", [*DOUBLED, *OTHER])
def test_it_tells(state: Any, spoil: Callable[[State], None]) -> None:
    spoiled = copy.deepcopy(state)
    spoil(spoiled)
    assert difference(ledger(spoiled), ledger(state))
    assert bool(duplicates(spoiled)) == (spoil in DOUBLED)
    assert not duplicates(state)


def test_ids_versions_and_keys_are_not_told(state: Any) -> None:
    other = copy.deepcopy(state)
    for row in other["orchestration_path"]:
        row["version"] = "another"
        for rule in row["sets"][0]["rules"]:
            rule["id"] = "ffffffff"
    for row in other["orchestration_integration"]:
        row["routing_key"] = "ANOTHER"
    assert not difference(ledger(other), ledger(state))
