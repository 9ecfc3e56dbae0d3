"""Injector: the rules in force, and what they do to one request."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from pdsync.sandbox.fault.action import Action, Delay, Drop, Edit
from pdsync.sandbox.fault.latency import Latency
from pdsync.sandbox.fault.rule import Rule, parse_rules

Kind = TypeVar("Kind")
_STAR = re.compile(r"\$([1-9])")


@dataclass(frozen=True, slots=True)
class Strike:
    """What happens to one request: nothing, mostly."""

    actions: tuple[Action, ...] = ()
    delay_s: float = 0.0
    edits: tuple[tuple[str, str, str, Any], ...] = ()

    def find(self, kind: type[Kind]) -> Kind | None:
        """The first action of this kind."""
        return next((it for it in self.actions if isinstance(it, kind)), None)

    def drops(self, when: str) -> bool:
        return any(isinstance(it, Drop) and it.when == when for it in self.actions)

    def edits_at(self, when: str) -> list[tuple[str, str, Any]]:
        return [(method, path, body) for moment, method, path, body in self.edits if moment == when]

    def names(self) -> list[str]:
        """What struck, for the recording."""
        return [type(it).__name__ for it in self.actions]


NOTHING = Strike()


@dataclass(slots=True)
class _Armed:
    rule: Rule
    random: Random
    matched: int = 0
    struck: int = 0


@dataclass(slots=True)
class FaultInjector:
    """Rules and a latency for everything (``--latency``). Safe for threads; with a seed, what is struck depends only on
    the order in which requests arrive."""

    latency: Latency | None = None
    _armed: list[_Armed] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _random: Random = field(default_factory=lambda: Random(0))

    def set(self, document: Any) -> None:
        """Replaces all rules and starts counting from zero. Raises FaultError, and then nothing has changed."""
        rules = parse_rules(document)
        armed = [_Armed(rule, Random(f"{rule.seed}:{index}")) for index, rule in enumerate(rules)]
        with self._lock:
            self._armed = armed
            self._random = Random(0)

    def clear(self) -> None:
        with self._lock:
            self._armed = []

    def is_armed(self) -> bool:
        """Whether any request may be struck at all."""
        return bool(self._armed) or self.latency is not None

    def rules(self) -> list[dict[str, Any]]:
        """Each rule as it was given, with how many requests it ``matched`` and how many it ``struck``."""
        with self._lock:
            return [{**it.rule.source, "matched": it.matched, "struck": it.struck} for it in self._armed]

    def strike(self, method: str, path: str, token: str | None) -> Strike:
        if not self.is_armed():
            return NOTHING
        with self._lock:
            delay_s = self.latency.draw_s(self._random) if self.latency is not None else 0.0
            actions: list[Action] = []
            edits: list[tuple[str, str, str, Any]] = []
            for armed in self._armed:
                stars = armed.rule.covers(method, path, token)
                if stars is None or not _strikes(armed):
                    continue
                action = armed.rule.action
                actions.append(action)
                if isinstance(action, Delay):
                    delay_s += action.latency.draw_s(armed.random)
                if isinstance(action, Edit):
                    edits += [
                        (action.when, how, _fill(to, stars), _fill(body, stars)) for how, to, body in action.requests
                    ]
        return Strike(tuple(actions), delay_s, tuple(edits))


def _strikes(armed: _Armed) -> bool:
    rule = armed.rule
    armed.matched += 1
    if rule.nth and armed.matched not in rule.nth:
        return False
    if rule.times is not None and armed.struck >= rule.times:
        return False
    if rule.probability < 1 and armed.random.random() >= rule.probability:
        return False
    armed.struck += 1
    return True


def _fill(value: Any, stars: Sequence[str]) -> Any:
    """``$1`` in a path or a body stands for what the first star of the rule's path stood for."""
    if isinstance(value, str):
        return _STAR.sub(lambda found: stars[int(found[1]) - 1] if int(found[1]) <= len(stars) else found[0], value)
    if isinstance(value, list):
        return [_fill(item, stars) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, stars) for key, item in value.items()}
    return value
