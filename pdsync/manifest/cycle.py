"""Cycles among manifests of one kind: a team that is its own ancestor."""

from __future__ import annotations

from collections.abc import Mapping


def find_cycles(above: Mapping[str, str]) -> list[list[str]]:
    """Every cycle where each key has at most one key above it; each begins with its smallest key, sorted."""
    cycles: list[list[str]] = []
    done: set[str] = set()
    for start in sorted(above):
        trail: list[str] = []
        key: str | None = start
        while key is not None and key not in done:
            done.add(key)
            trail.append(key)
            key = above.get(key)
        if key in trail:
            cycle = trail[trail.index(key) :]
            first = cycle.index(min(cycle))
            cycles.append(cycle[first:] + cycle[:first])
    return sorted(cycles)
