"""Conditions of rules, where a manifest is checked: each on its own, with those of the rules before, and with the cache variables.

PagerDuty silently accepts a rule that no event can reach. So a rule that it would refuse or that never works is a problem here; what
works but is probably a mistake is a warning.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pdsync.model.scope import Path, Scope

if TYPE_CHECKING:
    from pdsync.condition import Condition
    from pdsync.condition.check import Finding
    from pdsync.condition.coverage import Extent

CONDITIONS: Final = "if"
_MOST_COMPARED: Final = 250
"""How many cases of rules before a rule are compared with it: each takes time, and a router may have a thousand rules."""


def check_condition(text: str, scope: Scope, path: Path) -> None:
    """Reports what is wrong with one condition."""
    from pdsync.condition import ConditionError, parse
    from pdsync.condition.check import check

    try:
        condition = parse(text)
    except ConditionError as error:
        scope.problem(path, f"{error.message} (character {error.column} of the condition)", error.hint)
        return
    _report(check(condition), scope, path)


def check_order(rules: Any, scope: Scope, path: Path) -> None:
    """Warns of rules that no event reaches, because an earlier rule matches all their events."""
    for at, earlier in find_hidden(rules if isinstance(rules, list) else ()):
        message = f"no event reaches this rule: {earlier!r}, before it, matches all events that it would match"
        scope.warn((*path, at), message, f"Move it above {earlier!r}, or remove it.")


def find_hidden(rules: Sequence[Any]) -> Iterator[tuple[int, str]]:
    """The rules that no event reaches, by index, each with the label of the earlier rule that matches all their events."""
    from pdsync.condition.coverage import extent_of

    before = _Before()
    for at, rule in enumerate(rules):
        conditions = _read_all(rule)
        if conditions is None:
            continue
        extent = extent_of(conditions)
        if (earlier := before.find(extent)) is not None:
            yield at, earlier
        else:  # what is covered itself takes nothing more
            before.add(at, str(rule.get("label") or ""), extent)


class _Before:
    """The rules before a rule. Rules with the same condition are found by it, however many there are. Among the others, those with the fewest
    cases are compared first, which take the most, and of these the last."""

    def __init__(self) -> None:
        self._rules: list[tuple[int, int, str, Extent]] = []
        self._same: dict[object, str] = {}

    def add(self, at: int, label: str, extent: Extent) -> None:
        insort(self._rules, (max(1, len(extent.lasting)), -at, label, extent))
        if extent.identity is not None:
            self._same.setdefault(extent.identity, label)

    def find(self, extent: Extent) -> str | None:
        """The label of a rule that matches all events that a rule of this extent would match."""
        from pdsync.condition.coverage import covers

        if extent.identity in self._same:
            return self._same[extent.identity]
        room = _MOST_COMPARED
        for cases, _, label, other in self._rules:
            if cases > room:
                break
            room -= cases
            if covers(other, extent):
                return label
        return None


def check_cache_variables_read(spec: Mapping[str, Any], fields: Sequence[str], scope: Scope, path: Path) -> None:
    """Warns of cache variables that conditions of these documents read and the manifest does not list."""
    known = [item.get("name") for item in spec.get("cache_variables") or () if isinstance(item, Mapping)]
    for place, text in _conditions_of([spec.get(name) for name in fields], fields, path):
        if "cache_var" not in text or (condition := _read(text)) is None:
            continue
        from pdsync.condition.check import check_cache_variables

        _report(check_cache_variables(condition, filter(None, known)), scope, place)


def _report(findings: Iterable[Finding], scope: Scope, path: Path) -> None:
    for found in findings:
        (scope.problem if found.is_error else scope.warn)(path, found.message, found.hint)


def _read_all(rule: Any) -> list[Condition] | None:
    """The conditions of a rule that takes part; None for one that is left out, or that cannot be compared."""
    if not isinstance(rule, Mapping) or rule.get("disabled") or "dynamic_route_to" in rule:
        return None
    conditions = [_read(text) for _, text in texts_of(rule.get(CONDITIONS), ())]
    return None if None in conditions else [each for each in conditions if each is not None]


def _read(text: str) -> Condition | None:
    from pdsync.condition import ConditionError, parse

    try:
        return parse(text)
    except ConditionError:
        return None


def texts_of(conditions: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The conditions of an `if`, which may be a single one, each with its place."""
    if isinstance(conditions, str):
        yield path, conditions
    for at, text in enumerate(conditions if isinstance(conditions, list) else ()):
        if isinstance(text, str):
            yield (*path, at), text


def _conditions_of(documents: Sequence[Any], fields: Sequence[str], path: Path) -> Iterator[tuple[Path, str]]:
    for name, document in zip(fields, documents, strict=True):
        sets = {(): document} if isinstance(document, list) else _sets_of(document)
        for set_path, rules in sets.items():
            for at, rule in enumerate(rules):
                if isinstance(rule, Mapping):
                    yield from texts_of(rule.get(CONDITIONS), (*path, name, *set_path, at, CONDITIONS))


def _sets_of(document: Any) -> dict[tuple[str, ...], list[Any]]:
    if not isinstance(document, Mapping):
        return {}
    return {(name,): rules for name, rules in document.items() if isinstance(rules, list)}
