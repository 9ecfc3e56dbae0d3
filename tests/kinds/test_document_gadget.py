"""A field that is a document: read and written by requests of its own, taken through its whole life against a small HTTP server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pdsync.apply import Watch
from pdsync.client import RestApiV2Client
from pdsync.client.endpoints import Endpoint
from pdsync.engine import (
    ApplyRequest,
    accept_live,
    carry_out_plan,
    export_account,
    find_drift,
    load_for_accept,
    parse_place,
)
from pdsync.export import ExportOptions
from pdsync.kinds import KINDS
from pdsync.model import Field, Kind, Ref
from pdsync.model.codec.plain import Boolean, Integer, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Object, Part
from pdsync.model.document import FieldDocument, Switch
from pdsync.plan import Operation, Status
from pdsync.plan.diff.last_applied import Origin
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


def make_kind() -> Kind:
    gadget = make_gadget()
    return make_gadget(fields=(*gadget.fields, RECIPE, GLOW))


_MORE = (
    Endpoint("GET", "/gadgets/{id}/recipe", None, "recipe"),
    Endpoint("PUT", "/gadgets/{id}/recipe", "recipe", "recipe"),
    Endpoint("GET", "/gadgets/{id}/recipe/active", None, None),
    Endpoint("PUT", "/gadgets/{id}/recipe/active", None, None),
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
        assert "filled meanwhile" in (result.outcomes[0].message or "")
        assert world.account.recipes["PGAD001"] == theirs
