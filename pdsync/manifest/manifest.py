"""One manifest: a document read as an envelope with a spec. All checks that need no other manifest are done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pdsync.kinds import BY_SLUG, KINDS, TESTS
from pdsync.manifest.places import Positions
from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.told import tell_problems
from pdsync.manifest.yaml_text import Document
from pdsync.model import Gathered, Kind, Lifecycle, Ref, Resource, Scope, Source
from pdsync.model.address import render_address
from pdsync.model.codec.structure import Object
from pdsync.model.envelope import API_VERSION, DEFAULTS, METADATA, lifecycle_of
from pdsync.model.explanation import type_name
from pdsync.model.fragment import Fragment, Gathering
from pdsync.model.passing import Fields
from pdsync.model.resource import AT_ONCE, HAND_OFF_AWARE
from pdsync.model.schema import brief_of, open_schema, schema_of
from pdsync.model.scope import Path, Problem
from pdsync.model.validator import Validator

if TYPE_CHECKING:
    from pdsync.manifest.defaults import Defaults, Inherited

NO_LIFECYCLE = Lifecycle()
_NOTHING: Mapping[str, Any] = MappingProxyType({})
"""Of thousands of manifests, which share it."""
_OPEN = Validator(lambda: open_schema((*KINDS.by_name, *TESTS, DEFAULTS)))


@dataclass(frozen=True, slots=True)
class _Form:
    """The shape of manifests of one kind."""

    kind: Kind
    validator: Validator
    lifecycle: Object
    item_lists: tuple[str, ...]
    """The lists whose items people tell apart by name."""
    from_key: tuple[str, ...]
    """The fields that mean the key where a manifest leaves them out."""
    shorts: tuple[tuple[str, str], ...]
    """The names of short fields, each with that of the field that it stands for."""
    gathering: frozenset[str]
    """The fields that may take fragments."""


_FORMS: dict[int, _Form] = {}
"""By the identity of the kind."""


def _form_of(kind: Kind) -> _Form:
    form = _FORMS.get(id(kind))
    if form is None:
        lists = tuple(declared.name for declared in kind.fields if declared.keyed_by)
        from_key = tuple(declared.name for declared in kind.fields if declared.from_key)
        gathering = frozenset(declared.name for declared in kind.fields if isinstance(declared.codec, Gathering))
        brief = Validator(partial(schema_of, brief_of(kind)))
        shorts = tuple((it.name, it.stands_for) for it in kind.shorts)
        validator = Validator(partial(schema_of, kind), brief)
        form = _Form(kind, validator, lifecycle_of(kind), lists, from_key, shorts, gathering)
        _FORMS[id(kind)] = form
    return form


@dataclass(slots=True)
class Manifest:
    """A document as written, with what was read from it. `kind` is None and `key` empty where they cannot be read."""

    document: Document
    kind: Kind | None = None
    key: str = ""
    id: str | None = None
    lifecycle: Lifecycle = NO_LIFECYCLE
    spec: Mapping[str, Any] = field(default_factory=dict)
    """As written; kept where it may have to be read again, since thousands of specs take much memory."""
    shows_identity: bool = False
    """True where the spec names what the object is told apart by; else its key does."""
    unique: Sequence[tuple[str, str, Path]] = ()
    """Values that only one item of the account can have: the member, the value, and where it is."""
    fields: Fields = field(default_factory=dict)
    children: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    modes: Mapping[str, Any] = field(default_factory=dict)
    fragments: Mapping[str, tuple[Fragment, ...]] = field(default_factory=lambda: _NOTHING)
    """The items that it declares of lists of other objects, by the name of the part of its spec."""
    gathered: Mapping[str, tuple[Gathered, ...]] = field(default_factory=lambda: _NOTHING)
    """Where items of its fields come from that other manifests declare."""
    problems: list[Problem] = field(default_factory=list)
    """All but what reading the spec found."""
    spec_problems: list[Problem] = field(default_factory=list)
    unreadable: set[Path] = field(default_factory=set)
    """Places of values that have the wrong shape."""
    refs: list[tuple[Path, Ref]] = field(default_factory=list)
    """Every reference in the spec, each with its path in the document."""
    inherited: Mapping[str, Inherited] = field(default_factory=lambda: _NOTHING)
    """The parts of the spec that come from Defaults, by name."""

    @property
    def address(self) -> str:
        """Such as ``service/checkout-api``; empty without a kind and a name."""
        return render_address(self.kind.slug, self.key) if self.kind and self.key else ""

    @property
    def may_be_shared(self) -> bool:
        """Whether it names a field that may take fragments."""
        return self.kind is not None and not _form_of(self.kind).gathering.isdisjoint(self.fields)

    @property
    def label(self) -> str:
        """The address, or the kind where there is no name."""
        return self.address or (self.kind.slug if self.kind else "")

    def source(self, path: Path = (), *, on_key: bool = False) -> Source:
        """Where the value at `path` is, or its key."""
        if (found := self._inherited_at(path)) is not None:
            return found.owner.source(found.path(path[2:]), on_key=on_key)
        return Source(self.document.places.file, *self.document.places.locate(path, on_key=on_key))

    def problem(self, path: Path, message: str, hint: str = "") -> None:
        """Notes a problem that shows only in comparison with other manifests."""
        self.problems.append(Problem(path, message, hint))

    def read_spec(self, spec: Mapping[str, Any]) -> None:
        """Reads the spec again, replacing what was read before."""
        assert self.kind is not None
        scope = Scope(unreadable=self.unreadable)
        self.spec = spec
        absent = self.lifecycle.absent
        fields, children, modes = self.kind.read_valid(spec, scope, ("spec",), whole=not absent)
        if absent:
            # Only what the object is found by counts; what else stays in the file refers to nothing any more.
            fields, children, modes = {k: v for k, v in fields.items() if k in self.kind.identity}, {}, {}
            scope.refs.clear()
        self.fields = {**dict.fromkeys(_form_of(self.kind).from_key, self.key), **fields}
        self.children, self.modes = children, modes
        self.fragments = _NOTHING if absent or not self.kind.fragments else self._read_fragments(spec, scope)
        self.spec_problems, self.refs = [*scope.problems, *scope.warnings], scope.refs
        self.shows_identity = all(name in spec for name in self.kind.identity[:1])
        self.unique = [*_unique_values(self.kind, spec)]

    def _read_fragments(self, spec: Mapping[str, Any], scope: Scope) -> Mapping[str, tuple[Fragment, ...]]:
        assert self.kind is not None
        owner = Ref(self.kind.slug, "key", self.key)
        named = [it for it in self.kind.fragments if it.name in spec]
        return {it.name: it.read(spec, scope, ("spec",), owner) for it in named} if named else _NOTHING

    def let_go(self) -> None:
        """Drops the text: from here on only the values that were read count."""
        self.document.value = None
        # An email may turn out to be that of a manifest, and a key to be a name.
        if not any(ref.by == "email" or may_be_name(ref) for _, ref in self.refs):
            self.spec = {}

    def resource(self) -> Resource:
        """The resource; only of a manifest without problems."""
        assert self.kind is not None
        places = self.document.places
        form = _form_of(self.kind)
        positions: Mapping[str, Source] = Positions(places, form.item_lists, form.shorts)
        if self.inherited:
            from pdsync.manifest.defaults import InheritedPositions

            positions = InheritedPositions(positions, {it.field: it for it in self.inherited.values()})
        return Resource(
            kind=self.kind.slug,
            key=self.key,
            fields=self.fields,
            source=Source(places.file, *places.begins),
            children=self.children,
            modes=self.modes,
            lifecycle=self.lifecycle,
            id=self.id,
            positions=positions,
            gathered=self.gathered,
            label=self.kind.label,
            defaults=self._places_of_defaults() if self.inherited else _NOTHING,
        )

    def _places_of_defaults(self) -> Mapping[str, Source]:
        named = {*self.fields, *self.children}
        return {it.field: it.source for it in self.inherited.values() if it.field in named}

    def forgo(self, name: str) -> bool:
        """Goes without a field that comes from Defaults. False where it does not, so that nothing happens."""
        if name not in self.inherited:
            return False
        self.inherited = {other: it for other, it in self.inherited.items() if other != name}
        self.spec = {other: value for other, value in self.spec.items() if other != name}
        self.fields.pop(name, None)
        self.refs = [(path, ref) for path, ref in self.refs if path[:2] != ("spec", name)]
        self.spec_problems = [it for it in self.spec_problems if it.path[:2] != ("spec", name)]
        return True

    def _inherited_at(self, path: Path) -> Inherited | None:
        """The field from Defaults that a path leads into."""
        return self.inherited.get(str(path[1])) if len(path) > 1 and path[0] == "spec" else None

    def inherited_problems(self) -> Iterator[tuple[Inherited, Problem]]:
        """What is wrong with fields from Defaults. It is to be reported there."""
        for problem in (*self.problems, *self.spec_problems):
            if (found := self._inherited_at(problem.path)) is not None:
                yield found, problem

    def all_problems(self) -> list[ManifestProblem]:
        """Everything wrong with it, for the user, except what is wrong with fields from Defaults."""
        if not (self.problems or self.spec_problems or self.document.flaws or self.document.hidden):
            return []  # nearly every manifest
        found = (*self.problems, *self.spec_problems)
        own = [it for it in found if self._inherited_at(it.path) is None]
        return tell_problems(self.document, self.label, own, self.kind.spec if self.kind is not None else None)


def may_be_name(ref: Ref) -> bool:
    """Whether a plain text may be the name of an object that PagerDuty made itself, and not a key."""
    kind = BY_SLUG.get(ref.kind)
    return ref.by == "key" and kind is not None and kind.source.has_own


def _unique_values(kind: Kind, spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Path]]:
    for child in kind.children:
        items = spec.get(child.name) if child.unique else None
        for index, item in enumerate(items if isinstance(items, list) else ()):
            for name in child.unique if isinstance(item, dict) else ():
                value = item.get(name)
                if isinstance(value, str):
                    yield name, value.strip(), ("spec", child.name, index, name)


def read_manifest(document: Document, defaults: Defaults | None = None) -> Manifest:
    """Reads a document, and releases its value. Never raises: errors are in the manifest's problems."""
    manifest = Manifest(document)
    _read(manifest, document.value, defaults)
    if defaults is not None and defaults.is_broken(document.places.file):
        # What the spec lacks may be in Defaults that cannot be read, and those say so.
        manifest.problems = [it for it in manifest.problems if it.path != ("spec",)]
    manifest.let_go()
    return manifest


def _read(manifest: Manifest, value: Any, defaults: Defaults | None) -> None:
    scope = Scope(problems=manifest.problems)
    if not isinstance(value, dict):
        message = f"expected a manifest with apiVersion, kind, metadata and spec, got {type_name(value)}"
        hint = f"A manifest begins with 'apiVersion: {API_VERSION}'."
        scope.problem((), message, hint)
        return
    name = value.get("kind")
    manifest.kind = KINDS.meant(name, value.get("spec")) if isinstance(name, str) else None
    form = _form_of(manifest.kind) if manifest.kind is not None else None
    if defaults is not None and manifest.kind is not None:
        value = defaults.complete(manifest, value)
    scope.note((form.validator if form is not None else _OPEN).problems(value))
    manifest.unreadable = scope.unreadable
    metadata = _part(METADATA, value, "metadata", scope)
    manifest.key, manifest.id = metadata.get("name", ""), metadata.get("id")
    if manifest.kind is None or form is None:
        return
    owner = manifest.kind.passing.manifest_key(manifest.key)
    if owner != manifest.key:
        message = f"{manifest.key!r} has the form of the key that pdsync gives to an object of the manifest {owner!r}"
        scope.problem(("metadata", "name"), message, "Write another name.")
    manifest.lifecycle = _read_lifecycle(_part(form.lifecycle, value, "lifecycle", scope))
    spec = value.get("spec", {} if manifest.lifecycle.absent else None)
    if isinstance(spec, dict):
        manifest.read_spec(spec)
        if manifest.lifecycle is not NO_LIFECYCLE:
            _check_tombstone(manifest, manifest.kind, scope)
            _check_distinct(manifest, scope)
            _check_ignored(manifest, manifest.kind, value["lifecycle"], scope)


def _part(codec: Object, value: Mapping[str, Any], name: str, scope: Scope) -> Mapping[str, Any]:
    """A part of the envelope; empty where it is not there or cannot be read."""
    if name not in value or (name,) in scope.unreadable:
        return {}
    read: Mapping[str, Any] = codec.desired(value[name], scope, (name,))
    return read


def _read_lifecycle(lifecycle: Mapping[str, Any]) -> Lifecycle:
    if not lifecycle:
        return NO_LIFECYCLE
    return _lifecycle(
        lifecycle.get("adopt", False),
        lifecycle.get("protect", False),
        tuple(lifecycle.get("ignore", ())),
        lifecycle.get("absent", False),
        tuple(lifecycle.get("moved_from", ())),
        tuple(lifecycle.get("distinct_from", ())),
        lifecycle.get("rotation") == HAND_OFF_AWARE,
        lifecycle.get("rotation") == AT_ONCE,
    )


_lifecycle = lru_cache(maxsize=256)(Lifecycle)
"""Thousands of manifests have the same."""


def _check_tombstone(manifest: Manifest, kind: Kind, scope: Scope) -> None:
    """Whether it is clear which object to delete, and that object is not protected as well."""
    if not manifest.lifecycle.absent:
        return
    unsaid = [name for name in kind.identity if name not in manifest.fields]
    if unsaid and not manifest.id:
        message = f"it is not clear which {kind.name} to delete"
        scope.problem(("lifecycle", "absent"), message, f"Keep {' and '.join(unsaid)} in spec, or write metadata.id.")
    for name in ("protect", "moved_from", "distinct_from"):
        if getattr(manifest.lifecycle, name):
            scope.problem(
                ("lifecycle", name), "does not work together with 'absent: true'", "Remove one of them.", on_key=True
            )


def _check_distinct(manifest: Manifest, scope: Scope) -> None:
    """Whether `distinct_from` names the object itself."""
    if manifest.id and manifest.id in manifest.lifecycle.distinct_from:
        message = f"{manifest.id} is the id of this same object"
        scope.problem(("lifecycle", "distinct_from"), message, "Write the ids of the other objects.")


def _check_ignored(manifest: Manifest, kind: Kind, lifecycle: Any, scope: Scope) -> None:
    """Fields that PagerDuty takes only together are ignored together: one of them alone would be refused for ever once
    someone edits it."""
    ignored = set(manifest.lifecycle.ignore)
    written = lifecycle.get("ignore") if isinstance(lifecycle, Mapping) else None
    for index, name in enumerate(written if isinstance(written, list) else ()):
        declared = kind.field(name) if isinstance(name, str) else None
        managed = sorted(set(declared.sent_with) & manifest.spec.keys() - ignored) if declared is not None else []
        if managed:
            hint = f"Ignore {' and '.join(managed)} too, or ignore none of them."
            message = f"{name!r} goes together with {' and '.join(managed)}, which PagerDuty checks against it"
            scope.problem(("lifecycle", "ignore", index), message, hint)
