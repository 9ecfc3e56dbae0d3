"""Which zone a mistyped name means."""

from __future__ import annotations

import pytest

from pdsync.model.zone import zone_names
from pdsync.model.zone_hint import _ABBREVIATIONS, _AMBIGUOUS, find_zone, suggest_zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("PST", "America/Los_Angeles"),
        ("pst", "America/Los_Angeles"),
        ("EDT", "America/New_York"),
        ("CEST", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Europe/berlin", "Europe/Berlin"),
        ("Europe/Belrin", "Europe/Berlin"),
        ("America/Los Angeles", "America/Los_Angeles"),
        ("America/LosAngeles", "America/Los_Angeles"),
        ("Londn", "Europe/London"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Indianapolis", "America/Indiana/Indianapolis"),
        ("xyzzy", None),
    ],
)
def test_the_zone_that_was_meant(text: str, zone: str | None) -> None:
    assert find_zone(text) == zone
    assert suggest_zone(text) == (f"Did you mean {zone!r}?" if zone else "Write one like Europe/Berlin.")


def test_an_abbreviation_of_several_zones_offers_them_all() -> None:
    assert suggest_zone("ist") == "Did you mean 'Asia/Kolkata', 'Europe/Dublin' or 'Asia/Jerusalem'?"
    assert suggest_zone("CST") == "Did you mean 'America/Chicago' or 'Asia/Shanghai'?"
    assert {zone for zones in _AMBIGUOUS.values() for zone in zones} <= zone_names()
    assert not _AMBIGUOUS.keys() & _ABBREVIATIONS.keys()


def test_every_abbreviation_has_a_zone_with_a_city() -> None:
    assert set(_ABBREVIATIONS.values()) <= zone_names()
