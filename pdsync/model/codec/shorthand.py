"""Short forms: what a manifest may write instead of a longer form with the same meaning.

A codec brings both into one canonical value. So plans, JSON and exports only have the long form, and a short form never makes a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import MAPPING, Canonical
from pdsync.model.codec.structure import Object, SetOf
from pdsync.model.scope import Path, Scope


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A mapping that means one or more items. It is recognised by one of its members."""

    mark: str
    """The member that no long form has."""
    form: Object
    meaning: Callable[[Mapping[str, Canonical]], Sequence[Canonical]]
    """Takes the canonical values of its members, without those that cannot be read, and gives the items."""

    def read(self, value: Any, scope: Scope, path: Path) -> Sequence[Canonical]:
        """The items that it means."""
        return self.meaning(self.form.desired(value, scope, path))


def find_form(forms: Sequence[ShortForm], value: object) -> ShortForm | None:
    """The short form that a value is written in; None for a long form."""
    return next((it for it in forms if isinstance(value, MAPPING) and it.mark in value), None)


def with_forms(schema: dict[str, Any], forms: Sequence[ShortForm]) -> dict[str, Any]:
    """The schema of a mapping that may be written short: a condition for each form. An editor then names the wrong member of the form
    that is written, and does not say that nothing matches."""
    properties = dict(schema["properties"])
    branch = {word: said for word, said in schema.items() if word != "type"}
    branch["properties"] = _about_each(properties)
    branch["x-short"] = [it.mark for it in forms]
    for it in reversed(forms):
        short = it.form.schema()
        properties = {**_about_each(short["properties"]), **properties}
        then = {word: said for word, said in short.items() if word != "type"}
        branch = {"if": {"type": "object", "required": [it.mark]}, "then": then, "else": branch}
    return {"type": "object", "properties": properties, **branch}


def _about_each(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"description": inner["description"]} if "description" in inner else {}
        for name, inner in properties.items()
    }


@dataclass(frozen=True, slots=True)
class ShortObject(Object):
    """An object that may be written in a short form, which means one object."""

    forms: tuple[ShortForm, ...] = ()

    def schema(self) -> dict[str, Any]:
        return with_forms(Object.schema(self), self.forms)

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        form = find_form(self.forms, value)
        return Object.desired(self, value, scope, path) if form is None else dict(form.read(value, scope, path)[0])

    def is_short(self, value: Any) -> bool:
        return find_form(self.forms, value) is not None


@dataclass(frozen=True, slots=True)
class ShortSet(SetOf):
    """A set in which a short form may mean several items."""

    forms: tuple[ShortForm, ...] = ()

    def schema(self) -> dict[str, Any]:
        schema = SetOf.schema(self)
        return {**schema, "items": with_forms(schema["items"], self.forms)}

    def read_items(self, value: list[Any], scope: Scope, path: Path) -> dict[int, Canonical]:
        """The items in canonical order, numbered as they come: a short form is several of them."""
        items: list[tuple[int, Canonical]] = []
        for index, written in enumerate(value):
            place = (*path, index)
            if place not in scope.unreadable:
                form = find_form(self.forms, written)
                read = [self.item.desired(written, scope, place)] if form is None else form.read(written, scope, place)
                items += [(index, item) for item in read]
        inner = Scope()
        arranged = self._arranged({at: item for at, (_, item) in enumerate(items)}, inner, ())
        for index in dict.fromkeys(items[int(problem.path[0])][0] for problem in inner.problems):
            if not scope.is_faulty((*path, index)):
                scope.problem((*path, index), inner.problems[0].message, inner.problems[0].hint)
        return arranged

    def is_short(self, value: Any) -> bool:
        return isinstance(value, list) and any(find_form(self.forms, item) is not None for item in value)
