"""Reads what a manifest writes of one event of a rotation: `pdsync.model.codec.shift_form` says in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.shift_form import EVERY, ROTATING, read_day
from pdsync.model.scope import Path, Scope
from pdsync.model.shift.clock import open_shift, render_wall
from pdsync.model.shift.rotation import assigned
from pdsync.model.shift.rule import (
    DAY_CODES,
    editor_doubts,
    exclusion_of,
    first_day,
    normal_recurrence,
    period_s,
    render_rule,
    rule_parts,
)

_SOME_DAY: Final = date(2001, 1, 1)
"""A Monday, in place of a date that is open."""


@dataclass(slots=True)
class FormReader:
    """Reads one event of a manifest."""

    said: Mapping[str, Canonical]
    """The values of its members in canonical form."""
    scope: Scope
    path: Path

    def event(self, name: str) -> dict[str, Canonical] | None:
        """The canonical event; None where something is missing, which is reported."""
        shift = self._shift()
        if shift is None:
            return None
        rule, start, length_s = shift
        zone = str(self.said.get("time_zone") or self.scope.zone or "Etc/UTC")
        end = start + timedelta(seconds=length_s)
        is_dated = "starts" in self.said
        recurrence = normal_recurrence(rule, start, zone, is_dated=is_dated)
        if is_dated and "recurrence" in self.said:
            from pdsync.model.shift.rule_check import find_start_flaw  # as in _is_rule

            flaw = find_start_flaw(recurrence, start, zone)
            if flaw is not None:
                self._problem("recurrence", *flaw)
                return None
        recurrence += [exclusion_of(datetime.combine(day, start.time()), zone) for day in self._excluded()]
        times = (render_wall(start), render_wall(end)) if is_dated else open_shift(start, end)
        event: dict[str, Canonical] = {
            "name": name,
            "start_time": times[0],
            "end_time": times[1],
            "time_zone": self.said.get("time_zone") or self.scope.zone or "Etc/UTC",
            "recurrence": [recurrence[0], *sorted(set(recurrence[1:]))],
        }
        for member, means in (("since", "effective_since"), ("until", "effective_until")):
            if self.said.get(member):
                event[means] = self.said[member]
        who = assigned(
            self.said.get("assign", ROTATING), self.said.get("shifts_per_member", 1), self.said.get("members", [])
        )
        self._check(event, who)
        return {**event, **who}

    def _shift(self) -> tuple[Sequence[str], datetime, int] | None:
        """Recurrence lines, start and length of the first shift."""
        lines = self._lines()
        if lines is None or not self._has("from", "at which hour a shift begins", 'from: "09:00"'):
            return None
        self._has("members", "who takes turns", "members: [ana, ben]")
        parts = rule_parts(lines[0])
        day = read_day(self.said.get("starts")) or _SOME_DAY
        start = datetime.combine(first_day(parts, day), datetime.strptime(self.said["from"], "%H:%M:%S").time())
        length_s = self._length_s(parts, start)
        return None if length_s is None else (lines, start, length_s)

    def _lines(self) -> Sequence[str] | None:
        every, recurrence, on = (self.said.get(name) for name in ("every", "recurrence", "on"))
        if recurrence is not None:
            for name in ("every", "on"):
                if name in self.said:
                    self._problem(name, f"{name!r} and 'recurrence' exclude each other", "Keep one of them.")
            return list(recurrence) if self._is_rule(recurrence) else None
        if every is None:
            if not any((*self.path, name) in self.scope.unreadable for name in ("every", "recurrence")):
                self._problem("", "it does not say how often shifts begin", "Write every: week, or recurrence.")
            return None
        parts = rule_parts(every)
        if on is not None and parts["FREQ"] != "WEEKLY":
            self._problem("on", "days can be named only with weeks", "Write every: week, or remove 'on'.")
        elif on is not None:
            parts["BYDAY"] = ",".join(DAY_CODES[number - 1] for number in on)
        elif parts["FREQ"] in ("WEEKLY", "MONTHLY") and "starts" not in self.said:
            hint = (
                "Write on: [mon], or starts with a date." if parts["FREQ"] == "WEEKLY" else "Write starts with a date."
            )
            self._problem("every", "it does not say on which day shifts begin", hint)
            return None
        return [render_rule(parts)]

    def _is_rule(self, lines: Sequence[str]) -> bool:
        """Whether the lines are a recurrence that can be read; reports what is wrong."""
        from pdsync.model.shift.rule_check import (
            find_rule_flaw,
        )  # python-dateutil is imported only where a rule is written

        flaw = find_rule_flaw(lines, is_dated="starts" in self.said)
        if flaw is not None:
            self._problem("recurrence", *flaw)
        return flaw is None

    def _length_s(self, parts: Mapping[str, str], start: datetime) -> int | None:
        if "to" in self.said and "for" in self.said:
            self._problem("for", "'to' and 'for' exclude each other", "Keep one of them.")
        if "for" in self.said:
            return int(self.said["for"])
        if "to" in self.said:
            end = datetime.combine(start.date(), datetime.strptime(self.said["to"], "%H:%M:%S").time())
            return int(((end if end > start else end + timedelta(days=1)) - start).total_seconds())
        length_s = period_s(parts)
        if length_s is None:
            self._problem("", "it does not say how long a shift is", 'Write to: "17:00", or for: 8h.')
        return length_s

    def _excluded(self) -> list[date]:
        return [day for text in self.said.get("except", ()) if (day := read_day(text)) is not None]

    def _check(self, event: Mapping[str, Canonical], who: Mapping[str, Canonical]) -> None:
        if who["assignment"] == EVERY and "shifts_per_member" in self.said:
            self._problem("shifts_per_member", "has no effect with 'assign: every'", "Remove it.")
        since, until = event.get("effective_since"), event.get("effective_until")
        if since and until and until <= since:
            self._problem("until", "it ends before it takes effect", "Correct one of the dates.")
        doubts = editor_doubts(event["recurrence"], who["shifts_per_member"], rotates=who["assignment"] == ROTATING)
        for doubt in doubts:
            name = "shifts_per_member" if doubt.startswith("shifts") and "shifts_per_member" in self.said else ""
            place = (*self.path, name) if name else self.path
            self.scope.warn(place, "PagerDuty's web editor cannot open this", f"{doubt[0].upper()}{doubt[1:]}.")

    def _has(self, name: str, what: str, example: str) -> bool:
        if name not in self.said and (*self.path, name) not in self.scope.unreadable:
            self._problem("", f"it does not say {what}", f"Write {example}.")
        return name in self.said

    def _problem(self, name: str, message: str, hint: str = "") -> None:
        self.scope.problem((*self.path, name) if name else self.path, message, hint)
