"""A kind that only this file declares, taken through its whole life against a small HTTP server.

No production file knows gadgets. Whatever fails here is knowledge of a kind that the engine keeps to itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pdsync.apply import Watch
from pdsync.client import RestApiV2Client
from pdsync.client.endpoints import Endpoint, collection_endpoints
from pdsync.engine import (
    ApplyRequest,
    Desired,
    ManifestsError,
    PlanError,
    RefusedError,
    Selection,
    Workspace,
    accept_live,
    adoption_of,
    carry_out_plan,
    export_account,
    find_drift,
    load_desired,
    load_for_accept,
    make_plan,
    parse_place,
    plan_adoption,
    plan_release,
    read_account,
)
from pdsync.export import Export, ExportOptions
from pdsync.kinds import KINDS
from pdsync.model import ChildList, Field, Kind
from pdsync.model.child import ByName, Pairs
from pdsync.model.codec.plain import Integer, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, Part, Single, required
from pdsync.model.common_field import description_field
from pdsync.model.listing import Listing
from pdsync.model.ownership import ByNaming, MarkerLine
from pdsync.plan import Operation, Plan, Verdict, compute_staleness
from pdsync.plan.diff.last_applied import Origin
from tests.support.gadget_server import GadgetAccount, serve_gadgets

_SOURCE = "tests/support/gadget_server.py"
_NOTES = 500
_AT_ONCE = Watch(sleep=lambda seconds: None)


def make_gadget(label: str = "name", **more: Any) -> Kind:
    """The kind, known by the field `label`. Its ownership line is in `notes`, which takes 500 characters."""
    return Kind(
        **{
            "name": "Gadget",
            "slug": "gadget",
            "source": Listing("gadgets"),
            "description": "A thing that tests manage.",
            "ownership": MarkerLine("notes", _NOTES),
            "label": label,
            "identity": (label,),
            "fields": (
                Field(
                    label, Text(max_length=80, min_length=1), "What people call it.", _SOURCE, required=True, carry=True
                ),
                description_field("Gadget", MarkerLine("notes", _NOTES)),
                Field("size", Integer(1, 99), "How large it is.", _SOURCE, default=1),
                Field("peer", Nullable(Reference("gadget")), "Another gadget.", _SOURCE, default=None),
            ),
            **more,
        }
    )


_PART = ChildList(
    name="parts",
    item=Object((Part("name", Text(min_length=1), required=True), Part("count", Integer(1, 9), default=1))),
    key=("name",),
    description="What it is made of.",
    source=_SOURCE,
    default_mode="exclusive",
    collection="gadget_parts",
    member="gadget_parts/{id}",
    wrapper="gadget_part",
    read_from="listing",
    parent_member="gadget",
)
_LINK = ChildList(
    name="links",
    item=Object((Part("to", Reference("gadget"), required=True),)),
    key=("to",),
    description="What it depends on.",
    source=_SOURCE,
    default_mode="exclusive",
    collection="gadget_links",
    member="",
    wrapper=None,
    read_from="listing",
    added_by="pairs",
    identified_by="to",
    parent_member="from",
    pairs=Pairs(
        "gadget_links/associate",
        "gadget_links/disassociate",
        "links",
        lambda parent, item: {"from": parent, **item},
        most=3,
        refused=lambda answer, pairs: {
            at: "not welcome" for at, pair in enumerate(pairs) if pair["to"]["id"] in answer["refused"]
        },
    ),
    acyclic=True,
)

_LABEL = ChildList(
    name="labels",
    item=Single.of(text=required(Text(min_length=1), "The text of a label.")),
    key=("text",),
    description="What it is labelled with.",
    source=_SOURCE,
    default_mode="additive",
    collection="gadgets/{parent}/labels",
    member="",
    wrapper=None,
    read_from="request",
    added_by="name",
    by_name=ByName("gadgets/{parent}/change_labels", "label"),
    may_be_refused=True,
)

VARIANTS = {
    "no query": (make_gadget(source=Listing("gadgets", has_query=False)), {"has_query": False}),
    "cursor": (
        make_gadget(source=Listing("gadgets", paging="cursor", has_query=False)),
        {"paging": "cursor", "has_query": False},
    ),
    "no name": (make_gadget("title"), {"label": "title"}),
    "by naming": (make_gadget(ownership=ByNaming("gadgets carry no ownership line")), {}),
    "after": (
        make_gadget(source=Listing("gadgets", paging="after", has_query=False)),
        {"paging": "after", "has_query": False},
    ),
}
MARKED = [name for name, (kind, _) in VARIANTS.items() if kind.marker_line is not None]
_applied: dict[str, dict[str, Any]] = {}
"""By variant, the gadgets that its tests of a changed key begin with."""


@dataclass
class World:
    """A workspace in a folder, and the account that it is for."""

    kind: Kind
    account: GadgetAccount
    client: RestApiV2Client
    folder: Path

    @property
    def workspace(self) -> Workspace:
        return Workspace(name="test", paths=(str(self.folder),), max_deletes=100, max_delete_percent=100)

    def write(self, *manifests: str) -> None:
        for old in self.folder.glob("*.yaml"):
            old.unlink()
        (self.folder / "gadgets.yaml").write_text("---\n".join(manifests))

    def gadget(self, key: str, label: str = "", lifecycle: str = "", **spec: Any) -> str:
        """The text of a manifest."""
        lines = ["apiVersion: pdsync/v1", "kind: Gadget", f"metadata: {{name: {key}}}"]
        lines += [f"lifecycle: {{{lifecycle}}}"] if lifecycle else []
        lines += ["spec:", f"  {self.kind.label}: {label or key.title()}"]
        return "\n".join([*lines, *(f"  {name}: {value}" for name, value in spec.items())]) + "\n"

    def exported(self) -> tuple[Export, list[str]]:
        """What an export makes, and what it says that it left out of the kinds of the REST API: for other hosts there is no credential."""
        made = export_account(self.client, self.workspace, ExportOptions("test"))
        return made, [line for line in made.left_out if "no credential is known for the host" not in line]

    def desired(self, **selection: Any) -> Desired:
        return load_desired(self.workspace, Selection(**selection))

    def plan(self, **selection: Any) -> Plan:
        before = len(self.account.writes())
        plan = make_plan(self.client, self.desired(**selection)).plan
        assert len(self.account.writes()) == before, "a plan writes nothing"
        return plan

    def apply(self, **selection: Any) -> Plan:
        """Applies, and holds that the next plan is empty."""
        plan = self.plan(**selection)
        assert not plan.problems, plan.problems
        assert not plan.has_blockers, [change.blockers for change in plan.changes]
        result = carry_out_plan(self.client, ApplyRequest(plan))
        assert result.exit_code == 0, [outcome for outcome in result.outcomes if outcome.message]
        again = self.plan(**{**selection, "adopt": False})
        assert not again.changes, again.changes
        assert not again.problems
        return plan

    def by_hand(self, label: str, **more: Any) -> dict[str, Any]:
        """A gadget that a person makes in the web application."""
        status, answer = self.account.answer("POST", "/gadgets", {}, {"gadget": {self.kind.label: label, **more}})
        assert status == 201
        return answer["gadget"]  # type: ignore[no-any-return]

    def edit(self, label: str, **values: Any) -> None:
        self.account.named(label).update(values)


def _endpoints(paging: Any) -> tuple[Endpoint, ...]:
    return (
        *collection_endpoints("/gadgets", "gadget", "gadgets", paging),
        *collection_endpoints("/gadget_parts", "gadget_part", "gadget_parts"),
        *collection_endpoints("/gadget_links", "gadget_link", "gadget_links"),
        Endpoint("POST", "/gadget_links/associate", None, "links"),
        Endpoint("POST", "/gadget_links/disassociate", None, "links"),
        Endpoint("GET", "/gadgets/{id}/labels", None, "labels", "offset"),
        Endpoint("POST", "/gadgets/{id}/change_labels", None, None),
    )


def _world(kinds: tuple[Kind, ...], account: GadgetAccount, folder: Path) -> Iterator[World]:
    with (
        KINDS.including(*kinds),
        serve_gadgets(account),
        RestApiV2Client(
            "y_NbAkKc66ryYTWUXYEu",
            base_url=account.url,
            more_endpoints=_endpoints(account.paging),
            retry_ambiguous_posts=False,
        ) as client,
    ):
        yield World(kinds[0], account, client, folder)


@pytest.fixture(params=VARIANTS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world for each variant of the kind."""
    kind, server = VARIANTS[request.param]
    yield from _world((kind,), GadgetAccount(**server), tmp_path)


def test_it_is_validated(world: World) -> None:
    world.write(world.gadget("red", size=100))
    with pytest.raises(ManifestsError) as refused:
        world.desired()
    (problem,) = refused.value.problems
    assert (problem.source.line, "size") == (6, problem.message.partition(":")[0]), problem
    world.write(world.gadget("red", peer="blue"))
    with pytest.raises(ManifestsError) as refused:
        world.desired()
    assert "blue" in refused.value.problems[0].message


def test_it_is_made_and_changed(world: World) -> None:
    world.write(*(world.gadget(f"g{at}", size=at + 1) for at in range(7)), world.gadget("last", peer="g3"))
    plan = world.apply()
    assert {change.operation for change in plan.changes} == {Operation.CREATE}
    assert len(world.account.gadgets) == 8
    assert world.account.named("Last")["peer"]["id"] == world.account.named("G3")["id"]
    world.write(
        *(world.gadget(f"g{at}", size=at + 1) for at in range(6)),
        world.gadget("g6", size=70),
        world.gadget("last", peer="g4"),
    )
    world.account.requests.clear()
    plan = world.apply()
    assert [(change.address, change.operation) for change in plan.changes] == [
        ("gadget/g6", Operation.UPDATE),
        ("gadget/last", Operation.UPDATE),
    ]
    assert len(world.account.writes()) == 2
    assert world.account.named("G6")["size"] == 70


def test_what_a_person_adds_to_the_notes_stays(world: World) -> None:
    world.write(world.gadget("red"))
    world.apply()
    held = world.account.named("Red")
    world.edit("Red", notes="\n".join(filter(None, ["Mine.", held["notes"]])))
    world.write(world.gadget("red", size=5))
    world.apply()
    assert (world.account.named("Red")["notes"] or "").startswith("Mine.")


def test_it_is_renamed(world: World) -> None:
    world.write(world.gadget("red"))
    world.apply()
    identity = world.account.named("Red")["id"]
    world.write(world.gadget("red", "Crimson"))
    if world.kind.marker_line is None:
        return  # its label is all that there is to know it by: see the next test
    (change,) = world.apply().changes
    assert (change.operation, change.id) == (Operation.UPDATE, identity)
    assert world.account.named("Crimson")["id"] == identity
    world.write(world.gadget("scarlet", "Crimson", "moved_from: red"))
    world.apply()
    assert world.account.named("Crimson")["id"] == identity


def test_without_an_ownership_line_an_id_keeps_the_object(tmp_path: Path) -> None:
    kind, server = VARIANTS["by naming"]
    for world in _world((kind,), GadgetAccount(**server), tmp_path):
        world.write(world.gadget("red"))
        world.apply()
        identity = world.account.named("Red")["id"]
        text = world.gadget("red", "Crimson").replace("{name: red}", f"{{name: red, id: {identity}}}")
        world.write(text)
        (change,) = world.apply().changes
        assert (change.operation, change.id) == (Operation.UPDATE, identity)
        assert list(world.account.gadgets) == [identity]


@pytest.mark.parametrize("variant", MARKED)
def test_two_swap_their_names(variant: str, tmp_path: Path) -> None:
    kind, server = VARIANTS[variant]
    for world in _world((kind,), GadgetAccount(**server), tmp_path):
        world.write(world.gadget("red"), world.gadget("blue"))
        world.apply()
        red, blue = world.account.named("Red")["id"], world.account.named("Blue")["id"]
        world.write(world.gadget("red", "Blue"), world.gadget("blue", "Red"))
        plan = world.apply()
        assert Operation.INTERIM in {change.operation for change in plan.changes}
        assert (world.account.named("Red")["id"], world.account.named("Blue")["id"]) == (blue, red)


@pytest.mark.parametrize("prune", ["off", "report", "owned"])
@pytest.mark.parametrize("variant", MARKED)
@pytest.mark.parametrize("more", [{}, {"size": 9}], ids=["the key", "the key and more"])
def test_a_key_that_changed_alone_is_refused_with_the_line_that_keeps_the_object(
    variant: str, prune: str, more: dict[str, Any], tmp_path: Path
) -> None:
    kind, server = VARIANTS[variant]
    start = _applied.get(variant, {})
    for world in _world((kind,), GadgetAccount(**server, gadgets=deepcopy(start), made=len(start)), tmp_path):
        if not start:
            world.write(world.gadget("red", "The one"), world.gadget("blue"))
            world.apply()
            _applied[variant] = deepcopy(world.account.gadgets)
        held = list(world.account.gadgets)
        world.write(world.gadget("scarlet", "The ONE", **more), world.gadget("blue"))
        plan = world.plan(prune=prune)
        made = next(change for change in plan.changes if change.address == "gadget/scarlet")
        assert plan.has_blockers
        (blocker,) = made.blockers
        assert "'lifecycle: {moved_from: red}'" in blocker
        assert [change.address for change in plan.changes][-1] == (
            "gadget/red" if prune == "owned" else "gadget/scarlet"
        )
        with pytest.raises(RefusedError):
            carry_out_plan(world.client, ApplyRequest(plan, approve_deletes=plan.digest))
        world.write(world.gadget("scarlet", "The ONE", "moved_from: red", **more), world.gadget("blue"))
        world.apply(prune=prune)
        assert list(world.account.gadgets) == held


@pytest.mark.parametrize("declared", [{}, {"unique_name": True}, {"name_may_be_unique": True}], ids=str)
def test_the_delete_of_a_tombstone_goes_after_the_create_of_its_name(declared: dict[str, Any], tmp_path: Path) -> None:
    for world in _world((make_gadget(**declared),), GadgetAccount(shares_names=not declared), tmp_path):
        world.write(world.gadget("zebra", "The one"))
        world.apply()
        (held,) = world.account.gadgets
        world.write(world.gadget("zebra", "The one", "absent: true"), world.gadget("red", "The one"))
        if declared:
            plan = world.plan()
            assert plan.has_blockers
            assert [bool(change.blockers) for change in plan.changes] == [True, False]
            assert "in a merge before this one" in plan.changes[0].blockers[0]
            continue
        plan = world.apply()
        assert [(change.address, change.operation) for change in plan.changes] == [
            ("gadget/red", Operation.CREATE),
            ("gadget/zebra", Operation.DELETE),
        ]
        assert plan.changes[1].waits_for == ("gadget/red",)
        assert list(world.account.gadgets) != [held]
        assert len(world.account.gadgets) == 1


def test_what_a_kind_declares_as_its_shown_name_tells_that_its_identity_changed(tmp_path: Path) -> None:
    ownership = ByNaming("gadgets carry no ownership line", shown_name="name")
    kind = make_gadget(ownership=ownership, identity=("notes",))
    for world in _world((kind,), GadgetAccount(shares_names=True), tmp_path):
        world.write(world.gadget("red", notes="n3"), world.gadget("blue", notes="n4", peer="red"))
        world.apply()
        identity = world.account.named("Red")["id"]
        world.write(world.gadget("red", "RED", notes="n5"), world.gadget("blue", notes="n4", peer="red"))
        (change,) = world.plan().changes
        assert (change.address, change.operation, change.alone) == ("gadget/red", Operation.CREATE, True)
        assert f"notes: 'Red' ({identity}, n3)" in change.blockers[0]
        assert f"'lifecycle: {{distinct_from: [{identity}]}}'" in change.blockers[0]
        (moved,) = find_drift(world.client, world.desired()).moved
        assert moved.change.address == "gadget/red"
        blue = world.gadget("blue", notes="n4", peer="red")
        world.write(
            world.gadget("red", "Red", notes="n5").replace("{name: red}", f"{{name: red, id: {identity}}}"), blue
        )
        world.apply()
        assert world.account.named("Red")["notes"] == "n5"
        world.write(world.gadget("red", "Red", f"distinct_from: [{identity}]", notes="n6"), blue)
        world.apply()
        assert sorted(held["notes"] for held in world.account.gadgets.values()) == ["n4", "n5", "n6"]
        assert world.account.named("Blue")["peer"]["id"] != identity


def test_what_is_there_is_adopted_only_where_that_is_said(world: World) -> None:
    held = world.by_hand("Red", size=3, notes="By hand.")
    world.write(world.gadget("red", size=3))
    plan = world.plan()
    if world.kind.marker_line is None:
        assert not plan.changes, "to name it is to manage it"
        return
    (change,) = plan.changes
    assert change.operation is Operation.ADOPT
    assert "adopt" in change.blockers[0]
    adoption = plan_adoption(world.client, load_desired(world.workspace, adoption_of(["gadget/red"])))
    assert carry_out_plan(world.client, ApplyRequest(adoption.plan)).exit_code == 0
    assert world.account.named("Red")["id"] == held["id"]
    text, _, line = world.account.named("Red")["notes"].partition("\n")
    assert text == "By hand."
    assert line.startswith("Managed by pdsync: test/gadget/red")
    assert not world.plan().changes


def test_it_is_pruned_only_where_that_is_said_and_never_without_a_line(world: World) -> None:
    world.write(world.gadget("red"), world.gadget("blue"))
    world.apply()
    world.by_hand("Theirs")
    world.write(world.gadget("blue"))
    assert not world.plan().changes
    plan = world.plan(prune="owned")
    if world.kind.marker_line is None:
        assert not plan.changes
        world.write(world.gadget("blue"), world.gadget("red", lifecycle="absent: true, adopt: true"))
        world.apply()
    else:
        assert [(change.address, change.operation) for change in plan.changes] == [("gadget/red", Operation.DELETE)]
        world.apply(prune="owned")
    assert sorted(held[world.kind.label] for held in world.account.gadgets.values()) == ["Blue", "Theirs"]


def test_an_export_means_what_the_account_holds(world: World) -> None:
    world.by_hand("Red", size=3, notes="By hand.")
    blue = world.by_hand("Blue")
    world.edit("Red", peer={"id": blue["id"], "type": "gadget_reference"})
    export, left_out = world.exported()
    assert dict(export.counts) == {"gadget": 2}
    assert not left_out
    for old in world.folder.glob("*.yaml"):
        old.unlink()
    for path, text in export.files.items():
        (world.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (world.folder / path).write_text(text)
    plan = world.plan(adopt=True)
    assert not plan.problems
    assert not [change.deltas for change in plan.changes if change.deltas]
    assert {change.operation for change in plan.changes} <= {Operation.ADOPT}
    world.apply(adopt=True)


def test_an_edit_is_drift_and_is_accepted(world: World) -> None:
    world.write(world.gadget("red", size=3), world.gadget("blue", size=1))
    world.apply()
    world.edit("Red", size=8)
    drift = find_drift(world.client, world.desired())
    (moved,) = drift.moved
    assert moved.change.address == "gadget/red"
    assert moved.origin is (Origin.THEIRS if world.kind.marker_line is not None else Origin.UNKNOWN)
    place = parse_place("gadget/red:size")
    accepted = accept_live(world.client, load_for_accept(world.workspace, place), place)
    assert accepted is not None
    accepted.write()
    assert "size: 8" in (world.folder / "gadgets.yaml").read_text()
    world.apply()
    assert world.account.named("Red")["size"] == 8


def test_it_is_released(world: World) -> None:
    world.write(world.gadget("red", notes="Ours."))
    world.apply()
    if world.kind.marker_line is None:
        with pytest.raises(PlanError) as refused:
            plan_release(world.client, world.workspace, ["gadget/red"])
        assert "gadgets carry no ownership line" in refused.value.problems[0].message
        return
    plan = plan_release(world.client, world.workspace, ["gadget/red"])
    assert carry_out_plan(world.client, ApplyRequest(plan)).exit_code == 0
    assert world.account.named("Red")["notes"] == "Ours."


def test_the_ownership_line_has_the_room_of_its_field(world: World) -> None:
    world.by_hand("Red", notes="x" * (_NOTES - 10))
    world.write(world.gadget("red"))
    plan = world.plan(adopt=True)
    blockers = [blocker for change in plan.changes for blocker in change.blockers]
    if world.kind.marker_line is None:
        assert not blockers
    else:
        assert any("notes" in blocker and "no room" in blocker for blocker in blockers), blockers


def test_a_kind_that_the_account_lacks_is_an_error_only_where_a_manifest_needs_it(tmp_path: Path) -> None:
    kind = make_gadget(source=Listing("gadgets", may_be_refused=True))
    for refused in (402, 403, 404):
        for world in _world((kind,), GadgetAccount(refused=refused), tmp_path):
            (tmp_path / "gadgets.yaml").write_text(
                "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {name: Red}\n"
            )
            plan = world.plan(prune="owned")
            assert not plan.problems
            assert [change.address for change in plan.changes] == ["team/red"]
            world.write(world.gadget("red"))
            (problem,) = world.plan().problems
            assert problem.address == "gadget/red"
            assert str(refused) in problem.message
            world.write(world.gadget("red", lifecycle="absent: true"))
            (problem,) = world.plan().problems
            assert str(refused) in problem.message, "a tombstone is not carried out in silence"


def test_a_saved_delete_of_a_kind_that_cannot_be_read_is_no_success(tmp_path: Path) -> None:
    kind = make_gadget(source=Listing("gadgets", may_be_refused=True))
    for world in _world((kind,), GadgetAccount(), tmp_path):
        world.write(world.gadget("red"), world.gadget("blue"))
        world.apply()
        world.write(world.gadget("blue"))
        plan = world.plan(prune="owned")
        assert [change.operation for change in plan.changes] == [Operation.DELETE]
        world.account.refused = 403
        account = read_account(world.client, world.workspace)
        (staleness,) = compute_staleness(plan, account)
        assert staleness.verdict is Verdict.CONFLICT
        assert "was not read" in staleness.message


def test_a_kind_on_demand_costs_nothing_until_a_manifest_names_it(tmp_path: Path) -> None:
    kind = make_gadget(source=Listing("gadgets", on_demand=True))
    for world in _world((kind,), GadgetAccount(), tmp_path):
        (tmp_path / "gadgets.yaml").write_text(
            "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {name: Red}\n"
        )
        world.plan()
        assert ("GET", "/gadgets") not in world.account.requests
        world.write(world.gadget("red"))
        world.apply()
        assert world.account.named("Red")
        (tmp_path / "gadgets.yaml").write_text(
            "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {name: Red}\n"
        )
        pruned = [change for change in world.plan(prune="owned").changes if change.kind == "gadget"]
        assert [change.operation for change in pruned] == [Operation.DELETE], "who deletes reads every kind"


class TestLists:
    """Child lists that one listing holds for all parents: items by POST, and associations by pairs."""

    @pytest.fixture
    def lists(self, tmp_path: Path) -> Iterator[World]:
        yield from _world((make_gadget(children=(_PART, _LINK)),), GadgetAccount(), tmp_path)

    def test_they_are_made_changed_and_taken_out(self, lists: World) -> None:
        world, account = lists, lists.account
        world.write(
            world.gadget("red", parts="[{name: wheel, count: 4}, {name: bell}]", links="[{to: blue}, {to: green}]"),
            world.gadget("blue", parts="[{name: wheel}]"),
            world.gadget("green"),
        )
        world.apply()
        red, blue = account.named("Red")["id"], account.named("Blue")["id"]
        assert account.parts_held() == {(red, "bell", 1), (red, "wheel", 4), (blue, "wheel", 1)}
        assert account.links == {(red, blue), (red, account.named("Green")["id"])}
        assert account.requests.count(("POST", "/gadget_links/associate")) == 1, "pairs go in one request"
        account.requests.clear()
        world.write(
            world.gadget("red", parts="[{name: wheel, count: 3}]", links="[{to: green}]"),
            world.gadget("blue", parts="[{name: wheel}]"),
            world.gadget("green"),
        )
        plan = world.apply()
        assert [change.address for change in plan.changes] == ["gadget/red"]
        assert account.parts_held() == {(red, "wheel", 3), (blue, "wheel", 1)}
        assert account.links == {(red, account.named("Green")["id"])}

    def test_one_listing_costs_one_request_for_all_parents(self, lists: World) -> None:
        world = lists
        world.write(*(world.gadget(f"g{at}", parts=f"[{{name: p{at}}}]") for at in range(6)))
        world.apply()
        world.account.requests.clear()
        world.plan()
        assert world.account.requests.count(("GET", "/gadget_parts")) == 1

    def test_a_lost_answer_to_pairs_makes_nothing_twice(self, lists: World) -> None:
        world = lists
        world.write(world.gadget("red", links="[{to: blue}]"), world.gadget("blue"))
        world.account.lose = 1
        world.apply()
        assert len(world.account.links) == 1

    def test_a_request_holds_so_many_pairs_and_no_more(self, lists: World) -> None:
        world = lists
        world.write(world.gadget("red", links=_to(7)), *(world.gadget(f"g{at}") for at in range(7)))
        world.apply()
        assert len(world.account.links) == 7
        assert world.account.requests.count(("POST", "/gadget_links/associate")) == 3

    def test_of_a_refused_request_each_pair_is_sent_alone_and_the_culprit_is_named(self, lists: World) -> None:
        world = lists
        world.write(*(world.gadget(f"g{at}") for at in range(3)), world.gadget("red"))
        world.apply()
        world.account.unlinkable.add(world.account.named("G1")["id"])
        world.write(*(world.gadget(f"g{at}") for at in range(3)), world.gadget("red", links=_to(3)))
        result = carry_out_plan(world.client, ApplyRequest(world.plan()))
        (outcome,) = result.outcomes
        assert result.exit_code == 3
        assert "links gadget/g1 (" in str(outcome.message)
        assert "gadget/g0" not in str(outcome.message)
        assert {to for _, to in world.account.links} == {world.account.named(name)["id"] for name in ("G0", "G2")}
        assert [it.label for it in world.plan().changes[0].children] == ["gadget/g1"], "it is still asked for"

    def test_what_a_successful_request_refuses_is_no_success(self, lists: World) -> None:
        world = lists
        world.write(*(world.gadget(f"g{at}") for at in range(2)), world.gadget("red"))
        world.apply()
        world.account.unwelcome.add(world.account.named("G1")["id"])
        world.write(*(world.gadget(f"g{at}") for at in range(2)), world.gadget("red", links=_to(2)))
        result = carry_out_plan(world.client, ApplyRequest(world.plan()))
        assert result.exit_code == 3
        assert "links gadget/g1 (not welcome)" in str(result.outcomes[0].message)

    def test_a_circle_is_a_problem_of_the_manifests(self, lists: World) -> None:
        world = lists
        world.write(world.gadget("red", links="[{to: blue}]"), world.gadget("blue", links="[{to: green}, {to: red}]"))
        with pytest.raises(ManifestsError) as refused:
            world.desired()
        (circle,) = [it for it in refused.value.problems if "circle" in it.message]
        assert (circle.source.line, circle.message) == (
            13,
            "links[1].to: goes round in a circle: blue -> red -> blue",
        ), circle


class TestLabels:
    """A child list whose items are found or made by name, all by one request, and that a manifest writes as plain text."""

    @pytest.fixture
    def labelled(self, tmp_path: Path) -> Iterator[World]:
        yield from _world((make_gadget(children=(_LABEL,)),), GadgetAccount(), tmp_path)

    def held(self, world: World, label: str) -> set[str]:
        return world.account.labelled.get(world.account.named(label)["id"], set())

    def changed(self, world: World) -> int:
        return sum(path.endswith("/change_labels") for _, path in world.account.writes())

    def test_one_request_adds_and_takes_away(self, labelled: World) -> None:
        world, account = labelled, labelled.account
        world.write(world.gadget("red", labels="[a, b c]"), world.gadget("blue", labels="[a]"), world.gadget("green"))
        world.apply()
        assert (self.held(world, "Red"), self.held(world, "Blue"), self.held(world, "Green")) == (
            {"a", "b c"},
            {"a"},
            set(),
        )
        assert self.changed(world) == 2
        account.requests.clear(), account.bodies.clear()
        world.write(world.gadget("red", labels="[d, a]", labels_mode="exclusive"), world.gadget("blue", labels="[a]"))
        world.apply()
        assert self.changed(world) == 1
        (body,) = account.bodies
        assert body == {
            "add": [{"type": "label", "text": "d"}],
            "remove": [{"type": "label_reference", "id": account.labels["b c"]}],
        }
        assert self.held(world, "Red") == {"a", "d"}
        assert set(account.labels) == {"a", "b c", "d"}, "a label itself is never deleted"

    def test_only_the_lists_that_are_named_or_on_record_are_read(self, labelled: World) -> None:
        world, account = labelled, labelled.account
        world.write(world.gadget("red", labels="[a]"), world.gadget("blue", labels="[a]"), world.gadget("green"))
        world.apply()
        account.requests.clear()
        world.write(world.gadget("red", labels="[a]"), world.gadget("blue"), world.gadget("green"))
        world.plan()
        asked = {path for _, path in account.requests if path.endswith("/labels")}
        assert asked == {f"/gadgets/{account.named(name)['id']}/labels" for name in ("Red", "Blue")}

    @pytest.mark.parametrize(("prune", "left"), [("report", {"a", "mine"}), ("owned", {"mine"})])
    def test_what_pdsync_added_and_a_manifest_no_longer_lists_follows_the_prune_rule(
        self, labelled: World, prune: str, left: set[str]
    ) -> None:
        world = labelled
        world.write(world.gadget("red", labels="[a, b]"))
        world.apply()
        world.account.labels["mine"] = "PLAB999"
        world.account.labelled[world.account.named("Red")["id"]].add("mine")
        world.write(world.gadget("red", labels="[b]"))
        world.apply(prune=prune)
        assert self.held(world, "Red") == left | {"b"}

    def test_what_no_answer_shows_yet_is_trusted_and_asked_for_again_unharmed(self, labelled: World) -> None:
        world = labelled
        world.account.hides_labels = True
        world.write(world.gadget("red", labels="[a]"))
        for operation in (Operation.CREATE, Operation.UPDATE):
            plan = world.plan()
            assert [change.operation for change in plan.changes] == [operation]
            assert carry_out_plan(world.client, ApplyRequest(plan)).exit_code == 0
        world.account.hides_labels = False
        assert not world.plan().changes
        assert self.held(world, "Red") == {"a"}

    @pytest.mark.parametrize("status", [500, 502])
    def test_a_lost_answer_is_made_good_by_asking_again(self, labelled: World, status: int) -> None:
        world = labelled
        world.write(world.gadget("red"))
        world.apply()
        world.write(world.gadget("red", labels="[a]"))
        plan = world.plan()
        world.account.label_refusals = [status]
        assert carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE).exit_code == 0
        assert self.held(world, "Red") == {"a"}

    def test_a_refusal_that_is_not_json_is_waited_out_and_told(self, labelled: World) -> None:
        world = labelled
        world.write(world.gadget("red"))
        world.apply()
        world.write(world.gadget("red", labels="[a]"))
        plan = world.plan()
        world.account.label_refusals = [400, 400, 400]
        result = carry_out_plan(world.client, ApplyRequest(plan), _AT_ONCE)
        assert result.exit_code == 1
        assert "being changed elsewhere" in result.outcomes[0].message
        world.account.label_refusals = [400]
        assert carry_out_plan(world.client, ApplyRequest(world.plan()), _AT_ONCE).exit_code == 0

    def test_a_refused_list_hides_nothing_else_where_no_manifest_names_it(self, labelled: World) -> None:
        world = labelled
        world.write(world.gadget("red", labels="[a]"))
        world.apply()
        world.account.labels_refused = 403
        export, _ = world.exported()
        assert dict(export.counts) == {"gadget": 1}
        plan = world.plan()
        assert plan.problems or plan.has_blockers, "a manifest needs it"

    def test_it_is_exported_accepted_and_drifts(self, labelled: World) -> None:
        world = labelled
        world.write(world.gadget("red", labels="[a, b]", labels_mode="exclusive"))
        world.apply()
        red = world.account.named("Red")["id"]
        world.account.labels["n/a: yes"] = "PLAB999"
        world.account.labelled[red] = {"a", "n/a: yes"}
        (moved,) = find_drift(world.client, world.desired()).moved
        assert [(it.operation, it.label) for it in moved.change.children] == [("add", "b"), ("remove", "n/a: yes")]
        export, _ = world.exported()
        assert any('labels: [a, "n/a: yes"]' in text for text in export.files.values()), export.files
        place = parse_place("gadget/red:labels")
        accepted = accept_live(world.client, load_for_accept(world.workspace, place), place)
        assert accepted is not None
        accepted.write()
        (change,) = world.apply().changes
        assert change.is_renewal
        assert 'labels: [a, "n/a: yes"]' in (world.folder / "gadgets.yaml").read_text()

    @pytest.mark.parametrize(("items", "says"), [("[a, a]", "twice"), ("[3]", "text"), ("[' ']", "empty")])
    def test_its_items_are_validated_at_their_line(self, labelled: World, items: str, says: str) -> None:
        world = labelled
        world.write(world.gadget("red", labels=items))
        with pytest.raises(ManifestsError) as refused:
            world.desired()
        (problem,) = refused.value.problems
        assert problem.source.line == 6
        assert says in str(problem)


def _to(count: int) -> str:
    return f"[{', '.join(f'{{to: g{at}}}' for at in range(count))}]"


class TestHost:
    """A kind on another host, with a credential of its own."""

    def test_its_requests_go_there_and_no_others(self, tmp_path: Path) -> None:
        kind = make_gadget(host="workshop")
        elsewhere = GadgetAccount()
        with serve_gadgets(elsewhere):
            for world in _world((kind,), GadgetAccount(), tmp_path):
                world.write(world.gadget("red"))
                (red,) = world.plan().changes
                assert "workshop" in " ".join(red.blockers)
                other = RestApiV2Client("another-token", base_url=elsewhere.url, more_endpoints=_endpoints("offset"))
                with other:
                    world.client.hosts["workshop"] = other
                    world.account = elsewhere
                    world.apply()
                    world.write(world.gadget("red", size=7))
                    world.apply()
                assert elsewhere.named("Red")["size"] == 7
                assert {path for _, path in elsewhere.requests} == {
                    "/gadgets",
                    f"/gadgets/{elsewhere.named('Red')['id']}",
                }
                assert elsewhere.tokens == {"Token token=another-token"}


def test_a_kind_is_known_once() -> None:
    with (
        pytest.raises(ValueError, match="Gadget"),
        KINDS.including(make_gadget(), replace(make_gadget(), slug="other")),
    ):
        raise AssertionError("not reached")
    assert "Gadget" not in KINDS.by_name
