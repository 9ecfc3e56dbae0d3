"""Rules are read strictly: what would silently do nothing is refused, with its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.sandbox.fault import FaultError
from pdsync.sandbox.fault.rule import compile_path, parse_rules
from pdsync.sandbox.fault.schema import TYPES
from tests.sandbox.account import Account

_DROP = {"type": "drop"}


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("x", "the document must be an object"),
        ({"rules": {}}, "rules must be a list"),
        ({"rulez": []}, "rulez is unknown; did you mean rules?"),
        ({"seed": -1}, "seed must be a whole number"),
        ([7], "rules[0] must be an object"),
        ([{}], "rules[0].action is missing"),
        ([{"action": {"type": "explode"}}], "rules[0].action.type must be one of: drop"),
        ([{"action": _DROP, "when": 1}], "rules[0].when is unknown"),
        ([{"action": {"type": "drop", "when": "later"}}], "rules[0].action.when must be one of: before, after, midway"),
        ([{"match": {"method": "FETCH"}, "action": _DROP}], "rules[0].match.method must be one"),
        ([{"match": {"path": "users"}, "action": _DROP}], "rules[0].match.path must begin with /"),
        ([{"match": {"nth": 0}, "action": _DROP}], "rules[0].match.nth must be a whole number from 1"),
        ([{"match": {"nth": [1, True]}, "action": _DROP}], "rules[0].match.nth must be"),
        ([{"match": {"probability": 1.5}, "action": _DROP}], "rules[0].match.probability must be a number from 0 to 1"),
        ([{"match": {"probability": float("nan")}, "action": _DROP}], "probability must be a number"),
        ([{"match": {"times": 0}, "action": _DROP}], "rules[0].match.times must be"),
        (
            [{"match": {"verb": "GET"}, "action": _DROP}],
            "rules[0].match.verb is unknown; there is: method, nth, path, probability, seed, times, token",
        ),
        ([{"action": {"type": "error", "status": 200}}], "rules[0].action.status must be a whole number from 400"),
        ([{"action": {"type": "error", "headers": {"a b": "x"}}}], "headers cannot set 'a b'"),
        ([{"action": {"type": "error", "headers": {"Content-Length": "1"}}}], "headers cannot set 'Content-Length'"),
        ([{"action": {"type": "error", "headers": {"X": "a\r\nb"}}}], "headers.X must be a string of printable ASCII"),
        ([{"action": {"type": "latency"}}], "rules[0].action.ms is missing"),
        ([{"action": {"type": "latency", "distribution": "uniform", "min_ms": 9, "max_ms": 1}}], "must not be less"),
        ([{"action": {"type": "lag"}}], "seconds or reads must be given"),
        ([{"action": {"type": "lag", "seconds": 1, "reads": 1}}], "seconds or reads must be given, but not both"),
        ([{"action": {"type": "edit"}}], "requests is missing"),
        ([{"action": {"type": "edit", "requests": [{"path": "/_sandbox/state"}]}}], "requests[0].path must be a path"),
        ([{"action": {"type": "shift_page", "rows": 0}}], "rows must be a whole number within 10000, and not 0"),
        ([{"action": {"type": "truncate", "keep": 2}}], "keep must be a number from 0 to 1"),
        ([{"action": {"type": "content_type", "content_type": "a\nb"}}], "content_type must be printable"),
    ],
)
def test_what_is_wrong_is_named(document: Any, problem: str) -> None:
    with pytest.raises(FaultError) as caught:
        parse_rules(document)
    assert any(problem in it for it in caught.value.problems), caught.value.problems


def test_all_problems_are_told_at_once_over_http(account: Account) -> None:
    rules = [{"action": {"type": "drop", "when": "x"}}, {"match": {"nth": 0}, "action": _DROP}]
    error = account.refused("PUT", "/_sandbox/faults", {"rules": rules})
    assert len(error["errors"]) == 2
    assert account.get("/_sandbox/faults") == {"rules": []}


@pytest.mark.parametrize(
    ("pattern", "path", "stars"),
    [
        ("/users/*", "/users/P1", ["P1"]),
        ("/users/*", "/users/P1/contact_methods", None),
        ("/users/**", "/users/P1/contact_methods", ["P1/contact_methods"]),
        ("/teams/*/users/*", "/teams/A/users/B", ["A", "B"]),
        ("/a.c", "/abc", None),
        ("**", "/anything/at/all", ["/anything/at/all"]),
        ("/services*", "/services", [""]),
    ],
)
def test_path_patterns(pattern: str, path: str, stars: list[str] | None) -> None:
    found = compile_path(pattern).fullmatch(path)
    assert (None if found is None else list(found.groups())) == stars


_WORDS = [
    "rules",
    "seed",
    "match",
    "action",
    "type",
    "when",
    "method",
    "path",
    "nth",
    "times",
    "probability",
    "status",
    "headers",
    "requests",
    "ms",
    "keep",
    "x",
]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_rules_or_a_clear_refusal(document: Any) -> None:
    problems = []
    try:
        parse_rules(document)
    except FaultError as error:
        problems = error.problems or ["nothing was said"]
    assert all(problem.partition(" ")[2] for problem in problems)


def test_the_example_of_the_documentation_is_valid_and_every_action_is_described() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert len(parse_rules(json.loads(example))) == 2
    assert set(TYPES) == set(
        re.findall(r"^\| `(\w+)` \|", page[page.index("`action.type`") :], re.MULTILINE)[: len(TYPES)]
    )
