"""Objects that no manifest of this workspace can describe, however it is written."""

from __future__ import annotations

import re
from collections import Counter

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject
from pdsync.model.ref import ID_PATTERN


def find_obstacles(account: Account, workspace: str) -> dict[tuple[str, str], str]:
    """Why an object is not exported, by kind and id: another workspace's, those whose ownership line is a copy, and what
    its kind says."""
    found: dict[tuple[str, str], str] = {}
    marks = Counter(
        (live.kind, live.marker.key)
        for group in account.objects.values()
        for live in group
        if live.marker is not None and live.marker.workspace == workspace
    )
    for group in account.objects.values():
        for live in group:
            kind = BY_SLUG[live.kind]
            why = _why(live, workspace, marks) or kind.passing.why_not_exported(live, account.fetched_at)
            shared = len(account.index.alike(live.kind, kind.identity, live.fields)) > 1
            same = f"another object has the same {' and '.join(kind.identity)}"
            if not why and shared and kind.marker_line is None:
                why = same
            if not why and shared and not re.fullmatch(ID_PATTERN, live.id):
                why = f"{same}, and its id has an unknown form"
            if why:
                found[live.kind, live.id] = why
    return found


def _why(live: LiveObject, workspace: str, marks: Counter[tuple[str, str]]) -> str:
    marker = live.marker
    if marker is None:
        return ""
    if marker.workspace != workspace:
        return f"the workspace {marker.workspace!r} manages it"
    if marker.kind != live.kind:
        return f"its ownership line is that of a {marker.kind}; remove the line and export again"
    if marks[live.kind, marker.key] > 1:
        if BY_SLUG[live.kind].facts.replaced is not None:
            return "another object carries the same ownership line: where a replacement is unfinished, run 'pdsync apply' and export again"
        return "another object carries the same ownership line; remove it from the copy and export again"
    return ""
