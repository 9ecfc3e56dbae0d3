"""Defaults: fields that manifests get from a file in their folder, or in a folder above, where they do not name these fields.

The nearest folder wins, field by field. A field is taken as a whole. From then on the manifest names it.
Only its place differs: a problem with it is reported where it is written, once, however many manifests have it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from pdsync.kinds import BY_NAME, KINDS
from pdsync.manifest.file import read_text
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.manifest import Manifest
from pdsync.manifest.places import Positions
from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.text_file import TextFiles, put_in_files
from pdsync.manifest.told import tell_problems
from pdsync.manifest.tree import find_files
from pdsync.manifest.variable import Variables, substitute
from pdsync.manifest.yaml_text import Document, read_yaml
from pdsync.model import Kind, Scope, Source
from pdsync.model.codec.structure import Object, Part
from pdsync.model.defaults import fields_with_defaults, outline_schema, section_schema
from pdsync.model.envelope import DEFAULTS
from pdsync.model.explanation import type_name
from pdsync.model.instant import is_zone
from pdsync.model.schema import brief_of
from pdsync.model.scope import Path, Problem
from pdsync.model.validator import Validator, names_of_unreadable

_OUTLINE = Validator(lambda: outline_schema(KINDS))
_SECTIONS: dict[int, tuple[Kind, Validator]] = {}
"""By the identity of the kind."""
_SOME_ZONE = "Etc/UTC"
_SHOWN = 3
"""How many manifests are named that one problem of Defaults concerns."""


def _validator_of(kind: Kind) -> Validator:
    if id(kind) not in _SECTIONS:
        brief = Validator(partial(section_schema, brief_of(kind)))
        _SECTIONS[id(kind)] = kind, Validator(partial(section_schema, kind), brief)
    return _SECTIONS[id(kind)][1]


@dataclass(eq=False)
class DefaultsManifest:
    """A document of Defaults, with what was read from it."""

    document: Document
    folder: str
    """Its real path."""
    is_above: bool = False
    """True where it is in a folder above all paths, so that other manifests than these may use it."""
    problems: list[Problem] = field(default_factory=list)
    given: dict[tuple[str, str], Inherited] = field(default_factory=dict)
    """By kind and field."""

    @property
    def codec(self) -> Object:
        """The codec of `spec`, with the kinds whose fields it gives."""
        kinds = {found.kind.name: found.kind for found in self.given.values()}
        return Object(tuple(Part(name, kind.spec) for name, kind in kinds.items()))

    def source(self, path: Path, *, on_key: bool = False) -> Source:
        """Where the value at `path` is, or its key."""
        return Source(self.document.places.file, *self.document.places.locate(path, on_key=on_key))


@dataclass(eq=False)
class Inherited:
    """A field that Defaults give."""

    owner: DefaultsManifest
    kind: Kind
    name: str
    value: Any
    is_wrong: bool = False
    """True where a problem of the value is noted already, whatever manifest it is in."""

    @cached_property
    def source(self) -> Source:
        """Where its name is written."""
        return self.owner.source(self.path(()), on_key=True)

    @cached_property
    def positions(self) -> Positions:
        """Where all fields of the kind are in these Defaults."""
        lists = tuple(declared.name for declared in self.kind.fields if declared.keyed_by)
        shorts = tuple((it.name, it.stands_for) for it in self.kind.shorts)
        return Positions(self.owner.document.places, lists, shorts, ("spec", self.kind.name))

    @property
    def field(self) -> str:
        """The field that it gives, which another name may stand for."""
        return next((it.stands_for for it in self.kind.shorts if it.name == self.name), self.name)

    @property
    def excludes(self) -> frozenset[str]:
        """The fields of the kind that cannot be there together with it."""
        long = {it.stands_for for it in self.kind.shorts if it.name == self.name}
        return frozenset({*_rivals(self.kind, {self.name: self.value}), *long})

    def path(self, below: Path) -> Path:
        """The path in the document of Defaults of what is `below` the value."""
        return ("spec", self.kind.name, self.name, *below)


class InheritedPositions(Mapping[str, Source]):
    """Where the fields of a manifest are that has some of them from Defaults."""

    __slots__ = ("_inherited", "_own")

    def __init__(self, own: Mapping[str, Source], inherited: Mapping[str, Inherited]) -> None:
        self._own = own
        self._inherited = inherited

    def __getitem__(self, name: str) -> Source:
        found = self._inherited.get(_field_of(name))
        return found.positions[name] if found is not None else self._own[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        for field_name, found in self._inherited.items():
            yield from (name for name in found.positions if _field_of(name) == field_name)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def _field_of(name: str) -> str:
    return name.partition("[")[0]


class Defaults:
    """All Defaults of the manifests that are loaded."""

    def __init__(self) -> None:
        self.manifests: list[DefaultsManifest] = []
        self.used: set[str] = set()
        """Names of the variables that they use."""
        self._problems: list[ManifestProblem] = []
        self._broken: set[str] = set()
        """Folders whose Defaults could not be read in full."""
        self._given: dict[tuple[str, str], Mapping[str, Inherited]] = {}
        self._folders: dict[str, str] = {}
        self._kinds: set[tuple[str, str]] = set()
        """The folders and names of kinds of all manifests."""
        self._found: dict[tuple[DefaultsManifest, Problem], list[str]] = defaultdict(list)
        """Problems of inherited fields, with the addresses of the manifests that have the field."""

    def read(
        self, file: str, text: str, variables: Variables, text_files: TextFiles, *, is_above: bool = False
    ) -> None:
        """Reads the Defaults among the documents of a file."""
        read, folder = read_yaml(text, file), self._folder_of(file)
        if read.flaw is not None:
            self._broken.add(folder)
            if is_above and f"kind: {DEFAULTS}" in text:  # a file among the manifests says so itself
                self._problems.append(
                    ManifestProblem(Source(file, *read.flaw.place), "", read.flaw.message, read.flaw.hint)
                )
        for document in read.documents:
            if document.kind_name == DEFAULTS:
                put_in_files(document, text_files)
                self.used |= substitute(document, variables)
                made = _read_document(DefaultsManifest(document, folder, is_above))
                self.manifests.append(made)
                if made.problems or document.flaws:
                    self._broken.add(folder)

    def check_together(self) -> None:
        """Notes a problem at each field that two Defaults of one folder give, and at fields of two that exclude each other: no
        folder would be the nearer one."""
        folders: dict[tuple[str, str], list[Inherited]] = defaultdict(list)
        for made in self.manifests:
            for (kind, _), found in made.given.items():
                folders[made.folder, kind].append(found)
        for held in folders.values():
            first: dict[str, Inherited] = {}
            for found in held:
                other = first.setdefault(found.name, found)
                if other is not found:
                    _note_both(other, found, "has another default")
                excluded = found.excludes
                for rival in held:
                    if rival.name in excluded and rival.owner is not found.owner and not _is_cleared(rival.value):
                        _note_both(found, rival, "excludes {other!r}")

    def complete(self, manifest: Manifest, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The manifest as written, with the fields that Defaults give it. Notes in the manifest which these are."""
        kind, spec, lifecycle = manifest.kind, value.get("spec"), value.get("lifecycle")
        assert kind is not None
        folder = self._folder_of(manifest.document.places.file)
        self._kinds.add((folder, kind.name))
        is_absent = isinstance(lifecycle, dict) and lifecycle.get("absent") is True
        given = self._given_in(folder, kind)
        if not given or is_absent or not isinstance(spec, dict):
            return value
        merged, inherited = dict(spec), {}
        for name, found in given.items():
            if name not in merged and _fits(kind, merged, name, found.value):
                merged[name], inherited[name] = found.value, found
        manifest.inherited = inherited
        return {**value, "spec": merged}

    @property
    def is_incomplete(self) -> bool:
        """Whether some could not be read."""
        return bool(self._broken)

    def is_broken(self, file: str) -> bool:
        """Whether a manifest in this file may have fields that are not known, because its Defaults could not be read in full."""
        return bool(self._broken) and any(folder in self._broken for folder in _upwards(self._folder_of(file)))

    def note(self, manifest: Manifest) -> bool:
        """Notes what is wrong with the fields that the manifest has from Defaults. False where it is an error."""
        is_right = True
        for found, problem in manifest.inherited_problems():
            is_right = is_right and problem.severity != "error"
            if not found.is_wrong:
                below = problem.path[2:]
                self._found[found.owner, replace(problem, path=found.path(below))].append(manifest.address)
        return is_right

    def all_problems(self, *, whole: bool) -> list[ManifestProblem]:
        """Everything wrong with them, for the user. `whole` says that all manifests are known."""
        told = list(self._problems)
        for made in self.manifests:
            codec = made.codec
            unused = self._unused(made) if whole and not made.is_above else ()
            shared = [each for (owner, each), _ in self._found.items() if owner is made]
            by_problem = {each: self._found[made, each] for each in shared}
            told += tell_problems(made.document, "", (*made.problems, *unused), codec)
            for each, addresses in by_problem.items():
                named = replace(each, message=concerning(each.message, addresses))
                told += tell_problems(made.document, "", (named,), codec)
        return sorted(set(told))

    def _unused(self, made: DefaultsManifest) -> Iterator[Problem]:
        for name in dict.fromkeys(kind for kind, _ in made.given):
            if not any(kind == name and made.folder in _upwards(folder) for folder, kind in self._kinds):
                message = f"there is no {name} in this folder or below, so these defaults have no effect"
                yield Problem(("spec", name), message, "Move or remove them.", on_key=True, severity="warning")

    def _folder_of(self, file: str) -> str:
        shown = os.path.dirname(file)
        if shown not in self._folders:
            self._folders[shown] = os.path.realpath(shown)
        return self._folders[shown]

    def _given_in(self, folder: str, kind: Kind) -> Mapping[str, Inherited]:
        """What holds in a folder. The nearest come first, so that they rule out what is farther away; modes come after the lists
        that they are of."""
        place = folder, kind.name
        if place not in self._given:
            given: dict[str, Inherited] = {}
            for above in _upwards(folder):
                for made in self.manifests:
                    if made.folder == above:
                        given |= {n: it for (k, n), it in made.given.items() if k == kind.name and n not in given}
            modes = {f"{child.name}_mode" for child in kind.children}
            self._given[place] = dict(sorted(given.items(), key=lambda it: it[0] in modes))
        return self._given[place]


def _note_both(one: Inherited, other: Inherited, message: str) -> None:
    """Notes a problem between two fields at each of them. `message` may name the other one."""
    for here, there in ((one, other), (other, one)):
        says = f"{here.name!r} {message.format(other=there.name)} at {there.source}"
        here.owner.problems.append(Problem(here.path(()), says, "Keep one of them.", on_key=True))


def read_defaults(
    texts: Iterable[tuple[str, str]], above: Sequence[tuple[str, str]], variables: Variables, text_files: TextFiles
) -> Defaults | None:
    """The Defaults among the documents of texts, and of files `above` all of these; None where there are none."""
    made = Defaults()
    for file, text in texts:
        if DEFAULTS in text:
            made.read(file, text, variables, text_files)
    for file, text in above:
        made.read(file, text, variables, text_files, is_above=True)
    made.check_together()
    return made if made.manifests or made.is_incomplete else None


def _upwards(folder: str) -> Iterator[str]:
    """The folder and all above it."""
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _fits(kind: Kind, spec: Mapping[str, Any], name: str, value: Any) -> bool:
    """Whether a manifest with this spec takes the default: it rules out nothing that the spec names, and is not ruled out."""
    listed = name.removesuffix("_mode")
    if listed != name and kind.child(listed) is not None and listed not in spec:
        return False
    if any({name, *spec} >= {it.name, it.stands_for} for it in kind.shorts) or name not in kind.spec_names:
        return False
    named = {it for it, said in spec.items() if not _is_cleared(said)}
    return name not in _rivals(kind, spec) and named.isdisjoint(_rivals(kind, {**spec, name: value}))


def _is_cleared(value: Any) -> bool:
    """Whether the value only clears its field, and so goes together with everything."""
    return value is None or value == []


def _rivals(kind: Kind, spec: Mapping[str, Any]) -> Collection[str]:
    """The fields that this spec rules out."""
    return kind.facts.rivals(spec) if kind.facts.rivals is not None else ()


def concerning(message: str, addresses: Sequence[str]) -> str:
    """The message with the manifests that it is about."""
    named = sorted({address for address in addresses if address})
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return f"{message} (default of {', '.join(named[:_SHOWN])}{more})" if named else message


def _read_document(made: DefaultsManifest) -> DefaultsManifest:
    value = made.document.value
    scope = Scope(problems=made.problems)
    scope.note(_OUTLINE.problems(value))
    spec = value.get("spec")
    if isinstance(spec, dict):
        for name, section in spec.items():
            if name in BY_NAME:
                _read_section(made, BY_NAME[name], section)
    return made


def _read_section(made: DefaultsManifest, kind: Kind, section: Any) -> None:
    """Reads the fields of one kind. Checks each value as far as that is possible without the rest of a manifest."""
    base: Path = ("spec", kind.name)
    if not isinstance(section, dict):
        hint = "Write the fields below the kind, as in the spec of a manifest."
        made.problems.append(Problem(base, f"expected a mapping, got {type_name(section)}", hint))
        return
    scope = Scope(_zone_of(kind, section))
    scope.note(_validator_of(kind).problems(section, base))
    wrong = {str(name) for name in names_of_unreadable(scope, base)}
    for part in fields_with_defaults(kind).parts:
        if part.name in section:
            if part.name not in wrong:
                part.codec.desired(section[part.name], scope, (*base, part.name))
            made.given[kind.name, part.name] = Inherited(made, kind, part.name, section[part.name])
    for name in list(section):
        for rival in _rivals(kind, {name: section[name]}):
            if not _is_cleared(section.get(rival)):
                scope.problem(
                    (*base, rival), f"{name!r} and {rival!r} exclude each other", "Keep one of them.", on_key=True
                )
    made.problems += scope.problems
    for problem in scope.problems:
        found = made.given.get((kind.name, str(problem.path[2]))) if len(problem.path) > 2 else None
        if found is not None:
            found.is_wrong = True


def _zone_of(kind: Kind, section: Mapping[str, Any]) -> str:
    """The zone of local times. Where only manifests say it, any will do: no time is kept."""
    zone = section.get(kind.zone_field) if kind.zone_field else None
    return str(zone) if is_zone(zone) else _SOME_ZONE


def load_default_names(folder: str, tops: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """The fields and child lists that Defaults give the manifests of a folder and below, by kind. The folder may be missing."""
    tree = find_files([folder], tops)
    made = Defaults()
    names: dict[str, set[str]] = defaultdict(set)
    for found in (*tree.above, *tree.files):
        text = read_text(found.path)
        if not isinstance(text, Flaw) and DEFAULTS in text:
            made.read(found.shown, text, Variables(), TextFiles())
    for it in (given for manifest in made.manifests for given in manifest.given.values()):
        names[it.kind.slug].add(it.field)
    return {slug: frozenset(found) for slug, found in names.items()}
