"""The ownership line survives any description, and nothing else is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.model import Marker, join_marker, split_marker
from pdsync.model.marker import MARKER_ROOM

KEYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", fullmatch=True)
MARKERS = st.builds(
    Marker,
    workspace=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,39}", fullmatch=True),
    kind=st.sampled_from(["user", "team", "schedule", "escalation_policy", "service"]),
    key=KEYS,
    protect=st.booleans(),
)


@given(text=st.text(max_size=300).filter(lambda text: "Managed by" not in text), marker=MARKERS)
def test_what_is_joined_is_split_again(text: str, marker: Marker) -> None:
    described = join_marker(text, marker)
    found_text, found = split_marker(described)
    assert found == marker
    assert found_text == text.replace("\r\n", "\n").strip()
    assert len(described) <= len(text.strip()) + MARKER_ROOM


@pytest.mark.parametrize(
    "description",
    [
        None,
        "",
        "Managed by pdsync",
        "Managed by pdsync: acme",
        "Managed by pdsync: acme/service/checkout and more",
        "Managed by pdsync: ACME/service/checkout",
        "see 'Managed by pdsync: acme/service/checkout'",
        "Managed by Terraform",
    ],
)
def test_only_a_whole_line_is_a_marker(description: str | None) -> None:
    assert split_marker(description)[1] is None


def test_people_may_write_below_the_line_and_a_second_line_takes_nothing_over() -> None:
    line = "Managed by pdsync: acme/service/checkout #abc!?"
    text, marker = split_marker(f"Above.\n{line}\nPS: below.")
    assert text == "Above.\nPS: below."
    assert marker == Marker("acme", "service", "checkout", applied="abc!?")
    text, marker = split_marker(f"Above.\n{line}\nManaged by pdsync: beta/service/mine\n{line}")
    assert text == "Above."
    assert marker is not None
    assert marker.workspace == "acme"


def test_text_that_was_edited_above_the_marker_is_kept() -> None:
    text, marker = split_marker("Edited by hand.\n\nTwice.\r\nManaged by pdsync: acme/team/red !protect  \n")
    assert text == "Edited by hand.\n\nTwice."
    assert marker == Marker("acme", "team", "red", protect=True)
