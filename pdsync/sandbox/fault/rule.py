"""Rule: which requests are struck, and by which action."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.sandbox.fault.action import METHODS, Action, read_action
from pdsync.sandbox.fault.reading import FaultError, Reading

_MAX_RULES = 10_000
_MAX_NUMBER = 2**31 - 1


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
    problems: list[str] = []
    if isinstance(document, list):
        document = {"rules": document}
    top = Reading(document, "", problems)
    seed = top.integer("seed", 0, 0, _MAX_NUMBER)
    rules = [_rule(item, f"{seed}:{index}", seed) for index, item in enumerate(top.objects("rules"))]
    top.finish()
    if len(rules) > _MAX_RULES:
        problems.append(f"rules must be at most {_MAX_RULES}")
    if problems:
        raise FaultError(problems)
    return [rule for rule in rules if rule is not None]


def _rule(reading: Reading, name: str, seed: int) -> Rule | None:
    match = reading.object("match")
    methods = _methods(match)
    path = _path(match)
    token = match.text("token")
    nth = _nth(match)
    probability = match.number("probability", 1.0, 0.0, 1.0)
    own_seed = match.integer("seed", seed, 0, _MAX_NUMBER)
    times = match.integer("times", 1, 1, _MAX_NUMBER) if match.has("times") else None
    match.finish()
    action = read_action(reading.object("action"))
    source = {"match": reading.value("match", {}), "action": reading.value("action")}
    reading.finish()
    if action is None:
        return None
    return Rule(methods, path, token, nth, probability, times, own_seed, action, source)


def _methods(match: Reading) -> frozenset[str]:
    value = match.value("method", [])
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) and name.upper() in METHODS for name in names):
        match.problem("method", f"must be one or a list of: {', '.join(METHODS)}")
        return frozenset()
    return frozenset(name.upper() for name in names)


def _nth(match: Reading) -> frozenset[int]:
    value = match.value("nth", [])
    numbers = value if isinstance(value, list) else [value]
    if not all(type(number) is int and number >= 1 for number in numbers):
        match.problem("nth", "must be a whole number from 1, or a list of such")
        return frozenset()
    return frozenset(numbers)


def _path(match: Reading) -> re.Pattern[str]:
    text = match.text("path", "**") or ""
    if text != "**" and not text.startswith("/"):
        match.problem("path", "must begin with /, as in /services/* or /teams/**")
    return compile_path(text)


def compile_path(text: str) -> re.Pattern[str]:
    """``*`` stands for one part between slashes or a piece of it, ``**`` for anything."""
    parts = re.split(r"(\*\*|\*)", text)
    wild = {"**": "(.*)", "*": "([^/]*)"}
    return re.compile("".join(wild.get(part) or re.escape(part) for part in parts), re.DOTALL)
