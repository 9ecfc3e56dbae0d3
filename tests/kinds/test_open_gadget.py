"""A made-up kind with a field that is open in part, and with a list that may hold several items of one key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pdsync.engine import ApplyRequest, carry_out_plan
from pdsync.model import Canonical, Field
from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.plain import Text
from pdsync.model.codec.structure import MapOf
from pdsync.plan import ChildOperation, Status
from pdsync.plan.diff.last_applied import Origin
from tests.kinds.test_gadget import _PART, World, _world, make_gadget
from tests.support.gadget_server import GadgetAccount


@dataclass(frozen=True, slots=True)
class Settings(MapOf, Open):
    """Texts by name, each of which a manifest may leave out."""

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        return dict(value or {})

    def frame(self, value: Canonical) -> Canonical:
        return sorted(name for name in value or {} if name.startswith("frame"))

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        live = dict(live or {})
        hidden = {name: text for name, text in desired.items() if name not in live and is_applied(name)}
        return {**live, **desired}, {**live, **hidden}

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        return {name: live.get(name, text) for name, text in desired.items()}

    def shown_path(self, path: str) -> str:
        return f".{path}"


@dataclass
class OpenAccount(GadgetAccount):
    """Fills in a mode, and never shows what is secret."""

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        status, answer = super().answer(method, path, query, body)
        if isinstance(answer, dict) and "gadget" in answer:
            answer = {**answer, "gadget": _shown(answer["gadget"])}
        if isinstance(answer, dict) and "gadgets" in answer:
            answer = {**answer, "gadgets": [_shown(it) for it in answer["gadgets"]]}
        return status, answer


def _shown(gadget: dict[str, Any]) -> dict[str, Any]:
    settings = {"mode": "auto", **(gadget.get("settings") or {})}
    return {**gadget, "settings": {name: text for name, text in settings.items() if name != "secret"}}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    kind = make_gadget()
    settings = Field("settings", Settings(Text()), "How it works.", "this test", carry=True, default={})
    parts = replace(_PART, is_numbered=True)
    yield from _world((replace(kind, fields=(*kind.fields, settings), children=(parts,)),), OpenAccount(), tmp_path)


def stored(world: World) -> dict[str, str]:
    return dict(world.account.named("Red")["settings"])


class TestOpenField:
    def test_what_the_server_adds_is_no_difference_and_stays(self, world: World) -> None:
        world.write(world.gadget("red", settings="{colour: blue}"))
        world.apply()
        world.edit("Red", settings={"colour": "blue", "mode": "manual"})
        assert not world.plan().changes
        world.write(world.gadget("red", settings="{colour: green}"))
        (change,) = world.apply().changes
        assert [(it.path, it.origin) for it in change.deltas] == [("settings.colour", Origin.OURS)]
        assert stored(world) == {"colour": "green", "mode": "manual"}

    def test_what_the_server_never_shows_is_sent_when_ours_changed(self, world: World) -> None:
        world.write(world.gadget("red", settings="{colour: blue, secret: one}"))
        world.apply()
        world.write(world.gadget("red", settings="{colour: blue, secret: two}"))
        (change,) = world.apply().changes
        assert [it.path for it in change.deltas] == ["settings.secret"]
        world.write(world.gadget("red", settings="{colour: red, secret: two}"))
        (change,) = world.apply().changes
        assert [it.path for it in change.deltas] == ["settings.colour"]
        assert stored(world) == {"colour": "red", "secret": "two", "mode": "auto"}

    def test_an_edit_by_hand_of_what_is_named_is_theirs(self, world: World) -> None:
        world.write(world.gadget("red", settings="{colour: blue, secret: one}"))
        world.apply()
        world.edit("Red", settings={"colour": "pink", "secret": "one"})
        (change,) = world.apply().changes
        assert [(it.path, it.origin) for it in change.deltas] == [("settings.colour", Origin.THEIRS)]

    def test_a_plan_that_was_carried_out_is_done_and_another_one_is_a_conflict(self, world: World) -> None:
        """No answer shows a difference between the two: the record in the ownership line does."""
        world.write(world.gadget("red", settings="{secret: one}"))
        world.apply()
        plans = []
        for secret in ("two", "three"):
            world.write(world.gadget("red", settings=f"{{secret: {secret}}}"))
            plans.append(world.plan())
        first, second = plans
        assert carry_out_plan(world.client, ApplyRequest(first)).exit_code == 0
        again = carry_out_plan(world.client, ApplyRequest(first))
        assert [it.status for it in again.outcomes] == [Status.ALREADY]
        other = carry_out_plan(world.client, ApplyRequest(second))
        assert [it.status for it in other.outcomes] == [Status.CONFLICT]
        assert stored(world)["secret"] == "two"

    def test_a_revert_takes_it_back_as_far_as_it_shows(self, world: World) -> None:
        world.write(world.gadget("red"))
        world.apply()
        world.write(world.gadget("red", settings="{colour: blue, secret: one}"))
        world.apply()
        world.write(world.gadget("red"))
        (change,) = world.plan().changes
        assert [delta.is_reset for delta in change.deltas if delta.field == "settings"] != []
        world.edit("Red", settings={"colour": "pink"})
        (change,) = world.plan().changes
        assert [it.path for it in change.unmanaged] == ["settings"], "what was edited since stays"


class TestNumberedList:
    def held(self, world: World) -> dict[str, tuple[str, int]]:
        return {identity: (part["name"], part["count"]) for identity, part in world.account.parts.items()}

    def test_items_of_one_key_are_told_apart_by_what_they_say(self, world: World) -> None:
        world.write(world.gadget("red", parts="[{name: wheel, count: 4}, {name: wheel, count: 2}, {name: bell}]"))
        world.apply()
        before = self.held(world)
        assert sorted(before.values()) == [("bell", 1), ("wheel", 2), ("wheel", 4)]
        world.write(world.gadget("red", parts="[{name: wheel, count: 3}, {name: bell}, {name: wheel, count: 4}]"))
        (change,) = world.apply().changes
        assert [it.operation for it in change.children] == [ChildOperation.UPDATE]
        assert {it for it, said in self.held(world).items() if said == ("wheel", 3)} == {
            it for it, said in before.items() if said == ("wheel", 2)
        }

    def test_one_that_is_taken_out_is_that_one(self, world: World) -> None:
        world.write(world.gadget("red", parts="[{name: wheel, count: 4}, {name: wheel, count: 2}]"))
        world.apply()
        kept = {it for it, said in self.held(world).items() if said == ("wheel", 2)}
        world.write(world.gadget("red", parts="[{name: wheel, count: 2}]"))
        (change,) = world.apply().changes
        assert [it.operation for it in change.children] == [ChildOperation.REMOVE]
        assert self.held(world).keys() == kept

    def test_an_edit_by_hand_of_one_is_put_back(self, world: World) -> None:
        world.write(world.gadget("red", parts="[{name: wheel, count: 4}, {name: wheel, count: 2}]"))
        world.apply()
        edited = next(part for part in world.account.parts.values() if part["count"] == 2)
        edited["count"] = 7
        (change,) = world.apply().changes
        assert [(it.operation, it.id) for it in change.children] == [(ChildOperation.UPDATE, edited["id"])]
