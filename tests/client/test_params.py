from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client import UrlError
from pdsync.client.params import normalize_params

from .conftest import MakeClient
from .transport import answer


@pytest.mark.parametrize(
    ("params", "pairs"),
    [
        (None, []),
        ({}, []),
        ({"query": "Dan", "limit": 1}, [("query", "Dan"), ("limit", "1")]),
        ({"statuses": ["triggered", "resolved"]}, [("statuses[]", "triggered"), ("statuses[]", "resolved")]),
        ({"user_ids[]": ["P1"]}, [("user_ids[]", "P1")]),
        ({"user_ids[]": "P1"}, [("user_ids[]", "P1")]),
        ({"team_ids": ()}, []),
        ({"team_ids": {"P1": "one", "P2": "two"}.keys()}, [("team_ids[]", "P1"), ("team_ids[]", "P2")]),
        ({"team_ids": {"P1"}}, [("team_ids[]", "P1")]),
        ({"team_ids": (name for name in ["P1", "P2"])}, [("team_ids[]", "P1"), ("team_ids[]", "P2")]),
        ({"query": b"Jane"}, [("query", "Jane")]),
        ({"total": True, "overview": False, "since": None}, [("total", "true"), ("overview", "false")]),
        ([("a", "1"), ("a", "2"), ("ids", ["x"])], [("a", "1"), ("a", "2"), ("ids[]", "x")]),
    ],
)
def test_normalize_params(params: Any, pairs: list[tuple[str, str]]) -> None:
    assert normalize_params(params) == pairs


@pytest.mark.parametrize("params", ["query=x", 7, [("a",)], [("a", 1, 2)], {3: [1]}, {"query": {"name": "Jane"}}])
def test_what_is_neither_a_mapping_nor_pairs_is_refused(params: Any) -> None:
    with pytest.raises(UrlError):
        normalize_params(params)


values = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text() | st.integers())


@given(st.dictionaries(st.text(), values))
def test_mapping_and_pairs_mean_the_same_and_normal_stays_normal(params: dict[str, Any]) -> None:
    before = repr(params)
    pairs = normalize_params(params)
    assert pairs == normalize_params(list(params.items()))
    assert normalize_params(pairs) == pairs
    assert repr(params) == before
    listed = [name for name, value in params.items() if isinstance(value, list) and value]
    assert all(any(key == (n if n.endswith("[]") else n + "[]") for key, _ in pairs) for n in listed)


def test_params_of_the_caller_are_not_changed_by_listing(make_client: MakeClient) -> None:
    client, _ = make_client(lambda _: answer(200, {"users": [], "more": False, "total": 0}))
    params = {"team_ids": ["P1"], "limit": 7}
    client.list_all("users", params=params, total=True)
    client.list_all("users", complete=True, params=params)
    client.find("users", "x", params=params)
    client.get_total("users", params=params)
    assert params == {"team_ids": ["P1"], "limit": 7}


def test_params_may_be_pairs_everywhere(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"users": [], "more": False}))
    assert client.list_all("users", params=[("include", ["teams"]), ("query", "x")]) == []
    client.get("users", params={"include": ["a", "b"]})
    assert transport.lines == [
        "GET /users?include%5B%5D=teams&query=x&limit=100&offset=0",
        "GET /users?include%5B%5D=a&include%5B%5D=b",
    ]
