"""Objects that no manifest of this workspace can speak of, however it is written."""

from __future__ import annotations

import re
from collections import Counter

from pdsync.kinds import KINDS
from pdsync.model import Account, LiveObject
from pdsync.model.envelope import ID_PATTERN


def find_obstacles(account: Account, workspace: str) -> dict[tuple[str, str], str]:
    """Why an object is not exported, by kind and id: somebody else's, and those whose ownership line is a copy."""
    found: dict[tuple[str, str], str] = {}
    marks = Counter(
        (live.kind, live.marker.key)
        for group in account.objects.values()
        for live in group
        if live.marker is not None and live.marker.workspace == workspace
    )
    names = Counter((live.kind, live.name.casefold()) for group in account.objects.values() for live in group)
    emails = Counter((live.kind, str(live.fields.get("email"))) for group in account.objects.values() for live in group)
    by_email = {kind.slug for kind in KINDS if kind.identity == "email"}
    for group in account.objects.values():
        for live in group:
            why = _why(live, workspace, marks)
            shared = live.kind not in by_email and names[live.kind, live.name.casefold()] > 1
            if not why and live.kind in by_email and emails[live.kind, str(live.fields.get("email"))] > 1:
                why = "another one has the same email address"
            if not why and shared and not re.fullmatch(ID_PATTERN, live.id):
                why = "another one has the same name, and its id is of no known form"
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
        return "another one carries the same ownership line; remove it from the copy and export again"
    return ""
