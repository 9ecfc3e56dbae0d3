"""Histories in git against edits in the account: after each apply the account is what the manifests of that commit give an
empty account, apart from what a plan named.

A second sandbox is the empty account. What a manifest names is compared by the next plan, which must be empty; so this compares the
rest: fields and lists that no manifest names, items beside those that are listed, and objects without a manifest. A difference is right
where a person made it by hand, or where a plan said that it stays.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pdsync.account import Extent, fetch_account
from pdsync.apply import Watch
from pdsync.engine import ApplyRequest, Desired, carry_out_plan, connection, make_plan
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Kind, LiveObject, Ref, Resource
from pdsync.plan import PlanOptions
from pdsync.sandbox import SandboxServer
from tests.campaigns.git_history import GitHistory
from tests.campaigns.harness import make_harness
from tests.campaigns.life import run_lives
from tests.campaigns.setting import RUNS, SEED
from tests.campaigns.world import WORKSPACE, World, manifest_file
from tests.support.hosted import hosted_client
from tests.support.random_world import worlds
from tests.support.setting import CONFIG, MANAGED
from tests.support.world import TAKEN

_SEEDS = st.integers(0, 2**31 - 1)
_EDITED = re.compile(r"(\w+) [=+] ")
"""The field or list in what `HandEditor` says that it did."""
_IMPLIED = "members"
"""PagerDuty itself adds people to a team, and leaves them there."""
Place = tuple[str, str]
"""An address, and a field or list."""


class Reference:
    """The empty account: what manifests give where nothing was before."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._server = SandboxServer()
        self._server.__enter__()

    def close(self) -> None:
        self._server.__exit__(None, None, None)

    def fill(self, resources: tuple[Resource, ...]) -> Account | None:
        """The account after an apply of these manifests alone, in which every object has another id. None where they name
        something that was only in the other account, such as a contact method that a manifest had before."""
        resources = tuple(replace(made, id=None) for made in resources)
        self._server.control.restore(self._world.harness.start)
        options = PlanOptions(WORKSPACE, adopt=True, managed_kinds=MANAGED)
        with hosted_client(self._server.url) as client:
            planned = make_plan(client, Desired(resources, options))
            if planned.plan.is_blocked:
                return None
            request = ApplyRequest(planned.plan, takes_secrets=True)
            result = carry_out_plan(client, request, Watch(hand_out=TAKEN.append))
            assert result.exit_code == 0, [it for it in result.outcomes if it.message]
            return fetch_account(client, Extent(also=lambda raw: True, everything=True))


class History(RuleBasedStateMachine):
    """What may happen to a repository and to an account."""

    def __init__(self, world: World, reference: Reference) -> None:
        super().__init__()
        self.world, self.reference = world, reference
        self.git: GitHistory
        self.excused: set[Place] = set()
        self.prune = "report"
        self.numbers = count(1)

    @initialize(state=worlds(), prune=st.sampled_from(["report", "owned"]))
    def begin(self, state: list[Resource], prune: str) -> None:
        root = self.world.harness.folder
        shutil.rmtree(root / ".git", ignore_errors=True)
        self.world.begin()
        self.prune = prune
        limits = f"prune: {{mode: {prune}, max_deletes: 1000, max_delete_percent: 100}}\n"
        (root / "pdsync.yaml").write_text(CONFIG + limits)
        self.git = GitHistory(self.world.folder)
        self.world.write(state)
        self.git.commit("The first state")
        self._merge("worlds")

    @rule(state=worlds())
    def edit_all(self, state: list[Resource]) -> None:
        self.world.write(state)
        self.git.commit("All manifests")
        self._merge("edits")

    @rule(state=worlds(), seed=_SEEDS)
    def edit_one(self, state: list[Resource], seed: int) -> None:
        made = Random(seed).choice(state)
        self.world.write([*(it for it in self.world.resources() if it.address != made.address), made])
        self.git.commit(f"Edit {made.address}")
        self._merge("edits")

    @rule(seed=_SEEDS)
    def take_out_a_field(self, seed: int) -> None:
        random = Random(seed)
        made = random.choice(self.world.resources())
        file, document = self._document(made.address)
        kind, spec = BY_SLUG[made.kind], document["spec"]
        required = {part.name for part in kind.spec.parts if part.required} | {"name", "email"}
        free = sorted(name for name in spec if name not in required and not name.endswith("_mode"))
        if not free:
            return
        name = random.choice(free)
        if isinstance(spec[name], list) and len(spec[name]) > 1 and random.random() < 0.5:
            spec[name].pop(random.randrange(len(spec[name])))
        else:
            del spec[name]
            spec.pop(f"{name}_mode", None)
        self.world.write_document(file.name, document)
        self.git.commit(f"Take {name} out of {made.address}")
        self._merge("dropped_fields")

    @rule(seed=_SEEDS)
    def take_out_a_manifest(self, seed: int) -> None:
        made = Random(seed).choice(self.world.resources())
        manifest_file(self.world, made.address).unlink()
        self.git.commit(f"Take out {made.address}")
        self._merge("dropped_manifests")

    @rule(seed=_SEEDS)
    def revert(self, seed: int) -> None:
        if self.git.revert(Random(seed)):
            self._merge("reverts")

    @rule(seed=_SEEDS)
    def go_back(self, seed: int) -> None:
        self.git.go_back(Random(seed))
        self._merge("rollbacks")

    @rule(seed=_SEEDS)
    def edit_account(self, seed: int) -> None:
        account, named = self.world.account(), self.world.named()
        done = self.world.editor.edit(account, named, Random(seed))
        address, _, what = done.partition(": ")
        if found := _EDITED.search(what):
            self.excused.add((address, found[1]))
        self.world.harness.count(hand_edits=bool(done))
        self._merge("repairs", is_new=False)

    @rule(seed=_SEEDS)
    def rename(self, seed: int) -> None:
        """Another key without ``moved_from`` is refused and makes nothing; with the line the object stays."""
        found = [made for made in self.world.resources() if made.kind == "service"]
        live = self.world.live()
        found = [made for made in found if made.address in live and not self.world.is_in_a_field(made.address)]
        if not found:
            return
        made = Random(seed).choice(found)
        file, document = self._document(made.address)
        key, before = f"renamed-{next(self.numbers)}", self._objects("service")
        document["metadata"]["name"] = key
        file.unlink()
        self.world.write_document(f"service-{key}.yaml", document)
        self.git.commit(f"Rename {made.key} without a word")
        refused = self.world.run("plan", "-o", "json")
        assert refused.code == 5, refused.out + refused.err
        assert f"moved_from: {made.key}" in refused.out, refused.out
        self.world.harness.server.control.forget()
        assert self.world.harness.apply().code != 0
        assert self._objects("service") == before
        document["lifecycle"] = {"moved_from": made.key}
        self.world.write_document(f"service-{key}.yaml", document)
        self.git.commit(f"Say what {key} was")
        self.excused |= {(f"service/{key}", name) for at, name in self.excused if at == made.address}
        if self._merge("renames"):
            assert self.world.live()[f"service/{key}"].id == live[made.address].id

    @rule(seed=_SEEDS, in_git=st.booleans())
    def move_a_person(self, seed: int, in_git: bool) -> None:
        """An address that changed makes no second person, and moves no rota; with the id it is an update."""
        found = [made for made in self.world.resources() if made.kind == "user" and made.address in self.world.live()]
        if not found:
            return
        made = Random(seed).choice(found)
        live, before = self.world.live()[made.address], self._objects("user")
        file, document = self._document(made.address)
        if "id" in document["metadata"]:
            return  # a revert brought it back, and with it every address is this person's
        # The new address keeps the key in front of the @, by which `HandEditor` finds people.
        address = f"{made.key}@moved-{next(self.numbers)}.example.com"
        if in_git:
            document["spec"]["email"] = address
            self.world.write_document(file.name, document)
            self.git.commit(f"{made.key} has another address")
        else:
            self.world.harness.server.control.edit("PUT", f"/users/{live.id}", {"user": {"email": address}})
        told = self.world.run("plan", "-o", "json")
        assert live.id in "".join(json.loads(told.out)["changes"][0]["blockers"]), told.out
        self.world.harness.apply()
        assert self._objects("user") == before
        document["metadata"]["id"] = live.id
        self.world.write_document(file.name, document)
        self.git.commit(f"{made.key} is the same person")
        self._merge("moves")
        assert self._objects("user") == before
        del document["metadata"]["id"]
        self.world.write_document(file.name, document)
        self.git.commit(f"{made.key} is found by the address again")
        self._merge("moves_forgotten", is_new=False)

    @rule(seed=_SEEDS)
    def check_out_a_part(self, seed: int) -> None:
        """A tree that is not whole is refused, and a plan of one file says nothing of the others."""
        texts, random = self.world.texts(), Random(seed)
        for file in self.world.folder.iterdir():
            file.unlink()
        broken = self.world.run("plan")
        self.world.harness.server.control.forget()
        assert broken.code in (1, 5), broken
        assert self.world.harness.apply().code in (1, 5)
        self.world.assert_nothing_written()
        self.world.take_back(texts)
        alone = self.world.run("plan", "--prune", "report", "-o", "json", f"manifests/{random.choice(sorted(texts))}")
        if alone.code == 0:
            body = json.loads(alone.out)
            assert body["summary"]["delete"] == 0
            assert not [note for note in body["notes"] if "prune" in note], body["notes"]
        self.world.harness.count(partial_checkouts=1)

    def _start_over(self) -> None:
        """An account in which nothing of this history was done, and the manifests as they are."""
        texts = self.world.texts()
        shutil.rmtree(self.world.harness.folder / ".git")
        self.world.begin()
        self.world.take_back(texts)
        self.excused.clear()
        self.git = GitHistory(self.world.folder)
        self.git.commit("The first state")
        self._merge("fresh_starts")

    def _merge(self, what: str, *, is_new: bool = True, after_part: bool = False) -> bool:
        """Plans and applies the newest commit, and compares. What is refused is taken back, and has written nothing."""
        planned = self.world.run("plan", "-o", "json")
        body = json.loads(planned.out) if planned.out else {}
        if planned.code:
            assert planned.code in (1, 5), planned
            if after_part:  # what the rest of the commit made may hold a name that the manifests before it need
                self._start_over()
                return False
            assert is_new, planned.out + planned.err
            blocked = [change for change in body.get("changes", ()) if change["blockers"]]
            alone = bool(blocked) and all(change["alone"] for change in blocked) and not body.get("refusals")
            self.world.harness.server.control.forget()
            code = self.world.harness.apply().code
            self.world.harness.count(refusals=1)
            self.git.drop_last()
            if alone:  # the rest of the commit may have been applied
                assert code in (3, 5), planned.out
                self._merge("taken_back", after_part=True)
            else:
                assert code in (1, 5), planned.out
                self.world.assert_nothing_written()
            return False
        self._note(body)
        done = self.world.harness.apply()
        assert done.code == 0, done.out + done.err + planned.out
        again = self.world.run("plan", "--detailed-exitcode", "-o", "json")
        assert again.code == 0, again.out + again.err
        self._compare(body)
        self.world.check()
        self.world.harness.count(**{what: 1}, applies=1)
        return True

    def _note(self, plan: dict[str, Any]) -> None:
        """What the plan says that it leaves, and what manifests name now and so cannot differ any more."""
        for address, names in self.world.named().items():
            fields = {name for name in names if BY_SLUG[address.partition("/")[0]].field(name) is not None}
            self.excused -= {(address, name) for name in fields}
        for change in plan["changes"]:
            for left in change.get("unmanaged", ()):
                self.excused.add((change["address"], re.split(r"[\[.]", left["path"])[0]))

    def _compare(self, plan: dict[str, Any]) -> None:
        resources = self.world.resources()
        expected, held = self.reference.fill(resources), self.world.account()
        if expected is None:
            self.world.harness.count(not_compared=1)
            return
        named, notes = self.world.named(), " ".join(plan["notes"])
        there, wanted = (self.world.editor.objects(account, named) for account in (held, expected))
        assert there.keys() == wanted.keys() == named.keys()
        ours = Counter(
            f"{live.kind}/{live.marker.key}"
            for group in held.objects.values()
            for live in group
            if live.marker is not None and live.marker.workspace == WORKSPACE
        )
        for address in ours.keys() - named.keys():
            assert self.prune == "report", f"{address} has no manifest and is there"
            assert address in notes, f"{address} stays, and the plan does not say so"
        found = [
            (address, name, before, after)
            for address, live in there.items()
            if live.kind != "user"  # nothing records what pdsync wrote to a person
            for name, before, after in self._differences(named[address], live, wanted[address], held, expected)
            if (address, name) not in self.excused
        ]
        assert not found, found

    def _differences(
        self, named: frozenset[str], live: LiveObject, wanted: LiveObject, held: Account, expected: Account
    ) -> Iterator[tuple[str, Any, Any]]:
        kind = BY_SLUG[live.kind]
        here, there = (_fields(kind, it, account) for it, account in ((live, held), (wanted, expected)))
        for declared in kind.fields:
            name = declared.name
            if name not in named and not declared.chosen_by_server and here.get(name) != there.get(name):
                yield name, here.get(name), there.get(name)
        for child in kind.children:
            if child.name in live.children and child.name != _IMPLIED:
                keys, right = (
                    Counter(
                        child.key_of(child.item.map_refs(it.value, _Called(account)))
                        for it in each.children[child.name]
                    )
                    for each, account in ((live, held), (wanted, expected))
                )
                if keys - right:
                    yield child.name, sorted(keys), sorted(right)

    def _objects(self, slug: str) -> list[str]:
        return sorted(live.id for live in self.world.account().objects[slug])

    def _document(self, address: str) -> tuple[Path, dict[str, Any]]:
        """The file that describes an object, and what it says. A renamed object keeps to the file of its key."""
        file = manifest_file(self.world, address)
        return file, yaml.safe_load(file.read_text(encoding="utf-8"))


def _fields(kind: Kind, live: LiveObject, account: Account) -> dict[str, Any]:
    """The fields with references as what they lead to is called, which is the same in both accounts."""
    return kind.passing.settle(kind.map_fields(dict(live.fields), _Called(account)), account.fetched_at)


class _Called:
    """References as what they lead to is called."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def __call__(self, ref: Ref) -> Ref:
        target = self._account.find(ref.kind, ref.value) if ref.by == "id" else None
        if target is None:
            return ref
        name = target.marker.key if target.marker is not None else str(target.fields.get("email") or target.name)
        return Ref(ref.kind, "key", name)


def live_on(folder: Path, monkeypatch: pytest.MonkeyPatch, examples: int, steps: int, seed: int) -> None:
    """So many histories of so many steps."""
    monkeypatch.setitem(connection.CLIENT_OPTIONS, "timeout", (5.0, 5.0))
    with make_harness(folder, monkeypatch) as harness:
        world = World(harness)
        reference = Reference(world)
        try:
            run_lives(lambda: History(world, reference), lives=examples, steps=steps, seed=seed)
        finally:
            reference.close()
        harness.report("histories")


def test_some_histories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live_on(tmp_path, monkeypatch, 1, 10, SEED)


@pytest.mark.campaign
def test_many_histories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live_on(tmp_path, monkeypatch, RUNS or 200, 30, SEED)
