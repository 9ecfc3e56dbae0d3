"""Every rule is registered, and a kind that declares no fact passes through all of them."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pdsync.plan.checks
from pdsync.kinds import KINDS
from pdsync.kinds.team import TEAM
from pdsync.model import Account, Facts, Kind, Resource, Source
from pdsync.plan import Operation, PlanOptions, build_plan, compute_predicted_account, compute_prerequisites
from pdsync.plan.checks.check import Check
from pdsync.plan.checks.registry import CHECKS, LIMITS

WIDGET = replace(TEAM, name="Widget", slug="widget", children=(), facts=Facts())
NOW = "2026-06-01T12:00:00Z"


def test_every_check_is_registered_once() -> None:
    declared = set()
    for path in Path(pdsync.plan.checks.__path__[0]).glob("*.py"):
        module = import_module(f"pdsync.plan.checks.{path.stem}")
        for value in vars(module).values():
            if Check in getattr(value, "__mro__", ()) and value.__module__ == module.__name__:
                declared.add(value)
    registered = [type(check) for check in (*CHECKS, *LIMITS)]
    assert sorted(registered, key=repr) == sorted(declared - {Check}, key=repr)


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
