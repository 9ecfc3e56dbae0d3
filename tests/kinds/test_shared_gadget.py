"""A made-up kind with a shared field: several manifests declare items of one list, and other people write some by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pdsync.engine import (
    ApplyRequest,
    BlockedError,
    EngineError,
    ManifestsError,
    RequestError,
    accept_live,
    carry_out_plan,
    find_drift,
    load_for_accept,
    parse_place,
)
from pdsync.model import Canonical, Field
from pdsync.model.codec.plain import Boolean, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Object, Part
from pdsync.model.fragment import FragmentList, Gathering, Item
from pdsync.model.ownership import MarkerLine
from pdsync.model.scope import Path as Place
from pdsync.model.scope import Scope
from pdsync.plan import Plan
from pdsync.plan.diff.last_applied import Origin
from tests.kinds.test_gadget import World, _world, make_gadget
from tests.support.gadget_server import GadgetAccount

_LABEL = Part("label", Text(min_length=1), required=True)
_IF = Part("if", Text(min_length=1))
_RULE = Object((_LABEL, _IF, Part("to", Reference("gadget"))))
_RULES = ListOf(_RULE, key="label", noun="rule")
_OPEN = Object((Part("shared", Boolean(), required=True), Part("start", _RULES), Part("last", _RULES)))


@dataclass(frozen=True, slots=True)
class Rules(ListOf, Gathering):
    """A list of rules, or a mapping that says that it is shared."""

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [_RULES.schema(), _OPEN.schema()]}

    def desired(self, value: Any, scope: Scope, path: Place) -> Canonical:
        return (_OPEN if isinstance(value, dict) else _RULES).desired(value, scope, path)

    def takes_fragments(self, value: Canonical) -> bool:
        return isinstance(value, dict) and bool(value["shared"])

    def own_items(self, value: Canonical) -> tuple[Sequence[Item], Sequence[Item]]:
        return value.get("start", ()), value.get("last", ())

    def gathered(self, value: Canonical, items: Sequence[Item]) -> Canonical:
        return list(items)

    def items(self, value: Canonical) -> Sequence[Item]:
        return value  # type: ignore[no-any-return]

    def with_items(self, value: Canonical, items: Sequence[Item]) -> Canonical:
        return list(items)

    def share_hint(self) -> str:
        return "Write 'rules: {shared: true}'"


_ROUTES = FragmentList(
    name="routes",
    description="Rules of other gadgets that lead here.",
    target="hub",
    target_kind="gadget",
    into="rules",
    key="label",
    members=(_LABEL, _IF),
    owner="to",
    noun="rule",
)


def _kind(room: int = 500) -> Any:
    kind = make_gadget(ownership=MarkerLine("notes", room))
    field = Field("rules", Rules(_RULE, key="label"), "Where things go.", "this test", keyed_by="label", default=[])
    return replace(kind, fields=(*kind.fields, field), fragments=(_ROUTES,))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from _world((_kind(),), GadgetAccount(), tmp_path)


def team(world: World, key: str, *routes: str) -> str:
    listed = ", ".join(f"{{hub: hub, {route}}}" for route in routes)
    return world.gadget(key, routes=f"[{listed}]") if routes else world.gadget(key)


def hub(world: World, rules: str = "{shared: true, start: [{label: first, to: red}]}") -> str:
    return world.gadget("hub", rules=rules)


def held(world: World) -> list[str]:
    return [rule["label"] for rule in world.account.named("Hub")["rules"]]


def by_hand(world: World, at: int, label: str, **more: str) -> None:
    rules = list(world.account.named("Hub")["rules"])
    rules.insert(at, {"label": label, **more})
    world.edit("Hub", rules=rules)


def refused(world: World) -> list[str]:
    with pytest.raises(ManifestsError) as error:
        world.desired()
    return [str(problem).partition(": ")[2] for problem in error.value.problems]


def shown(plan: Plan) -> Mapping[str, list[str]]:
    return {change.address: [delta.path for delta in change.deltas] for change in plan.changes}


def test_rules_of_several_manifests_become_one_list(world: World) -> None:
    world.write(hub(world), team(world, "red", "label: fire, if: hot"), team(world, "blue", "label: ice, before: fire"))
    world.apply()
    assert held(world) == ["first", "ice", "fire"]
    red = world.account.named("Red")["id"]
    assert world.account.named("Hub")["rules"][2] == {
        "label": "fire",
        "if": "hot",
        "to": {"id": red, "type": "gadget_reference"},
    }
    assert "routes" not in world.account.named("Red"), "it belongs to the hub"


class TestTwoTeams:
    def test_the_order_of_merges_does_not_matter(self, world: World) -> None:
        red, blue = team(world, "red", "label: fire"), team(world, "blue", "label: ice")
        for first in ((red, team(world, "blue")), (team(world, "red"), blue)):
            world.write(hub(world), team(world, "red"), team(world, "blue"))
            world.apply()
            world.write(hub(world), *first)
            assert shown(world.apply()) == {"gadget/hub": [f"rules[{'fire' if first[0] is red else 'ice'}]"]}
            world.write(hub(world), red, blue)
            (change,) = world.apply().changes
            assert change.address == "gadget/hub"
            assert held(world) == ["first", "ice", "fire"]

    def test_the_plan_says_who_declares_what_changes(self, world: World) -> None:
        world.write(hub(world), team(world, "red"))
        world.apply()
        world.write(hub(world), team(world, "red", "label: fire"))
        (change,) = world.plan().changes
        (note,) = change.notes
        assert note.startswith("rules[fire] is declared by gadget/red at ")
        assert note.endswith("gadgets.yaml:13")

    def test_a_rule_can_go_to_another_manifest(self, world: World) -> None:
        world.write(hub(world), team(world, "red", "label: fire"), team(world, "blue"))
        world.apply()
        world.write(hub(world), team(world, "red"), team(world, "blue", "label: fire"))
        assert shown(world.apply()) == {"gadget/hub": ["rules[fire].to"]}

    def test_a_move_is_a_move(self, world: World) -> None:
        world.write(hub(world), team(world, "red", "label: fire", "label: hot"))
        world.apply()
        world.write(hub(world), team(world, "red", "label: fire, priority: 1", "label: hot"))
        assert shown(world.apply()) == {"gadget/hub": ["rules (order)"]}
        assert held(world) == ["first", "hot", "fire"]


class TestForeignRules:
    def test_they_stay_where_they_are_and_are_told(self, world: World) -> None:
        world.write(hub(world), team(world, "red", "label: fire"))
        world.apply()
        by_hand(world, 1, "legacy", **{"if": "old"})
        plan = world.plan()
        assert not plan.changes
        assert plan.notes == ("gadget/hub: rules: 1 rule is in no manifest and stays as it is: 'legacy'",)
        world.write(hub(world), team(world, "red", "label: fire", "label: added, before: fire"))
        assert shown(world.apply()) == {"gadget/hub": ["rules[added]"]}
        assert held(world) == ["first", "legacy", "added", "fire"]
        assert world.account.named("Hub")["rules"][1] == {"label": "legacy", "if": "old"}

    def test_what_pdsync_wrote_goes_and_they_stay(self, world: World) -> None:
        world.write(hub(world), team(world, "red", "label: fire", "label: hot"))
        world.apply()
        by_hand(world, 2, "legacy")
        world.write(hub(world), team(world, "red", "label: hot"))
        plan = world.apply()
        assert shown(plan) == {"gadget/hub": ["rules[fire]"]}
        (change,) = plan.changes
        assert [delta.origin for delta in change.deltas] == [Origin.OURS]
        assert held(world) == ["first", "legacy", "hot"]

    def test_one_that_was_edited_since_stays(self, world: World) -> None:
        world.write(hub(world), team(world, "red", "label: fire"))
        world.apply()
        rules = world.account.named("Hub")["rules"]
        world.edit("Hub", rules=[rules[0], {**rules[1], "if": "by hand"}])
        world.write(hub(world), team(world, "red"))
        (change,) = world.apply().changes
        assert [(it.path, it.why) for it in change.unmanaged] == [
            ("rules[fire]", "it was edited since pdsync wrote it")
        ]
        assert held(world) == ["first", "fire"]

    def test_one_that_was_there_before_stays(self, world: World) -> None:
        """Else the revert of an adoption would delete what people had before."""
        world.write(world.gadget("hub"), team(world, "red"))
        world.apply()
        red = {"id": world.account.named("Red")["id"], "type": "gadget_reference"}
        world.edit("Hub", rules=[{"label": "fire", "to": red}])
        world.write(hub(world, "{shared: true}"), team(world, "red", "label: fire"))
        world.apply()
        world.write(hub(world, "{shared: true}"), team(world, "red"))
        (change,) = world.apply().changes
        assert [it.why for it in change.unmanaged] == ["it was there before pdsync managed it"]
        assert held(world) == ["fire"]

    def test_one_of_the_same_label_is_not_taken_over(self, world: World) -> None:
        world.write(hub(world), team(world, "red"))
        world.apply()
        by_hand(world, 1, "fire", **{"if": "theirs"})
        world.write(hub(world), team(world, "red", "label: fire"))
        plan = world.plan()
        (change,) = plan.changes
        (blocker,) = change.blockers
        assert blocker.startswith("rules[fire] (gadget/red at ")
        assert "would overwrite what PagerDuty holds, and pdsync did not write it" in blocker
        with pytest.raises(BlockedError):
            carry_out_plan(world.client, ApplyRequest(plan))
        assert world.account.named("Hub")["rules"][1] == {"label": "fire", "if": "theirs"}

    def test_a_list_that_is_not_shared_is_whole(self, world: World) -> None:
        world.write(hub(world, "[{label: first}]"))
        world.apply()
        by_hand(world, 1, "legacy")
        assert shown(world.apply()) == {"gadget/hub": ["rules[legacy]"]}
        assert held(world) == ["first"]

    def test_a_list_that_comes_to_be_shared_was_whole(self, world: World) -> None:
        world.write(hub(world, "[{label: first}, {label: fire, to: red}, {label: old}]"), team(world, "red"))
        world.apply()
        world.write(hub(world, "{shared: true, start: [{label: first}]}"), team(world, "red", "label: fire"))
        assert shown(world.apply()) == {"gadget/hub": ["rules[old]"]}
        assert held(world) == ["first", "fire"]


class TestNoRoomForAllRules:
    """Where the ownership line has no room to say which rules are ours, the record of the whole field must do."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> Iterator[World]:
        yield from _world((_kind(260),), GadgetAccount(), tmp_path)

    def many(self, world: World, *routes: str, own: str = "to: red") -> None:
        own = ", ".join(f"{{label: rule {at:02}, {own if at == 0 else 'to: red'}}}" for at in range(40))
        world.write(hub(world, f"{{shared: true, start: [{own}]}}"), team(world, "red", *routes))

    def test_what_no_manifest_declares_any_more_goes_and_foreign_rules_stay(self, world: World) -> None:
        self.many(world, "label: fire", "label: hot")
        world.apply()
        by_hand(world, 3, "legacy")
        by_hand(world, 41, "older")
        self.many(world, "label: hot")
        assert shown(world.apply()) == {"gadget/hub": ["rules[fire]"]}
        assert [it for it in held(world) if not it.startswith("rule ")] == ["legacy", "older", "hot"]

    def test_edits_by_hand_do_not_hide_who_wrote_what(self, world: World) -> None:
        self.many(world, "label: fire")
        world.apply()
        rules = world.account.named("Hub")["rules"]
        edited = [{**rule, "if": "by hand"} for rule in rules[:7]]
        world.edit("Hub", rules=[*edited, *rules[8:], {"label": "legacy"}])
        self.many(world)
        paths = [f"rules[rule {at:02}].if" for at in range(7)]
        assert shown(world.apply()) == {"gadget/hub": [*paths, "rules[rule 07]", "rules[fire]"]}
        assert [it for it in held(world) if not it.startswith("rule ")] == ["legacy"]

    def test_nothing_goes_and_nothing_is_overwritten_where_it_is_not_known_who_wrote_what(self, world: World) -> None:
        self.many(world, "label: fire")
        world.apply()
        rules = [dict(rule) for rule in world.account.named("Hub")["rules"]]
        moved = [rules[1], {**rules[0], "if": "by hand"}, *rules[2:], {"label": "legacy"}]
        world.edit("Hub", rules=moved)
        self.many(world, own="if: mine")
        (change,) = world.plan().changes
        why = "the ownership line does not say who wrote it"
        assert [(it.path, it.why) for it in change.unmanaged] == [("rules[fire]", why), ("rules[legacy]", why)]
        assert f"rules[rule 00] would overwrite what PagerDuty holds, and {why}" in change.blockers[0]
        with pytest.raises(BlockedError):
            carry_out_plan(world.client, ApplyRequest(world.plan()))
        assert world.account.named("Hub")["rules"] == moved

    def test_one_of_the_same_label_is_not_taken_over(self, world: World) -> None:
        self.many(world)
        world.apply()
        by_hand(world, 3, "fire", **{"if": "theirs"})
        self.many(world, "label: fire")
        (change,) = world.plan().changes
        (blocker,) = change.blockers
        assert "rules[fire] (gadget/red at " in blocker
        assert "pdsync did not write it" in blocker
        self.many(world, own="if: mine")
        assert world.apply().changes, "its own rules can change"
        assert {"label": "fire", "if": "theirs"} in world.account.named("Hub")["rules"]


def test_nothing_is_overwritten_where_the_record_was_cut(world: World) -> None:
    world.write(hub(world), team(world, "red", "label: fire"))
    world.apply()
    by_hand(world, 1, "legacy", **{"if": "theirs"})
    world.edit("Hub", notes=world.account.named("Hub")["notes"].partition(" #")[0])
    world.write(hub(world), team(world, "red", "label: fire", "label: legacy"))
    (change,) = world.plan().changes
    assert "the ownership line does not say who wrote it" in change.blockers[0]
    world.write(hub(world), team(world, "red"))
    assert shown(world.apply()) == {"gadget/hub": []}
    assert held(world) == ["first", "legacy", "fire"]


def test_what_is_wrong_with_a_rule_is_said_at_its_line(world: World) -> None:
    world.write(
        hub(world), team(world, "red", "label: fire, after: firts", "label: hot"), team(world, "blue", "label: hot")
    )
    problems = refused(world)
    assert problems == [
        "gadget/red: routes[0].after: gadget/hub has no rule with the label 'firts' in any manifest. Did you mean 'first'?",
        f"gadget/red: routes[1].label: gadget/blue has a rule with the label 'hot' too, at {world.folder}/gadgets.yaml:20. "
        "Each rule needs its own label: rename one of them.",
    ]


@pytest.mark.parametrize(
    ("manifests", "message"),
    [
        pytest.param(["[{label: first}]"], "gadget/hub does not share its rules", id="not shared"),
        pytest.param(["{shared: false}"], "gadget/hub does not share its rules", id="shared: false"),
        pytest.param([], "there is no Gadget 'hub' among the manifests", id="not here"),
    ],
)
def test_only_a_shared_list_takes_rules(world: World, manifests: list[str], message: str) -> None:
    world.write(*(hub(world, rules) for rules in manifests), team(world, "red", "label: fire"))
    (problem,) = refused(world)
    assert problem.startswith(f"gadget/red: routes[0].hub: {message}")


def test_a_tombstone_declares_nothing(world: World) -> None:
    world.write(hub(world, "{shared: true}"), team(world, "red", "label: fire"))
    world.apply()
    gone = world.gadget("red", lifecycle="absent: true", routes="[{hub: hub, label: fire}]")
    world.write(hub(world, "{shared: true}"), gone)
    plan = world.apply()
    assert [change.address for change in plan.changes] == ["gadget/hub", "gadget/red"], "the rules let go first"
    assert held(world) == []


def test_a_selection_without_the_list_says_so(world: World) -> None:
    world.write(hub(world), team(world, "red", "label: fire"))
    plan = world.plan(targets=("gadget/red",))
    assert [change.address for change in plan.changes] == ["gadget/red"]
    (note,) = plan.notes
    assert note == (
        "gadget/red: what it declares of rules of gadget/hub is not part of this plan: add --target gadget/hub to write them"
    )


def test_the_digest_says_that_a_list_is_shared(world: World) -> None:
    digests = set()
    for rules in ("{shared: true, start: [{label: first}]}", "[{label: first}]"):
        world.write(hub(world, rules))
        digests.add(world.plan().manifest_digest)
    assert len(digests) == 2


def test_a_part_of_the_manifests_must_hold_all_that_declare_something(world: World) -> None:
    """What is not read would count as taken out."""
    red, file = world.folder / "red.yaml", world.folder / "hub.yaml"
    world.write(team(world, "blue", "label: ice"))
    red.write_text(team(world, "red", "label: fire"))
    file.write_text(hub(world, "{shared: true}"))
    world.apply()
    with pytest.raises(RequestError, match=r"PATH leaves out manifests that declare items in it: gadget/blue$"):
        world.plan(paths=(str(file), str(red)))
    world.write(team(world, "blue"))
    red.write_text(team(world, "red", "label: fire"))
    file.write_text(hub(world, "{shared: true}"))
    assert shown(world.plan(paths=(str(file), str(red)))) == {"gadget/hub": ["rules[ice]"]}
    (world.folder / "gadgets.yaml").write_text(team(world, "blue", "label: ice, priority: x"))
    with pytest.raises(ManifestsError) as error:
        world.plan(paths=(str(file), str(red)))
    assert "priority" in str(error.value.problems[0]), "what it declares may be missing"


def test_an_edit_by_hand_is_not_accepted_into_one_manifest(world: World) -> None:
    world.write(hub(world), team(world, "red", "label: fire"))
    world.apply()
    rules = world.account.named("Hub")["rules"]
    world.edit("Hub", rules=[rules[0], {**rules[1], "if": "by hand"}])
    place = parse_place("gadget/hub")
    with pytest.raises(EngineError, match="rules is shared: several manifests declare rules of it") as error:
        accept_live(world.client, load_for_accept(world.workspace, place), place)
    source = f"{world.folder}/gadgets.yaml"
    assert error.value.hint == (
        f"These differ in other manifests: rules[fire] at {source}:13. The rules of this manifest are at {source}:6."
    )
    drift = find_drift(world.client, world.desired())
    (difference,) = drift.of(Origin.THEIRS)
    assert "rules[fire]" in str(difference)


def test_what_is_written_once_is_not_shared(world: World) -> None:
    world.write(
        world.gadget("hub", lifecycle="ignore: [rules]", rules="{shared: true}"), team(world, "red", "label: fire")
    )
    (problem,) = refused(world)
    assert problem.startswith("gadget/hub: lifecycle.ignore: rules is shared: items that other manifests declare in it")
