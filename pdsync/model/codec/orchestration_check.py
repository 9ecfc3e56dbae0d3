"""What no schema can say about the rules of an event orchestration: where they lead. A rule that leads nowhere loses alerts silently."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pdsync.model.name import fold_name
from pdsync.model.scope import Path, Scope
from pdsync.model.suggestion import did_you_mean

_START: Final = "start"
_CATCH_ALL: Final = "catch_all"
_BESIDE_DYNAMIC: Final = ("if", "route_to")


def check_router(rules: Any, scope: Scope, path: Path, *, begins: bool = True) -> None:
    """Each rule names one service, or is the rule that finds the service in the event. `begins` says that the first one is the first
    of the router."""
    for at, rule in _rules_of(rules):
        here = (*path, at)
        if "dynamic_route_to" not in rule:
            if not rule.get("route_to"):
                hint = "Write route_to with the key of a service."
                scope.problem(here, "the rule leads to no service", hint)
            continue
        place = (*here, "dynamic_route_to")
        if at > 0 or not begins:
            hint = "Make it the first rule of the router."
            scope.problem(place, "'dynamic_route_to' is allowed only in the first rule", hint, on_key=True)
        for name in _BESIDE_DYNAMIC:
            if rule.get(name):
                hint = f"Remove {name}: this rule matches every event and finds the service in the event."
                scope.problem(
                    (*here, name), f"{name!r} is not allowed together with dynamic_route_to", hint, on_key=True
                )


def check_first(rules: Sequence[Mapping[str, Any]], scope: Scope) -> None:
    """No rule is before the one that finds the service in the event."""
    at = next((at for at, rule in enumerate(rules) if "dynamic_route_to" in rule), 0)
    for ahead in range(at):
        label = rules[at].get("label")
        message = f"{label!r} has dynamic_route_to and must be the first rule, but this rule comes before it"
        scope.problem((ahead,), message, f"Write 'after: {label}', or remove 'before'.")


def check_labels(document: Mapping[str, Any], names: Sequence[str], scope: Scope, path: Path) -> None:
    """No two of these lists of rules, which become one, have a label in common."""
    seen: dict[str, str] = {}
    for name in names:
        here: dict[str, str] = {}
        for at, rule in _rules_of(document.get(name)):
            label = rule.get("label")
            if isinstance(label, str) and label.strip():
                key = fold_name(label.strip())
                if key in seen:
                    message = f"{seen[key]} has a rule with the label {label.strip()!r} too"
                    scope.problem((*path, name, at), message, "Each rule needs its own.")
                here[key] = name
        seen |= here


def check_sets(document: Any, scope: Scope, path: Path) -> None:
    """Rules lead to existing sets, each set has a rule that leads to it, and no set leads back to itself."""
    sets = {name: list(_rules_of(rules)) for name, rules in document.items() if name != _CATCH_ALL}
    if sets and _START not in sets:
        hint = f"Name the first set {_START}."
        scope.problem(path, f"there is no set {_START!r}: no event reaches the other sets", hint)
        return
    leads: dict[str, dict[str, Path]] = {name: {} for name in sets}
    live: dict[str, set[str]] = {name: set() for name in sets}
    is_whole = True
    for name, rules in sets.items():
        for at, rule in rules:
            target = rule.get("route_to")
            if not isinstance(target, str) or not target:
                continue
            place = (*path, name, at, "route_to")
            if target.strip() not in sets:
                near = did_you_mean(target, sorted(sets))
                hint = (
                    f"Write its rules under {target.strip()}:, next to {_START}. Only a router can route to services."
                )
                scope.problem(place, f"there is no set {target!r}", near or hint)
                is_whole = False
            else:
                leads[name].setdefault(target.strip(), place)
                if not rule.get("disabled"):
                    live[name].add(target.strip())
    _check_circles(leads, scope)
    if is_whole:  # else the set that is meant would be reported too
        _check_reached(leads, live, scope, path)


def _check_circles(leads: Mapping[str, Mapping[str, Path]], scope: Scope) -> None:
    """Reports each rule that closes a circle, at its route_to."""
    for circle in _circles(leads):
        place = leads[circle[-1]][circle[0]]
        shown = " -> ".join([*circle, circle[0]])
        hint = "Lead to a set that comes later, or repeat the rules there."
        scope.problem(place, f"the sets lead in a circle: {shown}", hint)


def _circles(leads: Mapping[str, Mapping[str, Path]]) -> Iterator[list[str]]:
    done: set[str] = set()
    for root in (_START, *sorted(leads)):
        trail: list[str] = []
        pending: list[tuple[str, Iterator[str]]] = [(root, iter(leads[root]))] if root in leads else []
        while pending and root not in done:
            name, targets = pending[-1]
            if not trail or len(trail) < len(pending):
                trail.append(name)
            target = next(targets, None)
            if target is None:
                done.add(name)
                pending.pop()
                trail.pop()
            elif target in trail:
                yield trail[trail.index(target) :]
            elif target not in done:
                pending.append((target, iter(leads[target])))


def _check_reached(
    leads: Mapping[str, Collection[str]], live: Mapping[str, Collection[str]], scope: Scope, path: Path
) -> None:
    """`live` are the leads of rules that are not disabled."""
    reached, now = _reached(leads), _reached(live)
    for name in leads:
        place = (*path, name)
        if name not in reached:
            hint = f"Lead to it with 'route_to: {name}', or remove it."
            scope.problem(place, f"no event reaches the set {name!r}", hint, on_key=True)
        elif name not in now:
            scope.warn(place, f"no event reaches the set {name!r}: the rules that lead there are disabled")


def _reached(leads: Mapping[str, Collection[str]]) -> set[str]:
    """The sets that events can come to."""
    reached, pending = {_START}, [_START]
    while pending:
        for target in leads.get(pending.pop(), ()):
            if target not in reached:
                reached.add(target)
                pending.append(target)
    return reached


def _rules_of(rules: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for at, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, Mapping):
            yield at, rule
