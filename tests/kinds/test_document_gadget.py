"""A field that is a document: read and written by requests of its own, taken through its whole life against a small HTTP server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pdsync.account import Extent
from pdsync.apply import Watch
from pdsync.client import HttpError, RestApiV2Client
from pdsync.client.endpoints import Endpoint
from pdsync.engine import (
    ApplyRequest,
    PlanError,
    accept_live,
    carry_out_plan,
    export_account,
    find_drift,
    load_for_accept,
    parse_place,
    read_account,
)
from pdsync.engine.restore import RestoreRequest, plan_restore
from pdsync.export import ExportOptions
from pdsync.kinds import KINDS
from pdsync.model import Field, Kind
from pdsync.model.codec.plain import Boolean, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Object, Part, SetOf
from pdsync.model.document import FieldDocument, Switch
from pdsync.plan import Operation, Result, Status, Verdict, compute_staleness
from pdsync.plan.diff.last_applied import Origin
from pdsync.report.result.journal import build_journal
from pdsync.report.result.result_text import render_result_text
from tests.kinds.test_gadget import World, _endpoints, make_gadget
from tests.support.gadget_server import GadgetAccount, serve_gadgets

_SOURCE = "tests/support/gadget_server.py"
_AT_ONCE = Watch(sleep=lambda seconds: None)


def _with_ids(recipe: Mapping[str, Any], answer: Mapping[str, Any]) -> Any:
    known = {step["label"]: step["id"] for step in answer["steps"]}
    return {"steps": [{**it, **({"id": known[it["label"]]} if it["label"] in known else {})} for it in recipe]}


STEP = Object((Part("label", Text(min_length=1), required=True), Part("text", Text(), required=True)))
RECIPE = Field(
    "recipe",
    ListOf(STEP, noun="step"),
    "What it is made by.",
    _SOURCE,
    keyed_by="label",
    default=[],
    document=FieldDocument(
        "gadgets/{parent}/recipe",
        wrapper="recipe",
        from_answer=lambda answer: [{"label": it["label"], "text": it["text"]} for it in answer["steps"]],
        to_request=_with_ids,
        switch=Switch("gadgets/{parent}/recipe/active", "active", frozenset({410})),
    ),
)
GLOW = Field(
    "glow",
    Boolean(),
    "Whether it glows.",
    _SOURCE,
    document=FieldDocument(
        "gadgets/{parent}/features",
        wrapper="features",
        write_path="gadgets/{parent}/features/glow",
        write_wrapper="feature",
        from_answer=lambda answer: next(it["enabled"] for it in answer if it["feature"] == "glow"),
        from_written=lambda answer: answer["enabled"],
        to_request=lambda value, answer: {"enabled": value},
    ),
)


MATES = Field(
    "mates",
    SetOf(Reference("gadget"), noun="mate"),
    "What it works with.",
    _SOURCE,
    default=[],
    document=FieldDocument("gadgets/{parent}/mates", wrapper="mates"),
)


def make_kind() -> Kind:
    gadget = make_gadget()
    return make_gadget(fields=(*gadget.fields, RECIPE, GLOW, MATES))


_MORE = (
    Endpoint("GET", "/gadgets/{id}/recipe", None, "recipe"),
    Endpoint("PUT", "/gadgets/{id}/recipe", "recipe", "recipe"),
    Endpoint("GET", "/gadgets/{id}/recipe/active", None, None),
    Endpoint("PUT", "/gadgets/{id}/recipe/active", None, None),
    Endpoint("GET", "/gadgets/{id}/mates", None, "mates"),
    Endpoint("PUT", "/gadgets/{id}/mates", "mates", "mates"),
    Endpoint("GET", "/gadgets/{id}/features", None, "features"),
    Endpoint("PUT", "/gadgets/{id}/features/{feature}", "feature", "feature"),
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    account, kind = GadgetAccount(), make_kind()
    with (
        KINDS.including(kind),
        serve_gadgets(account),
        RestApiV2Client(
            "y_NbAkKc66ryYTWUXYEu",
            base_url=account.url,
            more_endpoints=(*_endpoints("offset"), *_MORE),
            retry_ambiguous_posts=False,
            sleep=lambda seconds: None,
        ) as client,
    ):
        yield World(kind, account, client, tmp_path)


def steps(*said: str) -> str:
    return "[" + ", ".join(f"{{label: {it}, text: {it}}}" for it in said) + "]"


def texts(world: World, label: str) -> list[str]:
    recipe = world.account.recipes.get(world.account.named(label)["id"], {"steps": []})
    return [step["text"] for step in recipe["steps"]]


class TestLife:
    def test_it_is_written_after_its_object_and_changed_alone(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut", "glue")))
        world.apply()
        red = world.account.named("Red")["id"]
        assert texts(world, "Red") == ["cut", "glue"]
        assert [method for method, _ in world.account.writes()] == ["POST", "PUT", "PUT"]
        assert world.account.writes()[1] == ("PUT", f"/gadgets/{red}/recipe")
        cut = world.account.recipes[red]["steps"][0]["id"]
        world.write(world.gadget("red", recipe=steps("glue", "cut", "dry")))
        (change,) = world.apply().changes
        assert change.documents == ("recipe",)
        assert texts(world, "Red") == ["glue", "cut", "dry"]
        assert world.account.recipes[red]["steps"][1]["id"] == cut, "ids that only the server knows are kept"

    def test_many_that_are_made_together_are_on_record_once_they_are_written(self, world: World) -> None:
        keys = [f"g{at}" for at in range(20)]
        world.write(*(world.gadget(key, recipe=steps(key)) for key in keys))
        world.apply()
        assert [texts(world, key.title()) for key in keys] == [[key] for key in keys]
        methods = [method for method, _ in world.account.writes()]
        assert (methods.count("POST"), methods.count("PUT")) == (20, 40)
        world.write(*(world.gadget(key) for key in keys))
        assert {it.is_reset for change in world.apply().changes for it in change.deltas} == {True}
        assert not any(texts(world, key.title()) for key in keys)

    def test_it_is_never_in_the_body_of_its_object(self, world: World) -> None:
        world.write(world.gadget("red", size=3, recipe=steps("cut"), glow="false"))
        world.apply()
        assert not {"recipe", "glow"} & world.account.named("Red").keys()
        assert world.account.glowing == {world.account.named("Red")["id"]: False}

    def test_only_what_a_manifest_names_is_read(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")), world.gadget("blue"), world.gadget("green"))
        world.apply()
        world.account.requests.clear()
        world.plan()
        red = world.account.named("Red")["id"]
        apart = [path for _, path in world.account.requests if path.count("/") > 2]
        assert sorted(apart) == [f"/gadgets/{red}/recipe", f"/gadgets/{red}/recipe/active"]

    def test_a_write_of_something_else_does_not_read_it_again(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        world.write(world.gadget("red", recipe=steps("cut"), size=9))
        plan = world.plan()
        world.account.requests.clear()
        world.account.recipes[world.account.named("Red")["id"]]["steps"][0]["text"] = "saw"
        assert carry_out_plan(world.client, ApplyRequest(plan)).exit_code == 0
        assert not [path for _, path in world.account.requests if "recipe" in path]

    def test_what_no_manifest_names_is_not_touched(self, world: World) -> None:
        world.write(world.gadget("red"))
        world.apply()
        red = world.account.named("Red")["id"]
        world.account.recipes[red] = {"version": "1", "steps": [{"id": "P1", "label": "a", "text": "theirs"}]}
        world.write(world.gadget("red", size=9))
        world.apply()
        assert texts(world, "Red") == ["theirs"]

    def test_what_pdsync_wrote_is_reset_when_no_manifest_names_it(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        world.write(world.gadget("red"))
        (change,) = world.apply().changes
        assert all(it.is_reset and it.field == "recipe" for it in change.deltas), change.deltas
        assert texts(world, "Red") == []

    def test_what_was_found_stays_and_is_named(self, world: World) -> None:
        held = world.by_hand("Red")
        world.account.recipes[held["id"]] = {"version": "1", "steps": [{"id": "P1", "label": "a", "text": "a"}]}
        world.write(world.gadget("red", recipe=steps("a"), lifecycle="adopt: true"))
        world.apply()
        world.write(world.gadget("red"))
        (change,) = world.apply().changes
        assert [(it.path, it.why) for it in change.unmanaged] == [("recipe", "it was there before pdsync managed it")]
        assert texts(world, "Red") == ["a"]

    def test_what_was_edited_since_stays_and_is_named(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        world.account.recipes[world.account.named("Red")["id"]]["steps"][0]["text"] = "saw"
        world.write(world.gadget("red"))
        (change,) = world.apply().changes
        assert [it.path for it in change.unmanaged] == ["recipe"]
        assert texts(world, "Red") == ["saw"]

    def test_a_tombstone_of_its_object_takes_it_along(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        world.write(world.gadget("red", lifecycle="absent: true"))
        (change,) = world.plan().changes
        assert (change.operation, change.before["recipe"]) == (Operation.DELETE, [{"label": "cut", "text": "cut"}])
        world.apply()
        assert not world.account.gadgets

    def test_a_delete_is_stopped_by_what_was_written_since(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        world.write(world.gadget("red", lifecycle="absent: true"))
        plan = world.plan()
        world.account.recipes[world.account.named("Red")["id"]]["steps"][0]["text"] = "saw"
        assert carry_out_plan(world.client, ApplyRequest(plan)).exit_code == 4
        assert texts(world, "Red") == ["saw"]


class TestMeanwhile:
    """Changes by others between the plan and the write."""

    @pytest.mark.parametrize("how", ["content", "version"])
    def test_an_edit_since_the_plan_is_a_conflict(self, world: World, how: str) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        world.write(world.gadget("red", recipe=steps("glue"), size=5))
        plan = world.plan()
        held = world.account.recipes[world.account.named("Red")["id"]]
        if how == "content":
            held["steps"][0]["text"] = "saw"
        else:
            held["version"] = "77"
        kept = dict(held)
        result = carry_out_plan(world.client, ApplyRequest(plan))
        assert (result.exit_code, result.outcomes[0].status) == (4, Status.CONFLICT)
        assert world.account.recipes[world.account.named("Red")["id"]] == kept
        assert world.account.named("Red")["size"] == 1, "nothing of the change is written"

    def test_a_new_object_that_was_filled_meanwhile_is_left_alone(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        plan = world.plan()
        theirs = {"version": "1", "steps": [{"id": "P1", "label": "a", "text": "theirs"}]}
        world.account.recipes["PGAD001"] = theirs
        result = carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
        assert result.exit_code == 3
        assert "filled in the meantime" in (result.outcomes[0].message or "")
        assert world.account.recipes["PGAD001"] == theirs

    def test_an_edit_between_two_requests_of_the_change_is_a_conflict(self, world: World) -> None:
        """The re-read before the first write finds nothing. Another person writes the second document while the first is written."""
        world.write(world.gadget("red", recipe=steps("cut"), glow="true"))
        world.apply()
        world.write(world.gadget("red", recipe=steps("glue"), glow="false"))
        plan = world.plan()
        red = world.account.named("Red")["id"]
        world.account.before_recipe = [lambda identity: world.account.glowing.update({identity: False})]
        result = carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
        assert (result.exit_code, result.outcomes[0].status) == (3, Status.CONFLICT)
        assert "a part was written before: the glow was changed since it was planned" in (
            result.outcomes[0].message or ""
        )
        world.account.glowing[red] = True
        world.apply()
        assert (texts(world, "Red"), world.account.glowing[red]) == (["glue"], False)

    def test_a_saved_plan_judges_by_the_document(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")), world.gadget("blue", recipe=steps("cut")))
        world.apply()
        world.write(world.gadget("red", recipe=steps("glue")), world.gadget("blue", recipe=steps("glue")))
        plan = world.plan()
        world.account.recipes[world.account.named("Red")["id"]]["steps"][0]["text"] = "saw"
        account = read_account(world.client, world.workspace, Extent(world.desired().resources))
        found = {it.change.address: it for it in compute_staleness(plan, account)}
        assert found["gadget/blue"].verdict is Verdict.VALID
        assert found["gadget/red"].verdict is Verdict.CONFLICT
        (three,) = found["gadget/red"].differences
        assert (three.path, three.live) == ("recipe", [{"label": "cut", "text": "saw"}])


class TestRefused:
    """What PagerDuty does not show is not known, and never taken for empty."""

    @pytest.mark.parametrize("status", [402, 403, 404])
    def test_it_is_a_problem_of_a_manifest_that_names_it_and_of_no_other(self, world: World, status: int) -> None:
        world.write(world.gadget("red", recipe=steps("cut")), world.gadget("blue"))
        world.apply()
        world.account.recipe_refused = status
        (problem,) = world.plan().problems
        assert (problem.address, problem.message.partition(":")[0]) == ("gadget/red", "recipe")
        assert str(status) in problem.message
        world.write(world.gadget("red"), world.gadget("blue", size=4))
        changes = {change.address: change for change in world.plan().changes}
        assert [(it.path, it.why) for it in changes["gadget/red"].unmanaged] == [
            ("recipe", "PagerDuty refuses to show it")
        ]
        assert not changes["gadget/red"].documents
        assert not changes["gadget/blue"].unmanaged

    def test_the_kind_is_exported_without_it(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut"), glow="false"))
        world.apply()
        text = "".join(export_account(world.client, world.workspace, ExportOptions("test")).files.values())
        assert "recipe:" in text
        assert "glow: false" in text
        world.account.recipe_refused = 403
        text = "".join(export_account(world.client, world.workspace, ExportOptions("test")).files.values())
        assert "recipe is left out: PagerDuty refuses to show it" in text
        assert "recipe:" not in text
        assert "glow: false" in text
        world.by_hand("Blue")
        export, (line,) = world.exported()
        assert "recipe" not in "".join(export.files.values())
        assert line.startswith("recipe of all gadgets: PagerDuty refuses to show it: PagerDuty answered HTTP 403")

    def test_another_error_is_an_error(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        world.account.recipe_refused = 400
        with pytest.raises(HttpError):
            world.plan()


class TestSwitch:
    """A document that PagerDuty does nothing with until it is turned on."""

    def test_it_is_turned_on_with_the_first_write(self, world: World) -> None:
        world.account.idle = {"PGAD001"}
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        assert not world.account.idle

    def test_where_it_was_turned_off_the_plan_says_so_and_turns_it_on(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        red = world.account.named("Red")["id"]
        world.account.idle = {red}
        kept = dict(world.account.recipes[red])
        (change,) = world.plan().changes
        assert [(it.path, it.before, it.after) for it in change.deltas] == [("recipe.active", False, True)]
        world.apply()
        assert not world.account.idle
        assert world.account.recipes[red] == kept, "a document that is as it should be is not written"

    def test_one_that_is_reset_is_left_off(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        red = world.account.named("Red")["id"]
        world.write(world.gadget("red"))
        world.account.idle = {red}
        world.apply()
        assert world.account.idle == {red}

    def test_a_status_may_mean_that_there_is_nothing_to_turn_on(self, world: World) -> None:
        world.account.switch_refused = 410
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        assert ("PUT", "/gadgets/PGAD001/recipe/active") not in world.account.writes()

    def test_where_it_cannot_be_turned_on_the_result_says_so(self, world: World) -> None:
        world.account.switch_refused = 403
        world.write(world.gadget("red", recipe=steps("cut")))
        told: list[Mapping[str, Any]] = []
        watch = replace(_AT_ONCE, journal=told.append)
        result = carry_out_plan(world.client, ApplyRequest(world.plan()), watch)
        (warned,) = result.outcomes[0].warned
        assert "refuses to turn it on (HTTP 403)" in warned.message
        assert build_journal(told).warnings == {"gadget/red": [f"PagerDuty warns: {warned}"]}


class TestWarnings:
    """What PagerDuty stores and does nothing with."""

    def apply(self, world: World, **watched: Any) -> tuple[Result, list[Mapping[str, Any]]]:
        told: list[Mapping[str, Any]] = []
        watch = Watch(sleep=lambda seconds: None, journal=told.append, **watched)
        return carry_out_plan(world.client, ApplyRequest(world.plan()), watch), told

    @pytest.mark.parametrize("is_new", [True, False])
    def test_they_are_told_kept_and_said_again_until_a_write_without(self, world: World, is_new: bool) -> None:
        if not is_new:
            world.write(world.gadget("red", recipe=steps("cut")))
            world.apply()
        world.write(world.gadget("red", recipe=steps("gild")))
        result, told = self.apply(world)
        assert result.exit_code == 0
        (warned,) = result.outcomes[0].warned
        assert (warned.field, warned.item, warned.type) == ("recipe", "gild", "forbidden_feature")
        text = render_result_text(result)
        assert "PagerDuty warns: recipe[gild]: Your plan has no gold." in text
        assert "Done, with warnings" in text
        journal = build_journal(told)
        assert journal.warnings == {"gadget/red": ["PagerDuty warns: recipe[gild]: Your plan has no gold."]}
        for _ in range(2):
            plan = world.plan()
            assert not plan.changes
            assert [(risk.code, risk.address) for risk in plan.risks] == [("document_warned", "gadget/red")]
            assert plan.risks[0].message in find_drift(world.client, world.desired()).notes
        world.write(world.gadget("red", recipe=steps("gild"), size=7))
        assert self.apply(world)[0].outcomes[0].warned == ()
        assert [risk.code for risk in world.plan().risks] == ["document_warned"], "another change does not forget it"
        world.write(world.gadget("red", recipe=steps("cut"), size=7))
        world.apply()
        assert not world.plan().risks

    def test_with_strict_they_are_no_success(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("gild")), world.gadget("blue"))
        result, told = self.apply(world, is_strict=True)
        assert result.exit_code == 3
        assert told[-1] == {"event": "end", "exit_code": 3, "interrupted": False}
        assert result.to_json()["exit_code"] == 3
        world.write(world.gadget("red", recipe=steps("cut")), world.gadget("blue"))
        assert self.apply(world, is_strict=True)[0].exit_code == 0

    def test_they_end_with_the_management_of_the_document(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("gild")))
        self.apply(world)
        world.write(world.gadget("red"))
        world.apply()
        assert not world.plan().risks


class TestFaults:
    """A run that is cut off at any request, whether PagerDuty carried that out or not, and the run after it."""

    @pytest.mark.parametrize("is_done", [True, False])
    def test_the_next_run_converges(self, world: World, is_done: bool) -> None:
        after = world.gadget("red", recipe=steps("glue", "gild"), glow="false", size=9)
        for at in count(1):
            for held in (world.account.gadgets, world.account.recipes, world.account.glowing):
                held.clear()
            world.write(after)
            plan = world.plan()
            world.account.dies_at, world.account.is_last_done = at, is_done
            result = carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
            is_over = not world.account.is_dead
            world.account.dies_at = 0
            assert is_over or result.exit_code != 0
            again = world.plan()
            assert carry_out_plan(world.client, ApplyRequest(again), _AT_ONCE).exit_code == 0
            assert not world.plan().changes
            assert texts(world, "Red") == ["glue", "gild"]
            assert world.account.glowing == {world.account.named("Red")["id"]: False}
            assert len(world.account.gadgets) == 1
            if is_over:
                assert at > 5
                break

    def test_a_lost_answer_is_looked_up_and_its_warnings_are_heard(self, world: World) -> None:
        world.write(world.gadget("red"))
        world.apply()
        world.write(world.gadget("red", recipe=steps("gild")))
        plan = world.plan()
        world.account.lost_recipes = 1
        result = carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
        assert (result.exit_code, result.outcomes[0].status) == (0, Status.APPLIED)
        assert [it.item for it in result.outcomes[0].warned] == ["gild"]
        assert texts(world, "Red") == ["gild"]


class TestOtherCommands:
    def test_it_drifts_and_is_accepted(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut")))
        world.apply()
        red = world.account.named("Red")["id"]
        world.account.recipes[red]["steps"][0]["text"] = "saw"
        (moved,) = find_drift(world.client, world.desired()).moved
        assert (moved.change.address, moved.origin) == ("gadget/red", Origin.THEIRS)
        place = parse_place("gadget/red:recipe")
        accepted = accept_live(world.client, load_for_accept(world.workspace, place), place)
        assert accepted is not None
        accepted.write()
        (change,) = world.apply().changes
        assert change.is_renewal
        assert texts(world, "Red") == ["saw"]

    @pytest.mark.parametrize("is_deleted", [True, False])
    def test_a_journal_puts_it_back(self, world: World, is_deleted: bool) -> None:
        world.write(world.gadget("red", recipe=steps("cut")), world.gadget("blue", recipe=steps("cut")))
        world.apply()
        gone = {"lifecycle": "absent: true"} if is_deleted else {"recipe": steps("glue")}
        world.write(world.gadget("red", **gone), world.gadget("blue", recipe=steps("cut")))
        told: list[Mapping[str, Any]] = []
        carry_out_plan(world.client, ApplyRequest(world.plan()), Watch(sleep=lambda seconds: None, journal=told.append))
        found = build_journal(told).before
        restoration = plan_restore(world.client, world.workspace, RestoreRequest("journal", found))
        result = carry_out_plan(world.client, ApplyRequest(restoration.planned.plan), _AT_ONCE)
        assert result.exit_code == 0
        assert texts(world, "Red") == ["cut"]

    def test_a_document_with_what_may_be_a_credential_is_not_in_the_journal(self, world: World) -> None:
        world.write(world.gadget("red", recipe=steps("cut"), size=2))
        world.apply()
        red = world.account.named("Red")["id"]
        world.account.recipes[red]["steps"][0]["api_key"] = "S3cret"
        world.write(world.gadget("red", recipe=steps("glue"), size=3))
        told: list[Mapping[str, Any]] = []
        carry_out_plan(world.client, ApplyRequest(world.plan()), Watch(sleep=lambda seconds: None, journal=told.append))
        assert "S3cret" not in str(told)
        found = build_journal(told).before
        with pytest.raises(PlanError) as refused:
            plan_restore(world.client, world.workspace, RestoreRequest("journal", found))
        (problem,) = refused.value.problems
        assert "recipe cannot be put back" in problem.message

    def test_references_in_a_document_decide_the_order(self, world: World) -> None:
        world.write(world.gadget("red"), world.gadget("blue"))
        world.apply()
        old = world.account.named("Blue")["id"]
        world.write(
            world.gadget("red", mates="[green]"), world.gadget("green"), world.gadget("blue", size=2, mates="[red]")
        )
        plan = world.apply()
        waits = {change.address: change.waits_for for change in plan.changes}
        assert waits == {"gadget/green": (), "gadget/red": ("gadget/green",), "gadget/blue": ("gadget/red",)}
        world.write(
            world.gadget("red", mates="[blue]"),
            world.gadget("green", lifecycle="absent: true"),
            world.gadget("blue", size=2),
        )
        plan = world.apply()
        waits = {change.address: change.waits_for for change in plan.changes}
        assert waits == {"gadget/blue": (), "gadget/red": ("gadget/blue",), "gadget/green": ("gadget/red",)}
        assert world.account.mates[world.account.named("Red")["id"]] == [old]
