"""A made-up kind with fields that PagerDuty allows no change of: its objects are replaced, and nothing is lost by surprise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replace_form

from pdsync.apply import Watch
from pdsync.engine import (
    ApplyRequest,
    BlockedError,
    Selection,
    accept_live,
    carry_out_plan,
    export_account,
    find_drift,
    load_desired,
    load_for_accept,
    make_plan,
    parse_place,
)
from pdsync.engine.restore import RestoreRequest, plan_restore
from pdsync.engine.saved_plan import SavedPlan, compare_saved_plan
from pdsync.export import ExportOptions
from pdsync.model import Field, Kind
from pdsync.model.codec.plain import Text
from pdsync.model.codec.reference import Reference
from pdsync.model.fact import Facts, ReplacedFact
from pdsync.plan import Change, Operation, Plan
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.json_form import from_json
from pdsync.plan.plan import PlanDocument
from pdsync.plan.risk import OBJECT_REPLACED
from pdsync.report.page.plan_page import render_plan_page
from pdsync.report.plan.plan_annotation import render_plan_annotations
from pdsync.report.plan.plan_markdown import render_plan_markdown
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.report.plan.replacement_text import ORDER
from pdsync.report.result.journal import build_journal
from pdsync.report.result.result_text import render_result_text
from tests.kinds.test_gadget import _AT_ONCE, _LABEL, _LINK, _PART, World, _world, make_gadget
from tests.support.chromium import needs_chromium, open_chromium
from tests.support.gadget_server import GadgetAccount

_LOSES = "its serial number"
_NO = 400, {"error": {"message": "Invalid", "code": 2001, "errors": ["No"]}}
_LATER = datetime(2999, 1, 1, tzinfo=UTC)


def make_replaceable(**more: Any) -> Kind:
    """A gadget whose colour and mount are fixed when it is made."""
    kind = make_gadget(facts=Facts(replaced=ReplacedFact((_LOSES,))), **more)
    colour = Field("colour", Text(), "Its colour.", "this test", default="grey", fixed=True)
    mount = Field("mount", Reference("gadget"), "What it is fixed to.", "this test", default=None, fixed=True)
    return replace(kind, fields=(*kind.fields, colour, mount))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Gadgets may share names."""
    yield from _world((make_replaceable(),), GadgetAccount(shares_names=True), tmp_path)


@pytest.fixture
def lists(tmp_path: Path) -> Iterator[World]:
    """The same with child lists."""
    kind = make_replaceable(children=(_PART, _LINK, replace(_LABEL, may_be_refused=False)))
    yield from _world((kind,), GadgetAccount(shares_names=True), tmp_path)


def of(plan: Plan, *operations: Operation) -> list[Change]:
    return [change for change in plan.changes if change.operation in operations]


def addresses(plan: Plan) -> list[tuple[str, str]]:
    return [(change.operation.value, change.address) for change in plan.changes]


def ids(world: World) -> dict[str, str]:
    """The id of each gadget by its name, where no two share it."""
    found = {held["name"]: held["id"] for held in world.account.gadgets.values()}
    assert len(found) == len(world.account.gadgets)
    return found


def start(world: World, **more: Any) -> str:
    """Red, to which Blue refers. Gives the id of Red."""
    world.write(world.gadget("red", colour="dark", **more), world.gadget("blue", peer="red"))
    world.apply()
    return ids(world)["Red"]


def changed(world: World, colour: str = "light", **more: Any) -> None:
    world.write(world.gadget("red", colour=colour, **more), world.gadget("blue", peer="red"))


def unfinished(world: World) -> None:
    """A replacement that was cut off after the new object was made."""
    start(world)
    changed(world)
    plan = world.plan()
    world.account.dies_at, world.account.is_last_done, world.account.dies_at_write = 1, True, True
    carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
    world.account.dies_at = 0
    assert len(world.account.gadgets) == 3


class TestPlan:
    def test_a_new_object_then_what_refers_to_it_then_the_delete(self, world: World) -> None:
        old = start(world)
        changed(world)
        plan = world.plan()
        assert addresses(plan) == [
            ("replace", "gadget/red"),
            ("update", "gadget/blue"),
            ("retire", "gadget/red#retired"),
        ]
        made, moved, retired = plan.changes
        assert (made.id, made.replaces, made.because, made.loses) == (None, old, ("colour",), (_LOSES,))
        assert [(it.path, it.before, it.after) for it in made.deltas] == [("colour", "dark", "light")]
        assert moved.waits_for == ("gadget/red",)
        assert (retired.id, retired.waits_for) == (old, ("gadget/blue", "gadget/red"))
        (risk,) = plan.risks
        assert (risk.code, risk.address) == (OBJECT_REPLACED, "gadget/red")
        assert _LOSES in risk.message
        assert plan.to_json()["summary"] == {
            "create": 0,
            "update": 1,
            "adopt": 0,
            "delete": 0,
            "release": 0,
            "items_removed": 0,
            "replace": 1,
            "retire": 1,
        }

    def test_a_kind_without_the_fact_keeps_the_blocker(self, tmp_path: Path) -> None:
        for world in _world((replace(make_replaceable(), facts=Facts()),), GadgetAccount(), tmp_path):
            start(world)
            changed(world)
            (change,) = world.plan().changes
            assert "PagerDuty does not allow a change of it" in change.blockers[0]

    def test_it_is_applied_and_nothing_is_left_to_do(self, world: World) -> None:
        old = start(world)
        changed(world)
        world.apply()
        new = ids(world)["Red"]
        assert new != old
        assert world.account.named("Red")["colour"] == "light"
        assert world.account.named("Blue")["peer"]["id"] == new
        writes = [method for method, _ in world.account.writes()][-3:]
        assert writes == ["POST", "PUT", "DELETE"]
        changed(world, "dark")  # a revert replaces again
        world.apply()
        assert world.account.named("Red")["colour"] == "dark"
        assert len(world.account.gadgets) == 2

    def test_what_refers_by_a_fixed_field_is_replaced_in_its_turn(self, world: World) -> None:
        def write(colour: str) -> None:
            world.write(
                world.gadget("red", colour=colour), world.gadget("blue", mount="red"), world.gadget("c", peer="blue")
            )

        write("dark")
        world.apply()
        before = ids(world)
        write("light")
        plan = world.apply()
        assert addresses(plan) == [
            ("replace", "gadget/red"),
            ("replace", "gadget/blue"),
            ("update", "gadget/c"),
            ("retire", "gadget/blue#retired"),
            ("retire", "gadget/red#retired"),
        ]
        after = ids(world)
        assert (before["C"], len(after)) == (after["C"], 3)
        assert world.account.named("Blue")["mount"]["id"] == after["Red"] != before["Red"]

    def test_what_the_manifest_leaves_to_the_account_is_taken_over(self, world: World) -> None:
        start(world)
        world.edit("Red", size=7)
        changed(world)
        world.apply()
        assert (world.account.named("Red")["size"], world.account.named("Red")["colour"]) == (7, "light")
        world.write(world.gadget("red", colour="light"), world.gadget("blue", peer="red"))
        assert not world.plan().changes, "what was taken over is not pdsync's own, so it is not reset"

    def test_what_the_same_edit_takes_out_of_the_manifest_is_not(self, world: World) -> None:
        start(world, size=7)
        changed(world)
        world.apply()
        assert world.account.named("Red")["size"] == 1

    def test_an_ignored_field_does_not_replace_and_keeps_its_value(self, world: World) -> None:
        old = start(world)
        world.write(world.gadget("red", lifecycle="ignore: [colour]", colour="light"), world.gadget("blue", peer="red"))
        assert not of(world.plan(), Operation.REPLACE)
        world.write(
            world.gadget("red", lifecycle="ignore: [colour]", colour="light", mount="blue"), world.gadget("blue")
        )
        world.apply()
        assert ids(world)["Red"] != old
        assert world.account.named("Red")["colour"] == "dark"

    def test_a_fixed_field_that_goes_out_of_the_manifest_is_reset_by_a_replacement(self, world: World) -> None:
        start(world)
        world.write(world.gadget("red"), world.gadget("blue", peer="red"))
        plan = world.apply()
        (made,) = of(plan, Operation.REPLACE)
        assert [(it.path, it.after, it.is_reset) for it in made.deltas] == [("colour", "grey", True)]
        assert world.account.named("Red").get("colour", "grey") == "grey"

    def test_a_move_to_another_key_goes_with_it(self, world: World) -> None:
        old = start(world)
        world.write(
            world.gadget("crimson", "Red", "moved_from: red", colour="light"), world.gadget("blue", peer="crimson")
        )
        world.apply()
        assert ids(world)["Red"] != old
        assert len(world.account.gadgets) == 2


class TestBlockers:
    def blockers(self, world: World, **selection: Any) -> str:
        plan = world.plan(**selection)
        before = len(world.account.writes())
        with pytest.raises(BlockedError):
            carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
        assert len(world.account.writes()) == before
        return " ".join(blocker for change in plan.changes for blocker in change.blockers)

    def test_what_is_protected_is_not_replaced(self, world: World) -> None:
        world.write(world.gadget("red", lifecycle="protect: true", colour="dark"))
        world.apply()
        world.write(world.gadget("red", lifecycle="protect: true", colour="light"))
        assert "it is protected" in self.blockers(world)
        world.write(world.gadget("red", colour="light"))
        assert "it is protected" in self.blockers(world)

    def test_an_object_of_another_person_that_refers_to_the_old_one(self, world: World) -> None:
        old = start(world)
        world.by_hand("Other", peer={"id": old, "type": "gadget_reference"})
        changed(world)
        assert "still used by gadget 'Other'" in self.blockers(world)

    def test_an_own_manifest_that_leaves_the_reference_to_the_account(self, world: World) -> None:
        old = start(world)
        world.write(world.gadget("red", colour="dark"), world.gadget("blue", peer="red"), world.gadget("c"))
        world.apply()
        world.edit("C", peer={"id": old, "type": "gadget_reference"})
        world.write(world.gadget("red", colour="light"), world.gadget("blue", peer="red"), world.gadget("c"))
        assert "its manifest does not name 'peer'" in self.blockers(world)

    def test_a_target_that_leaves_out_what_refers_to_it(self, world: World) -> None:
        start(world)
        changed(world)
        assert "add --target gadget/blue" in self.blockers(world, targets=("gadget/red",))
        for targets in (("gadget/blue",), ("gadget/red", "gadget/blue")):
            plan = world.plan(targets=targets)
            assert not plan.has_blockers
            assert [change.operation for change in plan.changes] == [
                Operation.REPLACE,
                Operation.UPDATE,
                Operation.RETIRE,
            ]

    def test_the_limit_on_deletes_counts_it(self, world: World) -> None:
        start(world)
        changed(world)
        plan = world.plan()
        assert not plan.refusals
        limited = replace(world.workspace, max_deletes=0)
        plan = make_plan(world.client, load_desired(limited, Selection())).plan
        assert "1 delete exceeds the limit of 0" in plan.refusals[0]

    def test_a_name_of_which_there_can_be_one_only(self, tmp_path: Path) -> None:
        for world in _world((make_replaceable(unique_name=True),), GadgetAccount(), tmp_path):
            start(world)
            changed(world)
            assert "takes one gadget of a name only" in self.blockers(world)
            world.write(world.gadget("red", "Crimson", colour="light"), world.gadget("blue", peer="red"))
            world.apply()
            assert world.account.named("Crimson")["colour"] == "light"

    def test_an_id_in_the_manifest_names_the_old_object(self, world: World) -> None:
        old = start(world)
        text = world.gadget("red", colour="light").replace("{name: red}", f"{{name: red, id: {old}}}")
        world.write(text, world.gadget("blue", peer="red"))
        assert "remove metadata.id" in self.blockers(world)

    def test_an_object_that_is_not_adopted_yet(self, world: World) -> None:
        world.by_hand("Red", colour="dark")
        world.write(world.gadget("red", lifecycle="adopt: true", colour="light"))
        assert "adopt it with that first" in self.blockers(world)

    def test_a_text_without_room_for_the_record(self, world: World) -> None:
        start(world)
        line = str(world.account.named("Red")["notes"]).partition(" #")[0]
        world.edit("Red", notes=f"{'x' * 455}\n{line}")
        changed(world)
        assert "notes has no room" in self.blockers(world)


class TestLists:
    def test_items_that_only_the_account_has_are_named(self, lists: World) -> None:
        lists.write(lists.gadget("red", colour="dark", labels="[mine]"))
        lists.apply()
        identity = ids(lists)["Red"]
        lists.account.labelled[identity].add("theirs")
        lists.account.labels["theirs"] = "PLAB900"
        lists.write(lists.gadget("red", colour="light", labels="[mine]"))
        (made,) = of(lists.plan(), Operation.REPLACE)
        assert made.loses == (_LOSES, "labels that only the account has: 'theirs'")
        lists.apply()
        assert lists.account.labelled[ids(lists)["Red"]] == {"mine"}

    def test_a_list_that_no_manifest_names_is_read_and_named(self, lists: World) -> None:
        lists.write(lists.gadget("red", colour="dark"))
        lists.apply()
        lists.account.labelled[ids(lists)["Red"]] = {"theirs"}
        lists.account.labels["theirs"] = "PLAB900"
        lists.write(lists.gadget("red", colour="light"))
        (made,) = of(lists.plan(), Operation.REPLACE)
        assert made.loses == (_LOSES, "labels that only the account has: 'theirs'")

    def test_items_of_others_that_refer_to_it_are_led_to_the_new_one(self, lists: World) -> None:
        lists.write(lists.gadget("red", colour="dark"), lists.gadget("blue", links="[{to: red}]"))
        lists.apply()
        lists.write(lists.gadget("red", colour="light"), lists.gadget("blue", links="[{to: red}]"))
        lists.apply()
        after = ids(lists)
        assert (after["Blue"], after["Red"]) in lists.account.links

    def test_its_own_items_are_made_again(self, lists: World) -> None:
        lists.write(lists.gadget("red", colour="dark", parts="[{name: arm, count: 2}]"))
        lists.apply()
        lists.write(lists.gadget("red", colour="light", parts="[{name: arm, count: 2}]"))
        lists.apply()
        assert (ids(lists)["Red"], "arm", 2) in lists.account.parts_held()


class TestReports:
    """A reviewer reads of one change, with what is lost."""

    @pytest.fixture
    def plan(self, lists: World) -> Plan:
        lists.account.labels["theirs"] = "PLAB900"
        lists.account.labelled[start(lists)] = {"theirs"}
        changed(lists)
        return lists.plan()

    def test_as_text(self, plan: Plan) -> None:
        text = render_plan_text(plan)
        entry = text.partition("Needs review (1)\n")[2].partition("\n\n")[0].splitlines()
        assert entry[0].startswith("  -/+ Red  gadget/red  ")
        assert [line.strip() for line in entry[1:]] == [
            "a new gadget in place of PGAD001: PagerDuty allows no change of colour",
            f"lost: {_LOSES}",
            "lost: labels that only the account has: 'theirs'",
            ORDER,
            "colour: dark -> light",
        ]
        assert "1 to update, 0 to delete, 1 to replace; 0 unchanged" in text
        assert "#retired" not in text

    def test_as_markdown(self, plan: Plan) -> None:
        text = render_plan_markdown(plan)
        assert "| | create | adopt | update | delete | replace |" in text
        assert "\n-/+ Red" in text
        assert f"\n!   lost: {_LOSES}" in text
        assert "Needs review: 1 change replaces an object" in text

    def test_as_annotations(self, plan: Plan) -> None:
        lines = [line for line in render_plan_annotations(plan, {}).splitlines() if "replace gadget/red" in line]
        assert len(lines) == 1
        assert lines[0].startswith("::warning ")

    def test_as_json(self, plan: Plan) -> None:
        body = plan.to_json()
        assert from_json(body, PlanDocument).plan().digest == plan.digest
        made = body["changes"][0]
        assert made["because"] == ["colour"]
        assert made["loses"] == [_LOSES, "labels that only the account has: 'theirs'"]

    @needs_chromium
    def test_on_the_page(self, plan: Plan, tmp_path: Path) -> None:
        file = tmp_path / "page.html"
        file.write_text(render_plan_page(plan, None), encoding="utf-8")
        with open_chromium(tmp_path / "profile") as tab:
            tab.resize(390)
            tab.open(file)
            tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            text = tab.evaluate("document.body.innerText")
            assert tab.messages == []
            assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert f"lost: {_LOSES}" in text
        assert "1 to replace" in text
        assert "#retired" not in text

    def test_the_result_names_each_step(self, lists: World, plan: Plan) -> None:
        result = carry_out_plan(lists.client, ApplyRequest(plan), _AT_ONCE)
        text = render_result_text(result)
        assert "created in place of the old one Red" in text
        assert "deleted, as it is replaced Red" in text


class TestOtherCommands:
    def test_what_leads_to_the_new_object_is_not_drift(self, lists: World) -> None:
        def write(colour: str) -> None:
            lists.write(
                lists.gadget("red", colour=colour),
                lists.gadget("blue", peer="red"),
                lists.gadget("c", links="[{to: red}]"),
            )

        write("dark")
        lists.apply()
        write("light")
        drift = find_drift(lists.client, lists.desired())
        (moved,) = drift.moved
        assert (moved.change.address, moved.origin, drift.unchanged) == ("gadget/red", Origin.OURS, 2)

    def test_an_edit_by_hand_of_a_fixed_field_is_drift_and_is_accepted(self, world: World) -> None:
        start(world)
        world.edit("Red", colour="odd")
        (moved,) = find_drift(world.client, world.desired()).moved
        assert [(it.path, it.live, it.desired, it.origin) for it in moved.fields] == [
            ("colour", "odd", "dark", Origin.THEIRS)
        ]
        place = parse_place("gadget/red")
        accepted = accept_live(world.client, load_for_accept(world.workspace, place), place)
        assert accepted is not None
        accepted.write()
        assert "colour: odd" in (world.folder / "gadgets.yaml").read_text()
        assert all(change.is_renewal for change in world.plan().changes)

    def test_a_journal_says_that_the_old_object_does_not_come_back(self, world: World) -> None:
        start(world)
        changed(world, size=3)
        told: list[Any] = []
        plan = world.plan()
        carry_out_plan(world.client, ApplyRequest(plan), Watch(sleep=lambda seconds: None, journal=told.append))
        journal = build_journal(told)
        request = RestoreRequest("journal", journal.before, journal.created)
        restoration = plan_restore(world.client, world.workspace, request)
        assert "was replaced by that run" in restoration.left["gadget/red#retired"]
        assert "created by that run" in restoration.left["gadget/red"]
        assert not restoration.planned.plan.changes, "what refers to it goes on referring to the new one"

    def test_a_saved_plan_is_applied_and_finished(self, world: World) -> None:
        for at in count(1):
            world.account.gadgets.clear()
            start(world)
            changed(world)
            planned = make_plan(world.client, world.desired())
            plan = replace_form(
                from_json(planned.plan.to_json(), PlanDocument).plan(), fetched_at=planned.plan.fetched_at
            )
            saved = SavedPlan(plan, "plan.json", _LATER, Selection())
            world.account.dies_at, world.account.is_last_done, world.account.dies_at_write = at, True, True
            carry_out_plan(world.client, ApplyRequest(saved.plan), _AT_ONCE)
            is_over = not world.account.is_dead
            world.account.dies_at = 0
            compared = compare_saved_plan(world.client, world.desired(), saved)
            assert compared.current is not None, [it.message for it in compared.staleness]
            assert carry_out_plan(world.client, ApplyRequest(compared.plan), _AT_ONCE).exit_code == 0
            assert not world.plan().changes
            assert len(world.account.gadgets) == 2
            if is_over:
                assert at == 4
                break

    def test_an_export_in_between_says_what_to_do(self, world: World) -> None:
        unfinished(world)
        export = export_account(world.client, world.workspace, ExportOptions("test"))
        assert "where a replacement is unfinished, run 'pdsync apply'" in " ".join(export.left_out)

    @pytest.mark.parametrize("way", ["tombstone", "prune"])
    def test_both_objects_go_with_the_manifest(self, world: World, way: str) -> None:
        unfinished(world)
        if way == "tombstone":
            world.write(world.gadget("red", lifecycle="absent: true, adopt: true"), world.gadget("blue", peer="null"))
            world.apply()
        else:
            world.write(world.gadget("blue", peer="null"))
            world.apply(prune="owned")
        assert set(ids(world)) == {"Blue"}


class TestFaults:
    """A run that is cut off at any request, whether PagerDuty carried that out or not, and the run after it."""

    @pytest.mark.parametrize(("is_done", "late"), [(True, "same"), (False, "same"), (True, "other")])
    def test_the_next_run_converges(self, lists: World, is_done: bool, late: str) -> None:
        """`late`: whether the next run asks for the same, or the manifest was changed once more in between."""

        def write(colour: str) -> None:
            lists.write(
                lists.gadget("red", colour=colour, parts="[{name: arm}]"),
                lists.gadget("blue", peer="red"),
                lists.gadget("green", mount="red", labels="[mine]"),
                lists.gadget("last", peer="green", links="[{to: red}]"),
            )

        for at in count(1):
            lists.account.dies_at = 0
            for held in (lists.account.gadgets, lists.account.parts, lists.account.links, lists.account.labelled):
                held.clear()
            write("dark")
            lists.apply()
            write("light")
            plan = lists.plan()
            lists.account.dies_at, lists.account.is_last_done, lists.account.dies_at_write = at, is_done, True
            result = carry_out_plan(lists.client, ApplyRequest(plan), _AT_ONCE)
            is_over = not lists.account.is_dead
            lists.account.dies_at = 0
            assert is_over or result.exit_code != 0
            colour = "light" if late == "same" else "lighter"
            write(colour)
            again = lists.plan()
            assert not again.problems, again.problems
            assert carry_out_plan(lists.client, ApplyRequest(again), _AT_ONCE).exit_code == 0
            assert not lists.plan().changes, at
            after = ids(lists)
            assert set(after) == {"Red", "Blue", "Green", "Last"}
            assert lists.account.named("Red")["colour"] == colour
            assert lists.account.named("Blue")["peer"]["id"] == after["Red"]
            assert lists.account.named("Green")["mount"]["id"] == after["Red"]
            assert lists.account.named("Last")["peer"]["id"] == after["Green"]
            assert (after["Last"], after["Red"]) in lists.account.links
            assert lists.account.labelled[after["Green"]] == {"mine"}
            if is_over:
                assert at > 8
                break

    def test_a_create_that_is_refused_changes_nothing_else(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        old = start(world)
        changed(world)
        plan = world.plan()
        monkeypatch.setattr(world.account, "_make", lambda body: _NO)
        before = len(world.account.writes())
        result = carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
        assert result.exit_code == 1
        assert world.account.writes()[before:] == [("POST", "/gadgets")]
        assert ids(world)["Red"] == old

    def test_a_repoint_that_is_refused_keeps_the_old_object(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = start(world)
        changed(world)
        plan, write = world.plan(), world.account._one
        with monkeypatch.context() as patched:
            patched.setattr(
                world.account, "_one", lambda method, *more: _NO if method == "PUT" else write(method, *more)
            )
            result = carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
        assert result.exit_code == 3
        assert old in world.account.gadgets
        assert [change.operation for change in world.plan().changes] == [Operation.UPDATE, Operation.RETIRE]
        world.apply()
        assert old not in world.account.gadgets

    def test_an_old_object_that_was_edited_since_the_plan_stays(self, world: World) -> None:
        old = start(world)
        changed(world)
        plan = world.plan()
        world.edit("Red", size=9)
        result = carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
        assert result.exit_code == 3
        assert world.account.gadgets[old]["size"] == 9
        plan = world.plan()
        assert [risk.message for risk in plan.risks] == [
            f"gadget 'Red', the old one {old}, was edited by hand and is deleted with these edits: size"
        ]

    @pytest.mark.parametrize("edit", [{}, {"peer": None}, {"colour": "black"}, {"name": "Crimson"}, {"size": 3}])
    def test_an_edit_of_what_an_earlier_run_left_is_named(self, lists: World, edit: dict[str, Any]) -> None:
        """Whether the manifest names the field or leaves it to the account."""

        def write(colour: str) -> None:
            lists.write(lists.gadget("red", colour=colour, peer="blue", labels="[mine]"), lists.gadget("blue"))

        write("dark")
        lists.apply()
        old = ids(lists)["Red"]
        write("light")
        plan = lists.plan()
        lists.account.dies_at, lists.account.is_last_done, lists.account.dies_at_write = 1, True, True
        carry_out_plan(lists.client, ApplyRequest(plan), _AT_ONCE)
        lists.account.dies_at = 0
        assert not lists.plan().risks
        lists.account.gadgets[old].update(edit)
        named = [risk.message.partition("edits: ")[2] for risk in lists.plan().risks]
        assert named == [*edit]
        lists.account.labels["theirs"] = "PLABEL9"
        lists.account.labelled[old].add("theirs")
        (risk,) = lists.plan().risks
        assert risk.message.endswith(": " + ", ".join([*edit, "labels"]))

    def test_an_unfinished_one_is_drift_and_is_said(self, world: World) -> None:
        unfinished(world)
        plan = world.plan()
        assert of(plan, Operation.RETIRE)
        assert not of(plan, Operation.REPLACE)
        drift = find_drift(world.client, world.desired())
        assert any("replacement" in moved.what for moved in drift.moved)
        world.apply()
        assert len(world.account.gadgets) == 2
