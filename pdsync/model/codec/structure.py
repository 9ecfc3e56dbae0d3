"""Codecs of values made of values: objects, lists, sets and variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Any, Self

from pdsync.model.codec.plain import MAPPING, MISSING, Canonical, Codec, needs_place
from pdsync.model.name import fold_name
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.sort_key import sort_key


@dataclass(frozen=True, slots=True)
class Part:
    """One named member of an `Object`."""

    name: str
    codec: Codec
    description: str = ""
    required: bool = False
    default: Any = field(default=MISSING, hash=False)
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
    instead: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Members that people know and that are not here, each with what to write instead."""
    meant: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Of these, the member that each is written in place of, so that only one mistake is reported."""
    _codecs: dict[str, Codec] = field(init=False, repr=False, compare=False)
    _members: tuple[tuple[str, Codec, Any, bool], ...] = field(init=False, repr=False, compare=False)
    """For each part the name, the codec, the default, and whether reading it needs its place: this is walked for every value of every
    manifest, and most places are never asked for."""
    _referring: tuple[tuple[str, Codec], ...] = field(init=False, repr=False, compare=False)
    """Name and codec of the parts that may hold references: the others stay as they are."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_codecs", {part.name: part.codec for part in self.parts})
        members = tuple((part.name, part.codec, part.default, needs_place(part.codec)) for part in self.parts)
        object.__setattr__(self, "_members", members)
        referring = tuple((part.name, part.codec) for part in self.parts if part.codec.refers())
        object.__setattr__(self, "_referring", referring)

    @classmethod
    def of(cls, noun: str = "field", /, **members: Part) -> Self:
        """An object of these members: ``Object.of(name=required(Text()), label=optional(Text()))``."""
        return cls(tuple(replace(part, name=name) for name, part in members.items()), noun)

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
        if self.noun != "field":
            schema["x-noun"] = self.noun
        if self.instead:
            schema["x-instead"] = dict(self.instead)
        if self.meant:
            schema["x-meant"] = dict(self.meant)
        return schema

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        result: dict[str, Canonical] = {}
        unreadable = scope.unreadable
        for name, codec, default, is_placed in self._members:
            if name not in value:
                read = default
            elif unreadable and (*path, name) in unreadable:
                continue
            elif is_placed:
                read = codec.desired(value[name], scope, (*path, name))
            else:
                read = codec.canonical(value[name], scope)
            if read is not None and read is not MISSING:
                result[name] = read
        return result

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, MAPPING):
            return {}
        result: dict[str, Canonical] = {}
        for name, codec, default, _ in self._members:
            inner = value.get(name)
            if inner is not None:
                result[name] = codec.live(inner, scope)
            elif default is not MISSING:
                result[name] = default
        return _without_nulls(result)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return {part.name: part.codec.to_api(value[part.name], refs) for part in self.parts if part.name in value}

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        mapped = value
        for name, codec in self._referring:
            if name in value:
                held = value[name]
                now = codec.map_refs(held, refs)
                if now is not held:
                    mapped = dict(value) if mapped is value else mapped
                    mapped[name] = now
        return mapped

    def refers(self) -> bool:
        return any(part.codec.refers() for part in self.parts)

    def has_secrets(self) -> bool:
        return any(part.codec.has_secrets() for part in self.parts)

    def part(self, step: str | int) -> Codec | None:
        return self._codecs.get(str(step))


@dataclass(frozen=True, slots=True)
class Single(Object):
    """An object with one member, of which a manifest writes the value alone: ``emea`` where an answer has ``{label: emea}``."""

    @property
    def member(self) -> Part:
        """The member."""
        return self.parts[0]

    def schema(self) -> dict[str, Any]:
        return self.member.schema()

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return {self.member.name: self.member.codec.desired(value, scope, path)}

    def part(self, step: str | int) -> Codec | None:
        return self.member.codec.part(step)

    def takes_ids(self) -> bool:
        return self.member.codec.takes_ids()


@dataclass(frozen=True, slots=True)
class OneOf(Object):
    """A mapping with exactly one of its members, which says what the item is: ``{user: ana}``."""

    def schema(self) -> dict[str, Any]:
        ways = " or ".join("{" + part.name + ": ...}" for part in self.parts)
        return {**Object.schema(self), "minProperties": 1, "maxProperties": 1, "errorMessage": f"Write {ways}."}


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
        return schema if self.noun == "item" else {**schema, "x-noun": self.noun}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return list(self.read_items(value, scope, path).values())

    def read_items(self, value: list[Any], scope: Scope, path: Path) -> dict[int, Canonical]:
        """The items in canonical order, each with its index in the manifest, without those that cannot be read."""
        items = {}
        unreadable = scope.unreadable
        for index, item in enumerate(value):
            place = (*path, index)
            if not unreadable or place not in unreadable:
                items[index] = self.item.desired(item, scope, place)
        return self._arranged(items, scope, path) if len(items) > 1 else items

    def _arranged(self, items: dict[int, Canonical], scope: Scope, path: Path) -> dict[int, Canonical]:
        """Reports items that have the same key: a schema compares whole items, and as they are written."""
        seen: set[str] = set()
        for index, item in items.items() if self.key else ():
            name = fold_name(str(item.get(self.key, "")))
            if name and name in seen and not scope.is_faulty((*path, index, self.key)):
                message = f"a second {self.noun} with the {self.key} {item[self.key]!r}"
                scope.problem((*path, index), message, "Each one needs its own.")
            seen.add(name)
        return items

    def live(self, value: Any, scope: Scope) -> Canonical:
        # A reference to something that was deleted may be answered as null (app-sre/qontract-reconcile #2074).
        read = (self.item.live(item, scope) for item in value) if isinstance(value, list) else ()
        return [item for item in read if item is not None]

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return [self.item.to_api(item, refs) for item in value]

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        mapped = [self.item.map_refs(item, refs) for item in value]
        return value if all(map(is_, mapped, value)) else mapped

    def refers(self) -> bool:
        return self.item.refers()

    def has_secrets(self) -> bool:
        return self.item.has_secrets()

    def part(self, step: str | int) -> Codec | None:
        return self.item if isinstance(step, int) else None


@dataclass(frozen=True, slots=True)
class SetOf(ListOf):
    """A list whose order has no meaning: the server may return it in any order."""

    def schema(self) -> dict[str, Any]:
        return {**ListOf.schema(self), "uniqueItems": True}

    def _arranged(self, items: dict[int, Canonical], scope: Scope, path: Path) -> dict[int, Canonical]:
        """Reports items that mean the same, however they are written, and sorts."""
        keys = {index: sort_key(item) for index, item in items.items()}
        seen: set[str] = set()
        for index, key in keys.items() if len(set(keys.values())) < len(keys) else ():
            if key in seen and not scope.is_faulty((*path, index)):
                scope.problem((*path, index), f"this {self.noun} is listed twice", "Remove one.")
            seen.add(key)
        return {index: items[index] for index in sorted(items, key=keys.__getitem__)}

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _in_order(ListOf.live(self, value, scope))

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        mapped = ListOf.map_refs(self, value, refs)
        return mapped if mapped is value else _in_order(mapped)


def _in_order(items: list[Canonical]) -> list[Canonical]:
    return sorted(items, key=sort_key) if len(items) > 1 else items


@dataclass(frozen=True, slots=True)
class Variants(Codec):
    """An object whose `tag` member decides which other members it has."""

    tag: str
    options: tuple[tuple[str | tuple[str, ...], Object], ...]
    """Members by the values of the tag; several values may have the same members."""
    default: str = ""
    _by_name: dict[object, Object] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {name: option for names, option in self.options for name in _names(names)}
        object.__setattr__(self, "_by_name", by_name)

    def schema(self) -> dict[str, Any]:
        """One flat object schema with conditions: editors complete it better than they do a oneOf."""
        properties: dict[str, Any] = {self.tag: {"enum": [name for names, _ in self.options for name in _names(names)]}}
        conditions = []
        for names, option in self.options:
            schema = option.schema()
            for member, inner in schema["properties"].items():
                properties.setdefault(member, {"description": inner["description"]} if "description" in inner else {})
            tag = {"const": names} if isinstance(names, str) else {"enum": list(names)}
            condition: dict[str, Any] = {"properties": {self.tag: tag}}
            if self.default not in _names(names):
                condition["required"] = [self.tag]
            then = {**schema, "properties": {self.tag: tag, **schema["properties"]}}
            conditions.append({"if": condition, "then": {key: then[key] for key in then if key != "type"}})
        schema = {"type": "object", "properties": properties, "allOf": conditions}
        if not self.default:
            schema["required"] = [self.tag]
        return schema

    def option_of(self, name: object) -> Object | None:
        """The members that this value of the tag stands for; None for a value that is not one."""
        return self._by_name.get(name) if isinstance(name, str) else None

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        tag = value.get(self.tag, self.default)
        option = self.option_of(tag)
        # Without an option the tag is missing or wrong, and was reported.
        return {self.tag: tag, **option.desired(value, scope, path)} if option is not None else {}

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, MAPPING):
            return {}
        tag = value.get(self.tag) or self.default
        option = self.option_of(tag)
        return {self.tag: tag, **(option.live(value, scope) if option else {})}

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        option = self.option_of(value.get(self.tag))
        return {self.tag: value.get(self.tag), **(option.to_api(value, refs) if option else {})}

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        option = self.option_of(value.get(self.tag))
        if option is None:
            return {self.tag: value.get(self.tag)}
        return option.map_refs(value, refs)

    def refers(self) -> bool:
        return any(option.refers() for _, option in self.options)

    def has_secrets(self) -> bool:
        return any(option.has_secrets() for _, option in self.options)

    def part(self, step: str | int) -> Codec | None:
        found = (option.part(step) for _, option in self.options)
        return next((codec for codec in found if codec is not None), None)


def _names(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


@dataclass(frozen=True, slots=True)
class MapOf(Codec):
    """A mapping of names that no schema knows to values of one kind.

    The order of names means nothing, so a manifest is read in the order of the names: a plan has the same bytes for any order."""

    value: Codec

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.value.schema()}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return {
            name: self.value.desired(inner, scope, (*path, name))
            for name, inner in sorted(value.items(), key=lambda member: str(member[0]))
            if (*path, name) not in scope.unreadable
        }

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, MAPPING):
            return {}
        return {str(name): self.value.live(inner, scope) for name, inner in value.items() if inner is not None}

    def to_api(self, value: Mapping[str, Canonical], refs: RefMap) -> Any:
        return {name: self.value.to_api(inner, refs) for name, inner in value.items()}

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        mapped = {name: self.value.map_refs(inner, refs) for name, inner in value.items()}
        return value if all(mapped[name] is inner for name, inner in value.items()) else mapped

    def refers(self) -> bool:
        return self.value.refers()

    def has_secrets(self) -> bool:
        return self.value.has_secrets()

    def part(self, step: str | int) -> Codec | None:
        """The codec of a member: all of them have the same."""
        return self.value


def required(codec: Codec, description: str = "") -> Part:
    """A member that must be there; `Object.of` names it."""
    return Part("", codec, description, required=True)


def optional(codec: Codec, description: str = "", default: Any = MISSING) -> Part:
    """A member that may be left out; `Object.of` names it."""
    return Part("", codec, description, default=default)
