#!/usr/bin/env python3
"""How planning grows: builds plans for accounts of 1,000 and 10,000 services in memory and prints the ratio of their times.

Twice linear would be 20; anything much above 10 says that something grows faster than the account.
"""

from __future__ import annotations

import time

from pdsync.kinds import KINDS
from pdsync.model import Account, Resource, Source
from pdsync.plan import PlanOptions, build_plan


def account_of(count: int) -> Account:
    """An account that holds `count` services by hand, one policy and one user."""
    bodies = {
        "users": [{"id": "PU", "name": "u", "email": "u@example.com"}],
        "escalation_policies": [{"id": "PE", "name": "p", "escalation_rules": []}],
        "services": [
            {"id": f"PV{n}", "name": f"V{n}", "escalation_policy": {"id": "PE"}, "integrations": []}
            for n in range(count)
        ],
    }
    objects = {kind.slug: tuple(map(kind.read_live, bodies.get(kind.collection, []))) for kind in KINDS}
    return Account(objects, frozenset(objects), "2026-01-01T00:00:00Z")


def manifests_of(count: int) -> list[Resource]:
    """Manifests for all of them, half of which change something."""
    return [
        Resource(
            "service",
            f"v{n}",
            {"name": f"V{n}", "auto_resolve_timeout": None if n % 2 else 60},
            Source("x.yaml", n + 1),
        )
        for n in range(count)
    ]


def seconds(count: int) -> float:
    """The best of three."""
    account, manifests = account_of(count), manifests_of(count)
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        build_plan(manifests, account, PlanOptions("bench", adopt=True))
        best = min(best, time.perf_counter() - begun)
    return best


if __name__ == "__main__":
    small, large = seconds(1_000), seconds(10_000)
    print(f"1,000 services: {small:.2f} s; 10,000 services: {large:.2f} s; ratio {large / small:.1f}")
