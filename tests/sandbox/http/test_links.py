"""How objects refer to one another."""

from __future__ import annotations

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
