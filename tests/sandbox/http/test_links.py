"""How objects refer to one another."""

from __future__ import annotations

from pdsync.sandbox.http.links import Links
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account, ref


def test_references_carry_the_name_of_now(account: Account) -> None:
    user = account.user()
    policy = account.policy(user)
    account.put(f"/users/{user['id']}", "user", {"name": "New Name"})
    [target] = account.get(f"/escalation_policies/{policy['id']}")["escalation_policy"]["escalation_rules"][0][
        "targets"
    ]
    assert target == {
        **ref(user),
        "summary": "New Name",
        "self": f"{account.server.url}/users/{user['id']}",
        "html_url": user["html_url"],
    }


def test_a_pointer_to_a_deleted_user_keeps_the_name_and_one_to_nothing_has_none() -> None:
    store = Store()
    links = Links(store, "http://sandbox")
    with store.transaction():
        store.put("deleted_user", "PGONE", {"name": "Ann"})
        store.put("team", "PTEAM", {"name": "Red"})
    gone = links.resolve({"id": "PGONE", "type": "user_reference"})
    assert (gone["summary"], gone["type"], gone["self"]) == ("Ann", "user_reference", None)
    team = links.resolve({"id": "PTEAM", "type": "team_reference"})
    assert (team["summary"], team["self"]) == ("Red", "http://sandbox/teams/PTEAM")
    assert links.resolve({"id": "P0", "type": "team_reference"})["summary"] is None
    store.close()
