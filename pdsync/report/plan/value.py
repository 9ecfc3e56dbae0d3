"""Canonical values as text: durations readable, references by name, foreign text harmless."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pdsync.kinds import KINDS
from pdsync.model import Canonical, Ref
from pdsync.model.address import render_address
from pdsync.model.codec.plain import Codec
from pdsync.model.codec.secret import HIDDEN
from pdsync.model.codec.time import Duration, Instant, TimeOfDay
from pdsync.model.instant import render_duration
from pdsync.report.plan.field_codec import item_codec, member_codec
from pdsync.report.plan.hours import TELLING, hours_lines, hours_phrase, shown_time
from pdsync.report.text.detail import BRIEF, Detail
from pdsync.report.text.safe_text import cell_width, quoted_text, safe_text

NONE = "(none)"
_HIDDEN = "(hidden)"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.@:/+-]*|[0-9]{1,4}[-:][0-9:TZ.+-]+")
_LITERALS = frozenset({"true", "false", "null", "none", "yes", "no", "on", "off"})
_TABLES = frozenset(table.slug for kind in KINDS for table in kind.lookups)
"""The kinds of references to what PagerDuty lists for every account, such as vendors: a name says all."""
_MOST_BRACKETS = 200
"""A JSON text with more of them would be as long as the rest of the plan, and stays one text."""
_TYPE_SUFFIXES = ("_contact_method", "_inbound_integration")


@dataclass(frozen=True, slots=True)
class ValueWriter:
    """Writes values. `labels` are the names of objects without a manifest, by the text of a reference to them."""

    labels: Mapping[str, str] = field(default_factory=dict)
    width: int = 100
    detail: Detail = BRIEF
    zone: str = ""
    """The time zone of the object whose values are written: times are on its clock."""
    zone_before: str = ""
    """The one that it has now, where that is another."""

    @property
    def live(self) -> ValueWriter:
        """The writer for values that the object has now."""
        return self if self.zone == self.zone_before else replace(self, zone=self.zone_before)

    def inline(self, value: Canonical, codec: Codec | None = None) -> str:
        """The value in one line, unambiguous."""
        if value is None:
            return NONE
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return _number(value, codec)
        if isinstance(value, Ref):
            return self.reference(value)
        if isinstance(value, Mapping) and value.keys() & TELLING and (phrase := hours_phrase(value, self.zone)):
            return safe_text(phrase)
        if isinstance(value, Mapping) and HIDDEN in value and len(value) == 1:
            return _HIDDEN
        if isinstance(value, Mapping):
            value = _in_words(value, self.zone)
            members = [
                f"{safe_text(name)}: {self.inline(value[name], member_codec(codec, value, name))}" for name in value
            ]
            return "{" + ", ".join(members) + "}"
        if isinstance(value, Sequence) and not isinstance(value, str):
            return "[" + ", ".join(self.inline(item, item_codec(codec)) for item in value) + "]"
        if isinstance(codec, Instant | TimeOfDay):
            return safe_text(shown_time(str(value), self.zone))
        return self.text(str(value))

    def text(self, text: str) -> str:
        """A string: bare where no one can take it for something else, else in quotes; shortened where it is long."""
        if _PLAIN.fullmatch(text) and text.casefold() not in _LITERALS and len(text) <= self.width:
            return text
        if len(text) <= self._limit:
            return quoted_text(text)
        return f"{quoted_text(text[: self._limit] + '...')} ({len(text)} characters)"

    @property
    def _limit(self) -> int:
        """The length from which a text is cut."""
        return sys.maxsize if self.detail.expanded else max(40, self.width - 30)

    def line(self, text: str) -> str:
        """A line of a text of several lines, cut where it is long."""
        limit = sys.maxsize if self.detail.expanded else max(40, self.width - 10)
        return safe_text(text) if len(text) <= limit else f"{safe_text(text[:limit])}... ({len(text)} characters)"

    def text_pair(self, before: str, after: str) -> tuple[str, str]:
        """Two long texts, both cut so that their first difference is in sight."""
        limit = sys.maxsize if self.detail.expanded else max(40, self.width - 34)
        same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
        same = min(len(before), len(after)) if same is None else same
        start = max(0, same - 20) if max(len(before), len(after)) > limit else 0

        def cut(text: str) -> str:
            piece = text[start : start + limit]
            if piece == text:
                return quoted_text(text)
            ahead, behind = "..." if start else "", "..." if start + limit < len(text) else ""
            return f"{quoted_text(ahead + piece + behind)} ({len(text)} characters)"

        return cut(before), cut(after)

    def reference(self, ref: Ref) -> str:
        """A reference: the address of a manifest, or the name of an object without one."""
        if ref.by == "key":
            return safe_text(render_address(ref.kind, ref.value))
        if ref.kind == "contact_method":
            return safe_text(short_type(ref.value))
        label = self.labels.get(str(ref))
        if label is not None and ref.kind in _TABLES:
            return self.text(label)
        if label is not None:
            return f"{ref.kind} {quoted_text(label)} ({safe_text(ref.value)})"
        return safe_text(f"{ref.kind} {ref.value}")

    def block(self, name: str, value: Canonical, codec: Codec | None, indent: str, sign: str = "") -> list[str]:
        """``name: value`` in one line where that fits, else as an indented block. `sign` is before the name."""
        structure = _read_json(value) if isinstance(value, str) else None
        if structure:
            return self.block(f"{name} (JSON)", structure, None, indent, sign)
        one = f"{indent}{sign}{name}: {self.inline(value, codec)}"
        if name.rpartition(".")[2] == "restrictions" and (hours := hours_lines(value, self.zone)):
            return [f"{indent}{sign}{name}: {safe_text('; '.join(hours))}"]
        if cell_width(one) <= self.width or not _is_nested(value) or not value:
            return [one]
        return [f"{indent}{sign}{name}:", *self._members(value, codec, indent + " " * len(sign) + "  ")]

    def _members(self, value: Canonical, codec: Codec | None, indent: str) -> list[str]:
        if isinstance(value, Mapping):
            value, lines = _in_words(value, self.zone), []
            for name in value:
                lines += self.block(safe_text(name), value[name], member_codec(codec, value, name), indent)
            return lines
        lines = []
        for item in value:
            one = f"{indent}- {self.inline(item, item_codec(codec))}"
            if cell_width(one) <= self.width or not _is_nested(item) or not item:
                lines.append(one)
                continue
            inner = self._members(item, item_codec(codec), indent + "  ")
            lines += [f"{indent}- {inner[0].lstrip()}", *inner[1:]]
        return lines


def short_type(text: str) -> str:
    """``phone_contact_method 5551234`` as ``phone 5551234``: the name of the list says the rest."""
    head, space, rest = text.partition(" ")
    for suffix in _TYPE_SUFFIXES:
        head = head.removesuffix(suffix)
    return head + space + rest


def _read_json(text: str) -> Canonical:
    """The structure in a text, such as an input of a step that is sent as JSON; None for any other text."""
    if text[:1] not in ("[", "{") or text.count("[") + text.count("{") > _MOST_BRACKETS:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _in_words(value: Mapping[str, Canonical], zone: str) -> Mapping[str, Canonical]:
    """The value as a manifest says it, where it is a rotation or an event of one."""
    if not value.keys() & {"events", "assignment"}:
        return value
    from pdsync.report.plan.shift_words import in_words  # most plans have no rotations

    return in_words(value, zone)


def _is_nested(value: Canonical) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str)


def _number(value: int, codec: Codec | None) -> str:
    if isinstance(codec, Duration) and value > 0:
        return render_duration(value * codec.unit_s)
    return codec.show(value) if codec is not None else str(value)
