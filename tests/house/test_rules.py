"""The rules of the house."""

from __future__ import annotations

import ast

from tests.house.entered_module import count_entered, follow_command, follow_plan
from tests.house.function_size import too_large
from tests.house.kind_name import COMMON, imported, kind_names, literals
from tests.house.source import functions, most_entered_modules


def test_no_function_is_too_large() -> None:
    assert too_large() == {}


def test_generic_code_names_no_kind() -> None:
    assert kind_names() == []


def test_a_plan_enters_no_more_modules_than_before() -> None:
    command, plan = follow_command(), follow_plan()
    assert {"cli/main.py", "plan/build.py", "account/fetch.py"} <= set(command.entered) <= set(command.imported)
    assert {"plan/build.py", "account/fetch.py"} <= set(plan.entered) <= set(command.entered)
    assert len(plan.entered) - sum(name.startswith("client/") for name in plan.entered) <= 75
    entered, limits = count_entered(command, plan), most_entered_modules()
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


def test_a_common_word_is_the_name_of_a_kind_only_where_it_is_used_as_one() -> None:
    as_kinds = (
        'live.kind == "account"\n',
        'kind_of(change).slug in ("user", "account")\n',
        'BY_SLUG["account"]\n',
        'objects.get("account", ())\n',
        'objects["account", "P1"]\n',
        'Reference("account")\n',
        'f(kind="account")\n',
        '_THEIR_KIND: Final = "account"\n',
        'match live.kind:\n  case "account": pass\n',
    )
    found = {text: [node.value for node in literals(ast.parse(text)) if node.value in COMMON] for text in as_kinds}
    assert found == {text: ["account"] for text in as_kinds}
    other = 'x == "account"\nanswers.start == "account"\nf(start="account")\nACCESS = "account"\n__all__ = ["Account"]\n"account.json"\n'
    assert list(literals(ast.parse(other))) == []


def test_one_kind_is_imported_however_that_is_written() -> None:
    text = (
        "import pdsync.kinds.user\nfrom pdsync.kinds import BY_SLUG, USER\n"
        "def f():\n  from pdsync.kinds.team import TEAM\nfrom pdsync.model import Kind\n"
    )
    found = [name for _, name in imported(ast.parse(text))]
    assert sorted(found) == ["USER", "pdsync.kinds.team.TEAM", "pdsync.kinds.user"]
