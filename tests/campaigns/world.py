"""A workspace that lives: its manifests are edited, its account too, and commands run in between."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.export import ExportOptions, build_export
from pdsync.export.written import write_value
from pdsync.kinds import BY_NAME, BY_SLUG
from pdsync.kinds.event_orchestration import EVENT_ORCHESTRATION, ROUTES
from pdsync.manifest import load_manifests, load_texts
from pdsync.model import Account, LiveObject, Ref, Resource
from pdsync.plan import Operation, Plan, PlanOptions, build_plan, render_plan_json
from tests.campaigns.company import SETTINGS
from tests.campaigns.harness import TOKEN, Harness, Run
from tests.campaigns.test_fault import wait_for_late_ones
from tests.support.bystander import bystanders, check_bystanders
from tests.support.hand_edit import HandEditor
from tests.support.hosted import hosted_client
from tests.support.random_form import in_short_forms, with_defaults
from tests.support.rendered import document_of, render_document
from tests.support.samples import KEYS
from tests.support.setting import CONFIG, MANAGED
from tests.support.world import find_moves, owned_in

WORKSPACE = "acme"
_CONFIG = CONFIG + SETTINGS + "prune: {mode: owned, max_deletes: 1000, max_delete_percent: 100}\n"
_OPTIONS = PlanOptions(WORKSPACE, managed_kinds=MANAGED, prune="owned", max_deletes=1000, max_delete_percent=100)


class World:
    """One example of a campaign after the other, all in the sandbox of one harness."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.folder = harness.folder / "manifests"
        (harness.folder / "pdsync.yaml").write_text(_CONFIG)
        harness.server.control.restore(bystanders())
        harness.start = harness.server.control.state()
        self.editor = HandEditor(harness.server, WORKSPACE)

    def begin(self) -> None:
        """The first state: an account with bystanders, and no manifests."""
        self.harness.restore()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def write(self, resources: Sequence[Resource], seed: int | None = None) -> None:
        """Puts these manifests in the place of all there are. With a `seed`, some values are in short forms, and some fields in Defaults."""
        for file in self.folder.iterdir():
            file.unlink()
        documents = {made.address: document_of(made) for made in resources}
        _share_out(documents)
        files = {f"{address.replace('/', '-')}.yaml": document for address, document in documents.items()}
        if seed is not None:
            random = Random(seed)
            files = with_defaults({name: in_short_forms(it, random) for name, it in files.items()}, random)
        for name, document in files.items():
            self.write_document(name, document)

    def write_document(self, name: str, document: Mapping[str, Any]) -> None:
        """Writes one file."""
        (self.folder / name).write_text(render_document(document), encoding="utf-8")

    def unname(self, address: str) -> bool:
        """Takes the items that name an object out of the child lists of all manifests; says whether there were any."""
        found = False
        for made in self.resources():
            kind = BY_SLUG[made.kind]
            lists = {child.name: child.item for child in kind.children if child.name in made.children}
            kept = {
                name: [it for it in made.children[name] if address not in {ref.address for ref in item.refs_in(it)}]
                for name, item in lists.items()
            }
            fewer = {name: items for name, items in kept.items() if len(items) < len(made.children[name])}
            if fewer:
                file = manifest_file(self, made.address)
                document = yaml.safe_load(file.read_text(encoding="utf-8"))
                document["spec"] |= {
                    name: [write_value(lists[name], it, None) for it in items] for name, items in fewer.items()
                }
                self.write_document(file.name, document)
                found = True
        return found

    def is_in_a_field(self, address: str) -> bool:
        """Whether a manifest names this object in one of its fields, as a router does."""
        found: set[str | None] = set()

        def note(ref: Ref) -> Ref:
            found.add(ref.address)
            return ref

        for made in self.resources():
            BY_SLUG[made.kind].map_fields(dict(made.fields), note)
        return address in found

    def texts(self) -> dict[str, str]:
        """The manifests by file."""
        return {file.name: file.read_text(encoding="utf-8") for file in sorted(self.folder.iterdir())}

    def take_back(self, texts: Mapping[str, str]) -> None:
        """Makes the manifests what they were."""
        for file in self.folder.iterdir():
            file.unlink()
        for name, text in texts.items():
            (self.folder / name).write_text(text, encoding="utf-8")

    def resources(self) -> tuple[Resource, ...]:
        """What the manifests ask for; they must be right."""
        loaded = load_manifests([self.folder])
        assert not loaded.problems, loaded.problems
        return loaded.resources

    def named(self) -> dict[str, frozenset[str]]:
        """By address what its manifest alone describes."""
        return {
            made.address: frozenset({*made.fields, *made.children} - made.gathered.keys()) for made in self.resources()
        }

    def account(self, *, workers: int = 4, now: datetime | None = None) -> Account:
        """The account with everything that can be read of it."""
        with self._client() as client:
            return fetch_account(client, Extent(also=lambda raw: True, everything=True), workers=workers, now=now)

    def live(self) -> dict[str, LiveObject]:
        """What the manifests describe and the account holds, by address."""
        return self.editor.objects(self.account(), self.named())

    def run(self, *arguments: str) -> Run:
        """A command that must not write."""
        self.harness.server.control.forget()
        done = self.harness.run("-q", *arguments)
        self.assert_nothing_written()
        return done

    def edit_by_hand(self, random: Random) -> str:
        """Someone does something, or tries to."""
        return self.editor.edit(self.account(), self.named(), random)

    def heed(self) -> None:
        """Writes the lines that the plan asks for where a key changed and the name did not."""
        for address, key in find_moves(self.plan()).items():
            file = manifest_file(self, address)
            document = yaml.safe_load(file.read_text(encoding="utf-8"))
            lifecycle = {**document.get("lifecycle", {}), "moved_from": key}
            self.write_document(file.name, {**document, "lifecycle": lifecycle})

    def apply_under_faults(self, rules: Sequence[Mapping[str, Any]], seed: int) -> tuple[int, int]:
        """An apply that is struck; gives the exit code and the number of strikes. Its journal must tell the truth."""
        self.heed()
        control = self.harness.server.control
        before = control.state()
        control.forget()
        self.harness.forget_journals()
        control.set_faults({"seed": seed, "rules": list(rules)})
        done = self.harness.apply("--adopt")
        struck = sum(rule["struck"] for rule in control.faults())
        wait_for_late_ones(self.harness, min(struck, 1))
        control.clear_faults()
        assert done.code in (0, 1, 3, 4, 6), done.out + done.err + self.harness.run("plan", "--adopt").out
        start, self.harness.start = self.harness.start, before
        self.harness.assert_journals_true()
        self.harness.start = start
        return done.code, struck

    def converge(self) -> None:
        """A clean apply, after which everything is as the manifests say, and what is no one's is as it was. It looks for roles that
        were changed by hand, as drift does."""
        self.heed()
        done = self.harness.apply("--adopt", "--all-roles")
        assert done.code == 0, done.out + done.err + self.harness.run("plan", "--adopt").out
        again = self.run("plan", "--detailed-exitcode", "-o", "json")
        assert again.code == 0, again.out + again.err
        assert self.run("drift").code == 0
        wanted = {made.address: 1 for made in self.resources() if BY_SLUG[made.kind].marker_line is not None}
        assert owned_in(self.account(), WORKSPACE, wanted) == wanted

    def on_call(self, schedule: str, moment: datetime) -> list[str]:
        """Who is on call at an instant in the schedule of this id, by PagerDuty's rendering."""
        span = {
            "since": moment.isoformat(),
            "until": (moment + timedelta(seconds=1)).isoformat(),
            "time_zone": "Etc/UTC",
        }
        with self._client() as client:
            final = client.rget(f"schedules/{schedule}", params=span)["final_schedule"]
        return [entry["user"]["id"] for entry in final["rendered_schedule_entries"]]

    def check(self) -> None:
        """What is true at any moment."""
        check_bystanders(self.harness.server)
        self._assert_one_plan()
        assert not self.harness.server.control.breaks()

    def check_export(self) -> None:
        """An export of the account as it is plans to no field change, by itself and without anything that it leaves to others."""
        account = self.account()
        export = build_export(account, ExportOptions(WORKSPACE))
        loaded = load_texts((name, text) for name, text in export.files.items() if name.endswith(".yaml"))
        assert not loaded.problems, loaded.problems
        with self._client() as client:
            read = fetch_account(client, Extent(loaded.resources))
        plan = build_plan(
            loaded.resources, read, PlanOptions(WORKSPACE, managed_kinds=MANAGED, adopt=True, prune="off")
        )
        assert not plan.problems, plan.problems
        different = [
            (made.address, made.deltas, made.children) for made in plan.changes if made.deltas or made.children
        ]
        assert not different, different
        assert not plan.count()[Operation.CREATE]

    def plan(self) -> Plan:
        """A plan of the manifests."""
        resources = self.resources()
        with self._client() as client:
            return build_plan(
                resources, fetch_account(client, Extent(resources, needs_children=_OPTIONS.dooms)), _OPTIONS
            )

    def blockers(self) -> set[tuple[str, str]]:
        """What is in the way, by address; what no one said may be adopted does not count."""
        changes = (made for made in self.plan().changes if made.operation is not Operation.ADOPT)
        return {(made.address, why) for made in changes for why in made.blockers}

    def assert_nothing_written(self) -> None:
        """Since the requests were forgotten."""
        written = [asked for asked in self.harness.server.requests() if asked["method"] != "GET"]
        assert not written, written

    def _assert_one_plan(self) -> None:
        """The same bytes for any order of files, of members of mappings, and for any number of workers."""
        texts, now = self.texts(), datetime(2026, 6, 1, 12, tzinfo=UTC)
        seen = set()
        for workers, order in ((1, False), (4, True), (9, True)):
            turned = [(name, _turned(text, order)) for name, text in sorted(texts.items(), reverse=order)]
            resources = load_texts(turned).resources
            with self._client() as client:
                account = fetch_account(
                    client, Extent(resources, needs_children=_OPTIONS.dooms), workers=workers, now=now
                )
            seen.add(render_plan_json(build_plan(resources, account, _OPTIONS)))
        assert len(seen) == 1, seen

    def _client(self) -> RestApiV2Client:
        return hosted_client(self.harness.server.url, TOKEN)


def _share_out(documents: Mapping[str, dict[str, Any]]) -> None:
    """One orchestration shares its router: services declare the rules that lead to them."""
    target = KEYS[EVENT_ORCHESTRATION.slug][-1]
    for made in documents.values():
        made["spec"].pop(ROUTES.name, None)
    spec = documents.get(f"{EVENT_ORCHESTRATION.slug}/{target}", {}).get("spec", {})
    if ROUTES.into not in spec:
        return
    said = spec[ROUTES.into]
    router = said if isinstance(said, dict) else {"start": said}
    left = []
    for at, rule in enumerate(router.get("start", ())):
        service = documents.get(f"service/{rule.get(ROUTES.owner)}")
        if service is None:
            left.append(rule)
        else:
            own = {name: value for name, value in rule.items() if name != ROUTES.owner}
            service["spec"].setdefault(ROUTES.name, []).append({ROUTES.target: target, **own, "priority": at})
    spec[ROUTES.into] = {**router, "shared": True, "start": left}


def _turned(text: str, reverse: bool) -> str:
    """The manifest with the members of its spec in another order. Those of the document itself stay, and those whose lines
    are shown: specs with rules that others collect or of which each item is an object, and Defaults."""
    document = yaml.safe_load(text)
    spec = document.get("spec") or {}
    kind = BY_NAME.get(document["kind"])
    is_shown = ROUTES.name in spec or kind is None or kind.passing.expand is not None
    document["spec"] = spec if is_shown else _sorted(spec, reverse)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _sorted(value: Any, reverse: bool) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name], reverse) for name in sorted(value, reverse=reverse)}
    return [_sorted(item, reverse) for item in value] if isinstance(value, list) else value


def manifest_file(world: World, address: str) -> Path:
    """The file of a manifest that `World.write` wrote."""
    return world.folder / f"{address.replace('/', '-')}.yaml"
