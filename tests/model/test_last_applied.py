"""The record in the ownership line is read as it was written, or not at all; and the users' own text goes before it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.kinds import KINDS
from pdsync.model import Kind, Marker, join_marker, split_marker
from pdsync.model.last_applied import (
    MOST_MEMBERS,
    AppliedField,
    AppliedItem,
    AppliedList,
    LastApplied,
    former_key_hash,
    id_hash,
    is_copied,
    is_of_later_version,
    key_hash,
    name_hash,
    names_collide,
    parse_last_applied,
    value_hash,
    with_warnings,
    without_parts,
)
from pdsync.model.last_applied_v1 import RecordV1, render_v1
from pdsync.model.marker import MARKER_ROOM
from pdsync.plan.pairing.open_field import SEALS, parts_name

LIMIT = 1024
VALUES = st.text(max_size=6).map(value_hash)
ITEMS = st.builds(
    AppliedItem, st.text(max_size=6).map(key_hash), st.integers(0, 2**MOST_MEMBERS - 1), VALUES, st.booleans()
)
ADDITIVE = st.builds(AppliedList, st.just(False), items=st.lists(ITEMS, max_size=40).map(tuple))
EXCLUSIVE = st.builds(AppliedList, st.just(True), VALUES, VALUES, st.lists(ITEMS, max_size=40).map(tuple))
NAMES = st.text(max_size=12).map(name_hash)
RECORDS = st.builds(
    LastApplied,
    fields=st.dictionaries(NAMES, st.builds(AppliedField, VALUES, VALUES, st.booleans()), min_size=1, max_size=14),
    lists=st.dictionaries(NAMES, ADDITIVE | EXCLUSIVE, max_size=3),
    warned=st.dictionaries(NAMES, VALUES, max_size=2),
    is_protected=st.booleans(),
    id=st.just("") | VALUES,
)
MARKERS = st.builds(
    Marker,
    workspace=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,39}", fullmatch=True),
    kind=st.sampled_from([kind.slug for kind in KINDS if kind.marker_line is not None]),
    key=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", fullmatch=True),
    protect=st.booleans(),
)


@given(record=RECORDS, marker=MARKERS)
def test_a_record_is_read_as_it_was_written(record: LastApplied, marker: Marker) -> None:
    line = marker.with_record(record.render(marker, 10_000))
    assert split_marker(str(line)) == ("", line)
    assert parse_last_applied(line) == record
    assert record.agrees_with(record)
    assert record.render(marker, 10_000) == line.applied


@given(record=RECORDS, marker=MARKERS, room=st.integers(0, 400))
def test_what_has_no_room_is_left_out_in_order_and_the_line_stays_short(
    record: LastApplied, marker: Marker, room: int
) -> None:
    text = record.render(marker, room)
    assert len(text) <= room
    found = parse_last_applied(marker.with_record(text))
    if found is None:
        assert not text
        return
    assert record.agrees_with(found)
    if found.lacks_fields and not found.fields:
        return
    written = {name: held for name, held in record.fields.items() if held.is_written}
    assert {name: held for name, held in found.fields.items() if held.is_written} == written
    if found.lacks_fields:
        assert all(held.items is None for held in found.lists.values())
    assert found.id in ("", record.id)


@given(
    record=RECORDS,
    marker=MARKERS,
    text=st.text(alphabet="ab \n", min_size=LIMIT - MARKER_ROOM, max_size=LIMIT - MARKER_ROOM),
)
def test_the_text_of_users_has_its_room(record: LastApplied, marker: Marker, text: str) -> None:
    assert LIMIT - MARKER_ROOM == 741
    room = LIMIT - len(join_marker(text, marker)) - len(" #")
    described = join_marker(text, marker.with_record(record.render(marker, room)))
    assert len(described) <= LIMIT
    assert split_marker(described)[0] == text.strip()


@given(record=RECORDS, marker=MARKERS, at=st.integers(0, 10_000), char=st.sampled_from("Aa0-_.,"))
def test_a_record_that_was_cut_or_edited_is_none(record: LastApplied, marker: Marker, at: int, char: str) -> None:
    text = record.render(marker, 10_000)
    at %= len(text)
    cut, edited = text[:at], text[:at] + char + text[at + 1 :]
    assert parse_last_applied(marker.with_record(cut)) is None
    assert edited == text or parse_last_applied(marker.with_record(edited)) is None
    other = replace(marker, key=f"{marker.key[:50]}x")
    assert parse_last_applied(other.with_record(text)) is None


@pytest.mark.parametrize(
    "text", ["", "x", "abcde", "2", "2.", "2......", "2.a.b.c.d.e.f", "2px", "3.abc.def", "....", "-" * 90]
)
def test_no_text_is_ever_an_error(text: str) -> None:
    marker = Marker("acme", "team", "red", applied=text)
    assert parse_last_applied(marker) is None
    assert is_of_later_version(marker) is text.startswith("3.")
    assert RecordV1(marker).has("name") in (True, False)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_two_names_of_a_kind_are_alike_and_every_item_fits(kind: Kind) -> None:
    names = [*(field.name for field in kind.fields), *(child.name for child in kind.children)]
    assert not names_collide([*names, *map(parts_name, kind.open_fields), SEALS])
    assert all(len(child.beside_key) <= MOST_MEMBERS for child in kind.children)


def test_a_copy_of_the_line_is_known_by_the_id() -> None:
    marker = Marker("acme", "team", "red")
    record = LastApplied(
        {name_hash("name"): AppliedField("aaaaaa", "aaaaaa", is_written=True)}, id=id_hash("team", "P1")
    )
    line = marker.with_record(record.render(marker, 200))
    assert not is_copied(line, "team", "P1")
    assert is_copied(line, "team", "P2")
    assert not is_copied(marker, "team", "P2")
    assert not is_copied(marker.with_record(line.applied[:-1]), "team", "P2")


@given(record=RECORDS, marker=MARKERS)
def test_a_create_records_its_lists_later(record: LastApplied, marker: Marker) -> None:
    line = marker.with_record(record.render(marker, 10_000))
    first = parse_last_applied(without_parts(line, lists=True, names=()))
    assert first == replace(record, lists={})
    assert record.agrees_with(first) is not bool(record.lists)


@given(desired=st.dictionaries(st.sampled_from(["name", "status", "teams"]), st.integers()))
def test_a_record_of_an_older_version_is_still_read(desired: dict[str, int]) -> None:
    marker = Marker("acme", "service", "shop", applied=render_v1(desired, desired))
    assert parse_last_applied(marker) is None
    record = RecordV1(marker)
    assert bool(record) is bool(desired)
    assert all(record.is_of(name, value) and record.is_of_stable(name, value) for name, value in desired.items())
    assert not record.has("description")


@pytest.mark.parametrize("identity", ["", id_hash("team", "P1")])
@pytest.mark.parametrize("keys", [(), ("blue",), ("blue", "green", "grey")])
def test_the_keys_before_moves_are_on_record(identity: str, keys: tuple[str, ...]) -> None:
    former = tuple(map(former_key_hash, keys))
    marker = Marker("acme", "team", "red")
    fields = {name_hash("name"): AppliedField("aaaaaa", "aaaaaa", is_written=True)}
    record = LastApplied(fields, id=identity, former_keys=former)
    assert parse_last_applied(marker.with_record(record.render(marker, 200))) == record
    cut = parse_last_applied(marker.with_record(record.render(marker, len(record.render(marker, 200)) - 1)))
    assert cut is None or cut.former_keys == former


def test_what_pagerduty_warned_about_is_on_record_and_an_older_line_has_none() -> None:
    held = LastApplied(fields={name_hash("router"): AppliedField("abcdef", "abcdef", True)}, id="ABCDEF")
    marker = Marker("acme", "service", "checkout")
    plain = marker.with_record(held.render(marker, 500))
    warned = with_warnings(plain, {"router": "ghijkl", "global": ""}, 500)
    found = parse_last_applied(warned)
    assert found is not None
    assert (found.warned_of("router"), found.warned_of("global")) == ("ghijkl", "")
    assert (found.fields, found.lists, found.id) == (held.fields, {}, "ABCDEF")
    assert with_warnings(warned, {"router": ""}, 500) == plain
    before = parse_last_applied(plain)
    assert before is not None
    assert not before.warned
    assert found.agrees_with(before)
    assert before.agrees_with(found), "a warning alone is no reason to write the line again"


def test_where_there_is_no_room_a_warning_goes_before_a_field() -> None:
    held = LastApplied(fields={name_hash("router"): AppliedField("abcdef", "abcdef", True)})
    marker = Marker("acme", "service", "checkout")
    plain = marker.with_record(held.render(marker, 500))
    found = parse_last_applied(with_warnings(plain, {"router": "ghijkl"}, len(plain.applied)))
    assert found is not None
    assert (dict(found.fields), dict(found.warned)) == (held.fields, {})
