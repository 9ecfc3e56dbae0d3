"""Random worlds: any sequence of edits in git, edits by hand, applies, drifts, exports, accepts and faults, and what must
always be true."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pdsync.apply import bulk_creation
from pdsync.engine import connection
from pdsync.kinds import BY_SLUG
from pdsync.model import Resource
from pdsync.plan import Operation
from tests.campaigns.harness import make_harness
from tests.campaigns.life import run_lives
from tests.campaigns.setting import ALONE, IN_GROUPS, RUNS, SEED
from tests.campaigns.test_fault import FAULTS, WRITES
from tests.campaigns.world import World, manifest_file
from tests.support.random_world import worlds

_TIMEOUT_S = (5.0, 0.3)
_TRIES = 4
"""Of an edit by hand that PagerDuty refuses."""
_SEEDS = st.integers(0, 2**31 - 1)


@st.composite
def fault_rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to three rules, each for a request of some number or for a part of all."""
    rules = []
    for name in draw(st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=3)):
        match: dict[str, Any] = draw(
            st.one_of(
                st.fixed_dictionaries({"nth": st.integers(1, 25)}),
                st.fixed_dictionaries({"probability": st.sampled_from([0.05, 0.2, 0.4]), "times": st.integers(1, 8)}),
            )
        )
        writes_only = FAULTS[name]["type"] == "lag" or draw(st.booleans())
        rules.append({"match": {**match, **({"method": WRITES} if writes_only else {})}, "action": FAULTS[name]})
    return rules


class Life(RuleBasedStateMachine):
    """What may happen to a workspace. After every step the invariants are checked."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.settled = False
        """True where the account is as the manifests say."""

    def _did(self, what: str, *, settled: bool, **figures: int) -> None:
        self.settled = settled
        self.world.harness.count(**{what: 1}, **figures)
        self.world.check()

    def _settle(self) -> None:
        """An apply, where it is needed. Not a precondition: which step comes next must depend on what was drawn alone, and not on an
        account whose ids and moments are others each time."""
        if not self.settled:
            self.world.converge()
            self.settled = True

    @initialize(state=worlds(), least=st.sampled_from([IN_GROUPS, 2, ALONE]), seed=_SEEDS)
    def begin(self, state: list[Resource], least: int, seed: int) -> None:
        bulk_creation.BULK = least
        self.world.begin()
        self.world.write(state, seed)
        self._did("worlds", settled=False)

    @rule(state=worlds(), seed=_SEEDS)
    def edit_all_manifests(self, state: list[Resource], seed: int) -> None:
        self.world.write(state, seed)
        self._did("edits", settled=False)

    @rule(state=worlds(), seed=_SEEDS)
    def edit_one_manifest(self, state: list[Resource], seed: int) -> None:
        """What points at nothing then is refused before anything is asked, and taken back."""
        before = self.world.texts()
        made = Random(seed).choice(state)
        self.world.write([*(it for it in self.world.resources() if it.address != made.address), made], seed)
        checked = self.world.run("validate")
        if checked.code or self.world.plan().problems or self.world.plan().is_blocked:
            self.world.harness.server.control.forget()
            assert self.world.harness.apply("--adopt").code in (1, 5)
            self.world.assert_nothing_written()
            self.world.take_back(before)
            self._did("refused_edits", settled=self.settled)
        else:
            self._did("edits", settled=False)

    @rule()
    def apply(self) -> None:
        self.world.converge()
        self._did("applies", settled=True)

    @rule(rules=fault_rules(), seed=_SEEDS)
    def apply_under_faults(self, rules: list[dict[str, Any]], seed: int) -> None:
        code, struck = self.world.apply_under_faults(rules, seed)
        self._did("struck_applies", settled=False, faults=struck, went_wrong=code != 0)
        self.world.converge()
        self._did("applies", settled=True)

    @rule(rules=fault_rules(), seed=_SEEDS)
    def apply_under_faults_and_go_on(self, rules: list[dict[str, Any]], seed: int) -> None:
        code, struck = self.world.apply_under_faults(rules, seed)
        self._did("struck_applies", settled=False, faults=struck, went_wrong=code != 0)

    @rule(seed=_SEEDS)
    def edit_by_hand(self, seed: int) -> None:
        random = Random(seed)
        done = next(filter(None, (self.world.edit_by_hand(random) for _ in range(_TRIES))), "")
        self._did("hand_edits" if done else "refused_hand_edits", settled=self.settled and not done)

    @rule()
    def look_for_drift(self) -> None:
        found = self.world.run("drift", "-o", "json")
        assert found.code == (0 if self.settled else found.code), found.out
        assert found.code in (0, 2), found.out + found.err
        self._did("drifts", settled=self.settled)

    @rule()
    def export(self) -> None:
        self.world.check_export()
        self._did("exports", settled=self.settled)

    @rule()
    def accept_all(self) -> None:
        """What differs, and is there, is written into the manifests; then those objects differ no more. Only what swapped names
        or parents cannot be accepted one after the other, and that is said. What is accepted may stand in
        the way of others, such as a reference to an object that no longer has a manifest, or the role of someone who is to be on call: that
        is a blocker, and the accepts are taken back."""
        refused, first, blocked = set(), self.world.texts(), self.world.blockers()
        for change in self.world.plan().changes:
            if change.operation is Operation.UPDATE:
                before = self.world.texts()
                done = self.world.run("accept", change.address)
                if done.code:
                    assert "with the account's values the manifests would have a problem" in done.err, done
                    assert self.world.texts() == before
                    refused.add(change.address)
        left = [made for made in self.world.plan().changes if made.operation is Operation.UPDATE]
        assert {made.address for made in left if made.deltas or made.children} <= refused, left
        if self.world.blockers() - blocked:
            self.world.take_back(first)
            self._did("accepts_taken_back", settled=self.settled)
            return
        self._did("accepts", settled=self.settled and not left)

    @rule(seed=_SEEDS)
    def lose_the_line_and_adopt(self, seed: int) -> None:
        self._settle()
        # Without the line only metadata.id finds what has no identity of its own.
        found = {address: it for address, it in self.world.live().items() if BY_SLUG[it.kind].identity}
        live = {address: it for address, it in found.items() if it.marker is not None}
        if not live:
            return
        address = Random(seed).choice(sorted(live))
        assert self.world.editor.unmark(live[address])
        assert self.world.run("plan").code == 5
        adopted = self.world.harness.run("-q", "adopt", "--yes", address)
        if adopted.code == 5:  # an input that PagerDuty never shows counts as a difference, which only an apply writes
            assert "pdsync apply --adopt" in adopted.err, adopted
            adopted = self.world.harness.apply("--adopt")
        assert adopted.code == 0, adopted
        again = self.world.run("plan", "-o", "json")
        assert again.code == 0, again.out
        pending = {change["address"] for change in json.loads(again.out)["changes"]}
        assert address not in pending, again.out
        # A layer may have ended since the last apply, and what it held be free to go: that is due, and no fault of the adoption.
        self._did("adoptions", settled=not pending)

    @rule(seed=_SEEDS)
    def apply_a_plan_that_is_stale(self, seed: int) -> None:
        """Someone edits between review and apply: nothing is written."""
        chosen = self._choose_service(seed)
        if chosen is None:
            return
        file, document = chosen
        taken = {made.fields["name"] for made in self.world.resources() if made.kind == "service"}
        document["spec"]["name"] = next(name for name in map("Planned {}".format, count(1)) if name not in taken)
        self.world.write_document(file.name, document)
        assert self.world.run("plan", "--out", "plan.json").code == 0
        live = self.world.live()[f"service/{document['metadata']['name']}"]
        self.world.harness.server.control.edit(
            "PUT", f"/services/{live.id}", {"service": {"name": f"By hand {live.name[-8:]} too"}}
        )
        assert self.world.run("apply", "--yes", "--plan", "plan.json").code == 4
        self._did("stale_plans", settled=False)

    @rule(seed=_SEEDS)
    def give_a_manifest_another_key(self, seed: int) -> None:
        """`moved_from` keeps the object: the same id, and nothing made or deleted."""
        chosen = self._choose_unnamed_service(seed)
        if chosen is None:
            return
        file, document = chosen
        old = document["metadata"]["name"]
        identity = self.world.live()[f"service/{old}"].id
        taken = {made.key for made in self.world.resources() if made.kind == "service"}
        new = next(key for key in map(f"{old.partition('-moved')[0]}-moved-{{}}".format, count(1)) if key not in taken)
        document["metadata"]["name"] = new
        document["lifecycle"] = {"moved_from": old}
        file.unlink()
        self.world.write_document(f"service-{new}.yaml", document)
        counts = self.world.plan().count()
        assert not counts[Operation.CREATE] + counts[Operation.DELETE]
        self.world.converge()
        assert self.world.live()[f"service/{new}"].id == identity
        del document["lifecycle"]
        self.world.write_document(f"service-{new}.yaml", document)
        self._did("moves", settled=True)

    @rule(seed=_SEEDS)
    def protect_and_lose_the_manifest(self, seed: int) -> None:
        """The protection is in the account: without its manifest the object stays, and a tombstone is refused."""
        chosen = self._choose_unnamed_service(seed)
        if chosen is None:
            return
        file, document = chosen
        address = f"service/{document['metadata']['name']}"
        self.world.write_document(file.name, {**document, "lifecycle": {"protect": True}})
        self.world.converge()
        file.unlink()
        self.world.harness.server.control.forget()
        assert self.world.harness.apply("--adopt").code == 0
        self.world.write_document(file.name, {**document, "lifecycle": {"absent": True}})
        assert self.world.harness.apply("--adopt").code == 5
        self.world.assert_nothing_written()
        self.world.write_document(file.name, document)
        self.world.converge()
        assert address in self.world.live()
        self._did("protections", settled=True)

    @rule(seed=_SEEDS)
    def bury(self, seed: int) -> None:
        """A tombstone deletes, does nothing when it is done, and may go."""
        chosen = self._choose_unnamed_service(seed)
        if chosen is None:
            return
        file, document = chosen
        address = f"service/{document['metadata']['name']}"
        identity = self.world.live()[address].id
        self.world.write_document(file.name, {**document, "lifecycle": {"absent": True}})
        assert self.world.harness.apply().code == 0
        assert self.world.run("plan", "--detailed-exitcode").code == 0
        file.unlink()
        assert self.world.run("plan", "--detailed-exitcode").code == 0
        assert identity not in {live.id for live in self.world.account().objects["service"]}
        self._did("tombstones", settled=True)

    @rule(seed=_SEEDS)
    def delete_what_an_incident_holds(self, seed: int) -> None:
        """Nothing is deleted while someone works on it, and nothing of the incident is touched."""
        chosen = self._choose_unnamed_service(seed)
        if chosen is None:
            return
        file, document = chosen
        live = self.world.live()[f"service/{document['metadata']['name']}"]
        control = self.world.harness.server.control
        service = {"id": live.id, "type": "service_reference"}
        body = {"type": "incident", "title": "Something is wrong", "service": service}
        try:
            made = control.edit("POST", "/incidents", {"incident": body})["incident"]
        except ValueError:  # a service that is disabled or has no one on call takes none
            return
        self.world.write_document(file.name, {**document, "lifecycle": {"absent": True}})
        control.forget()
        assert self.world.harness.apply("--adopt").code == 5
        self.world.assert_nothing_written()
        (held,) = (it for it in control.state()["incident"] if it["id"] == made["id"])
        assert held["status"] == made["status"]
        change = {"id": made["id"], "type": "incident_reference", "status": "resolved"}
        control.edit("PUT", "/incidents", {"incidents": [change]})
        self.world.write_document(file.name, document)
        assert self.world.run("plan", "--detailed-exitcode").code == 0
        self._did("held_deletes", settled=True)

    @rule(seed=_SEEDS)
    def edit_a_rota_hand_off_aware(self, seed: int) -> None:
        """Other people in every layer, and the person on call stays. What cannot be done so is refused, and taken back."""
        chosen = self._choose(seed, "schedule")
        people = sorted(made.key for made in self.world.resources() if made.kind == "user")
        if chosen is None or not people:
            return
        file, document = chosen
        before, random, now = self.world.texts(), Random(seed), datetime.now(UTC)
        schedule = self.world.live()[f"schedule/{document['metadata']['name']}"].id
        # What is written begins no sooner than it is written, so the moment to compare comes after it.
        on_call, soon = (self.world.on_call(schedule, now + timedelta(minutes=wait)) for wait in (0, 2))
        if on_call != soon:
            return  # a hand-off is about to pass
        for layer in document["spec"].get("schedule_layers") or ():
            layer["users"] = random.sample(people, random.randint(1, len(people)))
        if "rotation" in document["spec"]:
            document["spec"]["rotation"]["weekly"] = random.sample(people, random.randint(1, len(people)))
        document["lifecycle"] = {"rotation": "hand-off aware"}
        self.world.write_document(file.name, document)
        plan = self.world.plan()
        if plan.problems or plan.is_blocked:
            self.world.take_back(before)
            self._did("refused_edits", settled=True)
            return
        self.world.converge()
        assert self.world.on_call(schedule, datetime.now(UTC)) == on_call, (now, document)
        self._did("rota_edits", settled=True)

    def _choose_service(self, seed: int) -> tuple[Path, dict[str, Any]] | None:
        return self._choose(seed, "service")

    def _choose_unnamed_service(self, seed: int) -> tuple[Path, dict[str, Any]] | None:
        """A service that no other manifest names, so that its own may lose its key, or go."""
        chosen = self._choose_service(seed)
        if chosen is None or self.world.is_in_a_field(f"service/{chosen[1]['metadata']['name']}"):
            return None
        if self.world.unname(f"service/{chosen[1]['metadata']['name']}"):
            self.world.converge()
        return chosen

    def _choose(self, seed: int, kind: str) -> tuple[Path, dict[str, Any]] | None:
        """The manifest of an object of a kind, once the account is as the manifests say; None where there is none."""
        self._settle()
        found = [made for made in self.world.resources() if made.kind == kind]
        if not found:
            return None
        file = manifest_file(self.world, Random(seed).choice(found).address)
        return file, yaml.safe_load(file.read_text(encoding="utf-8"))


def live_on(folder: Path, monkeypatch: pytest.MonkeyPatch, examples: int, steps: int, seed: int) -> None:
    """So many lives of so many steps."""
    monkeypatch.setitem(connection.CLIENT_OPTIONS, "timeout", _TIMEOUT_S)
    monkeypatch.setattr(bulk_creation, "BULK", ALONE)  # each life sets its own, and this puts it back
    with make_harness(folder, monkeypatch) as harness:
        world = World(harness)
        run_lives(lambda: Life(world), lives=examples, steps=steps, seed=seed)
        harness.report("random worlds")


def test_some_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live_on(tmp_path, monkeypatch, 2, 4, SEED)


@pytest.mark.campaign
def test_many_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live_on(tmp_path, monkeypatch, RUNS or 200, 30, SEED)
