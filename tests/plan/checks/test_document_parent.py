"""A document has the owner of its parent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, Resource
from pdsync.plan.checks.check import Blocker, Edge, Finding
from pdsync.plan.checks.document_parent import DocumentParents
from tests.kinds.test_gadget import POLICY, make_gadget
from tests.plan.checks.judge import judge
from tests.support.world import resource

LINE = {"notes": "Managed by pdsync: test/gadget/red"}


@pytest.fixture(autouse=True)
def gadgets() -> Iterator[None]:
    with KINDS.including(make_gadget(), POLICY):
        yield


def account(**gadget: object) -> Account:
    """One gadget, with a document that holds a rule."""
    policy = BY_SLUG["gadget_policy"]
    live = BY_SLUG["gadget"].read_live({"id": "PG1", "name": "Red", **gadget})
    document = policy.read_live(policy.complete_answer({"enabled": True, "rules": ["a"]}, "PG1"))
    held = {"gadget": (live,), "gadget_policy": (document,)}
    return Account(held, frozenset({"gadget"}), "2026-06-01T12:00:00Z")


def red(**lifecycle: bool) -> Resource:
    return resource("Gadget", "red", {"name": "Red"}, **lifecycle)


def policy(gadget: object = "red", **lifecycle: bool) -> Resource:
    return resource("GadgetPolicy", "p", {"gadget": gadget, "rules": ["b"]}, **lifecycle)


def find(live: Account, *manifests: Resource) -> list[Finding]:
    return list(judge(DocumentParents(), live, *manifests))


@pytest.mark.parametrize("absent", [False, True])
def test_without_a_manifest_for_its_parent_it_is_left_alone(absent: bool) -> None:
    (found,) = find(account(), policy({"id": "PG1"}, absent=absent))
    assert isinstance(found, Blocker)
    assert found.message == "its gadget is not managed by this workspace: write a manifest for the gadget first"


@pytest.mark.parametrize("absent", [False, True])
def test_it_waits_for_the_adoption_of_its_parent(absent: bool) -> None:
    assert find(account(), red(), policy(absent=absent)) == [Edge("gadget_policy/p", "gadget/red")]


def test_of_a_parent_that_does_not_change_nothing_is_said() -> None:
    live = account(notes="Managed by pdsync: test/gadget/red")
    assert [found for found in find(live, red(), policy()) if isinstance(found, Blocker)] == []


def test_a_parent_that_goes_takes_it_along() -> None:
    assert find(account(**LINE), red(absent=True), policy(absent=True)) == []
