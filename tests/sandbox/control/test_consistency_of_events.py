"""What orchestrations remember of events is checked when a state comes back, so that no event fails by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import Account
from tests.sandbox.orchestrated import Orchestrated, rule


@pytest.fixture(scope="module")
def events() -> Iterator[Orchestrated]:
    with Account() as account:
        events, service = Orchestrated(account), account.service()
        events.cache("host", "", type="recent_value", source="event.source", regex=".*")
        events.write("global", rule("cache_var.host exists and trigger_count over 1 minute > 0", annotate="x"))
        events.write("router", catch_all={"route_to": service["id"]})
        events.write(service["id"], rule("event.summary matches 'wait'", suspend=3600))
        events.send(key="a")
        events.send(key="b", summary="wait")
        yield events


def _spoiled(value: Any, depth: int) -> Iterator[Any]:
    """The value with something else in one place of it, at most so deep."""
    yield from (None, 7, [{}])
    if isinstance(value, dict) and depth:
        for name in value:
            yield {key: it for key, it in value.items() if key != name}
            yield from ({**value, name: it} for it in _spoiled(value[name], depth - 1))
    elif isinstance(value, list) and depth:
        for index, item in enumerate(value):
            yield from ([*value[:index], it, *value[index + 1 :]] for it in _spoiled(item, depth - 1))


@pytest.mark.parametrize(
    ("kind", "depth"), [("event_memory", 4), ("suspended_alert", 3), ("processed_event", 1), ("orchestration_path", 6)]
)
def test_a_spoiled_state_is_refused_or_takes_events(events: Orchestrated, kind: str, depth: int) -> None:
    control, clock = events.account.server.control, events.account.clock
    state, now = control.state(), clock.moment
    entry = state[kind][0]
    refused = taken = 0
    for spoiled in _spoiled({name: it for name, it in entry.items() if name not in ("id", "number", "parent")}, depth):
        if not isinstance(spoiled, dict):
            continue
        whole = {**spoiled, "id": entry["id"], "number": entry["number"]}
        whole |= {"parent": entry["parent"]} if "parent" in entry else {}
        try:
            control.restore({**state, kind: [whole, *state[kind][1:]]})
        except ValueError:
            refused += 1
            continue
        taken += 1
        assert events.send(key="c")["became"] == "incident"
        clock.forward(hours=2)
        assert events.account.call("GET", "/incidents").status_code == 200, spoiled
        assert control.breaks() == []
        clock.moment = now
    control.restore(state)
    assert refused
    assert taken
