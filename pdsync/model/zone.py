"""Time zones by name: which names PagerDuty takes, and which of them mean the same zone."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

_NO_ZONES = frozenset({"Factory", "localtime", "posixrules"})
"""Files of a zone database that are not zones of the IANA list. `localtime` is another zone on each machine."""

_UTC = "Etc/UTC"
_SAME = {
    **dict.fromkeys(("UTC", "UCT", "Etc/UCT", "Universal", "Etc/Universal", "Zulu", "Etc/Zulu"), _UTC),
    **dict.fromkeys(("GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "Etc/GMT0", "Etc/Greenwich"), "Etc/GMT"),
    **dict.fromkeys(("Etc/GMT+0", "Etc/GMT-0"), "Etc/GMT"),
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Fort_Wayne": "America/Indiana/Indianapolis",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Louisville": "America/Kentucky/Louisville",
    "Asia/Ashkhabad": "Asia/Ashgabat",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Dacca": "Asia/Dhaka",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Macao": "Asia/Macau",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Asia/Thimbu": "Asia/Thimphu",
    "Asia/Ujung_Pandang": "Asia/Makassar",
    "Asia/Ulan_Bator": "Asia/Ulaanbaatar",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Australia/ACT": "Australia/Sydney",
    "Australia/Canberra": "Australia/Sydney",
    "Australia/NSW": "Australia/Sydney",
    "Australia/North": "Australia/Darwin",
    "Australia/Queensland": "Australia/Brisbane",
    "Australia/South": "Australia/Adelaide",
    "Australia/Tasmania": "Australia/Hobart",
    "Australia/Victoria": "Australia/Melbourne",
    "Australia/West": "Australia/Perth",
    "Europe/Kiev": "Europe/Kyiv",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}
"""Old spellings of one place, from the file `backward` of the IANA database. Links between places, such as Oslo and Berlin, are not
here: those are two zones that agree today."""


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """All IANA time zone names, as the `tzdata` package lists them: the same on every machine."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - _NO_ZONES


class ZoneName(str):
    """A zone as it was written, equal to every other name of the same zone: PagerDuty may answer ``Etc/UTC`` for ``UTC``.

    What is sent and shown is the name as it was written.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and canonical_zone(self) == canonical_zone(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(canonical_zone(self))


def canonical_zone(name: str) -> str:
    """The one name of a zone that has several."""
    text = str.__str__(name)  # a plain text, so that the comparison does not come back here
    return _SAME.get(text, text)
