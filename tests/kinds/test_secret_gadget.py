"""A made-up kind with secrets: one that is never shown, headers that are redacted, and a configuration that is redacted in part."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pdsync.engine import ApplyRequest, ManifestsError, carry_out_plan, check_apply, find_drift
from pdsync.engine.error import MissingSecretsError, RequestError
from pdsync.model import Field
from pdsync.model.codec.secret import Secret, SecretMap, SecretTree
from pdsync.model.codec.secret_text import SOURCE, USED
from pdsync.model.ownership import ByNaming
from pdsync.plan import Operation, Status
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.plan import render_plan_json
from tests.kinds.test_gadget import World, _world, make_gadget
from tests.support.gadget_server import GadgetAccount

ONE, TWO = "canary-one-4711", "canary-two-0815"
KEY = "a-key-of-fingerprints-0123456789"
_FIELDS = (
    Field("password", Secret(), "A password.", "this test", default=None),
    Field("headers", SecretMap(), "Headers.", "this test", default={}),
    Field("config", SecretTree(), "How it works.", "this test", default={}),
)
MANIFEST = {
    "password": "'${env:ONE}'",
    "headers": "{A: 'Bearer ${env:ONE}', B: plain}",
    "config": "{url: u, deep: [{token: '${env:TWO}'}]}",
}


@dataclass
class SecretAccount(GadgetAccount):
    """Shows no password, the names of headers, and of the configuration all but tokens."""

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        status, answer = super().answer(method, path, query, body)
        if isinstance(answer, dict) and "gadget" in answer:
            answer = {**answer, "gadget": _shown(answer["gadget"])}
        if isinstance(answer, dict) and "gadgets" in answer:
            answer = {**answer, "gadgets": [_shown(it) for it in answer["gadgets"]]}
        return status, answer


def _shown(gadget: dict[str, Any]) -> dict[str, Any]:
    shown = {name: held for name, held in gadget.items() if name != "password"}
    shown["headers"] = dict.fromkeys(gadget.get("headers") or {}, "-- redacted --")
    config = json.loads(json.dumps(gadget.get("config") or {}))
    for row in config.get("deep", ()):
        row["token"] = "--redacted--"
    return {**shown, "config": config}


@pytest.fixture(params=["marked", "by naming"])
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("ONE", ONE)
    monkeypatch.setenv("TWO", TWO)
    monkeypatch.delenv("KEY", raising=False)
    more = {"ownership": ByNaming("gadgets carry no ownership line")} if request.param == "by naming" else {}
    kind = make_gadget(**more)
    kind = replace(kind, fields=(*kind.fields, *_FIELDS))
    yield from _world((kind,), SecretAccount(), tmp_path)
    SOURCE.folder, SOURCE.key_variable = Path(), ""
    USED.clear()


@pytest.fixture
def is_marked(world: World) -> bool:
    return world.kind.marker_line is not None


def keyed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workspace has a key of fingerprints from now on."""
    monkeypatch.setenv("KEY", KEY)
    workspace = type(world).workspace.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(type(world), "workspace", property(lambda it: replace(workspace(it), fingerprint_key="KEY")))


def stored(world: World) -> dict[str, Any]:
    held = world.account.named("Red")
    return {name: held.get(name) for name in MANIFEST}


SENT = {
    "password": ONE,
    "headers": {"A": f"Bearer {ONE}", "B": "plain"},
    "config": {"url": "u", "deep": [{"token": TWO}]},
}


def adopting(world: World) -> dict[str, Any]:
    return {"adopt": True} if world.kind.marker_line is not None else {}


def paths_of(plan: Any) -> list[str]:
    return [delta.path for change in plan.changes for delta in change.deltas]


def test_it_is_sent_once_and_then_there_is_nothing_to_do(world: World) -> None:
    world.write(world.gadget("red", **MANIFEST))
    plan = world.apply()
    assert stored(world) == SENT
    text = render_plan_json(plan)
    assert ONE not in text
    assert TWO not in text
    assert "${env:ONE}" in text
    assert {ONE, TWO} <= USED


def test_another_text_is_a_change(world: World, is_marked: bool) -> None:
    world.write(world.gadget("red", **MANIFEST))
    world.apply()
    world.write(world.gadget("red", **{**MANIFEST, "password": "'x${env:TWO}'"}))
    if is_marked:
        (change,) = world.apply().changes
        assert [(it.path, it.origin) for it in change.deltas] == [("password", Origin.OURS)]
        assert stored(world) == {**SENT, "password": f"x{TWO}"}
    else:
        plan = world.plan()
        assert not plan.changes
        assert any("there is no record of them" in note and "--send-secrets" in note for note in plan.notes)


def test_what_is_shown_is_compared_beside_a_secret(world: World) -> None:
    world.write(world.gadget("red", **MANIFEST))
    world.apply()
    world.edit("Red", config={"url": "edited", "deep": [{"token": TWO}]})
    assert paths_of(world.plan()) == ["config.url"]
    world.apply()
    assert stored(world) == SENT
    world.edit("Red", headers={"A": f"Bearer {ONE}", "B": "plain", "C": "by hand"})
    (delta,) = world.plan().changes[0].deltas
    assert (delta.path, delta.before, delta.after) == ("headers.C", {"hidden": ""}, None)


class TestSeal:
    """The record of values, under a key."""

    def test_a_changed_value_is_noticed_with_the_key_alone(
        self, world: World, is_marked: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.write(world.gadget("red", **MANIFEST))
        world.apply()
        monkeypatch.setenv("ONE", "canary-changed")
        plan = world.plan()
        assert not plan.changes
        assert len([note for note in plan.notes if "not noticed" in note]) == 1
        monkeypatch.setenv("ONE", ONE)
        keyed(world, monkeypatch)
        if not is_marked:
            assert not world.plan().changes
            return
        (change,) = world.apply().changes  # the record gets its seals
        assert not change.deltas
        monkeypatch.setenv("ONE", "canary-changed")
        (change,) = world.apply().changes
        assert [(it.path, it.origin) for it in change.deltas] == [("password", Origin.OURS), ("headers.A", Origin.OURS)]
        assert any("password: its value is another one" in note for note in change.notes)
        assert stored(world)["password"] == "canary-changed"
        assert "canary-changed" not in render_plan_json(world.plan())

    def test_another_key_or_none_is_no_difference(
        self, world: World, is_marked: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keyed(world, monkeypatch)
        world.write(world.gadget("red", **MANIFEST))
        world.apply()
        monkeypatch.delenv("KEY")
        plan = world.plan()
        assert not plan.changes
        assert (
            any("this run does not have KEY, which secrets.fingerprint_key names" in note for note in plan.notes)
            == is_marked
        )
        monkeypatch.setenv("KEY", KEY[::-1])
        monkeypatch.setenv("ONE", "canary-changed")
        changes = world.apply().changes
        assert not [delta for change in changes for delta in change.deltas]
        assert bool(changes) == is_marked

    def test_a_value_that_is_not_there_is_not_compared_and_stays_on_record(
        self, world: World, is_marked: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keyed(world, monkeypatch)
        world.write(world.gadget("red", **MANIFEST))
        world.apply()
        held = dict(world.account.named("Red"))
        for name in ("ONE", "TWO"):
            monkeypatch.delenv(name)
        plan = world.plan()
        assert not plan.changes
        assert any("not compared" in note and "ONE and TWO" in note for note in plan.notes) == is_marked
        world.write(world.gadget("red", size=7, **MANIFEST))
        world.apply()
        assert {**world.account.named("Red"), "size": 0, "notes": ""} == {**held, "size": 0, "notes": ""}
        monkeypatch.setenv("ONE", "canary-changed")
        monkeypatch.setenv("TWO", TWO)
        assert (paths_of(world.plan()) == ["password", "headers.A"]) == is_marked

    def test_a_plan_is_the_same_with_the_key_and_without(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        world.write(world.gadget("red", **MANIFEST))
        without = world.plan()
        keyed(world, monkeypatch)
        assert world.plan().digest == without.digest
        monkeypatch.delenv("ONE")
        plan = world.plan()
        assert any("this run does not have it" in note for note in plan.changes[0].notes)
        assert plan.digest == without.digest

    def test_what_only_renews_fingerprints_is_in_no_digest_and_says_what_it_takes_for_true(
        self, world: World, is_marked: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A plan is often made without the key, and approved by its digest."""
        keyed(world, monkeypatch)
        monkeypatch.delenv("KEY")
        world.write(world.gadget("red", **MANIFEST), world.gadget("blue", size=1))
        world.apply()
        for red, blue in ((0, 1), (0, 2), (9, 1)):
            more = {"size": red} if red else {}
            world.write(world.gadget("red", **more, **MANIFEST), world.gadget("blue", size=blue))
            without = world.plan()
            with monkeypatch.context() as patch:
                patch.setenv("KEY", KEY)
                plan = world.plan()
            assert plan.digest == without.digest
            assert len(plan.changes) == len(without.changes) + (is_marked and not red)
            said = [note for change in plan.changes for note in change.notes if "counts as applied" in note]
            assert len(said) == is_marked
            assert all("password" in note and "--send-secrets gadget/red" in note for note in said)
        monkeypatch.setenv("KEY", KEY)
        world.apply()
        assert not world.plan().changes

    def test_a_key_that_can_be_guessed_is_refused(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        keyed(world, monkeypatch)
        monkeypatch.setenv("KEY", "short")
        world.write(world.gadget("red", **MANIFEST))
        with pytest.raises(RequestError, match="too short"):
            world.plan()

    def test_no_one_can_test_a_guess_against_the_record(
        self, world: World, is_marked: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two values give the same line without a key; with one, the line depends on it."""
        lines = []
        for value, key in ((ONE, ""), (TWO, ""), (ONE, KEY), (ONE, KEY[::-1])):
            monkeypatch.setenv("ONE", value)
            if key:
                keyed(world, monkeypatch)
                monkeypatch.setenv("KEY", key)
            world.write(world.gadget("red", **MANIFEST))
            lines.append(world.plan().changes[0].marker)
        assert lines[0] == lines[1]
        assert (len(set(lines)) == 3) == is_marked


def test_secrets_are_sent_again_when_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write(world.gadget("red", **MANIFEST))
    world.apply()
    monkeypatch.setenv("ONE", "canary-changed")
    plan = world.plan(send_secrets=("gadget/red",), **adopting(world))
    assert paths_of(plan) == ["password", "headers.A", "headers.B", "config.deep[0].token"]
    assert carry_out_plan(world.client, ApplyRequest(plan)).exit_code == 0
    assert stored(world)["headers"] == {"A": "Bearer canary-changed", "B": "plain"}
    assert not world.plan().changes
    with pytest.raises(RequestError, match="no secrets"):
        world.plan(send_secrets=("team/red",))
    assert "no manifest has this address" in world.plan(send_secrets=("gadget/blue",)).problems[0].message


def test_what_is_missing_is_said_before_the_first_write(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.write(world.gadget("blue"), world.gadget("red", **{**MANIFEST, "password": "'${env:ONE}${file:key}'"}))
    monkeypatch.delenv("ONE")
    plan = world.plan()
    assert not plan.problems
    assert any("apply needs ONE and the file key in its environment" in note for note in plan.changes[1].notes)
    before = len(world.account.writes())
    with pytest.raises(MissingSecretsError) as refused:
        carry_out_plan(world.client, ApplyRequest(plan))
    assert "3 secrets" in refused.value.message
    place = f"{tmp_path}/gadgets.yaml:7: gadget/red: "
    assert [it.removeprefix(place) for it in refused.value.details] == [
        "password: the environment has no ONE",
        "password: the file key does not exist",
        "headers.A: the environment has no ONE",
    ]
    assert len(world.account.writes()) == before
    monkeypatch.setenv("ONE", ONE)
    (tmp_path / "key").write_text(f"{TWO}\n")
    monkeypatch.setattr(SOURCE, "folder", tmp_path)
    assert check_apply(ApplyRequest(plan)) is None
    assert carry_out_plan(world.client, ApplyRequest(plan)).exit_code == 0
    assert stored(world)["password"] == ONE + TWO


def test_an_update_that_sends_no_secret_needs_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write(world.gadget("red", **MANIFEST))
    world.apply()
    monkeypatch.delenv("ONE")
    world.write(world.gadget("red", size=9, **MANIFEST))
    world.apply()
    assert stored(world) == SENT


def test_plain_text_is_a_problem_of_the_manifest(world: World) -> None:
    world.write(world.gadget("red", password="hunter2"))
    with pytest.raises(ManifestsError) as refused:
        world.desired()
    (problem,) = refused.value.problems
    assert "a secret is written here as plain text" in problem.message
    assert "hunter2" not in str(problem)


def test_a_plan_that_was_carried_out_is_done_and_another_one_is_a_conflict(
    world: World, is_marked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_marked:
        return
    world.write(world.gadget("red", **MANIFEST))
    world.apply()
    plans = []
    for variable in ("TWO", "KEY"):
        monkeypatch.setenv("KEY", KEY)
        world.write(world.gadget("red", **{**MANIFEST, "password": f"'${{env:{variable}}}'"}))
        plans.append(world.plan())
    first, second = plans
    assert carry_out_plan(world.client, ApplyRequest(first)).exit_code == 0
    assert [it.status for it in carry_out_plan(world.client, ApplyRequest(first)).outcomes] == [Status.ALREADY]
    assert [it.status for it in carry_out_plan(world.client, ApplyRequest(second)).outcomes] == [Status.CONFLICT]


def test_an_adoption_sends_what_cannot_be_compared(world: World, is_marked: bool) -> None:
    world.by_hand(
        "Red", password="by hand", headers={"A": "x", "B": "y"}, config={"url": "u", "deep": [{"token": "z"}]}
    )
    world.write(world.gadget("red", **MANIFEST))
    if is_marked:
        (change,) = world.apply(adopt=True).changes
        assert change.operation is Operation.ADOPT
        assert stored(world) == SENT


def test_drift_is_what_an_answer_shows(world: World) -> None:
    world.write(world.gadget("red", **MANIFEST))
    world.apply()
    world.edit("Red", password="by hand", headers={"A": "x", "B": "y"})
    drift = find_drift(world.client, world.desired())
    assert not drift.edited
