"""Eventual consistency by resource."""

from __future__ import annotations

import pytest

from tests.sandbox.account import Account, ref
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


def test_a_young_service_cannot_be_depended_on(account: Account) -> None:
    old = account.service()
    add_to_profile(account, lag={"services": {"reads": 2, "seen_by": "all"}})
    young = account.service()
    ends = {"supporting_service": ref(young), "dependent_service": ref(old)}
    statuses = [
        account.call("POST", "/service_dependencies/associate", {"relationships": [ends]}).status_code for _ in range(3)
    ]
    assert statuses == [404, 404, 200]


def test_tags_of_a_young_team_cannot_be_changed_and_are_seen_late(account: Account) -> None:
    add_to_profile(account, lag={"teams": {"reads": 1, "seen_by": "all"}, "tags": {"reads": 1}})
    team = account.team()
    added = {"add": [{"type": "tag", "label": "EMEA"}]}
    path = f"/teams/{team['id']}"
    assert account.refused("POST", f"{path}/change_tags", added, 404)["message"] == "Team Not Found"
    assert account.call("POST", f"{path}/change_tags", added).status_code == 200
    assert [len(account.get(f"{path}/tags")["tags"]) for _ in range(2)] == [0, 1]


def test_dependencies_are_a_list_though_their_path_ends_with_an_id(account: Account) -> None:
    services = [account.service(), account.service()]
    add_to_profile(account, lag={"service_dependencies": {"reads": 1}})
    ends = dict(zip(("supporting_service", "dependent_service"), map(ref, services), strict=True))
    assert account.call("POST", "/service_dependencies/associate", {"relationships": [ends]}).status_code == 200
    path = f"/service_dependencies/technical_services/{services[0]['id']}"
    assert [len(account.get(path)["relationships"]) for _ in range(2)] == [0, 1]
