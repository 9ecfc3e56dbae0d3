"""One live object as a manifest's spec, checked by reading it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from pdsync.export.child import can_encode, reads_back, write_children
from pdsync.export.namer import Namer
from pdsync.export.secret import with_variables
from pdsync.export.written import write_value
from pdsync.model import Canonical, Field, Fields, Kind, LiveObject, Ref, Scope
from pdsync.model.instant import load_zone
from pdsync.model.scope import render_path
from pdsync.model.validator import read_value


@dataclass(slots=True)
class WrittenSpec:
    """A spec whose reading gives the live values."""

    values: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)
    """Comment lines to write above a member, by its name; under the empty name, comments about members that are left out."""
    flaw: str = ""
    """Why no manifest can say what this object is; then it is not exported."""
    is_incomplete: bool = False
    """True where a comment says that something is left out."""
    items_left_out: dict[tuple[str, str], str] = field(default_factory=dict)
    """Why an item is in no list, by the name of the list and the id of the item."""
    fields_left_out: dict[str, str] = field(default_factory=dict)
    """Why a member is left out, by its name."""

    def leave_out(self, name: str, why: str) -> None:
        """Takes a member out and says so."""
        self.values.pop(name, None)
        self.is_incomplete = True
        self.fields_left_out[name] = _one_line(why)
        self.comments.setdefault("", []).append(f"{name} is left out: {_one_line(why)}.")


def write_spec(kind: Kind, live: LiveObject, namer: Namer, now: str, named: Collection[str] = ()) -> WrittenSpec:
    """The spec of a live object, without what a new object has anyway. `now` is when the account was read.

    `named` are fields and lists that are written whatever they hold, because Defaults would give the manifest another value.
    """
    fields = kind.passing.settle(kind.map_fields(dict(live.fields), namer), now)
    spec = WrittenSpec()
    zone = _zone_of(kind, fields)
    if kind.facts.variant is not None:
        spec.values |= kind.facts.variant.said(kind.slug)
    for declared in kind.fields:
        if declared.name not in fields and not _is_needed(kind, declared):
            continue  # the account is known in part
        value = fields.get(declared.name)
        is_needed = _is_needed(kind, declared) or declared.name in named
        is_left_out = declared.is_default(value) and not declared.always_exported
        if declared.name not in named and (declared.chosen_by_server or (is_left_out and not is_needed)):
            continue
        named_value, secrets = with_variables(declared, value, live, namer)
        written = write_value(declared.codec, named_value, zone)
        why = _why_not(declared, written, value, zone)
        if why and is_needed:
            spec.flaw = why if why.startswith(f"{declared.name}[") else f"{declared.name}: {why}"
            return spec
        if why:
            spec.leave_out(declared.name, why)
        else:
            spec.values[declared.name] = written
            _note_deleted(declared, value, namer, spec)
            if secrets:
                spec.is_incomplete = True
                spec.comments.setdefault(declared.name, []).append(secrets)
    for name, why in live.unknown.items():
        spec.leave_out(name, f"PagerDuty refuses to show it: {why}")
    _note_unwritten(kind, live, fields, spec)
    _write_children(kind, live, namer, spec, named)
    _settle_rules(kind, fields, spec)
    return spec


def find_flaw(kind: Kind, declared: Field, fields: Fields) -> str:
    """Why no manifest can hold the live value of this field; empty where one can."""
    value, zone = fields.get(declared.name), _zone_of(kind, fields)
    return _why_not(declared, write_value(declared.codec, value, zone), value, zone)


def _is_needed(kind: Kind, declared: Field) -> bool:
    """Readers look for the label, even where the key says the same."""
    return declared.required or declared.name == kind.label


def _zone_of(kind: Kind, fields: Fields) -> str | None:
    if not kind.zone_field:
        return None
    zone = fields.get(kind.zone_field)
    try:
        load_zone(str(zone))
    except (KeyError, ValueError):
        return None
    return str(zone)


def _why_not(declared: Field, written: Any, value: Canonical, zone: str | None) -> str:
    """Why a manifest cannot hold the value; empty where it can."""
    if not can_encode(written):
        return "it holds half of a surrogate pair"
    scope = Scope(zone)
    read = read_value(declared.codec, written, scope)
    if scope.problems:
        problem = scope.problems[0]
        where = render_path((declared.name, *problem.path))
        return _one_line(f"{where}: {problem.message}" if problem.path else problem.message)
    return "" if reads_back(*_met(declared, read, value), written) else "it cannot be written in a manifest"


def _met(declared: Field, read: Canonical, value: Canonical) -> tuple[Canonical, Canonical]:
    """What a manifest says and what is live, each with what the other knows."""
    codec = declared.open
    return codec.meet(read, value, lambda path: True) if codec is not None else (read, value)


def _is_same(kind: Kind, name: str, read: Fields, fields: Fields) -> bool:
    wanted, held = _met(kind.fields_by_name[name], read[name], fields[name])
    return bool(wanted == held)


def _one_line(text: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in text)
    return shown if len(shown) <= 200 else f"{shown[:200]}..."


def _note_deleted(declared: Field, value: Canonical, namer: Namer, spec: WrittenSpec) -> None:
    gone: list[Ref] = []

    def note(ref: Ref) -> Ref:
        if namer.is_gone(ref) and ref not in gone:
            gone.append(ref)
        return ref

    declared.codec.map_refs(value, note)
    for ref in gone:
        text = f"{ref.value} is a deleted {ref.kind.replace('_', ' ')} that PagerDuty still lists here."
        spec.comments.setdefault(declared.name, []).append(f"{text} Remove it when you are ready.")


def _note_unwritten(kind: Kind, live: LiveObject, fields: Fields, spec: WrittenSpec) -> None:
    for name, text in kind.unwritten(live, fields).items():
        if name in spec.values:
            spec.comments.setdefault(name, []).append(text)


def _write_children(kind: Kind, live: LiveObject, namer: Namer, spec: WrittenSpec, named: Collection[str]) -> None:
    kept: dict[str, frozenset[str]] = {}
    for child in kind.children:
        if child.name not in live.children:
            continue
        written = write_children(kind, child, live.children[child.name], namer, kept)
        if child.refers_as:
            kept[child.name] = frozenset(map(child.name_of, written.values))
        spec.items_left_out |= {(child.name, identity): why for identity, why in written.left_out.items()}
        for comment in written.comments(child.name):
            spec.is_incomplete = True
            where = child.name if written.items else ""
            spec.comments.setdefault(where, []).append(comment)
        if written.items or child.name in named:
            spec.values[child.name] = written.items
            if (written.left_out or child.name in live.partial) and child.default_mode == "exclusive":
                spec.values[f"{child.name}_mode"] = "additive"


def _settle_rules(kind: Kind, fields: Fields, spec: WrittenSpec) -> None:
    """Takes out what only rules between members forbid, until the whole reads back as the live values."""
    while not spec.flaw:
        scope = Scope()
        read, _, _ = kind.read_desired(spec.values, scope, ())
        culprit, why = "", ""
        if scope.problems:
            problem = scope.problems[0]
            culprit, why = str(problem.path[0]) if problem.path else "", problem.message
        else:
            wrong = next((name for name in read if name in fields and not _is_same(kind, name, read, fields)), None)
            if wrong is None:
                return
            beside = [declared.name for declared in kind.fields if wrong in declared.sent_with]
            culprit = wrong if wrong in spec.values else next((name for name in beside if name in spec.values), "")
            why = f"{wrong} does not go together with it"
        declared = kind.field(culprit)
        if culprit not in spec.values or (declared is not None and _is_needed(kind, declared)):
            spec.flaw = _one_line(f"{culprit}: {why}" if culprit else why)
        else:
            spec.leave_out(culprit, why)
