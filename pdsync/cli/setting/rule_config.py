"""`rules` in pdsync.yaml: the team's rules for on-call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model import Scope
from pdsync.model.codec.plain import Canonical, Choice, Codec, Integer, Text
from pdsync.model.codec.structure import ListOf, Object, Part
from pdsync.model.scope import Path
from pdsync.oncall.rule import RULES, Rule
from pdsync.oncall.rulebook import Rulebook, Setting

_SEVERITIES = ("error", "warning", "off")


@dataclass(frozen=True, slots=True)
class _RuleCodec(Codec):
    """A severity alone, or a mapping with it, the rule's numbers, and exceptions."""

    rule: Rule

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(_SEVERITIES)}, self._settings().schema()]}

    def _settings(self) -> Object:
        numbers = (Part(name, Integer(low, high), says, True) for name, (low, high, says) in self.rule.limits.items())
        severity = Part("severity", Choice(_SEVERITIES), "error, warning or off.", required=True)
        return Object(
            (severity, *numbers, *self.rule.parts, Part("except", ListOf(Text(min_length=1), noun="name"))), noun="key"
        )

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, Mapping):
            return self._settings().desired(value, scope, path)
        if self.rule.limits and value != "off":
            names = ", ".join(f"{name}: NUMBER" for name in self.rule.limits)
            scope.problem(path, "needs a number", f"Write {self.rule.name}: {{severity: {value}, {names}}}.")
        elif self.rule.parts and value != "off":
            names = ", ".join(part.name for part in self.rule.parts)
            scope.problem(path, f"needs {names}", f"Write {self.rule.name}: {{severity: {value}, {names}: ...}}.")
        return {"severity": value}


RULES_CODEC = Object(tuple(Part(rule.name, _RuleCodec(rule), rule.says) for rule in RULES), noun="rule")


def read_rulebook(values: Mapping[str, Any]) -> Rulebook:
    """The rules of a configuration that was found right."""
    settings = {}
    for name, value in values.items():
        if value["severity"] != "off":
            limits = {key: number for key, number in value.items() if key not in ("severity", "except")}
            settings[name] = Setting(value["severity"], limits, tuple(value.get("except", ())))
    return Rulebook(settings)
