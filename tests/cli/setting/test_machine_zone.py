"""The zone of this machine: read from TZ by the zones that pdsync carries, so that an image without a database shows the right time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pdsync.cli.setting.machine_zone import read_machine_zone
from pdsync.cli.setting.time_option import read_clock, read_moment
from tests.cli.conftest import Pdsync

WINTER = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Europe/Berlin", 1),
        (":Asia/Tokyo", 9),
        (" America/New_York ", -5),
        ("UTC", 0),
        ("EST5EDT", -5),
        ("Etc/GMT-3", 3),
    ],
)
def test_a_zone_by_name(text: str, hours: int) -> None:
    zone, warning = read_machine_zone(text)
    assert zone is not None
    assert zone.utcoffset(WINTER.replace(tzinfo=None)) == timedelta(hours=hours)
    assert warning == ""


@pytest.mark.parametrize("text", [None, "", " ", "CET-1CEST,M3.5.0,M10.5.0/3", "<+03>-3", "XYZ5", "IST-5:30"])
def test_the_c_library_knows_rules_and_the_default(text: str | None) -> None:
    assert read_machine_zone(text) == (None, "")


def test_the_c_library_reads_a_file(tmp_path: Path) -> None:
    (tmp_path / "zone").write_bytes(b"TZif2")
    assert read_machine_zone(f":{tmp_path / 'zone'}") == (None, "")
    assert read_machine_zone(str(tmp_path / "missing"))[0] is UTC


@pytest.mark.parametrize("text", ["Nonsense/Zone", "Berlin", "Europe/Berlim", "../../etc/passwd", "Europe", "+01:00"])
def test_an_unknown_zone_is_utc_and_a_warning(text: str) -> None:
    zone, warning = read_machine_zone(text)
    assert zone is UTC
    assert f"TZ='{text}' is not a time zone, so times are in UTC." in warning
    if text == "Europe/Berlim":
        assert "Europe/Berlin" in warning


def test_times_are_read_and_shown_in_the_zone_that_tz_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """`time.tzset` is not called, so the C library still has another zone: what an image without a database has too."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    noon = int(datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp())
    assert read_moment("2026-01-05T17:45", None).since == noon
    assert read_clock(None).at(noon, with_zone=True) == "Mon 5 Jan 2026 17:45 +0545"
    assert read_clock("Asia/Tokyo").at(noon) == "Mon 5 Jan 2026 21:00"


def test_a_command_warns_once_of_an_unknown_zone(pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Nonsense/Zone")
    assert pdsync("validate").err.count("warning: TZ='Nonsense/Zone'") == 1
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert "warning" not in pdsync("validate").err
