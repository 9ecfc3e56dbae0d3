"""What is different for a group of sample events, in words."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.model import Ref
from pdsync.model.instant import render_duration
from pdsync.routing.comparison import Group, Sides, Value

_NO_PAGE: Mapping[object, str] = {
    "dropped": "be dropped",
    "unrouted": "be unrouted",
    "suppressed": "be suppressed",
    "not_a_trigger": "open no incident",
    "router_unknown": "have an unknown destination",
    "policy_unknown": "page people who are not known here",
}
_PAGED_NO_ONE: Mapping[object, str] = {
    "dropped": "dropped so far",
    "unrouted": "unrouted so far",
    "suppressed": "suppressed so far",
}


def difference_text(sides: Sides, group: Group) -> str:
    """Such as ``would page Payments instead of Platform``, or ``would be suppressed``."""
    before, after = (_name(sides, value) for value in (group.before, group.after))
    if group.aspect == "paged":
        return _paged(group.before, group.after, (before, after))
    if group.aspect == "destination":
        return f"would go to {after} instead of {before}" if group.before else f"would go to {after}"
    if group.aspect == "suspended":
        was, will = (_duration(value) for value in (group.before, group.after))
        return f"would wait {will} before paging, instead of {was}"
    return f"would have the {group.aspect} {after or 'none'} instead of {before or 'none'}"


def _paged(before: Value, after: Value, names: tuple[str, str]) -> str:
    if isinstance(after, Ref) and isinstance(before, Ref):
        return f"would page {names[1]} instead of {names[0]}"
    if isinstance(after, Ref):
        return f"would page {names[1]} ({_PAGED_NO_ONE.get(before, 'no one so far')})"
    said = f"would {_NO_PAGE.get(after, 'page no one')}"
    return f"{said} instead of paging {names[0]}" if isinstance(before, Ref) else said


def _duration(value: Value) -> str:
    return render_duration(int(value)) if isinstance(value, int) and value else "not at all"


def _name(sides: Sides, value: Value) -> str:
    if not isinstance(value, Ref):
        return str(value or "")
    return (sides.after if value in sides.after.entries else sides.before).name_of(value)
