"""The rules of the house. An exception is named in offenders.json, and one that is no longer needed is taken out there."""

from __future__ import annotations

import ast

from tests.house.entered_module import count_entered, follow_command, follow_plan
from tests.house.function_size import too_large
from tests.house.kind_name import by_module, kind_names, literals
from tests.house.source import functions, known_offenders

MORE = "is against the rules of the house; script/measure says how"
FEWER = "is as it should be now: take it out with script/measure --write"


def test_no_function_is_too_large() -> None:
    found, known = set(too_large()), set(known_offenders()["functions"])
    assert found - known == set(), MORE
    assert known - found == set(), FEWER


def test_generic_code_names_no_kind() -> None:
    places = kind_names()
    found, known = by_module(places), known_offenders()["kind_names"]
    assert [place for place in places if found[place.partition(":")[0]] > known.get(place.partition(":")[0], 0)] == []
    assert {path: count for path, count in known.items() if found.get(path, 0) < count} == {}, FEWER


def test_a_plan_enters_no_more_modules_than_before() -> None:
    command, plan = follow_command(), follow_plan()
    assert {"cli/main.py", "plan/build.py", "account/fetch.py"} <= set(command.entered) <= set(command.imported)
    assert {"plan/build.py", "account/fetch.py"} <= set(plan.entered) <= set(command.entered)
    entered, limits = count_entered(command, plan), known_offenders()["entered_modules"]
    assert {name: count for name, count in entered.items() if count > limits[name]} == {}, "\n".join(command.entered)


def test_a_function_has_its_qualified_name() -> None:
    text = "class A:\n  def b(self):\n    if 1:\n      def c(): pass\ndef d(): pass\n"
    assert [name for name, _ in functions(ast.parse(text))] == ["A.b", "A.b.c", "d"]


def test_a_name_of_a_kind_is_found_wherever_it_is() -> None:
    text = (
        '"""user"""\n@cli.command("schedule")\ndef f(x):\n    "service"\n'
        '    match x:\n        case "user": return {"team": 1, f"{x}": "users"}\n'
    )
    assert [node.value for node in literals(ast.parse(text))] == ["user", "team"]
