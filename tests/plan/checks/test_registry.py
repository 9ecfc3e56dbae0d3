"""Every rule is registered, and a kind that declares no fact passes through all of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import pdsync.plan.checks
from pdsync.kinds import KINDS
from pdsync.kinds.team import TEAM
from pdsync.model import Account, Facts, Kind, Lifecycle, Resource, Source
from pdsync.plan import (
    PRUNE_MODES,
    Operation,
    PlanOptions,
    build_plan,
    compute_predicted_account,
    compute_prerequisites,
)
from pdsync.plan.checks.check import Check
from pdsync.plan.checks.registry import CHECKS, LIMITS, Rule, Topic, load_applicable
from pdsync.plan.checks.tree import Trees
from tests.support.random_world import worlds

WIDGET = replace(TEAM, name="Widget", slug="widget", children=(), facts=Facts())
NOW = "2026-06-01T12:00:00Z"


def test_every_check_is_registered_once() -> None:
    declared = set()
    for path in Path(pdsync.plan.checks.__path__[0]).glob("*.py"):
        module = import_module(f"pdsync.plan.checks.{path.stem}")
        for value in vars(module).values():
            if Check in getattr(value, "__mro__", ()) and value.__module__ == module.__name__:
                declared.add(value)
    registered = [type(rule.load()) for rule in (*CHECKS, *LIMITS)]
    assert sorted(registered, key=repr) == sorted(declared - {Check}, key=repr)


def test_a_plan_asks_and_imports_only_the_checks_that_are_about_it() -> None:
    code = (
        "import sys\n"
        "from pdsync.model import Account\n"
        "from pdsync.plan import PlanOptions, build_plan\n"
        "from tests.support.world import team\n"
        "build_plan([team('red')], Account({}, frozenset(), '2026-06-01T12:00:00Z'), PlanOptions('test'))\n"
        "print(*(it.rpartition('.')[2] for it in sys.modules if it.startswith('pdsync.plan.checks.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"check", "registry", "ability", "taken_name", "tree", "role", "no_responder"}


def test_a_rule_is_asked_where_one_of_its_subjects_is_there() -> None:
    rule = Rule("tree:Trees", frozenset({Topic.TREE, Operation.DELETE}))
    assert [type(check) for check in load_applicable([rule], frozenset({Operation.DELETE}))] == [Trees]
    assert list(load_applicable([rule], frozenset({Operation.CREATE, Topic.PERSON}))) == []


def test_every_rule_is_about_something_and_every_topic_has_a_rule() -> None:
    assert all(rule.about for rule in (*CHECKS, *LIMITS))
    assert {subject for rule in CHECKS for subject in rule.about if isinstance(subject, Topic)} == set(Topic)


def all_checks(rules: Sequence[Rule], subjects: object) -> Iterator[Check]:
    return (rule.load() for rule in rules)


def forget(live: Account, forgotten: Collection[str]) -> Account:
    """The same objects, some of them without ownership lines, as if a person had made these."""
    return replace(
        live,
        objects={
            slug: tuple(replace(it, marker=None) if it.id in forgotten else it for it in group)
            for slug, group in live.objects.items()
        },
    )


@settings(
    max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(first=worlds(), second=worlds(), more=st.data())
def test_checks_that_are_not_asked_would_have_found_nothing(
    first: list[Resource], second: list[Resource], more: st.DataObject
) -> None:
    empty = Account({kind.slug: () for kind in KINDS}, frozenset(kind.slug for kind in KINDS), NOW)
    live = compute_predicted_account(build_plan(first, empty, PlanOptions("test")), empty)
    known: dict[str, Any] = {"abilities": frozenset(), "licenses": (), "incidents": (), "mentions": ()}
    live = replace(live, **(known if more.draw(st.booleans()) else {}))
    live = forget(live, {made.address for made in first if more.draw(st.booleans())})
    there = {made.address for made in second}
    buried = [
        replace(made, lifecycle=Lifecycle(absent=True))
        for made in first
        if made.address not in there and more.draw(st.booleans())
    ]
    wanted = [*second, *buried]
    options = PlanOptions(
        "test",
        prune=more.draw(st.sampled_from(PRUNE_MODES)),
        adopt=more.draw(st.booleans()),
        has_from=more.draw(st.booleans()),
        max_deletes=more.draw(st.sampled_from([0, 1, 100])),
        reassign_to=more.draw(st.sampled_from(["", "user/ana", "user/nemo"])),
    )
    plan = build_plan(wanted, live, options)
    with patch("pdsync.plan.build.load_applicable", all_checks):
        assert build_plan(wanted, live, options) == plan
    with patch("pdsync.plan.prerequisites.load_applicable", all_checks):
        prerequisites = compute_prerequisites(plan, live)
    assert compute_prerequisites(plan, live) == prerequisites


def widget(key: str, name: str, **more: Any) -> Resource:
    return Resource("widget", key, {"name": name, "description": "a widget"}, Source("w.yaml"), **more)


def account(kind: Kind) -> Account:
    line = "Managed by pdsync: test/widget/{}".format
    answers = (
        {"id": "PW1", "name": "one", "description": line("one")},
        {"id": "PW2", "name": "two", "description": line("two")},
        {"id": "PW3", "name": "three", "description": "by hand"},
    )
    objects = {"widget": tuple(map(kind.read_live, answers))}
    return Account(objects, frozenset(objects), NOW, abilities=frozenset(), licenses=(), incidents=())


def test_a_kind_without_facts_passes_through_every_check() -> None:
    with KINDS.including(WIDGET):
        live = account(WIDGET)
        options = PlanOptions("test", prune="owned", max_deletes=9, max_delete_percent=100, adopt=True)
        plan = build_plan([widget("one", "uno"), widget("three", "three"), widget("four", "four")], live, options)
        assert {change.address: change.operation for change in plan.changes} == {
            "widget/one": Operation.UPDATE,
            "widget/two": Operation.DELETE,
            "widget/three": Operation.ADOPT,
            "widget/four": Operation.CREATE,
        }
        assert not plan.is_blocked
        assert not plan.problems
        assert not plan.risks
        assert not compute_prerequisites(plan, live)
        after = compute_predicted_account(plan, live)
        assert sorted(it.name for it in after.objects["widget"]) == ["four", "three", "uno"]


def test_open_incidents_that_could_not_be_read_block_no_kind_that_has_none() -> None:
    with KINDS.including(WIDGET):
        live = replace(account(WIDGET), incidents=None, incidents_unread="PagerDuty answered 500")
        plan = build_plan([], live, PlanOptions("test", prune="owned", max_deletes=9, max_delete_percent=100))
        assert [change.blockers for change in plan.changes] == [(), ()]
