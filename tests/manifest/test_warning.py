"""Warnings of manifests: what is allowed and most likely not meant, said at its place, and stopping nothing."""

from __future__ import annotations

import pytest

from pdsync.manifest import events, load_texts
from pdsync.model import Scope
from pdsync.model.codec.time import Instant
from tests.manifest.text import manifest


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(events, "FAST_PARSER", None)


def test_a_value_with_a_warning_is_right() -> None:
    """Exports and edits of manifests read values by the same codecs, and leave out what has a problem."""
    scope = Scope("Europe/Berlin")
    value = Instant().desired("2027-03-28T02:30", scope, ("start",))
    assert (value, scope.problems, len(scope.warnings)) == ("2027-03-28T01:30:00Z", [], 1)


def schedule(moment: str, zone: str = "Europe/Berlin", member: str = "rotation_virtual_start") -> str:
    layer = {"rotation_virtual_start": "2006-01-05T09:00", "rotation_turn_length_seconds": "1w", member: moment}
    parts = ", ".join(f"{name}: {value}" for name, value in layer.items())
    return manifest(
        "Schedule", "s", f"time_zone: {zone}\nschedule_layers:\n  - {{name: A, {parts}, users: [{{id: P1}}]}}"
    )


@pytest.mark.parametrize("member", ["rotation_virtual_start", "start", "end"])
@pytest.mark.parametrize(
    ("moment", "zone", "says"),
    [
        ("2011-12-30T09:00", "Pacific/Apia", "does not exist in Pacific/Apia, because the clocks go forward: 2011-12-31 09:00 is used"),
        ("2027-03-28T02:30", "Europe/Berlin", "does not exist in Europe/Berlin, because the clocks go forward: 03:30 is used"),
        ("2027-03-28T02:00", "Europe/Berlin", "does not exist"),
        ("2027-03-14T02:59", "America/New_York", "does not exist"),
        ("2027-10-03T02:15", "Australia/Lord_Howe", "02:45 is used"),
        ("2027-10-31T02:30", "Europe/Berlin", "occurs twice in Europe/Berlin, because the clocks go back: the first time is used"),
        ("2027-11-07T01:00", "America/New_York", "occurs twice"),
        ("2011-12-30T12:00", "Pacific/Apia", "does not exist"),
    ],
)  # fmt: skip
def test_a_wall_clock_time_that_is_not_plain(moment: str, zone: str, says: str, member: str) -> None:
    result = load_texts([("a.yaml", schedule(moment, zone, member))])
    assert not result.problems
    assert len(result.resources) == 1
    (warning,) = result.warnings
    assert f"schedule_layers[A].{member}: '{moment}' " in warning.message
    assert says in warning.message
    assert (warning.severity, warning.source.line) == ("warning", 8)
    assert "offset" in warning.hint


@pytest.mark.parametrize(
    ("moment", "zone"),
    [
        ("2027-03-28T01:59", "Europe/Berlin"),
        ("2027-03-28T03:00", "Europe/Berlin"),
        ("2027-03-28T02:30+01:00", "Europe/Berlin"),
        ("2027-10-31T02:30+01:00", "Europe/Berlin"),
        ("2027-10-31T03:00", "Europe/Berlin"),
        ("2027-03-28T02:30", "Etc/UTC"),
        ("2027-03-28T02:30", "Asia/Tokyo"),
    ],
)
def test_a_plain_one_is_not_mentioned(moment: str, zone: str) -> None:
    result = load_texts([("a.yaml", schedule(moment, zone))])
    assert (result.problems, result.warnings) == ((), ())


@pytest.mark.parametrize(
    ("spec", "place", "severity"),
    [
        ("name: #channel", (6, 8), "error"),
        ("name: # the channel", (6, 8), "error"),
        ("name: A\ndescription: #channel", (7, 15), "warning"),
        ("name: A\ndescription:   #channel and more", (7, 15), "warning"),
        ("name: Äöü\ndescription: #channel", (7, 15), "warning"),
        ("name: A\nmembers: #sre", (7, 11), "error"),
        ("name: A\nmembers:\n  - #sre", (8, 6), "error"),
        ("name: A\nmembers:\n  - {user: ana@example.com, role: #boss\n    }", (8, 0), "error"),
    ],
)
def test_a_value_that_a_comment_hides(spec: str, place: tuple[int, int], severity: str) -> None:
    result = load_texts([("a.yaml", manifest("Team", "a", spec))])
    (found,) = [*result.problems, *result.warnings]
    assert found.severity == severity
    assert found.source.line == place[0] or not place[1]
    assert found.source.column == place[1] or not place[1]
    if place[1]:
        assert found.hint == "'#' begins a comment here. Put the text in quotes."


@pytest.mark.parametrize(
    "spec",
    [
        "name: A\ndescription: # none yet",
        "name: A # channel",
        "name: A #channel",
        "name: 'A'\n#x",
        "name: A\ndescription: '#x'",
    ],
)
def test_an_ordinary_comment_is_not_mentioned(spec: str) -> None:
    result = load_texts([("a.yaml", manifest("Team", "a", spec))])
    assert (result.problems, result.warnings) == ((), ())
