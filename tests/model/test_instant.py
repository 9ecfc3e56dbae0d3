"""Names that no time zone has, as a manifest may hold them."""

from __future__ import annotations

import pytest

from pdsync.model.instant import is_zone, parse_instant

_NOT_ZONES = ["", "Europe/Nowhere", "Europe/" + 300 * "x", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b"]


@pytest.mark.parametrize("name", _NOT_ZONES, ids=lambda name: repr(name)[:20])
def test_a_name_that_is_not_a_zone_names_no_moment(name: str) -> None:
    assert not is_zone(name)
    assert parse_instant("2026-01-05T09:00:00", name) is None


def test_a_zone_says_when_a_local_time_is() -> None:
    assert is_zone("Europe/Berlin")
    moment = parse_instant("2026-01-05T09:00:00", "Europe/Berlin")
    assert moment is not None
    assert moment.isoformat() == "2026-01-05T08:00:00+00:00"
