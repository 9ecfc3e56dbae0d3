"""References inside text, ``${id:gadget/red}``, through the whole life of a kind that has such a text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.engine import ManifestsError, accept_live, export_account, load_for_accept, parse_place
from pdsync.export import ExportOptions
from pdsync.model import Field
from pdsync.model.codec.plain import Nullable, Text
from pdsync.model.codec.referring_text import ReferringText
from pdsync.plan import Operation
from pdsync.report.plan.change_text import render_change
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette
from tests.kinds.test_gadget import World, _world, make_gadget
from tests.support.gadget_server import GadgetAccount

_SOURCE = "tests/support/gadget_server.py"
_PLAIN = make_gadget()
_STORY = Field("story", Nullable(ReferringText(Text(multiline=True)), nulls=("",)), "A text.", _SOURCE, default=None)
_KIND = make_gadget(fields=(*_PLAIN.fields, _STORY))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from _world((_KIND,), GadgetAccount(), tmp_path)


def refusal(world: World, *manifests: str) -> list[tuple[int, str, str]]:
    """Line, message and hint of each problem."""
    world.write(*manifests)
    with pytest.raises(ManifestsError) as refused:
        world.desired()
    return [(problem.source.line, problem.message, problem.hint) for problem in refused.value.problems]


def test_what_a_text_names_is_made_first(world: World) -> None:
    world.write(
        world.gadget("a", story="'See ${id:gadget/z}, not $${id:gadget/z}.'"), world.gadget("z", story="Z ${id:gadget/m}"),
        world.gadget("m"),
    )  # fmt: skip
    plan = world.apply()
    assert [change.address for change in plan.changes] == ["gadget/m", "gadget/z", "gadget/a"]
    z, m = world.account.named("Z")["id"], world.account.named("M")["id"]
    assert world.account.named("A")["story"] == f"See {z}, not ${{id:gadget/z}}."
    assert world.account.named("Z")["story"] == f"Z {m}"


def test_a_reviewer_reads_keys(world: World) -> None:
    world.write(world.gadget("a", story="See ${id:gadget/z}"), world.gadget("y"), world.gadget("z"))
    world.apply()
    world.edit("A", story=f"See {world.account.named('Y')['id']}")
    (change,) = world.plan().changes
    (delta,) = change.deltas
    assert (delta.before, delta.after) == ("See ${id:gadget/y}", "See ${id:gadget/z}")
    text = "\n".join(render_change(change, ValueWriter(), Palette()))
    assert "${id:gadget/y}" in text
    assert "PGAD" not in text.replace(str(change.id), "")


@pytest.mark.parametrize(
    ("story", "message", "hint"),
    [
        ("See ${id:gadget/rde}", "story: there is no Gadget 'rde' among the manifests", "Did you mean 'red'?"),
        ("See ${id:gadgt/red}", "story: there is no kind 'gadgt'", "Did you mean 'gadget'?"),
        ("See ${id:Gadget/red}", "story: 'Gadget' is not the name of a kind in a reference", "Write 'gadget'."),
        ("See ${id:vendor/{name: Datadog}}", "story: there is no kind 'vendor'", "Kinds: "),
        ("See ${id:gadget/red", "story: '${id:' is not closed", "Write ${id:kind/key}"),
        ("See ${id:red}", "story: ${id:red} is not a reference", "Write ${id:kind/key}"),
    ],
)
def test_a_wrong_reference_is_a_problem_at_its_line(world: World, story: str, message: str, hint: str) -> None:
    quoted = f"'{story}'"
    (found,) = refusal(world, world.gadget("red"), world.gadget("blue", story=quoted))
    assert (found[0], found[1]) == (12, message)
    assert found[2].startswith(hint)


def test_a_text_without_references_takes_none(world: World) -> None:
    (found,) = refusal(world, world.gadget("red"), world.gadget("blue", notes="'${id:gadget/red}'"))
    assert found[:2] == (12, "${id:...} works only in a text that can hold references, and notes is not one")
    world.write(world.gadget("blue", notes="'$${id:gadget/red} $$${id:'"))
    world.apply()
    assert world.account.named("Blue")["notes"].startswith("${id:gadget/red} $${id:\n")


def test_a_tombstone_cannot_be_referred_to(world: World) -> None:
    (found,) = refusal(
        world, world.gadget("red", lifecycle="absent: true"), world.gadget("blue", story="'${id:gadget/red}'")
    )
    assert "Gadget 'red' will be deleted ('absent: true' at " in found[1]


def test_a_key_can_change(world: World) -> None:
    world.write(world.gadget("a", story="See ${id:gadget/z}"), world.gadget("z"))
    world.apply()
    world.write(world.gadget("a", story="See ${id:gadget/y}"), world.gadget("y", "Z", "moved_from: z"))
    plan = world.apply()
    assert all(delta.field != "story" for change in plan.changes for delta in change.deltas)


def test_a_target_that_is_managed_no_more_is_no_difference(world: World) -> None:
    world.write(world.gadget("a", story="See ${id:gadget/z}"), world.gadget("z"))
    world.apply()
    world.write(world.gadget("a", story=f"See {world.account.named('Z')['id']}"))
    assert not world.plan().changes


def test_what_is_not_managed_is_named_or_its_id_is_written(world: World) -> None:
    other = world.by_hand("Other")["id"]
    world.write(world.gadget("a", story="'See ${id:gadget/{name: Other}}'"), world.gadget("b", story=f"See {other}"))
    world.apply()
    assert {world.account.named(name)["story"] for name in "AB"} == {f"See {other}"}
    world.write(world.gadget("a", story="'See ${id:gadget/{name: Othre}}'"))
    (problem,) = world.plan().problems
    assert "the account has no gadget named 'Othre'" in problem.message


def test_a_delete_waits_for_the_text_that_names_its_object(world: World) -> None:
    world.write(world.gadget("a", story="See ${id:gadget/z}"), world.gadget("z"))
    world.apply()
    world.write(world.gadget("a", story="See nothing"), world.gadget("z", lifecycle="absent: true"))
    plan = world.apply()
    assert [(change.address, change.operation) for change in plan.changes] == [
        ("gadget/a", Operation.UPDATE),
        ("gadget/z", Operation.DELETE),
    ]


def test_an_id_that_stays_in_a_text_is_a_note_of_the_delete(world: World) -> None:
    world.write(world.gadget("z"))
    world.apply()
    by_hand = world.by_hand("By hand", story=f"See {world.account.named('Z')['id']}")["id"]
    world.write(world.gadget("z", lifecycle="absent: true"))
    (change,) = world.plan().changes
    (note,) = [note for note in change.notes if "its id stays" in note]
    assert note.startswith(f"its id stays in story of gadget 'By hand' ({by_hand}, not managed here")
    world.apply()


def test_what_was_written_returns_to_the_default(world: World) -> None:
    """The record in the ownership line knows the text, although its target went with it."""
    world.write(world.gadget("a", story="See ${id:gadget/z}"), world.gadget("z"))
    world.apply()
    world.write(world.gadget("a"), world.gadget("z", lifecycle="absent: true"))
    plan = world.apply()
    assert [change.address for change in plan.changes] == ["gadget/a", "gadget/z"]
    assert world.account.named("A")["story"] is None


def test_an_export_reads_back(world: World) -> None:
    other = world.by_hand("Other")["id"]
    world.write(world.gadget("z"))
    world.apply()
    z = world.account.named("Z")["id"]
    world.by_hand("A", story=f"{z}: X{z} {z}9 PNOWHERE\n{other} ${{id:gadget/z}} ${{var:x}}", notes="${id:")
    exported = export_account(world.client, world.workspace, ExportOptions("test"))
    (text,) = exported.files.values()
    assert f"${{id:gadget/z}}: X{z} {z}9 PNOWHERE" in text
    assert "${id:gadget/other} $${id:gadget/z} $${var:x}" in text
    world.write(text)
    assert not [change for change in world.plan(adopt=True).changes if change.deltas]


def test_an_edit_by_hand_is_accepted_by_key(world: World) -> None:
    world.write(world.gadget("a", story="See ${id:gadget/z}"), world.gadget("z"), world.gadget("y"))
    world.apply()
    world.edit("A", story=f"See {world.account.named('Y')['id']} and ${{id: itself")
    place = parse_place("gadget/a:story")
    accepted = accept_live(world.client, load_for_accept(world.workspace, place), place)
    assert accepted is not None
    accepted.write()
    assert "See ${id:gadget/y} and $${id: itself" in (world.folder / "gadgets.yaml").read_text()
    assert all(change.is_renewal for change in world.plan().changes)
