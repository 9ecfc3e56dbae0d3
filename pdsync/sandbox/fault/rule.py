"""Rule: which requests are struck, and by which action."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.sandbox.fault.action import Action, Reading, read_action
from pdsync.sandbox.fault.error import FaultError
from pdsync.sandbox.fault.schema import fault_schema
from pdsync.sandbox.validator import Validator

_VALIDATOR = Validator(fault_schema)


@dataclass(frozen=True, slots=True)
class Rule:
    """``path`` is matched whole; ``nth`` holds numbers of matching requests, counted from 1, none for all of them.
    ``times`` bounds how often it strikes, ``probability`` is drawn for each request that is left."""

    methods: frozenset[str]
    path: re.Pattern[str]
    token: str | None
    nth: frozenset[int]
    probability: float
    times: int | None
    seed: int
    action: Action
    source: Mapping[str, Any]

    def covers(self, method: str, path: str, token: str | None) -> list[str] | None:
        """The parts of the path that the stars stand for; None for a request that is not meant."""
        if (self.methods and method not in self.methods) or (self.token is not None and token != self.token):
            return None
        found = self.path.fullmatch(path)
        return None if found is None else list(found.groups())


def parse_rules(document: Any) -> list[Rule]:
    """``{"seed": 1, "rules": [...]}``, or the list alone. Raises FaultError that names every problem."""
    if isinstance(document, list):
        document = {"rules": document}
    problems = _VALIDATOR.problems(document)
    if problems:
        raise FaultError(problems)
    seed = int(document.get("seed", 0))
    rules = [_rule(rule, index, seed, problems) for index, rule in enumerate(document.get("rules", ()))]
    if problems:
        raise FaultError(problems)
    return rules


def _rule(rule: Mapping[str, Any], index: int, seed: int, problems: list[str]) -> Rule:
    match = rule.get("match", {})
    times = match.get("times")
    return Rule(
        methods=frozenset(name.upper() for name in _listed(match.get("method", []))),
        path=compile_path(match.get("path", "**")),
        token=match.get("token"),
        nth=frozenset(map(int, _listed(match.get("nth", [])))),
        probability=float(match.get("probability", 1.0)),
        times=None if times is None else int(times),
        seed=int(match.get("seed", seed)),
        action=read_action(Reading(rule["action"], f"rules[{index}].action", problems)),
        source={"match": match, "action": rule["action"]},
    )


def _listed(value: Any) -> list[Any]:
    """One or several, as a list."""
    return value if isinstance(value, list) else [value]


def compile_path(text: str) -> re.Pattern[str]:
    """``*`` stands for one part between slashes or a piece of it, ``**`` for anything."""
    parts = re.split(r"(\*\*|\*)", text)
    wild = {"**": "(.*)", "*": "([^/]*)"}
    return re.compile("".join(wild.get(part) or re.escape(part) for part in parts), re.DOTALL)
