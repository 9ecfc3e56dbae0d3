from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.account import Account


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_of_the_other_kind_is_pointed_to_the_other_api(account: Account, method: str) -> None:
    layers = account.schedule()
    shifts = account.post("/v3/schedules", "schedule", {"name": account.name("Shifts"), "time_zone": "UTC"})
    body = {"schedule": {"name": "Changed", "time_zone": "UTC"}} if method == "PUT" else None
    by_layers = account.refused(method, f"/schedules/{shifts['id']}", body)
    assert "shift-based" in by_layers["message"]
    by_shifts = account.refused(method, f"/v3/schedules/{layers['id']}", body)
    assert "layer-based" in by_shifts["message"]
    assert account.get(f"/schedules/{layers['id']}")["schedule"] == layers
    assert account.get(f"/v3/schedules/{shifts['id']}")["schedule"] == shifts


def test_rotations_of_a_layer_based_schedule_are_not_looked_for(account: Account) -> None:
    assert "layer-based" in account.refused("GET", f"/v3/schedules/{account.schedule()['id']}/rotations")["message"]
