"""A kind of object: everything that the stages need to know about it, declared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from pdsync.model.child import MODES, ChildList, LiveChild
from pdsync.model.codec.open import Open, parts_of
from pdsync.model.codec.plain import Canonical, Choice, Codec, unchanged
from pdsync.model.codec.structure import Object, Part, SetOf
from pdsync.model.document import FieldDocument, LiveDocument
from pdsync.model.fact import Facts, RestsOn
from pdsync.model.field import Field, SpecRule, is_empty
from pdsync.model.fragment import FragmentList
from pdsync.model.instant import is_zone
from pdsync.model.listing import Listing, LookUp
from pdsync.model.live import LiveObject
from pdsync.model.marker import split_marker
from pdsync.model.ownership import MARKER_IN_DESCRIPTION, ByNaming, MarkerLine, Ownership
from pdsync.model.passing import STILL, Fields, Passing
from pdsync.model.ref import Ref, StandIn
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.short_field import REQUIRED, ShortField, SpecObject, read_short_fields
from pdsync.model.unreadable import UNREADABLE_CAUSES, UnreadableError, check_shape
from pdsync.model.validator import Validator, names_of_unreadable, validator_of

ChildItems = dict[str, tuple[Mapping[str, Canonical], ...]]
LiveItems = Mapping[str, tuple[LiveChild, ...]]


def _nothing(*_: Any) -> Mapping[str, Any]:
    return {}


def _fine(children: ChildItems, modes: Mapping[str, Any], ref: Any) -> tuple[str, str] | None:
    return None


def _open(
    desired: ChildItems, live: LiveItems, exclusive: Collection[str]
) -> tuple[ChildItems, list[tuple[str, str, str]]]:
    return desired, []


@dataclass(frozen=True)
class Kind:
    """A kind. Adding one is adding a module that makes a `Kind`; the stages and the conformance tests pick it up."""

    name: str
    """As manifests write it: ``EscalationPolicy``."""
    slug: str
    """As PagerDuty wraps it and addresses begin with it: ``escalation_policy``."""
    source: Listing
    """Where its live objects are."""
    description: str
    fields: tuple[Field, ...]
    children: tuple[ChildList, ...] = ()
    fragments: tuple[FragmentList, ...] = ()
    """The parts of a spec that belong to lists of other objects."""
    shorts: tuple[ShortField, ...] = ()
    """The parts of a spec that say the value of a field in a short form."""
    identity: tuple[str, ...] = ("name",)
    """The fields that tell which object is meant where neither an id nor a marker does."""
    label: str = "name"
    """The field that people know an object by; empty where it has none."""
    unique_name: bool = False
    """True where PagerDuty itself refuses a second object of the same name."""
    name_may_be_unique: bool = False
    """True where PagerDuty may refuse a second object of the same name, and no source says that it does."""
    ownership: Ownership = MARKER_IN_DESCRIPTION
    plural: str = ""
    """What people call several of them: ``escalation policies``. The collection's name where it is empty."""
    lookups: tuple[LookUp, ...] = ()
    """Tables that its references by name lead into."""
    file: str = ""
    """The name of the file that an export writes its manifests into, without the suffix; its slug where it is empty."""
    host: str = "rest"
    """The name of the host and credential that its requests go to: ``rest`` for the REST API."""
    retired: Mapping[str, str] = field(default_factory=dict)
    """Fields that people know and that are not here, each with what to write instead."""
    rotates: bool = False
    """True where people take turns, so that `lifecycle.rotation` has a meaning."""
    zone_field: str = ""
    """The field whose time zone local times of the object are in."""
    rules: tuple[SpecRule, ...] = ()
    """What a schema cannot say about a spec."""
    imply: Callable[[Fields], Fields] = unchanged
    """Adds what the server does by itself as a consequence of a managed field, so that the plan shows it."""
    prepare: Callable[[dict[str, Any]], dict[str, Any]] = unchanged
    """Brings an answer of the API into the order and form that requests have."""
    complete: Callable[[ChildItems, LiveItems, Collection[str]], tuple[ChildItems, list[tuple[str, str, str]]]] = _open
    """Fills in what desired child lists leave open, from the live ones and the names of the lists that are exclusive.
    Also gives what is ambiguous: name of the list, message, hint."""
    passing: Passing = STILL
    """What time does to its objects."""
    check_local: Callable[[ChildItems, Mapping[str, Any], Any], tuple[str, str] | None] = _fine
    """What is wrong with a reference inside the object, by its child lists and their modes: message and hint."""
    stand_in: StandIn | None = None
    """What references may lead to in place of an object of this kind."""
    mentions: Callable[[LiveObject], Iterator[tuple[Ref, str]]] | None = None
    """The names that an answer gives to targets that no listing holds, or that a listing spells in another way."""
    given: Callable[[Fields], Mapping[str, tuple[Mapping[str, Canonical], ...]]] = _nothing
    """The child items that PagerDuty makes by itself with a new object of these fields, by list."""
    unwritten: Callable[[LiveObject, Fields], Mapping[str, str]] = _nothing
    """What an answer holds and no manifest can say, by field, as a comment next to what can be said."""
    facts: Facts = field(default_factory=Facts)
    """What checks ask."""
    finish: Callable[[dict[str, Any], LiveObject | None, datetime], dict[str, Any]] = unchanged
    """Completes a request body from the live object (ids of layers, and what may not be echoed)."""

    @property
    def collection(self) -> str:
        """The path of its collection."""
        return self.source.path

    @property
    def nouns(self) -> str:
        """What people call several of them: ``escalation policies``."""
        return self.plural or self.collection.replace("_", " ")

    @property
    def identity_noun(self) -> str:
        """What identifies an object, in running text: ``email``, ``webhook url and team``."""
        return " and ".join(name.replace("_", " ") for name in self.identity)

    @cached_property
    def marker_line(self) -> MarkerLine | None:
        """Where its objects carry the ownership line; None where they carry none."""
        return self.ownership if isinstance(self.ownership, MarkerLine) else None

    @cached_property
    def shown_name(self) -> str:
        """The field by which people recognise an object whose identity changed; empty where an ownership line tells, or nothing does."""
        return self.ownership.shown_name if isinstance(self.ownership, ByNaming) else ""

    @cached_property
    def marker_fields(self) -> frozenset[str]:
        """The field that holds the ownership line, as a set: empty where there is none."""
        return frozenset({self.ownership.field}) if isinstance(self.ownership, MarkerLine) else frozenset()

    def path_of(self, identity: str) -> str:
        """The path of the object of this id."""
        return self.source.path_of(identity)

    def is_reset(self, live: LiveObject) -> bool:
        """Whether an object that is never deleted was put out of use."""
        return is_empty(self.source.empty, self.fields_by_name, live)

    def field(self, name: str) -> Field | None:
        """The field of that name, if there is one."""
        return self.fields_by_name.get(name)

    def child(self, name: str) -> ChildList | None:
        """The child list of that name, if there is one."""
        return self._children_by_name.get(name)

    @property
    def noun(self) -> str:
        """The kind in running text: ``escalation policy``."""
        return self.plural.removesuffix("s") or self.slug.replace("_", " ")

    @property
    def decides_on_call(self) -> bool:
        """Whether its objects decide who is paged: without them no one can say."""
        return bool(self.facts.person or self.facts.on_call or self.facts.responders)

    @property
    def membership(self) -> ChildList | None:
        """The child list that says which people belong to an object."""
        return self.child(self.facts.membership) if self.facts.membership else None

    def rests_on(self, name: str) -> RestsOn | None:
        """The list that the items of a child list go with."""
        declared = self.child(name)
        return declared.rests_on if declared is not None else None

    @cached_property
    def fields_by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {declared.name: declared for declared in self.fields}

    @cached_property
    def documents(self) -> Mapping[str, FieldDocument]:
        """The fields that are read and written by requests of their own, by name."""
        return {declared.name: declared.document for declared in self.fields if declared.document is not None}

    @cached_property
    def stepped(self) -> frozenset[str]:
        """The fields that are written in steps."""
        return frozenset(declared.name for declared in self.fields if declared.stepped is not None)

    def with_documents(
        self, live: LiveObject, read: Mapping[str, LiveDocument], refused: Mapping[str, str] | None = None
    ) -> LiveObject:
        """The object with the documents that were read, and with why others are not known. Raises UnreadableError."""
        check_shape(self.slug, {"id": live.id, **{name: held.answer for name, held in read.items()}})
        try:
            raw = {name: self.documents[name].from_answer(held.answer) for name, held in read.items()}
            fields = {name: self.fields_by_name[name].codec.live(value, Scope()) for name, value in raw.items()}
        except UNREADABLE_CAUSES as error:
            raise UnreadableError(self.slug, live.raw) from error
        unknown = {name: why for name, why in {**live.unknown, **(refused or {})}.items() if name not in read}
        documents = {**live.documents, **read}
        return replace(live, fields={**live.fields, **fields}, documents=documents, unknown=unknown)

    @cached_property
    def _codecs(self) -> tuple[tuple[str, Codec], ...]:
        """Name and codec of each field: this is walked for every manifest."""
        return tuple((declared.name, declared.codec) for declared in self.fields)

    @cached_property
    def _children_by_name(self) -> dict[str, ChildList]:
        return {declared.name: declared for declared in self.children}

    @cached_property
    def _lists(self) -> dict[str, SetOf]:
        """The codecs of the child lists."""
        return {declared.name: declared.codec() for declared in self.children}

    @cached_property
    def referring(self) -> frozenset[str]:
        """The fields that may hold references."""
        return frozenset(declared.name for declared in self.fields if declared.codec.refers())

    @cached_property
    def open_fields(self) -> Mapping[str, Open]:
        """The open sides of the fields that have one, by name of the field."""
        open_or_secret = [it for it in self.fields if isinstance(it.codec, Open) or it.codec.has_secrets()]
        return {it.name: it.codec if isinstance(it.codec, Open) else parts_of(it.codec) for it in open_or_secret}

    @cached_property
    def is_identified_by_refs(self) -> bool:
        """Whether what identifies an object holds references."""
        return any(declared.codec.refers() for declared in self.fields if declared.name in self.identity)

    @cached_property
    def set_after_create(self) -> tuple[Field, ...]:
        """The fields that a POST takes in their first form only."""
        return tuple(declared for declared in self.fields if declared.after_create)

    @cached_property
    def local_refs(self) -> frozenset[str]:
        """The kinds of references that lead to items of the object's own child lists."""
        return frozenset(declared.refers_as for declared in self.children if declared.refers_as)

    @cached_property
    def spec(self) -> Object:
        """The codec of `spec`, from which its schema is made."""
        parts = [Part(f.name, f.codec, f.description, required=f.required) for f in self.fields]
        if (variant := self.facts.variant) is not None:
            parts.insert(0, variant.part(self.slug))
        for child in self.children:
            parts.append(Part(child.name, child.codec(), child.description))
            says = f"Whether items of {child.name} that are not listed stay (additive) or are removed (exclusive)."
            parts.append(Part(f"{child.name}_mode", Choice(MODES), f"{says} Default: {child.default_mode}."))
        parts += [Part(it.name, it.codec, it.description) for it in self.fragments]
        if not self.shorts:
            return Object(tuple(parts), instead=self.retired)
        parts += [it.part for it in self.shorts]
        return SpecObject(tuple(parts), instead=self.retired, shorts=self.shorts)

    @cached_property
    def spec_names(self) -> frozenset[str]:
        """The names of all parts of a spec."""
        return frozenset(part.name for part in self.spec.parts)

    @cached_property
    def _partial(self) -> Validator:
        """Checks the spec of a tombstone, which may lack what is required."""
        return Validator(lambda: {word: said for word, said in self.spec.schema().items() if word not in REQUIRED})

    def read_desired(
        self, spec: Mapping[str, Any], scope: Scope, path: Path, *, whole: bool = True
    ) -> tuple[Fields, dict[str, Any], dict[str, Any]]:
        """Checks a spec and reads it, as `read_valid` does."""
        scope.note((validator_of(self.spec) if whole else self._partial).problems(spec, path))
        return self.read_valid(spec, scope, path, whole=whole)

    def read_valid(
        self, spec: Mapping[str, Any], scope: Scope, path: Path, *, whole: bool = True
    ) -> tuple[Fields, dict[str, Any], dict[str, Any]]:
        """Fields, child lists and modes of a spec in canonical form. Null clears a field.

        The spec fits its schema, except for what `scope` says is unreadable; that is left out. What no schema can say is checked
        here, and problems go to `scope`. A spec that is not `whole` (of a tombstone) may lack what is required.
        """
        zone = spec.get(self.zone_field) if self.zone_field else None
        inner = scope
        if is_zone(zone):
            inner = Scope(zone, scope.problems, scope.refs, scope.unreadable, scope.warnings)
        fields: Fields = {}
        unreadable = scope.unreadable
        for name, codec in self._codecs:
            if name in spec:
                place = (*path, name)
                if not unreadable or place not in unreadable:
                    fields[name] = codec.desired(spec[name], inner, place)
        if self.shorts:
            fields |= read_short_fields(self.shorts, spec, inner, path)
        children, modes = self._read_children(spec, inner, path)
        unknown = names_of_unreadable(scope, path) if unreadable else frozenset()
        for rule in self.rules if whole else ():
            if unknown.isdisjoint(rule.fields) and not (rule.about and spec.keys().isdisjoint(rule.about)):
                rule.check(spec, scope, path)
        return self.imply(fields), children, modes

    def _read_children(
        self, spec: Mapping[str, Any], scope: Scope, path: Path
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Child lists and modes of a spec."""
        children: dict[str, Any] = {}
        modes: dict[str, Any] = {}
        for child in self.children:
            mode = f"{child.name}_mode"
            if child.name in spec:
                place = (*path, child.name)
                if place not in scope.unreadable:
                    items = self._lists[child.name].read_items(spec[child.name], scope, place)
                    if len(items) > 1 and not child.is_numbered:
                        child.note_duplicates(items, scope, place)
                    said = items.values()
                    children[child.name] = tuple(child.with_numbers(said) if child.is_numbered else said)
                    modes[child.name] = child.default_mode
            elif mode in spec:
                hint = f"Write {child.name}, or remove it."
                scope.problem((*path, mode), f"has no effect without {child.name!r}", hint)
            if mode in spec:
                modes[child.name] = spec[mode]
        return children, modes

    def read_live(self, raw: Mapping[str, Any], listed: Mapping[str, list[dict[str, Any]]] | None = None) -> LiveObject:
        """The canonical object of an API answer. `listed` holds child lists that were read on their own.

        Raises UnreadableError for an answer that PagerDuty's API description does not allow.
        """
        check_shape(self.slug, {**raw, **listed} if listed and isinstance(raw, Mapping) else raw)
        try:
            return self._read_live(raw, listed)
        except UNREADABLE_CAUSES as error:
            raise UnreadableError(self.slug, raw) from error

    def _read_live(self, raw: Mapping[str, Any], listed: Mapping[str, list[dict[str, Any]]] | None) -> LiveObject:
        prepared = self.prepare(dict(raw))
        marker = None
        if self.marker_line is not None:
            marker_field = self.marker_line.field
            prepared[marker_field], marker = split_marker(prepared.get(marker_field))
        zone = prepared.get(self.zone_field) if self.zone_field else None
        scope = Scope(zone if is_zone(zone) else None)
        fields = {f.name: f.codec.live(prepared.get(f.name), scope) for f in self.fields if f.document is None}
        children: dict[str, tuple[LiveChild, ...]] = {}
        for child in self.children:
            items = prepared.get(child.name) if child.read_from == "parent" else (listed or {}).get(child.name)
            if items is not None:
                children[child.name] = child.read_live(items, prepared)
        return LiveObject(self.slug, str(raw.get("id", "")), fields, prepared, children, marker, self.label)

    def map_fields(self, fields: Mapping[str, Canonical], refs: RefMap) -> Fields:
        """The same fields with every reference replaced by ``refs(ref)``."""
        referring = self.referring
        return {
            f.name: f.codec.map_refs(fields[f.name], refs) if f.name in referring else fields[f.name]
            for f in self.fields
            if f.name in fields
        }

    def teams_of(self, fields: Mapping[str, Canonical]) -> list[Any]:
        """References to the teams of an object: those in the field that its facts name, which holds one or several."""
        named = self.field(self.facts.teams)
        return named.codec.refs_in(fields.get(named.name)) if named is not None and fields.get(named.name) else []

    def refs_of(self, fields: Mapping[str, Canonical]) -> Iterator[tuple[str, Any]]:
        """Every reference in the fields, each with the name of its field."""
        referring, declared = self.referring, self.fields_by_name
        for name in fields:
            if name in referring:
                for ref in declared[name].codec.refs_in(fields[name]):
                    yield name, ref

    def to_body(
        self, values: Mapping[str, Canonical], refs: RefMap, live: LiveObject | None, now: datetime
    ) -> dict[str, Any]:
        """The request body, unwrapped, for the given canonical values."""
        body: dict[str, Any] = {"type": self.slug}
        for declared in self.fields:
            if declared.name in values and declared.document is None and declared.stepped is None:
                body[declared.name] = declared.codec.to_api(values[declared.name], refs)
        return self.finish(body, live, now)

    def together(self, names: set[str]) -> set[str]:
        """The fields that a PUT of `names` must hold: those, their companions, and what is always sent."""
        wanted = set(names) | {declared.name for declared in self.fields if declared.carry}
        for declared in self.fields:
            if declared.name in names:
                wanted |= set(declared.sent_with)
        return wanted
