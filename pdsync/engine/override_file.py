"""Adds overrides to a manifest of overrides in its file. Nothing else in the file changes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.accept import AcceptError
from pdsync.accept.edit import WrittenManifest, edit_text, read_spec
from pdsync.accept.wanted import Wanted
from pdsync.engine.desired import Selection, Workspace, load_desired
from pdsync.engine.error import EngineError
from pdsync.engine.manifest_file import ManifestFile
from pdsync.engine.override_item import written_ref
from pdsync.manifest import load_texts
from pdsync.manifest.tree import find_files
from pdsync.model import Canonical, Ref, Resource
from pdsync.oncall.replacement import OverrideFields
from pdsync.oncall.roster import Roster

Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class EditedFile:
    """The new text of a manifest file, which is not written yet."""

    file: str
    before: str
    after: str
    _target: ManifestFile

    def write(self) -> None:
        """Raises EngineError where the file was changed since it was read."""
        self._target.replace(self.after)


def add_items(
    workspace: Workspace, form: OverrideFields, file: str, of: tuple[Roster, Ref], items: Items
) -> EditedFile:
    """The text of a file with more items in its manifest of overrides of a schedule.

    Raises EngineError where there is no such manifest or it cannot be edited, and the errors of `load_desired`.
    """
    roster, schedule = of
    found = find_files(workspace.paths).files
    shown = next((it.shown for it in found if os.path.realpath(it.path) == os.path.realpath(file)), None)
    resources = load_desired(workspace, Selection()).resources
    manifests = [
        it for it in resources if it.kind == form.kind.slug and _is_of(roster, schedule, it.fields[form.schedule])
    ]
    resource = _choose(form, file, shown, manifests, written_ref(roster, schedule))
    files = {it.shown: ManifestFile(it.path) for it in found}
    target = files[resource.source.file]
    try:
        after = _edited(workspace, form, target.text, resource, items)
    except AcceptError as error:
        raise EngineError(f"{file}: {error.message}", error.hint) from None
    texts = {name: it.text for name, it in files.items()} | {resource.source.file: after}
    _check_meaning(workspace, texts, resources, resource, form)
    return EditedFile(resource.source.file, target.text, after, target)


def _is_of(roster: Roster, schedule: Ref, ref: Canonical) -> bool:
    entry = roster.entries[schedule]
    return roster.find(ref) == schedule or (
        isinstance(ref, Ref) and ref.by == "key" and bool(entry.key) and ref.value == entry.key
    )


def _choose(
    form: OverrideFields, file: str, shown: str | None, manifests: Sequence[Resource], schedule: Any
) -> Resource:
    inside = [it for it in manifests if it.source.file == shown and not it.lifecycle.absent]
    if len(inside) == 1:
        return inside[0]
    if inside:
        places = ", ".join(map(str, sorted(it.source for it in inside)))
        raise EngineError(
            f"{file} has {len(inside)} {form.kind.name} manifests of this schedule: {places}",
            "Without --into, the items are printed: add them to one of these manifests by hand.",
        )
    if manifests:
        places = ", ".join(sorted({it.source.file for it in manifests}))
        hint = f"This file has one: --into {places}" if len(manifests) == 1 else f"These files have one: {places}"
    else:
        hint = f"Write one first: kind: {form.kind.name}, with spec: {{{form.schedule}: {schedule}, {form.items}: []}}."
    where = f"{file} has no {form.kind.name} manifest of this schedule"
    raise EngineError(where if shown is not None else f"{file} is not a file of this workspace with manifests", hint)


def _edited(workspace: Workspace, form: OverrideFields, text: str, resource: Resource, items: Items) -> str:
    manifest = WrittenManifest(text, resource.source, form.kind, workspace.variables)
    declared = form.kind.field(form.items)
    assert declared is not None
    listed = read_spec(manifest).get(form.items) or []
    return edit_text(manifest, [Wanted(form.items, declared.codec, [*listed, *map(dict, items)])], lambda ref: ref)


def _check_meaning(
    workspace: Workspace,
    texts: Mapping[str, str],
    before: Sequence[Resource],
    resource: Resource,
    form: OverrideFields,
) -> None:
    """Raises EngineError unless the new texts mean what they meant, with more items in this manifest."""
    result = load_texts(texts.items(), workspace.variables, above=workspace.load_above())
    if result.problems:
        first = result.problems[0]
        raise EngineError(f"with the new overrides the manifests would have a problem: {first.message}", first.hint)

    def meaning(made: Resource) -> tuple[object, ...]:
        fields = dict(made.fields)
        if made.address == resource.address:
            fields[form.items] = list(fields[form.items])[: len(resource.fields[form.items])]
        return made.address, fields, made.children, made.lifecycle, made.id

    if list(map(meaning, before)) != list(map(meaning, result.resources)):
        raise EngineError(f"{resource.source} cannot be edited without changing something else", "Edit it by hand.")
