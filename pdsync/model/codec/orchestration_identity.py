"""Ids of rules: PagerDuty gives each one, and keeps it where a request sends it back. A rule without its id is a new one there.

A rule is the same as a live one of its set that has its label, or, where the label changed, as the first one that says the same. Of live
rules that share a label, it is the one that says the same. A set is the same as the live one of its name, or, where the name changed, as
the first one that is gone and whose rules have its labels.
What a live rule has and no codec knows is sent back with it: the request replaces the whole document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pdsync.model.codec.orchestration_action import is_empty
from pdsync.model.codec.orchestration_rule import LABEL, Rule, stem_of, with_labels
from pdsync.model.codec.plain import MAPPING
from pdsync.model.codec.secret_header import put_back
from pdsync.model.name import fold_name
from pdsync.model.scope import Scope
from pdsync.model.sort_key import sort_key

WEBHOOKS = "automation_actions"


def keep_rule_ids(body: Mapping[str, Any], raw: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    """The document of a request with the ids of the live rules. `rule` is the codec of its rules."""
    held = {it.get("id"): it.get("rules") or [] for it in raw.get("sets") or () if isinstance(it, MAPPING)}
    names = _former_names(body["sets"], held, rule)
    sets = [{**it, "rules": _with_ids(it["rules"], held.get(names[it["id"]], []), rule)} for it in body["sets"]]
    catch_all = {**body["catch_all"], "actions": _with_unknown(body["catch_all"], raw.get("catch_all"), rule)}
    return {**body, "sets": sets, "catch_all": catch_all}


def _former_names(sets: Sequence[Mapping[str, Any]], held: Mapping[Any, Sequence[Any]], rule: Rule) -> dict[str, str]:
    """The names of the live sets that these sets are, by their names. A new set has its own name."""
    names = {it["id"]: it["id"] for it in sets}
    gone = {name: labels for name, rules in held.items() if name not in names and (labels := _labels(rules, rule))}
    for it in sets if gone else ():
        if it["id"] not in held:
            asked = [one[LABEL] for one in it["rules"]]
            former = next((name for name, labels in gone.items() if labels == asked), None)
            if former is not None:
                names[it["id"]] = former
                del gone[former]
    return names


def _labels(raw: Sequence[Any], rule: Rule) -> list[str]:
    scope = Scope()
    return [it[LABEL] for it in with_labels([rule.live(it, scope) for it in raw if isinstance(it, MAPPING)])]


def _with_ids(rules: Sequence[dict[str, Any]], raw: Sequence[Any], rule: Rule) -> list[dict[str, Any]]:
    live = [it for it in raw if isinstance(it, MAPPING) and it.get("id")]
    places = _match(rules, live, rule)
    return [
        _with_identity(one, live[at], rule) if at is not None else one for one, at in zip(rules, places, strict=True)
    ]


def _match(rules: Sequence[dict[str, Any]], live: Sequence[Mapping[str, Any]], rule: Rule) -> list[int | None]:
    """For each rule of a request the position of the same one among the live ones."""
    scope = Scope()
    read = [rule.live(it, scope) for it in live]
    found = _match_alike(rules, read, rule)
    free = {it[LABEL]: at for at, it in enumerate(with_labels(read)) if at not in found}
    found = [free.pop(one[LABEL], None) if at is None else at for one, at in zip(rules, found, strict=True)]
    left = {at: _said(read[at]) for at in sorted(free.values())}
    for index, one in enumerate(rules):
        if found[index] is None:
            said = _said(rule.live(one, scope))
            found[index] = next((at for at, text in left.items() if text == said), None)
            left.pop(found[index], None)  # type: ignore[arg-type]
    return found


def _match_alike(rules: Sequence[dict[str, Any]], read: Sequence[Mapping[str, Any]], rule: Rule) -> list[int | None]:
    """The same of live rules that share a label and say what the rule says."""
    count = Counter(fold_name(it[LABEL]) for it in read)
    alike = {at: _said(it) for at, it in enumerate(read) if count[fold_name(it[LABEL])] > 1}
    found: list[int | None] = []
    for one in rules if alike else ():
        label, said = fold_name(stem_of(one[LABEL])), _said(rule.live(one, Scope()))
        found.append(
            next((at for at, text in alike.items() if text == said and fold_name(read[at][LABEL]) == label), None)
        )
        alike.pop(found[-1], None)  # type: ignore[arg-type]
    return found or [None] * len(rules)


def _said(rule: Mapping[str, Any]) -> str:
    """What a rule says besides its label."""
    return sort_key({name: held for name, held in rule.items() if name != LABEL})


def _with_identity(one: dict[str, Any], live: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    return {"id": live["id"], **one, "actions": _with_unknown(one, live, rule)}


def _with_unknown(one: Mapping[str, Any], live: Any, rule: Rule) -> dict[str, Any]:
    """The actions of a request, and those of the live side that no codec knows."""
    known = {part.name for part in rule.parts}
    actions = live.get("actions") if isinstance(live, MAPPING) else None
    others = actions.items() if isinstance(actions, MAPPING) else ()
    kept = {name: held for name, held in others if name not in known and not is_empty(held)}
    said = {**one["actions"], **kept}
    if WEBHOOKS in said:
        said[WEBHOOKS] = put_back(said[WEBHOOKS], (actions.get(WEBHOOKS) or ()) if isinstance(actions, MAPPING) else ())
    return said
