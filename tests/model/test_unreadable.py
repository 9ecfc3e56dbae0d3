"""Answers that no one can understand are an error that names the object, and never a crash later on."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.kinds import BY_SLUG
from pdsync.model import UnreadableError


def nested(depth: int, *, mappings: bool) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value} if mappings else [value]
    return value


@pytest.mark.parametrize("mappings", [True, False])
@pytest.mark.parametrize("depth", [45, 300, 900, 5000])
def test_what_is_nested_without_end_is_refused(depth: int, mappings: bool) -> None:
    deep = nested(depth, mappings=mappings)
    with pytest.raises(UnreadableError, match="service PS1 that cannot be read: it is nested more than 40 deep"):
        BY_SLUG["service"].read_live({"id": "PS1", "name": "Shop", "support_hours": deep})
    with pytest.raises(UnreadableError, match="nested"):
        BY_SLUG["team"].read_live({"id": "PT1", "name": "Shop"}, {"members": [{"user": deep}]})


def test_what_is_nested_as_ever_is_read() -> None:
    live = BY_SLUG["service"].read_live(
        {"id": "PS1", "name": "Shop", "alert_grouping_parameters": nested(8, mappings=True)}
    )
    assert live.id == "PS1"
