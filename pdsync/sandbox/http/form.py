"""Form: checks the values of a request body and copies them into a draft.

Present fields replace, absent ones keep what the draft has; unknown fields are ignored; all problems are collected
and raised at once as one 400.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.instant import parse_instant, parse_time_of_day, stored, zones
from pdsync.sandbox.store.record import Body
from pdsync.sandbox.store.store import Store

REFUSE: Final = object()
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
BIGGEST = 2**31 - 1


def has_control(text: str) -> bool:
    return _CONTROL.search(text) is not None


@dataclass(frozen=True, slots=True)
class Text:
    """What a string must be. ``clean`` makes of it what is stored, ``check`` gives a reason to refuse that, or None."""

    max_length: int
    min_length: int = 0
    clean: Callable[[str], str] = str.strip
    check: Callable[[str], str | None] | None = None


class Form:
    """``body`` is what was sent, ``draft`` what will be stored; ``creating`` makes required fields required.

    ``null`` says what a JSON null means: refused (the default), or the value that is stored for it.
    """

    def __init__(
        self, body: Mapping[str, Any], draft: Body, *, creating: bool, errors: list[str] | None = None, prefix: str = ""
    ) -> None:
        self.body = body
        self.draft = draft
        self.creating = creating
        self.errors: list[str] = [] if errors is None else errors
        self.prefix = prefix

    def finish(self) -> None:
        """Raises the 400 if anything was wrong."""
        if self.errors:
            raise invalid(*dict.fromkeys(self.errors))

    def nested(self, body: Mapping[str, Any], draft: Body, prefix: str, *, creating: bool = True) -> Form:
        return Form(body, draft, creating=creating, errors=self.errors, prefix=self.prefix + prefix)

    def error(self, text: str) -> None:
        self.errors.append(self.prefix + text)

    def has(self, name: str) -> bool:
        return name in self.body

    def value(self, name: str, *, required: bool, null: object) -> Any:
        """The value to look at, or REFUSE when there is nothing more to do."""
        if name not in self.body:
            if required and self.creating:
                self.error(f"{label(name)} can't be blank")
            return REFUSE
        if self.body[name] is None:
            if null is REFUSE:
                self.error(f"{label(name)} can't be blank")
            else:
                self.draft[name] = null
            return REFUSE
        return self.body[name]

    def text(self, name: str, rule: Text, *, required: bool = False, null: object = REFUSE) -> None:
        value = self.value(name, required=required, null=null)
        if value is REFUSE:
            return
        if not isinstance(value, str):
            self.error(f"{label(name)} must be a string")
            return
        text = rule.clean(value)
        reason = rule.check(text) if rule.check is not None else None
        if not text and rule.min_length:
            self.error(f"{label(name)} can't be blank")
        elif len(text) < rule.min_length:
            self.error(f"{label(name)} is too short (minimum is {rule.min_length} characters)")
        elif len(text) > rule.max_length:
            self.error(f"{label(name)} is too long (maximum is {rule.max_length} characters)")
        elif reason is not None:
            self.error(f"{label(name)} {reason}")
        else:
            self.draft[name] = text

    def description(self, *, null: object = None, clean: Callable[[str], str] = str.rstrip) -> None:
        """At most 1,024 characters (PagerDuty API description, Team; support page of schedules)."""
        self.text("description", Text(1024, clean=clean), null=null)

    def choice(self, name: str, options: Collection[str], *, required: bool = False, null: object = REFUSE) -> None:
        value = self.value(name, required=required, null=null)
        if value is REFUSE:
            return
        if isinstance(value, str) and value in options:
            self.draft[name] = value
        else:
            self.error(f"{label(name)} must be one of: {', '.join(options)}")

    def integer(
        self, name: str, low: int, high: int = BIGGEST, *, required: bool = False, null: object = REFUSE
    ) -> None:
        value = self.value(name, required=required, null=null)
        if value is REFUSE:
            return
        if not isinstance(value, int) or isinstance(value, bool):
            self.error(f"{label(name)} must be an integer")
        elif value < low:
            self.error(f"{label(name)} must be greater than or equal to {low}")
        elif value > high:
            self.error(f"{label(name)} must be less than or equal to {high}")
        else:
            self.draft[name] = value

    def boolean(self, name: str, *, required: bool = False, null: object = REFUSE) -> None:
        value = self.value(name, required=required, null=null)
        if value is REFUSE:
            return
        if isinstance(value, bool):
            self.draft[name] = value
        else:
            self.error(f"{label(name)} must be true or false")

    def zone(self, name: str, *, required: bool = False, null: object = REFUSE, aliases: bool = False) -> None:
        value = self.value(name, required=required, null=null)
        if value is REFUSE:
            return
        if isinstance(value, str) and value in zones(aliases=aliases):
            self.draft[name] = value
        else:
            self.error(f"{label(name)} is not a valid time zone")

    def time_of_day(self, name: str) -> None:
        value = self.value(name, required=True, null=REFUSE)
        if value is REFUSE:
            return
        time = parse_time_of_day(value) if isinstance(value, str) else None
        if time is None:
            self.error(f"{label(name)} must be a time of day such as 09:00:00")
        else:
            self.draft[name] = time

    def moment(
        self, name: str, zone: str, *, required: bool = False, null: object = REFUSE, whole_minute: bool = False
    ) -> None:
        """A date and time; without an offset it is local time in ``zone``."""
        value = self.value(name, required=required, null=null)
        if value is REFUSE:
            return
        moment = parse_instant(value, zone) if isinstance(value, str) else None
        if moment is None:
            self.error(f"{label(name)} must be a date and time such as 2026-01-31T08:00:00Z")
        elif whole_minute and moment.second:
            self.error(f"{label(name)} must be on a whole minute")
        else:
            self.draft[name] = stored(moment)

    def objects(self, name: str, *, required: bool = False, null: object = REFUSE) -> list[Body] | None:
        """A list of objects for the caller to look into; None when absent, null or wrong."""
        value = self.value(name, required=required, null=null)
        if value is REFUSE:
            return None
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.error(f"{label(name)} must be an array of objects")
            return None
        return value

    def object(self, name: str, *, required: bool = False, null: object = REFUSE) -> Body | None:
        """An object for the caller to look into; None when absent, null or wrong."""
        value = self.value(name, required=required, null=null)
        if value is REFUSE:
            return None
        if not isinstance(value, dict):
            self.error(f"{label(name)} must be an object")
            return None
        return value

    def reference(self, name: str, kind: str, store: Store, *, required: bool = False, null: Any = REFUSE) -> None:
        value = self.object(name, required=required, null=null)
        if value is not None:
            found = self.pointer(value, kind, store)
            if found is not None:
                self.draft[name] = found

    def references(self, name: str, kind: str, store: Store) -> None:
        """A list of references without repetition; null is the same as an empty one."""
        values = self.objects(name, null=[])
        if values is None:
            return
        found = [self.pointer(value, kind, store) for value in values]
        self.draft[name] = list({it["id"]: it for it in found if it is not None}.values())

    def pointer(self, value: Body, kind: str, store: Store) -> Body | None:
        """``{"id": ..., "type": kind or kind_reference}`` of an object that exists, in stored form."""
        if value.get("type", kind) not in (kind, f"{kind}_reference"):
            self.error(f"{label(kind)} must have the type {kind}_reference")
            return None
        id = value.get("id")
        if not isinstance(id, str) or store.get(kind, id) is None:
            self.error(f"{label(kind)} Not Found")
            return None
        return {"id": id, "type": f"{kind}_reference"}


def label(name: str) -> str:
    """``escalation_policy`` as error texts say it: ``Escalation policy``."""
    return name.replace("_", " ").capitalize()
