"""Eventual consistency by resource."""

from __future__ import annotations

import pytest

from tests.sandbox.account import Account
from tests.sandbox.profile.setting import add_to_profile


def names(account: Account, plural: str) -> list[str]:
    return [it["name"] for it in account.get(f"/{plural}")[plural]]


@pytest.mark.parametrize(
    ("lag", "seen"),
    [
        ({"reads": 2}, [200, False, False, True]),
        ({"reads": 2, "seen_by": "all"}, [404, False, True, True]),
        ({"seconds": 60}, [200, False, False, False]),
    ],
)
def test_a_write_is_seen_late_for_its_resource_alone(account: Account, lag: object, seen: list[object]) -> None:
    add_to_profile(account, lag={"teams": lag})
    team, service = account.team(name="Red"), account.service(name="Shop")
    first = account.call("GET", f"/teams/{team['id']}").status_code
    assert [first, *("Red" in names(account, "teams") for _ in range(3))] == seen
    assert service["name"] in names(account, "services")
    account.clock.forward(seconds=61)
    assert names(account, "teams") == ["Red"]


def test_a_write_below_a_resource_is_late_too_and_another_profile_ends_it(account: Account) -> None:
    team, user = account.team(), account.user()
    add_to_profile(account, lag={"teams": {"reads": 100}})
    assert account.call("PUT", f"/teams/{team['id']}/users/{user['id']}", {"role": "manager"}).status_code == 204
    assert account.get(f"/teams/{team['id']}/members")["members"] == []
    account.delete("/_sandbox/account")
    assert len(account.get(f"/teams/{team['id']}/members")["members"]) == 1
