from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client.difference import difference

HELD = {
    "name": "x",
    "timeout": None,
    "on": True,
    "policy": {"id": "P1", "type": "escalation_policy_reference", "summary": "Daily", "self": "https://..."},
    "teams": [{"id": "T1", "type": "team", "name": "A"}, {"id": "T2", "type": "team", "name": "B"}],
}


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"name": "x"},
        {"timeout": None, "absent": None},
        {"policy": {"id": "P1", "type": "escalation_policy_reference"}},
        {"teams": [{"id": "T1", "type": "team_reference"}, {"id": "T2", "type": "team_reference"}]},
        HELD,
    ],
)
def test_what_is_said_already(wanted: dict[str, Any]) -> None:
    assert difference(wanted, HELD) == {}


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "X"},
        {"timeout": 0},
        {"on": 1},
        {"absent": ""},
        {"policy": None},
        {"policy": "P1"},
        {"policy": {"id": "P2"}},
        {"teams": [{"id": "T1"}]},
        {"teams": [{"id": "T2"}, {"id": "T1"}]},
        {"teams": []},
        {"teams": None},
    ],
)
def test_what_differs(wanted: dict[str, Any]) -> None:
    assert difference({**wanted, "type": "service"}, {**HELD, "type": "service"}) == wanted


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), JSON), st.dictionaries(st.text(max_size=3), JSON))
def test_an_object_that_has_taken_the_difference_over_says_all(wanted: dict[str, Any], held: dict[str, Any]) -> None:
    before = repr((wanted, held))
    changed = difference(wanted, held)
    assert difference(wanted, {**held, **changed}) == {}
    assert set(changed) <= set(wanted)
    assert repr((wanted, held)) == before
