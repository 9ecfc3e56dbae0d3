"""How many objects of each kind there are, in words."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.kinds import KINDS


def render_counts(counts: Mapping[str, int]) -> str:
    """``3 users, 1 escalation policy`` from counts by slug, in the order of the kinds; those without any are left out."""
    listed = []
    for kind in KINDS:
        if count := counts.get(kind.slug, 0):
            noun = kind.collection if count > 1 else kind.slug
            listed.append(f"{count} {noun.replace('_', ' ')}")
    return ", ".join(listed)
