"""The settings of the module have their effect as soon as a program sets them, whatever name of the package it sets them on."""

from typing import Any
from unittest.mock import patch

import pytest

import pdsync.client as library
from pdsync.client import IncompleteListError, pdpyras

from .conftest import MakeClient
from .transport import answer, query_of

MODULES = pytest.mark.parametrize("module", [library, pdpyras])


@MODULES
@pytest.mark.parametrize("name", ["TIMEOUT", "TEXT_LEN_LIMIT", "ITERATION_LIMIT"])
def test_both_modules_have_one_setting(module: Any, name: str) -> None:
    before = getattr(library, name)
    with patch.object(module, name, 7):
        assert (getattr(library, name), getattr(pdpyras, name)) == (7, 7)
    assert (getattr(library, name), getattr(pdpyras, name)) == (before, before)
    assert name in dir(module)


@MODULES
@pytest.mark.parametrize(("limit", "cut"), [(20, "a" * 17 + "..."), (4, "a..."), (2, "aa"), (0, ""), (60, "a" * 50)])
def test_texts_are_cut_to_the_length(
    module: Any, limit: int, cut: str, monkeypatch: pytest.MonkeyPatch, make_client: MakeClient
) -> None:
    monkeypatch.setattr(module, "TEXT_LEN_LIMIT", limit)
    assert module.truncate_text("a" * 50) == cut
    client, _ = make_client(lambda _: answer(400, {"error": {"message": "a" * 50, "code": 1}}))
    with pytest.raises(library.HttpError) as refused:
        client.rget("users")
    assert f"({cut})" in str(refused.value)


@MODULES
@pytest.mark.parametrize("limit", [150, 150.0])
def test_no_row_beyond_the_limit_is_asked_for(
    module: Any, limit: float, monkeypatch: pytest.MonkeyPatch, make_client: MakeClient
) -> None:
    monkeypatch.setattr(module, "ITERATION_LIMIT", limit)
    rows = [{"id": f"P{n}"} for n in range(100)]

    def serve(request: Any) -> Any:
        asked = int(query_of(request)["limit"])
        return answer(200, {"users": rows[:asked], "more": True, "total": 1000})

    client, transport = make_client(serve)
    calls = [
        lambda: list(client.iter_all("users")),
        lambda: client.list_all("users", complete=True),
        lambda: client.list_all("users", complete=True, where=bool),
        lambda: client.find("users", "none", unique=True),
    ]
    for call in calls:
        with pytest.raises(IncompleteListError, match="150 "):
            call()
    for request in transport.requests:
        query = query_of(request)
        assert int(query["offset"]) + int(query["limit"]) <= 150


@pytest.mark.parametrize("unfit", [-1, "100", None, True, float("inf"), float("nan")])
def test_a_limit_is_a_number(unfit: Any) -> None:
    for name in ("TEXT_LEN_LIMIT", "ITERATION_LIMIT"):
        with pytest.raises(ValueError, match=f"{name} must be a number"):
            setattr(library, name, unfit)
