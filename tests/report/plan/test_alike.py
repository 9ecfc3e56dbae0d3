"""Alike creates are one line; anything that a reviewer must see sets an object apart."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from pdsync.model import Ref
from pdsync.plan import Change, ChildChange, ChildOperation, Delta, Operation, Plan
from pdsync.report.plan.alike import FEWEST, Group, group_changes
from pdsync.report.plan.change_text import render_change
from pdsync.report.plan.plan_order import Band, Section
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.detail import BRIEF, Detail
from pdsync.report.text.palette import Palette, Style


def user(number: int, **fields: Any) -> Change:
    held = {"name": f"User {number}", "email": f"u{number}@example.com", "role": "user", "time_zone": f"Zone/{number}"}
    method = {"type": "phone_contact_method", "address": f"555000{number}", "label": "Mobile"}
    return Change(
        f"user/u{number}",
        "user",
        Operation.CREATE,
        f"User {number}",
        deltas=tuple(Delta(name, None, value) for name, value in {**held, **fields}.items()),
        children=(ChildChange("contact_methods", ChildOperation.ADD, "x", str(number), method),),
    )


ALIKE = [user(number) for number in range(5)]


def test_what_is_alike_is_one_line_and_v_lists_it() -> None:
    plan = Plan("acme", "acme", "d", tuple(ALIKE))
    line = '  + 5 users alike {email: "*@example.com", role: user}: User 0, User 1, User 2, User 3, User 4\n'
    assert line in render_plan_text(plan)
    assert "user/u0" not in render_plan_text(plan)
    for detail in (Detail(expanded=True), Detail(defaults=True)):
        text = render_plan_text(plan, Style(detail=detail))
        assert "alike" not in text
        assert all(change.address in text for change in ALIKE)


@pytest.mark.parametrize(
    "other",
    [
        user(9, role="admin"),
        user(9, license="PLIC"),
        user(9, email="eve@example.org"),
        replace(user(9), notes=("be careful",)),
        replace(user(9), blockers=("it is not allowed",)),
        replace(user(9), operation=Operation.UPDATE),
        replace(user(9), children=(ChildChange("tags", ChildOperation.ADD, "x", "x", {"label": "x"}),)),
    ],
    ids=["role", "field", "domain", "note", "blocker", "operation", "list"],
)
def test_what_a_reviewer_must_see_sets_an_object_apart(other: Change) -> None:
    entries = group_changes(Section(Band.CREATE, (*ALIKE, other)), BRIEF)
    assert entries == [Group(tuple(ALIKE)), other]


def test_what_needs_review_is_listed() -> None:
    assert group_changes(Section(Band.REVIEW, tuple(ALIKE)), BRIEF) == ALIKE


def test_a_group_says_which_defaults_all_of_it_has() -> None:
    place = {"role": "people/defaults.yaml:4"}
    inherited = [replace(change, defaults=place) for change in ALIKE]
    assert "role: user (defaults, people/defaults.yaml:4)}: User 0" in render_plan_text(
        Plan("a", "a", "d", tuple(inherited))
    )
    mixed = (*inherited[1:], ALIKE[0])
    assert "role: user}: User 0" in render_plan_text(Plan("a", "a", "d", mixed))


def test_a_few_are_listed() -> None:
    few = ALIKE[: FEWEST - 1]
    assert group_changes(Section(Band.CREATE, tuple(few)), BRIEF) == few


def test_of_many_the_first_are_named() -> None:
    text = render_plan_text(Plan("acme", "acme", "d", tuple(user(number) for number in range(20))))
    names = "User 0, User 1, User 10, User 11, User 12, User 13 and 14 more (-v names them)"
    assert f'  + 20 users alike {{email: "*@example.com", role: user}}: {names}\n' in text


def test_a_name_cannot_pass_for_what_a_group_has_in_common() -> None:
    names = ["Ana  {role: limited_user}", "Bo, Cy", "Di and 9 more"]
    admins = tuple(replace(user(number, role="admin"), name=name) for number, name in enumerate(names))
    text = render_plan_text(Plan("acme", "acme", "d", admins))
    listed = '"Ana  {role: limited_user}", "Bo, Cy", "Di and 9 more"'
    assert f'  + 3 users alike {{email: "*@example.com", role: admin}}: {listed}\n' in text


def member(key: str, role: str) -> ChildChange:
    person = Ref("user", "key", key)
    return ChildChange("members", ChildOperation.ADD, f"user/{key}", key, {"user": person, "role": role})


def test_alike_items_are_one_line_and_say_what_they_have_in_common() -> None:
    members = (member("ana", "manager"), *(member(f"u{number}", "responder") for number in range(4)))
    change = Change("team/shop", "team", Operation.CREATE, "Shop", children=members)
    assert render_change(change, ValueWriter(), Palette())[1:] == [
        "      + members user/ana  {role: manager}",
        "      + members (4) user/u0, user/u1, user/u2, user/u3  {role: responder}",
    ]
    expanded = render_change(change, ValueWriter(detail=Detail(expanded=True)), Palette())
    assert len(expanded) == 1 + len(members)


def test_items_that_go_are_listed_one_by_one() -> None:
    gone = tuple(replace(member(f"u{it}", "x"), operation=ChildOperation.REMOVE, id=f"P{it}") for it in range(9))
    change = Change("team/shop", "team", Operation.UPDATE, "Shop", children=gone)
    assert len(render_change(change, ValueWriter(), Palette())) == 1 + len(gone)


def test_adopts_that_only_write_the_ownership_line_are_one_line_for_each_kind() -> None:
    def adopt(number: int, **more: Any) -> Change:
        bare = replace(user(number), operation=Operation.ADOPT, deltas=(), children=())
        return replace(bare, **more)

    deltas = (Delta("role", "user", "admin"),)
    plan = Plan("acme", "acme", "d", (*map(adopt, range(3)), adopt(4, deltas=deltas), adopt(5, notes=("be careful",))))
    text = render_plan_text(plan)
    assert "  » 3 users, no other change; writes the ownership line: User 0, User 1, User 2\n" in text
    assert text.count("ownership line") == 2  # the one with a note is shown by itself
    assert "user/u4" in text
    assert "user/u5" in text
    assert all(f"user/u{number}" in render_plan_text(plan, Style(detail=Detail(expanded=True))) for number in range(3))
