"""A key that changed without `moved_from`, by hand or by a revert, never makes a second object and never deletes the first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.company import COMPANY, Company, document
from tests.support.recorded import forget, writes

MARKED = ["team/red", "schedule/nights", "escalation_policy/first", "service/shop"]
COLLECTIONS = {
    "team": "teams",
    "schedule": "schedules",
    "escalation_policy": "escalation_policies",
    "service": "services",
}
NAMES = {"team/red": "Red", "schedule/nights": "Nights", "escalation_policy/first": "First", "service/shop": "Shop"}


def path_of(company: Company, address: str) -> Path:
    return company.folder / "manifests" / f"{address.replace('/', '.')}.yaml"


def put(company: Company, address: str, spec: str, lifecycle: str = "") -> None:
    path_of(company, address).write_text(document(address, spec, lifecycle))


def rekey(company: Company, address: str, key: str, spec: str = "", lifecycle: str = "") -> str:
    """Gives the object another key in git, and in what refers to it."""
    kind, _, old = address.partition("/")
    path_of(company, address).unlink()
    put(company, f"{kind}/{key}", spec or COMPANY[address], lifecycle)
    if kind == "escalation_policy":
        shop = path_of(company, "service/shop")
        shop.write_text(shop.read_text().replace(f"escalation_policy: {old}", f"escalation_policy: {key}"))
    return f"{kind}/{key}"


def objects(company: Company, address: str) -> list[tuple[str, str]]:
    """Id and name of all objects of the kind, without the owner's and other people's."""
    kind = address.partition("/")[0]
    found = company.client.iter_all(COLLECTIONS[kind])
    return sorted((it["id"], it["name"]) for it in found if "acme/" in (it.get("description") or ""))


def with_another_key(company: Company, address: str) -> tuple[str, str]:
    return rekey(company, address, "other"), address.partition("/")[2]


def with_another_description(company: Company, address: str) -> tuple[str, str]:
    spec = COMPANY[address].removesuffix("}") + ", description: Something else}"
    return rekey(company, address, "other", spec), address.partition("/")[2]


def with_another_spelling(company: Company, address: str) -> tuple[str, str]:
    """Names are the same in any case."""
    name = NAMES[address]
    spec = COMPANY[address].replace(f"name: {name}", f"name: {name.upper()}", 1)
    return rekey(company, address, "other", spec), address.partition("/")[2]


def by_a_revert(company: Company, address: str) -> tuple[str, str]:
    """The commit that moved the key is reverted, with its moved_from."""
    old = address.partition("/")[2]
    moved = rekey(company, address, "other", lifecycle=f"moved_from: {old}")
    assert company.run("apply", "--yes").code == 0
    path_of(company, moved).unlink()
    company.write({address: COMPANY[address], "service/shop": COMPANY["service/shop"]})
    return address, "other"


def by_a_revert_of_all_of_it(company: Company, address: str) -> tuple[str, str]:
    """The commit that moved the key has changed the name and the description as well."""
    old, name = address.partition("/")[2], NAMES[address]
    spec = COMPANY[address].replace(f"name: {name}", "name: Moved", 1).removesuffix("}") + ", description: New}"
    moved = rekey(company, address, "other", spec, lifecycle=f"moved_from: {old}")
    assert company.run("apply", "--yes").code == 0
    put(company, moved, spec)  # the line may go once it is applied
    assert company.run("apply", "--yes").code == 0
    path_of(company, moved).unlink()
    company.write({address: COMPANY[address], "service/shop": COMPANY["service/shop"]})
    return address, "other"


def beside_an_edit_by_hand(company: Company, address: str) -> tuple[str, str]:
    """A person has given the object another name in the account."""
    key = address.partition("/")[2]
    company.client.rput(company.live(address), json={**company.live(address), "name": "By hand"})
    return rekey(company, address, "other"), key


SITUATIONS: list[Callable[[Company, str], tuple[str, str]]] = [
    with_another_key,
    with_another_description,
    with_another_spelling,
    by_a_revert,
    by_a_revert_of_all_of_it,
    beside_an_edit_by_hand,
]


# Every situation with one kind, and every kind in one situation: nothing in this is different from kind to kind.
CASES = [*((MARKED[-1], change) for change in SITUATIONS), *((address, SITUATIONS[0]) for address in MARKED[:-1])]


@pytest.mark.parametrize(("address", "change"), CASES, ids=lambda it: it if isinstance(it, str) else it.__name__)
def test_it_is_refused_with_the_line_that_keeps_the_object(
    company: Company, online: SandboxServer, address: str, change: Callable[[Company, str], tuple[str, str]]
) -> None:
    new, key = change(company, address)
    before = objects(company, address)
    forget(online)
    for prune in ("off", "report", "owned"):
        gone = refused(company, new, key, prune)
        # What a person renamed may be a copy, so it is not deleted.
        assert len(gone) == (prune == "owned" and change is not beside_an_edit_by_hand)
    for output in ("markdown", "github"):
        shown = company.plan("--prune", "owned", "-o", output)
        assert (shown.code, f"moved_from: {key}" in shown.out) == (5, True)
    assert company.run("plan", "--target", new).code == 5
    assert not writes(online)
    assert objects(company, address) == before
    # With the line, the object is kept.
    put_line(company, new, key)
    assert company.run("apply", "--yes", "--prune", "owned").code == 0
    assert [it for it, _ in objects(company, address)] == [it for it, _ in before]


def refused(company: Company, new: str, key: str, prune: str) -> list[str]:
    """What would be deleted after it, in a plan and two applies that are refused."""
    plan = company.plan("--prune", prune)
    assert plan.code == 5, plan
    assert f"'lifecycle: {{moved_from: {key}}}'" in " ".join(plan.out.split())
    document = json.loads(company.plan("--prune", prune, "-o", "json").out)
    (found,) = [it for it in document["changes"] if it["address"] == new]
    assert found["operation"] == "create"
    assert len(found["blockers"]) == 1
    assert not found["alone"]
    order = [it["address"] for it in document["changes"]]
    gone = [it["address"] for it in document["changes"] if it["operation"] == "delete"]
    assert all(order.index(new) < order.index(it) for it in gone)
    assert company.run("apply", "--yes", "--prune", prune).code == 5
    approved = ["--approve-deletes", document["digest"][:16]]
    assert company.run("apply", "--yes", "--prune", prune, *approved).code == 5
    return gone


def put_line(company: Company, address: str, key: str) -> None:
    file = path_of(company, address)
    file.write_text(file.read_text().replace("spec:", f"lifecycle: {{moved_from: {key}}}\nspec:"))


def test_drift_names_the_line_too(company: Company) -> None:
    rekey(company, "service/shop", "other")
    run = company.run("drift")
    assert run.code == 2
    assert "moved_from: shop" in run.out


def test_all_of_them_are_named(company: Company, online: SandboxServer) -> None:
    keys = [address for address in MARKED if address != "escalation_policy/first"]
    new = [rekey(company, address, "other") for address in keys]
    forget(online)
    changes = {it["address"]: it for it in json.loads(company.plan("--prune", "owned", "-o", "json").out)["changes"]}
    for address, old in zip(new, keys, strict=True):
        (blocker,) = changes[address]["blockers"]
        assert f"moved_from: {old.partition('/')[2]}" in blocker
    assert company.run("apply", "--yes", "--prune", "owned").code == 5
    assert not writes(online)


def test_several_of_one_name_are_all_named(company: Company) -> None:
    """PagerDuty lets schedules share a name."""
    put(company, "schedule/late", COMPANY["schedule/nights"].replace("Nights", "Late"))
    assert company.run("apply", "--yes").code == 0
    late = company.client.find("schedules", "Late")
    assert late is not None
    company.client.rput(late, json={**late, "name": "Nights"})
    for key in ("late", "nights"):
        path_of(company, f"schedule/{key}").unlink()
    put(company, "schedule/other", COMPANY["schedule/nights"])
    run = company.plan()
    assert run.code == 5
    said = " ".join(run.out.split())
    assert "'lifecycle: {moved_from: late}' or 'lifecycle: {moved_from: nights}'" in said


@pytest.mark.parametrize("options", [["manifests/team.blue.yaml"], ["--target", "team/blue"]])
def test_a_part_of_the_tree_is_not_refused_for_the_other_part(company: Company, options: list[str]) -> None:
    put(company, "team/blue", "{name: Blue}")
    rekey(company, "service/shop", "other")
    run = company.run("plan", *options)
    assert run.code == 0, run
    assert "moved_from" not in run.out


def test_a_key_in_the_other_part_of_the_tree_counts_as_there(company: Company) -> None:
    put(company, "team/red", "{name: Crimson}")
    put(company, "team/blue", "{name: Red}")
    run = company.plan("manifests/team.blue.yaml")
    assert "moved_from" not in run.out
    assert company.run("apply", "--yes").code == 0
    assert sorted(name for _, name in objects(company, "team/red")) == ["Crimson", "Red"]


def test_a_revert_of_several_moves_is_refused_although_the_name_changed_as_well(company: Company) -> None:
    before = objects(company, "service/shop")
    for key, former, name in (("two", "shop", "Two"), ("three", "two", "Three")):
        spec = COMPANY["service/shop"].replace("Shop", name)
        rekey(company, f"service/{former}", key, spec, f"moved_from: {former}")
        assert company.run("apply", "--yes").code == 0
    rekey(company, "service/three", "shop", COMPANY["service/shop"])
    run = company.plan("--prune", "owned")
    assert run.code == 5, run
    assert "'lifecycle: {moved_from: three}'" in " ".join(run.out.split())
    assert [it for it, _ in objects(company, "service/shop")] == [it for it, _ in before]


def tombstone(company: Company, address: str, *, pinned: bool = False) -> str:
    """The old object is to go, and another one of its name is to come."""
    live = company.live(address)
    put(company, address, COMPANY[address], "absent: true")
    if pinned:
        file = path_of(company, address)
        key = address.partition("/")[2]
        file.write_text(file.read_text().replace(f"{{name: {key}}}", f"{{name: {key}, id: {live['id']}}}"))
    kind = address.partition("/")[0]
    put(company, f"{kind}/other", COMPANY[address])
    if kind == "escalation_policy":
        put(company, "service/shop", COMPANY["service/shop"].replace("first", "other"))
    return f"{kind}/other"


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("address", ["team/red", "service/shop"])
def test_a_name_that_only_a_delete_frees_is_refused(
    company: Company, online: SandboxServer, address: str, pinned: bool
) -> None:
    new = tombstone(company, address, pinned=pinned)
    forget(online)
    run = company.plan()
    assert run.code == 5, run
    said = " ".join(run.out.split())
    assert f"moved_from: {address.partition('/')[2]}" in said
    assert "in a merge before this one" in said
    changes = json.loads(company.plan("-o", "json").out)["changes"]
    assert [(it["address"], bool(it["blockers"])) for it in changes if it["address"] in (new, address)] == [
        (new, True),
        (address, False),
    ]
    assert company.run("apply", "--yes").code == 5
    assert not writes(online)
    # Two merges are the way out.
    path_of(company, new).unlink()
    assert company.run("apply", "--yes").code == 0
    put(company, new, COMPANY[address])
    assert company.run("apply", "--yes").code == 0


@pytest.mark.parametrize("address", ["schedule/nights", "escalation_policy/first"])
def test_where_both_may_be_there_the_delete_goes_last(company: Company, online: SandboxServer, address: str) -> None:
    old = company.live(address)["id"]
    tombstone(company, address)
    assert company.plan().code == 0
    forget(online)
    assert company.run("apply", "--yes").code == 0
    sent = writes(online)
    made = next(at for at, (method, _) in enumerate(sent) if method == "POST")
    deleted = next(at for at, (method, path) in enumerate(sent) if method == "DELETE" and old in path)
    assert made < deleted
    ((left, _),) = objects(company, address)
    assert left != old


@pytest.mark.parametrize("address", ["schedule/nights", "escalation_policy/first"])
def test_a_create_that_fails_leaves_the_old_object(company: Company, online: SandboxServer, address: str) -> None:
    before = objects(company, address)
    tombstone(company, address)
    path = f"/{COLLECTIONS[address.partition('/')[0]]}"
    online.control.set_faults([{"match": {"method": "POST", "path": path}, "action": {"type": "error", "status": 400}}])
    run = company.run("apply", "--yes", "-o", "json")
    assert run.code in (1, 3), run
    ended: dict[str, Any] = {it["address"]: it["status"] for it in json.loads(run.out)["result"]["outcomes"]}
    assert ended[address] == "skipped"
    assert objects(company, address) == before
