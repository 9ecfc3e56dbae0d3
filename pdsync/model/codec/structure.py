"""Codecs of values made of values: objects, lists, sets and variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.model.codec.plain import MAPPING, MISSING, Canonical, Codec, type_name
from pdsync.model.name import fold_name
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.sort_key import sort_key
from pdsync.model.suggestion import did_you_mean


@dataclass(frozen=True, slots=True)
class Part:
    """One named member of an `Object`."""

    name: str
    codec: Codec
    description: str = ""
    required: bool = False
    default: Any = MISSING
    """The canonical value when absent, in a manifest and in an answer alike. Without one an absent member stays absent."""

    def schema(self) -> dict[str, Any]:
        """The member's JSON Schema, with its description and its default where that is plain."""
        schema = dict(self.codec.schema())
        if self.description:
            schema["description"] = self.description
        if isinstance(self.default, str | int | list) and self.default != []:
            schema["default"] = self.default
        return schema


@dataclass(frozen=True, slots=True)
class Object(Codec):
    """A mapping with known members. Members that are null in an answer and have no place in the manifest are dropped."""

    parts: tuple[Part, ...]
    noun: str = "field"
    _known: frozenset[str] = field(init=False, repr=False, compare=False)
    _required: frozenset[str] = field(init=False, repr=False, compare=False)
    _codecs: dict[str, Codec] = field(init=False, repr=False, compare=False)
    _members: tuple[tuple[str, Codec, Any], ...] = field(init=False, repr=False, compare=False)
    """Name, codec and default of each part: this is walked for every value of every manifest."""
    _referring: tuple[tuple[str, Codec], ...] = field(init=False, repr=False, compare=False)
    """Name and codec of the parts that may hold references: the others stay as they are."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(part.name for part in self.parts))
        object.__setattr__(self, "_required", frozenset(part.name for part in self.parts if part.required))
        object.__setattr__(self, "_codecs", {part.name: part.codec for part in self.parts})
        object.__setattr__(self, "_members", tuple((part.name, part.codec, part.default) for part in self.parts))
        referring = tuple((part.name, part.codec) for part in self.parts if part.codec.refers())
        object.__setattr__(self, "_referring", referring)

    def codec_of(self, name: str) -> Codec:
        """The codec of a member; KeyError where there is none of that name."""
        return self._codecs[name]

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {part.name: part.schema() for part in self.parts},
        }
        required = [part.name for part in self.parts if part.required]
        if required:
            schema["required"] = required
        return schema

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if not isinstance(value, MAPPING):
            names = ", ".join(part.name for part in self.parts)
            scope.problem(path, f"expected a mapping with {names}, got {type_name(value)}")
            return {}
        self.check_names(value, scope, path)
        result: dict[str, Canonical] = {}
        for name, codec, default in self._members:
            if name in value:
                result[name] = codec.desired(value[name], scope, (*path, name))
            elif default is not MISSING:
                result[name] = default
        return _without_nulls(result)

    def check_names(self, value: Mapping[Any, Any], scope: Scope, path: Path, *, whole: bool = True) -> None:
        """Reports unknown members, and missing ones of what has to be `whole`."""
        names = value.keys()
        if names <= self._known and (not whole or names >= self._required):
            return
        known = [part.name for part in self.parts]
        hints = ""
        for name in value:
            if name not in known:
                hint = did_you_mean(name, [other for other in known if other not in value]) or did_you_mean(name, known)
                hints += hint
                scope.problem(
                    (*path, name),
                    f"unknown {self.noun} {name!r}",
                    hint or f"Known here: {', '.join(known)}.",
                    on_key=True,
                )
        for part in self.parts:
            # A misspelt name is one mistake: that the right one is missing goes without saying.
            if whole and part.required and part.name not in value and repr(part.name) not in hints:
                scope.problem(path, f"{part.name!r} is missing", part.description)

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, MAPPING):
            return {}
        result: dict[str, Canonical] = {}
        for name, codec, default in self._members:
            inner = value.get(name)
            if inner is not None:
                result[name] = codec.live(inner, scope)
            elif default is not MISSING:
                result[name] = default
        return _without_nulls(result)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return {part.name: part.codec.to_api(value[part.name], refs) for part in self.parts if part.name in value}

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        mapped = dict(value)
        for name, codec in self._referring:
            if name in mapped:
                mapped[name] = codec.map_refs(mapped[name], refs)
        return mapped

    def refers(self) -> bool:
        return any(part.codec.refers() for part in self.parts)


def _without_nulls(members: dict[str, Canonical]) -> dict[str, Canonical]:
    if None in members.values():
        return {name: inner for name, inner in members.items() if inner is not None}
    return members


@dataclass(frozen=True, slots=True)
class ListOf(Codec):
    """A list whose order means something; `key` names the member that tells its items apart."""

    item: Codec
    min_items: int = 0
    max_items: int | None = None
    key: str = ""
    noun: str = "item"

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self.item.schema()}
        if self.min_items:
            schema["minItems"] = self.min_items
        if self.max_items is not None:
            schema["maxItems"] = self.max_items
        return schema

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if not isinstance(value, list):
            scope.problem(path, f"expected a list, got {type_name(value)}")
            return []
        if len(value) < self.min_items:
            what = f"needs at least {self.min_items} {self.noun}{'s' if self.min_items > 1 else ''}"
            scope.problem(path, what, "" if value else "It is empty.")
        if self.max_items is not None and len(value) > self.max_items:
            scope.problem(path, f"has {len(value)} {self.noun}s; at most {self.max_items} are allowed")
        items = [self.item.desired(item, scope, (*path, index)) for index, item in enumerate(value)]
        if self.key:
            self._check_unique(items, scope, path)
        return items

    def _check_unique(self, items: list[Canonical], scope: Scope, path: Path) -> None:
        seen: dict[str, int] = {}
        for index, item in enumerate(items):
            name = fold_name(str(item.get(self.key, ""))) if isinstance(item, Mapping) else ""
            if name and name in seen:
                scope.problem(
                    (*path, index),
                    f"a second {self.noun} with the {self.key} {item[self.key]!r}",
                    "Each needs its own.",
                )
            seen.setdefault(name, index)

    def live(self, value: Any, scope: Scope) -> Canonical:
        # A reference to something that was deleted may be answered as null (app-sre/qontract-reconcile #2074).
        read = (self.item.live(item, scope) for item in value) if isinstance(value, list) else ()
        return [item for item in read if item is not None]

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return [self.item.to_api(item, refs) for item in value]

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return [self.item.map_refs(item, refs) for item in value]

    def refers(self) -> bool:
        return self.item.refers()


@dataclass(frozen=True, slots=True)
class SetOf(ListOf):
    """A list whose order means nothing: the server may answer it in any order."""

    def schema(self) -> dict[str, Any]:
        return {**ListOf.schema(self), "uniqueItems": True}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        items = ListOf.desired(self, value, scope, path)
        keys = [sort_key(item) for item in items]
        if len(set(keys)) < len(keys):
            seen: set[str] = set()
            for index, key in enumerate(keys):
                if key in seen:
                    scope.problem((*path, index), f"this {self.noun} is there twice", "Remove one.")
                seen.add(key)
        return [items[index] for index in sorted(range(len(items)), key=keys.__getitem__)]

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _in_order(ListOf.live(self, value, scope))

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return _in_order(ListOf.map_refs(self, value, refs))


def _in_order(items: list[Canonical]) -> list[Canonical]:
    return sorted(items, key=sort_key) if len(items) > 1 else items


@dataclass(frozen=True, slots=True)
class Variants(Codec):
    """An object whose `tag` member decides which other members it has."""

    tag: str
    options: tuple[tuple[str, Object], ...]
    default: str = ""

    def schema(self) -> dict[str, Any]:
        """One flat object schema with conditions: editors complete it better than they do a oneOf."""
        properties: dict[str, Any] = {self.tag: {"enum": [name for name, _ in self.options]}}
        conditions = []
        for name, option in self.options:
            schema = option.schema()
            for member, inner in schema["properties"].items():
                properties.setdefault(member, {"description": inner["description"]} if "description" in inner else {})
            allowed = {self.tag: {"const": name}, **schema["properties"]}
            condition: dict[str, Any] = {"properties": {self.tag: {"const": name}}}
            if name != self.default:
                condition["required"] = [self.tag]
            then = {
                "properties": allowed,
                "additionalProperties": False,
                "required": schema.get("required", []),
            }
            conditions.append({"if": condition, "then": then})
        schema = {"type": "object", "properties": properties, "allOf": conditions}
        if not self.default:
            schema["required"] = [self.tag]
        return schema

    def _option(self, name: object) -> Object | None:
        for option_name, option in self.options:
            if option_name == name:
                return option
        return None

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if not isinstance(value, MAPPING):
            scope.problem(path, f"expected a mapping with {self.tag!r}, got {type_name(value)}")
            return {}
        tag = value.get(self.tag, self.default)
        option = self._option(tag)
        if option is None:
            names = [name for name, _ in self.options]
            if self.tag not in value:
                scope.problem(path, f"{self.tag!r} is missing", f"Write one of: {', '.join(names)}.")
            else:
                shown = repr(tag) if isinstance(tag, str) else type_name(tag)
                scope.problem((*path, self.tag), f"{shown} is not one of: {', '.join(names)}", did_you_mean(tag, names))
            return {}
        rest = {name: inner for name, inner in value.items() if name != self.tag}
        return {self.tag: tag, **option.desired(rest, scope, path)}

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, MAPPING):
            return {}
        tag = value.get(self.tag) or self.default
        option = self._option(tag)
        return {self.tag: tag, **(option.live(value, scope) if option else {})}

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        option = self._option(value.get(self.tag))
        return {self.tag: value.get(self.tag), **(option.to_api(value, refs) if option else {})}

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        option = self._option(value.get(self.tag))
        return {self.tag: value.get(self.tag), **(option.map_refs(value, refs) if option else {})}

    def refers(self) -> bool:
        return any(option.refers() for _, option in self.options)
