"""An account in which people are on call, and whom it lists."""

from __future__ import annotations

from tests.sandbox.account import Account, layer, ref


class World:
    def __init__(self, account: Account) -> None:
        self.one, self.two, self.boss = (account.user() for _ in range(3))
        self.schedule = account.schedule(layer(self.one, self.two))
        rules = [
            {"escalation_delay_in_minutes": 5, "targets": [ref(self.schedule)]},
            {"escalation_delay_in_minutes": 5, "targets": [ref(self.boss)]},
        ]
        self.policy = account.policy(escalation_rules=rules, name="A")
        self.other = account.policy(self.one, name="B")


def rows(account: Account, query: str = "") -> list[tuple[str, int, str, str | None, str | None]]:
    found = account.get(f"/oncalls{query}")["oncalls"]
    return [
        (it["escalation_policy"]["summary"], it["escalation_level"], it["user"]["id"], it["start"], it["end"])
        for it in found
    ]
