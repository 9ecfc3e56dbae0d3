"""Conditions of rules are checked at their place: what never works is a problem, what is most likely not meant a warning."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.kinds.event_orchestration import GLOBAL, ROUTER
from pdsync.model import Scope
from pdsync.model.codec.orchestration_condition import check_cache_variables_read, check_order
from pdsync.model.scope import render_path
from pdsync.model.validator import read_value

DB, WEB = "event.source matches part 'db'", "event.source matches part 'web'"


def rule(label: str, *conditions: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "if": conditions[0] if len(conditions) == 1 else list(conditions), **more}


def to(label: str, *conditions: str, **more: Any) -> dict[str, Any]:
    return rule(label, *conditions, route_to="orders", **more)


@pytest.mark.parametrize(
    ("conditions", "place", "says", "hint"),
    [
        (
            ["event.source equals 'x'"],
            "[0].if",
            "'equals' is not an operator (character 14 of the condition)",
            "matches",
        ),
        ([DB, "event.source matches regex '('"], "[0].if[1]", "not a pattern of RE2", "Syntax"),
        ([DB, "evnt.source exists"], "[0].if[1]", "there is no 'evnt'", "Did you mean 'event.source'?"),
        (["event.a matches regex 'a^'"], "[0].if", "matches no text", "Correct it"),
    ],
)
def test_what_never_works_is_a_problem_at_its_place(conditions: list[str], place: str, says: str, hint: str) -> None:
    scope = Scope()
    read_value(ROUTER, [to("a", *conditions)], scope)
    (problem,) = scope.problems
    assert render_path(problem.path) == place
    assert says in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("rules", "unreached"),
    [
        ([to("a"), to("b", DB)], {1: "a"}),
        ([to("a", DB), to("b", WEB), to("c", "event.source matches 'db-1'")], {2: "a"}),
        ([to("a", DB, WEB), to("b", WEB, DB), to("c", WEB)], {1: "a", 2: "a"}),
        ([to("a", DB), to("b")], {}),
        ([to("a", disabled=True), to("b", DB)], {}),
        ([to("a"), to("b", DB, disabled=True)], {}),
        ([{"label": "d", "dynamic_route_to": {}}, to("b", DB)], {}),
        ([to("a", "event.source ="), to("b", DB)], {}),
    ],
)
def test_a_rule_that_no_event_comes_to_is_a_warning_with_the_rule_that_takes_all(
    rules: list[dict[str, Any]], unreached: dict[int, str]
) -> None:
    scope = Scope()
    check_order(rules, scope, ("router",))
    assert scope.problems == []
    assert {warning.path: taker for warning in scope.warnings for taker in [warning.message.split("'")[1]]} == {
        ("router", at): label for at, label in unreached.items()
    }


def test_each_set_is_looked_at_on_its_own() -> None:
    scope = Scope()
    night = [rule("quiet", suppress=True), rule("late", DB, suppress=True)]
    document = {"start": [rule("all", route_to="night"), rule("db", DB, suppress=True)], "night": night}
    read_value(GLOBAL, document, scope)
    assert [render_path(warning.path) for warning in scope.warnings] == ["start[1]", "night[1]"]


def test_a_cache_variable_that_is_not_listed_is_a_warning_where_it_is_read() -> None:
    spec = {
        "cache_variables": [{"name": "alerts"}],
        "router": [to("a", "cache_var.alert > 3")],
        "global": {"start": [rule("b", DB, "cache_var.alerts > 3"), rule("c", "cache_var.alert > 3")], "catch_all": {}},
    }
    scope = Scope()
    check_cache_variables_read(spec, ("global", "router", "unrouted"), scope, ("spec",))
    assert [(render_path(each.path), each.hint) for each in scope.warnings] == [
        ("spec.global.start[1].if", "Did you mean 'cache_var.alerts'?"),
        ("spec.router[0].if", "Did you mean 'cache_var.alerts'?"),
    ]


def test_a_large_router_is_compared_in_no_time() -> None:
    """Not by the clock: every rule is compared with a limited number of rules before it, those with the fewest cases first. What says
    the same is found among however many."""
    wide = to("wide", "event.source matches part 'web'")
    two = [to(f"t{n}", f"event.source matches 'db-{n}' or event.source matches 'web-{n}'") for n in range(150)]
    one = [to(f"o{n}", f"event.source matches 'host-{n}'") for n in range(300)]
    last = [
        to("equal", "(event.source matches 'HOST-0')"),
        to("near", "event.source matches 'host-299' and event.group exists"),
        to("far", "event.source matches 'host-0' and event.group exists"),
    ]
    scope = Scope()
    check_order([wide, *two, to("a", "event.source matches 'web-x'"), *one, *last], scope, ())
    assert [warning.path for warning in scope.warnings] == [(151,), (452,), (453,)]
