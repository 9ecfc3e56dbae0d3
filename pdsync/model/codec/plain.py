"""Codecs of single values: how a field is written in a manifest, compared, and sent.

A codec is the one source of a field's JSON Schema, its validation, its canonical form and its request form. Desired and
live values of a field become the same canonical value when they mean the same, so a plan is quiet because
normalisation is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pdsync.model.instant import (
    DURATION_PATTERN,
    TIME_OF_DAY_PATTERN,
    load_zone,
    parse_duration,
    parse_instant,
    parse_time_of_day,
    render_instant,
    zone_names,
)
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.suggestion import did_you_mean

Canonical: TypeAlias = Any
"""None, bool, int, str, `Ref`, or a list or dict of those."""

MAPPING: Final = (dict, Mapping)
"""For `isinstance`: almost every mapping is a dict, and to ask the abstract class about one takes five times as long."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")


class _Missing:
    """The absence of a default."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def type_name(value: object) -> str:
    """What a YAML value is, in the words of somebody who writes YAML."""
    names: list[tuple[type | tuple[type, ...], str]] = [
        (bool, "true or false"), (int, "a whole number"), (float, "a number with a fraction"), (str, "text"),
        (list, "a list"), (dict, "a mapping"),
    ]  # fmt: skip
    if value is None:
        return "nothing (null)"
    return next((name for types, name in names if isinstance(value, types)), type(value).__name__)


@dataclass(frozen=True, slots=True)
class Codec:
    """Base of all codecs. `desired` reads a manifest, `live` an API answer; both give the canonical value."""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the manifest form."""
        return {}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        """The canonical value of what a manifest says; problems go to `scope`."""
        raise NotImplementedError(type(self).__name__)

    def live(self, value: Any, scope: Scope) -> Canonical:
        """The canonical value of what PagerDuty answered. Never complains: the account is as it is."""
        return value

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        """What to send for a canonical value; `refs` turns each `Ref` into its request form."""
        return value

    def to_manifest(self, value: Canonical) -> Any:
        """How a manifest writes a canonical value."""
        return value

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        """The same canonical value with every `Ref` replaced by ``refs(ref)``."""
        return value

    def refs_in(self, value: Canonical) -> list[Any]:
        """Every reference in a canonical value."""
        found: list[Any] = []

        def note(ref: Any) -> Any:
            found.append(ref)
            return ref

        self.map_refs(value, note)
        return found

    def refers(self) -> bool:
        """Whether a value may hold a `Ref`; where not, `map_refs` gives back what it was given, and need not be asked."""
        return False

    def means(self, desired: Canonical, live: Canonical) -> bool:
        """True where `live` is what `desired` asks for, which may leave something to the server."""
        return bool(desired == live)

    def show(self, value: Canonical) -> str:
        """The value in the label of an item."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Text(Codec):
    """A string, trimmed as PagerDuty trims it."""

    max_length: int | None = None
    min_length: int = 0
    forbidden: str = ""
    collapse: bool = False
    """True where the server turns each run of white space into one space (user names, terraform #810)."""
    empty_is_null: bool = False
    multiline: bool = False
    pattern: str = ""
    pattern_says: str = ""

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        if self.min_length:
            schema["minLength"] = self.min_length
        if self.max_length:
            schema["maxLength"] = self.max_length
        if self.pattern:
            schema["pattern"] = self.pattern
        return schema

    def _normal(self, value: str) -> str:
        value = value.replace("\r\n", "\n")
        return " ".join(value.split()) if self.collapse else value.strip()

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if not isinstance(value, str):
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            hint = f'Quote it: "{shown}".' if isinstance(value, int | float) else ""
            scope.problem(path, f"expected text, got {type_name(value)}", hint)
            return ""
        text = self._normal(value)
        bad = sorted(set(self.forbidden).intersection(text)) if self.forbidden else []
        if bad:
            scope.problem(path, f"may not contain {' '.join(bad)}", "PagerDuty refuses these characters here.")
        # Where characters are forbidden, so is all that is not seen, tabs included.
        if not text.isprintable() and (
            self.forbidden or _CONTROL.search(text) or (not self.multiline and "\n" in text)
        ):
            scope.problem(path, "contains control characters or line breaks", "Remove them.")
        # What is trimmed counts here, as it does for the JSON Schema.
        if self.max_length and len(value) > self.max_length:
            scope.problem(path, f"is {len(value)} characters long; at most {self.max_length} are allowed")
        if len(text) < self.min_length:
            what = "is empty" if not text else f"is shorter than {self.min_length} characters"
            scope.problem(path, what, "Write a value, or leave the field out.")
        elif self.pattern and not re.search(self.pattern, text):
            scope.problem(path, f"{text!r} {self.pattern_says}")
        return None if self.empty_is_null and not text else text

    def live(self, value: Any, scope: Scope) -> Canonical:
        text = self._normal(str(value)) if value is not None else ""
        return None if self.empty_is_null and not text else text


@dataclass(frozen=True, slots=True)
class Email(Codec):
    """An email address; PagerDuty stores it in lower case."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 6, "maxLength": 100, "pattern": "^\\s*[^@\\s]+@[^@\\s]+\\s*$"}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if not isinstance(value, str):
            scope.problem(path, f"expected an email address, got {type_name(value)}")
            return ""
        text = value.strip().lower()
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", text) or len(text) < 6 or len(value) > 100:
            scope.problem(path, f"{value!r} is not an email address of 6 to 100 characters")
        return text

    def live(self, value: Any, scope: Scope) -> Canonical:
        return str(value or "").strip().lower()


@dataclass(frozen=True, slots=True)
class Choice(Codec):
    """One of a fixed set of strings or numbers."""

    options: tuple[str | int, ...]
    explain: tuple[str, ...] = ()

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"enum": list(self.options)}
        if self.explain:
            schema["markdownEnumDescriptions"] = list(self.explain)
        return schema

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, bool) or value not in self.options:
            shown = f"{value!r}" if isinstance(value, str | int | float) else type_name(value)
            listed = ", ".join(map(str, self.options))
            scope.problem(path, f"{shown} is not one of: {listed}", did_you_mean(value, self.options))
            return self.options[0]
        return next(option for option in self.options if option == value)  # 120.0 is the number 120


@dataclass(frozen=True, slots=True)
class Integer(Codec):
    """A whole number within bounds."""

    minimum: int | None = None
    maximum: int | None = None
    says: str = ""

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "integer"}
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        return schema

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            value = int(value)  # JSON Schema counts 4.0 as an integer, and so do we
        if isinstance(value, bool) or not isinstance(value, int):
            scope.problem(path, f"expected a whole number, got {type_name(value)}")
            return 0
        self._bound(value, scope, path, str(value))
        return value

    def _bound(self, value: int, scope: Scope, path: Path, shown: str) -> None:
        if self.minimum is not None and value < self.minimum:
            scope.problem(path, f"{shown} is below the minimum of {self.minimum}{self.says}")
        if self.maximum is not None and value > self.maximum:
            scope.problem(path, f"{shown} is above the maximum of {self.maximum}{self.says}")


@dataclass(frozen=True, slots=True)
class Duration(Integer):
    """A length of time: the API's number, or text such as ``4h``; `unit_s` is 60 where the API counts minutes."""

    unit_s: int = 1
    zero_is_null: bool = False
    """True where the server treats 0 as disabled and answers null (service timeouts, API description)."""
    besides: tuple[int, ...] = ()
    """Numbers outside of the bounds that are allowed too, such as 0 for "as PagerDuty recommends"."""

    def schema(self) -> dict[str, Any]:
        besides = [{"enum": list(self.besides)}] if self.besides else []
        return {"anyOf": [Integer.schema(self), *besides, {"type": "string", "pattern": DURATION_PATTERN}]}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        shown = str(value)
        if isinstance(value, str):
            seconds = parse_duration(value)
            if seconds is None:
                scope.problem(path, f"{value!r} is not a duration", "Write it like 30m, 4h, 1h30m, 7d or 2w.")
                return 0
            if seconds % self.unit_s:
                scope.problem(path, f"{value!r} is not a whole number of minutes", "PagerDuty counts this in minutes.")
            value = seconds // self.unit_s
        elif isinstance(value, bool) or not isinstance(value, int):
            unit = "seconds" if self.unit_s == 1 else "minutes"
            scope.problem(path, f"expected a duration such as 4h, or a number of {unit}, got {type_name(value)}")
            return 0
        if value not in self.besides:
            self._bound(value, scope, path, shown)
        return None if self.zero_is_null and value == 0 else value

    def live(self, value: Any, scope: Scope) -> Canonical:
        return None if self.zero_is_null and not value else value


@dataclass(frozen=True, slots=True)
class Boolean(Codec):
    """true or false."""

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if not isinstance(value, bool):
            scope.problem(path, f"expected true or false, got {type_name(value)}")
            return False
        return value

    def live(self, value: Any, scope: Scope) -> Canonical:
        return bool(value)


@dataclass(frozen=True, slots=True)
class Zone(Codec):
    """An IANA time zone name."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": 1,
            "examples": ["Europe/Berlin", "America/New_York", "Etc/UTC"],
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if not isinstance(value, str) or not value:
            scope.problem(path, f"expected a time zone such as Europe/Berlin, got {type_name(value)}")
            return "Etc/UTC"
        try:
            load_zone(value)
        except (KeyError, ValueError, OSError):
            scope.problem(path, f"unknown time zone {value!r}", did_you_mean(value, sorted(zone_names())))
            return "Etc/UTC"
        if value.startswith("US/"):
            scope.problem(path, f"PagerDuty refuses the old zone alias {value!r}", "Write it like America/Denver.")
        return value


@dataclass(frozen=True, slots=True)
class TimeOfDay(Codec):
    """A local time of day; ``09:00`` and ``09:00:00`` are the same."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": TIME_OF_DAY_PATTERN}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        text = parse_time_of_day(value) if isinstance(value, str) else None
        if text is None:
            shown = repr(value) if isinstance(value, str) else type_name(value)
            scope.problem(path, f"{shown} is not a time of day", 'Write it like "08:00" or "23:59:59".')
        return text or "00:00:00"

    def live(self, value: Any, scope: Scope) -> Canonical:
        text = str(value or "")
        return parse_time_of_day(text) or parse_time_of_day(text[11:19]) or text


@dataclass(frozen=True, slots=True)
class Instant(Codec):
    """A moment, compared as UTC. Without an offset it is wall-clock time in the schedule's zone."""

    whole_minute: bool = False

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": 7,
            "examples": ["2026-01-05T09:00", "2026-01-05T09:00:00+01:00"],
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        moment = parse_instant(value, scope.zone or "Etc/UTC") if isinstance(value, str) else None
        if moment is None:
            shown = repr(value) if isinstance(value, str) else type_name(value)
            scope.problem(
                path,
                f"{shown} is not a date and time",
                "Write it like 2026-01-05T09:00 (local) or with an offset.",
            )
            return "1970-01-01T00:00:00Z"
        if self.whole_minute and (moment.second or moment.microsecond):
            scope.problem(path, "must be on a whole minute", "PagerDuty refuses seconds here.")
        return render_instant(moment)

    def live(self, value: Any, scope: Scope) -> Canonical:
        moment = parse_instant(value, scope.zone or "Etc/UTC") if isinstance(value, str) else None
        return render_instant(moment) if moment else None


@dataclass(frozen=True, slots=True)
class Nullable(Codec):
    """A value that an explicit null clears; `nulls` are further answers of the server that mean null."""

    inner: Codec
    nulls: tuple[Any, ...] = ()

    def schema(self) -> dict[str, Any]:
        inner = self.inner.schema()
        if set(inner) == {"enum"} or set(inner) == {"enum", "markdownEnumDescriptions"}:
            return {**inner, "enum": [*inner["enum"], None]}
        if isinstance(inner.get("type"), str):
            return {**inner, "type": [inner["type"], "null"]}
        if "anyOf" in inner:
            return {**inner, "anyOf": [*inner["anyOf"], {"type": "null"}]}
        return {"anyOf": [inner, {"type": "null"}]}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return None if value is None else self.inner.desired(value, scope, path)

    def live(self, value: Any, scope: Scope) -> Canonical:
        return None if value is None or value in self.nulls else self.inner.live(value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return None if value is None else self.inner.to_api(value, refs)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return None if value is None else self.inner.map_refs(value, refs)

    def refers(self) -> bool:
        return self.inner.refers()
