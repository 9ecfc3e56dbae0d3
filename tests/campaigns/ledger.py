"""An account in words that do not depend on ids or moments, so that two accounts can be compared."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from pdsync.kinds import KINDS

_NAMED = {**{kind.slug: (*kind.identity, kind.label or "description")[0] for kind in KINDS}, "tag": "label"}
_NAMED |= {"jira_rule": "name"}
"""What tells objects of a kind apart. Webhooks have no names: their ownership lines do."""
_PARTS = {"orchestration_integration": "label", "cache_variable": "name", "incident_field": "name"}
"""What is in an object, by what tells it apart there. PagerDuty would take each twice."""
_OF_THE_MOMENT = frozenset(
    {
        "id",
        "number",
        "sequence_number",
        "created_at",
        "updated_at",
        "start",
        "integration_key",
        "integration_email",
        "color",
    }
    | {"creation_time", "modify_time"}
    | {"last_incident_timestamp", "last_updated", "invitation_sent", "routing_key", "version", "effective_since"}
)
_RECORD = re.compile(r"(?<=^Managed by pdsync: )(\S+(?: !protect)?) #\S+$", re.MULTILINE)
"""What was applied last. A run that goes on where another one ended knows more of an object than the one that created it."""
_ID = re.compile(r"\b[A-Z0-9]{6,}\b")
"""What may be the id of an object inside a text, such as an input of a workflow's step."""
_LOGS = frozenset({"audit_record"})


def ledger(state: Mapping[str, Any]) -> Counter[str]:
    """Every object as one line, counted: what is listed twice has 2."""
    labels: dict[str, str] = {}
    for kind, mark in _NAMED.items():
        for row in state.get(kind, ()):
            labels[row["id"]] = f"{kind} {_without_record(str(row[mark]))}"
    for row in state.get("contact_method", ()):
        owner = labels.get(row["parent"], "no one")
        labels[row["id"]] = f"{owner} {row['type']} {row.get('address')}"
    for row in state.get("schedule_rotation", ()):  # it has no name
        labels[row["id"]] = f"rotation of {labels.get(row['parent'])}"
    return Counter(
        f"{kind} {json.dumps(_worded(row, labels), sort_keys=True)}"
        for kind, rows in state.items()
        if kind not in _LOGS
        for row in rows
    )


def difference(found: Counter[str], wanted: Counter[str]) -> str:
    """What is too much and what is missing, for a message; empty when they are equal."""
    lines = [f"too much: {line}" for line in (found - wanted).elements()]
    return "\n".join(lines + [f"missing: {line}" for line in (wanted - found).elements()])


def duplicates(state: Mapping[str, Any]) -> list[str]:
    """Names that several objects of one kind have, or several parts of one object."""
    rows = ((kind, row[mark]) for kind, mark in _NAMED.items() for row in state.get(kind, ()))
    # A setting that PagerDuty made from a field of a service has no name.
    found = Counter((kind, _without_record(str(name)).casefold()) for kind, name in rows if name is not None)
    for kind, mark in _PARTS.items():
        found.update((kind, f"{row.get('parent')} {row[mark]}") for row in state.get(kind, ()))
    for row in state.get("orchestration_path", ()):
        rules = ((each["id"], rule) for each in row["sets"] for rule in each["rules"])
        found.update(("rule", f"{row['id']} {name} {rule['label']}") for name, rule in rules if rule.get("label"))
    return [f"{kind} {name}: {count} times" for (kind, name), count in found.items() if count > 1]


def _id_in_words(value: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """What an id says that does not depend on chance: which object it is of, which of its documents, or which set of rules."""
    if "rules" in value:
        return str(value["id"])
    parts = value["id"].split(":")
    return " ".join(labels.get(part, part) for part in parts) if parts[0] in labels else ""


def _worded(value: Any, labels: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        named = {key: _worded(item, labels) for key, item in value.items() if key not in _OF_THE_MOMENT}
        if isinstance(value.get("id"), str) and (name := _id_in_words(value, labels)):
            named["id"] = name
        if "targets" in named:  # they come in the order of their ids
            named["targets"].sort(key=lambda target: str(target["id"]))
        return named
    if isinstance(value, list):
        return [_worded(item, labels) for item in value]
    if not isinstance(value, str):
        return value
    return _without_record(labels.get(value) or _ID.sub(lambda found: labels.get(found[0], found[0]), value))


def _without_record(text: str) -> str:
    return _RECORD.sub(r"\1", text)
