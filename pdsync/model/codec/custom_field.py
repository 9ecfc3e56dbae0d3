"""Custom fields: how a manifest defines the allowed values of a field, and how PagerDuty does.

Terms. A *definition* is a field with its type and options; a *value* is what one incident or service has for it. In a manifest one word
says the type (``type: choice``), where PagerDuty has a data type, and a field type that holds two answers: whether values are among
options, and whether there may be several. An *option* has an id that PagerDuty gives it. Values follow the id, so an option that gets
another text keeps its id, and one that goes takes the values with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.plain import MAPPING, Canonical, Choice, Codec, Text, plain_number
from pdsync.model.codec.structure import ListOf
from pdsync.model.instant import parse_instant, render_instant
from pdsync.model.scope import Path, Scope

CHOICE = "choice"
_TEXT = "string"
DATA_TYPES = ("boolean", "integer", "float", _TEXT, "datetime", "url")
TYPE = Choice(
    (*DATA_TYPES, CHOICE),
    instead={"text": "Write string.", "date": "Write datetime.", "number": "Write integer or float."},
)
MOST_VALUES, LONGEST = 10, 200  # PagerDuty API description, CustomFieldsFieldValue
NAME = r"[a-z0-9_]{1,50}"
"""What the name of a field may be."""
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


@dataclass(frozen=True, slots=True)
class Options(ListOf, Open):
    """The texts of the options. PagerDuty keeps their order or not: where it has the same texts, nothing differs."""

    def schema(self) -> dict[str, Any]:
        return {**ListOf.schema(self), "uniqueItems": True}

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        return {}

    def frame(self, value: Canonical) -> Canonical:
        return sorted(value or ())

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        return (live, live) if self.means(desired, live) else (desired, live)

    def means(self, desired: Canonical, live: Canonical) -> bool:
        return bool(self.frame(desired) == self.frame(live))

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        return desired if self.means(desired, live) else live

    def shown_path(self, path: str) -> str:
        return path


def options_of(longest: int) -> Options:
    """The codec of options whose texts are so long at most."""
    return Options(Text(max_length=longest, min_length=1), noun="option")


def find_renamed(before: Sequence[str], after: Sequence[str]) -> tuple[str, str] | None:
    """The option that gets another text, with that text: the one that goes, where one comes in its place and all others stay."""
    gone, new = [it for it in before if it not in after], [it for it in after if it not in before]
    if len(gone) != 1 or len(new) != 1 or list(before).index(gone[0]) != list(after).index(new[0]):
        return None
    return gone[0], new[0]


def read_definition(answer: dict[str, Any]) -> dict[str, Any]:
    """An answered field with the members of a manifest. Options that were not asked for are not known."""
    field_type, data_type = str(answer.get("field_type") or ""), str(answer.get("data_type") or "")
    is_choice = field_type.endswith("_fixed")
    found = {**answer, "type": CHOICE if is_choice else data_type, "multi": field_type.startswith("multi_value")}
    rows = answer.get("field_options")
    if isinstance(rows, list) or not is_choice:
        found["options"] = [_text_of(row) for row in rows or ()]
    if "default_value" in answer:
        found["default"] = read_typed(data_type, answer["default_value"])
    found["description"] = answer.get("description") or ""
    return found


def write_definition(body: dict[str, Any], rows: Sequence[Any] = ()) -> dict[str, Any]:
    """A request for a field, from the members of a manifest. `rows` are its options as they were answered: those that stay keep their
    ids."""
    written = {name: said for name, said in body.items() if name not in ("type", "multi", "options", "default")}
    if body.get("type") in TYPE.options:
        many, among = ("multi_value" if body.get("multi") else "single_value"), body["type"] == CHOICE
        written["data_type"] = _TEXT if among else body["type"]
        written["field_type"] = f"{many}_fixed" if among else many
    if body.get("options") or (rows and "options" in body):
        written["field_options"] = write_options(body["options"], rows)
    if "default" in body:
        written["default_value"] = body["default"]
    return written


def write_options(texts: Sequence[str], rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The options for a request. What a request leaves out is deleted, and what has no id is new, so those that stay have theirs."""
    ids = {_text_of(row): row["id"] for row in rows if isinstance(row, MAPPING) and row.get("id")}
    renamed = find_renamed(list(ids), texts)
    if renamed is not None:
        ids[renamed[1]] = ids[renamed[0]]
    return [
        {**({"id": ids[text]} if text in ids else {}), "data": {"data_type": _TEXT, "value": text}} for text in texts
    ]


def _text_of(row: Any) -> str:
    return str(row["data"]["value"])


def read_typed(data_type: str, value: Any) -> Canonical:
    """A value of a field of this type. PagerDuty may answer a text in place of a truth value or a number (terraform-provider-pagerduty
    #908)."""
    if isinstance(value, str) and data_type == "boolean":
        return {"true": True, "false": False}.get(value.casefold(), value)
    if isinstance(value, str) and data_type in ("integer", "float"):
        try:
            return plain_number(float(value))
        except ValueError:
            return value
    if isinstance(value, str) and data_type == "datetime":
        return _moment(value) or value
    return plain_number(value)


def _moment(text: str) -> str | None:
    """A moment in UTC, as PagerDuty answers it; None for a text that is not one, or that has no offset."""
    moment = parse_instant(text)
    return render_instant(moment) if moment is not None else None


@dataclass(frozen=True, slots=True)
class FieldValue(Codec):
    """A value of a custom field, of whatever type: which one it must be, its definition says."""

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "maxLength": LONGEST}
        many = {"type": "array", "items": text, "maxItems": MOST_VALUES, "uniqueItems": True}
        return {
            "anyOf": [{"type": ["boolean", "number"]}, text, many],
            "x-expected": "a text, a number, true, false or a list of texts",
            "errorMessage": f"A text has at most {LONGEST} characters, and a list at most {MOST_VALUES} texts.",
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        if isinstance(value, list):
            return [it.strip() if isinstance(it, str) else it for it in value]
        return value.strip() if isinstance(value, str) else plain_number(value)


def value_problem(definition: Mapping[str, Canonical], value: Canonical) -> tuple[str, str] | None:
    """Why a field of this definition cannot have the value, with what to write; None where it can."""
    is_list, multi = isinstance(value, list), bool(definition.get("multi"))
    if is_list is not multi:
        one, many = "takes one value", "takes a list of values"
        return (f"{many if multi else one}", "Write [...]." if multi else "Write one value, without brackets.")
    kind = str(definition.get("type"))
    wrong = next((it for it in (value if is_list else [value]) if not _is_of_type(kind, it)), None)
    if wrong is not None:
        return f"{wrong!r} is not {_SAID.get(kind, 'a text')}", ""
    options = definition.get("options")
    if kind != CHOICE or not isinstance(options, list | tuple):
        return None
    unknown = next((it for it in (value if is_list else [value]) if it not in options), None)
    return None if unknown is None else (f"{unknown!r} is not an option", f"Options: {', '.join(map(str, options))}.")


_SAID = {
    "boolean": "true or false",
    "integer": "a whole number",
    "float": "a number",
    "datetime": "a date and time with an offset, such as 2026-01-31T08:00:00Z",
    "url": "a web address",
}


def _is_of_type(kind: str, value: Any) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "float"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind == "datetime":
        return _moment(value) is not None
    return kind != "url" or _URL.fullmatch(value) is not None


def check_definition(item: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """What a schema cannot say about a definition in a manifest: which members go together."""
    kind, options = item.get("type"), item.get("options")
    if kind == CHOICE and not options:
        scope.problem(path, "a choice needs options", "Write options: [...].")
    elif kind is not None and kind != CHOICE and options:
        scope.problem(
            (*path, "options"), f"has no effect on a field of the type {kind}", "Write type: choice.", on_key=True
        )
    if item.get("multi") and kind not in (None, _TEXT, CHOICE):
        hint = "Only string and choice can have several values."
        scope.problem((*path, "multi"), f"a field of the type {kind} has one value", hint, on_key=True)
    if item.get("default") is not None and isinstance(kind, str):
        wrong = value_problem(item, FieldValue().canonical(item["default"], scope))
        if wrong is not None:
            scope.problem(
                (*path, "default"), f"the default {wrong[0]}" if wrong[0].startswith("takes") else wrong[0], wrong[1]
            )
