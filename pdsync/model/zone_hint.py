"""Which time zone was probably meant. Imported only where a name is not one of the zones."""

from __future__ import annotations

from pdsync.model.suggestion import find_nearest
from pdsync.model.zone import zone_names

_ABBREVIATIONS = {
    **dict.fromkeys(("PST", "PDT", "PT", "PACIFIC"), "America/Los_Angeles"),
    **dict.fromkeys(("MST", "MDT", "MT", "MOUNTAIN"), "America/Denver"),
    **dict.fromkeys(("CDT", "CT", "CENTRAL"), "America/Chicago"),
    **dict.fromkeys(("EST", "EDT", "ET", "EASTERN"), "America/New_York"),
    **dict.fromkeys(("AKST", "AKDT"), "America/Anchorage"),
    "HST": "Pacific/Honolulu",
    "BRT": "America/Sao_Paulo",
    "BST": "Europe/London",
    **dict.fromkeys(("CET", "CEST", "MEZ", "MESZ"), "Europe/Berlin"),
    **dict.fromkeys(("EET", "EEST"), "Europe/Helsinki"),
    "WEST": "Europe/Lisbon",
    "MSK": "Europe/Moscow",
    "SAST": "Africa/Johannesburg",
    "GST": "Asia/Dubai",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AWST": "Australia/Perth",
    **dict.fromkeys(("AEST", "AEDT", "AET"), "Australia/Sydney"),
    **dict.fromkeys(("NZST", "NZDT"), "Pacific/Auckland"),
    **dict.fromkeys(("Z", "UTC+0", "GMT+00:00"), "Etc/UTC"),
}
"""A city for what people call its zone. An abbreviation alone does not say when the clocks change."""
_AMBIGUOUS = {
    "CST": ("America/Chicago", "Asia/Shanghai"),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
}
"""Abbreviations that whole countries use for different zones. A guess would put a rota hours off."""


def suggest_zone(text: str) -> str:
    """``Did you mean 'America/Los_Angeles'?`` for ``PST``, ``Los Angeles``, ``america/los angeles`` and slips; else how to write a zone."""
    meant = _AMBIGUOUS.get(text.strip().upper())
    if meant is not None:
        return f"Did you mean {', '.join(map(repr, meant[:-1]))} or {meant[-1]!r}?"
    zone = find_zone(text)
    return f"Did you mean {zone!r}?" if zone is not None else "Write one like Europe/Berlin."


def find_zone(text: str) -> str | None:
    """The zone that a text probably means: by an abbreviation, by its city, or as the nearest name."""
    if (known := _ABBREVIATIONS.get(text.strip().upper())) is not None:
        return known
    folded = "_".join(text.split()).casefold()
    names = sorted(zone_names(), key=lambda name: (name.startswith("Etc/") or "/" not in name, name))
    by_fold = {name.casefold(): name for name in names}
    cities = {name.rpartition("/")[2].casefold(): name for name in reversed(names)}
    exact = by_fold.get(folded) or cities.get(folded)
    if exact is not None:
        return exact
    if "/" in folded:
        return find_nearest("/".join("_".join(part.split()) for part in text.split("/")), names)
    near = find_nearest(folded, cities)
    return cities[near] if near is not None else None
