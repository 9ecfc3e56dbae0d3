"""Codecs of one rule of an event orchestration: its label, its conditions, and its actions next to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from unicodedata import normalize

from pdsync.model.codec.orchestration_action import Filled, without_empty
from pdsync.model.codec.orchestration_condition import CONDITIONS, check_condition, texts_of
from pdsync.model.codec.plain import MAPPING, Boolean, Canonical, Codec, Text
from pdsync.model.codec.structure import Object, Part, optional, required
from pdsync.model.name import fold_name
from pdsync.model.pattern import NOT_BLANK
from pdsync.model.scope import Path, RefMap, Scope

LABEL: Final = "label"
DISABLED: Final = "disabled"
MOST_CONDITIONS: Final = 24
"""PagerDuty refused 25 conditions on a rule (terraform-provider-pagerduty #633)."""
_ALWAYS = "always"
_EXPRESSION = Text(min_length=1, exact=True, multiline=True)


@dataclass(frozen=True, slots=True)
class Conditions(Codec):
    """Conditions, of which one must be met; no condition means always. A manifest may write a single one as a text."""

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "pattern": NOT_BLANK}
        return {
            "anyOf": [text, {"type": "array", "items": text}],
            "x-expected": "a condition, or a list of conditions",
            "errorMessage": "Write a condition such as event.source matches part 'db', or a list of which one must be met.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        for place, text in texts_of(value, path):
            check_condition(text, scope, place)
        if isinstance(value, str):
            return [_EXPRESSION.desired(value, scope, path)]
        if len(value) > MOST_CONDITIONS:
            hint = "Join some of them with 'or' in one condition."
            scope.problem(path, f"{len(value)} conditions are more than PagerDuty accepts ({MOST_CONDITIONS})", hint)
        texts = ((at, each) for at, each in enumerate(value) if (*path, at) not in scope.unreadable)
        return [_EXPRESSION.desired(each, scope, (*path, at)) for at, each in texts]

    def live(self, value: Any, scope: Scope) -> Canonical:
        """PagerDuty may answer null in place of no conditions (terraform-provider-pagerduty, pull requests 1082, 1097)."""
        found = (it.get("expression") for it in value or () if isinstance(it, MAPPING))
        return [_EXPRESSION.live(each, scope) for each in found if each]

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return [{"expression": each} for each in value]

    def to_manifest(self, value: Canonical) -> Any:
        return value[0] if len(value) == 1 else list(value)


@dataclass(frozen=True, slots=True)
class Rule(Object):
    """A rule, flat in a manifest. PagerDuty has its actions in an object of their own."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return _filled(Object.desired(self, value, scope, path))

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _filled(Object.live(self, _flat(value), scope)) if isinstance(value, MAPPING) else None

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        said = Object.to_api(self, value, refs)
        own = {LABEL: said.pop(LABEL), "conditions": said.pop(CONDITIONS), DISABLED: said.pop(DISABLED)}
        return {**own, "actions": said}


def _filled(rule: Canonical) -> Canonical:
    """The rule without actions that hold nothing."""
    own = {CONDITIONS: rule.get(CONDITIONS, []), DISABLED: rule.get(DISABLED, False)}
    return {LABEL: rule.get(LABEL, ""), **own, **without_empty(actions_of(rule))}


def _flat(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An answered rule with the members of a manifest."""
    actions = raw.get("actions")
    own = {LABEL: raw.get(LABEL), CONDITIONS: raw.get("conditions") or [], DISABLED: bool(raw.get(DISABLED))}
    return {**(without_empty(actions) if isinstance(actions, MAPPING) else {}), **own}


def actions_of(rule: Mapping[str, Canonical]) -> dict[str, Canonical]:
    """What a rule in canonical form does."""
    return {name: held for name, held in rule.items() if name not in (LABEL, CONDITIONS, DISABLED)}


def with_labels(rules: list[dict[str, Canonical]]) -> list[dict[str, Canonical]]:
    """Live rules with a label each that no other one of the set has.

    PagerDuty has rules without labels, and several with one. A manifest knows a rule by its label, so such a rule goes by what it asks
    for, or by a number behind its label. It gets that label once its document is written.
    """
    held = {fold_name(rule[LABEL]) for rule in rules}
    taken: set[str] = set()
    named = []
    for rule in rules:
        # Labels are in Unicode NFC, conditions as they are.
        asked = normalize("NFC", " or ".join(" ".join(each.split()) for each in rule[CONDITIONS]))
        base = rule[LABEL] or asked or _ALWAYS
        label, number = base, 1
        while fold_name(label) in taken or (label != rule[LABEL] and fold_name(label) in held):
            number += 1
            label = f"{base} #{number}"
        taken.add(fold_name(label))
        named.append({**rule, LABEL: label})
    return named


def stem_of(label: str) -> str:
    """A label without a number behind it that `with_labels` may have put there."""
    return _NUMBER.sub("", label)


_NUMBER = re.compile(r" #[0-9]+$")
_LABEL = required(Text(min_length=1), "The name of the rule, unique in this set.")
_IF = optional(
    Conditions(),
    "The conditions, of which one must be met. Without conditions the rule matches every event.",
    default=[],
)
_DISABLED = optional(Boolean(), "Whether the rule is skipped.", default=False)

RULE_PARTS = tuple(
    replace(part, name=name) for name, part in {LABEL: _LABEL, CONDITIONS: _IF, DISABLED: _DISABLED}.items()
)
"""What every rule has, whatever it does."""


def rule_of(*actions: Mapping[str, Part]) -> Rule:
    """The codec of a rule that can do all of these."""
    return Rule((*RULE_PARTS, *(replace(part, name=name) for name, part in _joined(actions).items())))


def actions_codec(*actions: Mapping[str, Part]) -> Filled:
    """The codec of the actions for events that match no rule."""
    return Filled(tuple(replace(part, name=name) for name, part in _joined(actions).items()))


def _joined(actions: tuple[Mapping[str, Part], ...]) -> dict[str, Part]:
    return {name: part for some in actions for name, part in some.items()}
