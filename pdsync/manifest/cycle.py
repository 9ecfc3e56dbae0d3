"""Circles of references. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping


def find_cycles(ways: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Circles in a graph, from each node to those that it leads to. Each begins with its smallest node. Sorted.

    With one edge of each of them gone there is no circle left. Not every circle is returned: many circles may share an edge.
    """
    cycles: list[list[str]] = []
    done: set[str] = set()
    for start in sorted(ways):
        if start in done:
            continue
        trail: list[str] = [start]
        ahead: list[Iterator[str]] = [iter(sorted(ways[start]))]
        places = {start: 0}
        while trail:
            node = next(ahead[-1], None)
            if node is None:
                ahead.pop()
                left = trail.pop()
                del places[left]
                done.add(left)
            elif node in places:
                cycles.append(_from_smallest(trail[places[node] :]))
            elif node not in done:
                places[node] = len(trail)
                trail.append(node)
                ahead.append(iter(sorted(ways.get(node, ()))))
    return sorted(cycles)


def _from_smallest(cycle: list[str]) -> list[str]:
    first = cycle.index(min(cycle))
    return cycle[first:] + cycle[:first]
