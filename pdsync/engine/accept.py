"""Takes live values into a manifest: the opposite of apply, for one object or one field. Writes nothing to PagerDuty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pdsync.accept import AcceptError, AcceptRequest, PlanProblemsError, compute_accepted
from pdsync.accept.text_file import TextFileEdit
from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Desired, Selection, Workspace, load_resources, make_options
from pdsync.engine.error import EngineError, PlanError, RequestError
from pdsync.engine.manifest_file import ManifestFile
from pdsync.engine.plan import Activity, check_account, silent
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.manifest.tree import find_files
from pdsync.model import Resource
from pdsync.model.address import AddressError, read_address
from pdsync.model.suggestion import did_you_mean


@dataclass(frozen=True, slots=True)
class Place:
    """What to accept: an object, or one field or child list of it."""

    address: str
    field: str | None = None

    def __str__(self) -> str:
        return f"{self.address}:{self.field}" if self.field else self.address


@dataclass(frozen=True)
class Acceptance:
    """The new text of a manifest file, which is not written yet."""

    file: str
    before: str
    after: str
    names: tuple[str, ...]
    """The fields and child lists that were taken over."""
    _target: ManifestFile
    beside: tuple[Acceptance, ...] = ()
    """The files next to the manifest that hold texts of it, where those are new."""

    @property
    def changed(self) -> tuple[Acceptance, ...]:
        """Each file that changed."""
        return tuple(it for it in (self, *self.beside) if it.after != it.before)

    def write(self) -> None:
        """Writes the files. Raises EngineError where one was changed since it was read."""
        for it in self.changed:
            it._target.replace(it.after)


def parse_place(text: str) -> Place:
    """Reads ``KIND/NAME`` and ``KIND/NAME:field``. Raises RequestError."""
    named, colon, field = text.partition(":")
    try:
        address = read_address(named, KINDS, "KIND/NAME or KIND/NAME:field")
    except AddressError as error:
        raise RequestError(f"{text}: {error.message}", error.hint) from None
    kind = BY_SLUG[address.kind]
    names = [*(declared.name for declared in kind.fields), *(child.name for child in kind.children)]
    if colon and field not in names:
        hint = did_you_mean(field, names) or f"Fields: {', '.join(names)}."
        raise RequestError(f"{text}: {kind.name} has no field {field!r}", hint)
    return Place(str(address), field or None)


def load_for_accept(workspace: Workspace, place: Place, paths: Sequence[str] = ()) -> Desired:
    """The manifests, of which one is `place`'s. Raises the errors of `load_desired`, and EngineError where none is.

    The options are those of `plan`: what a plan deletes decides what differs elsewhere too, such as who stays in the team of a
    schedule. Manifests that are only a part of the workspace say nothing about objects without one.
    """
    selection = Selection(paths=tuple(paths), prune="off" if paths else None)
    options = make_options(workspace, selection)
    resources = load_resources(workspace, selection, replace(options, prune="off", prune_by_kind={}))
    _check_named(resources, place)
    return Desired(resources, options, workspace, selection)


def accept_live(
    client: RestApiV2Client, desired: Desired, place: Place, *, activity: Activity = silent
) -> Acceptance | None:
    """What the manifest must contain so that a plan finds no difference; None where there is no difference already.

    Raises PlanError, RefusedError for the wrong account, EngineError where it cannot be written, and the client's errors.
    """
    workspace, resources = desired.workspace, desired.resources
    with activity("Reading the account") as say:
        account = fetch_account(
            client,
            Extent(
                resources,
                needs_children=desired.options.dooms,
                in_full=lambda resource, child: resource.address == place.address,
                everything=True,
                places=workspace.places,
            ),
            on_read=say,
        )
    check_account(workspace, account)
    found = find_files(desired.selection.paths or workspace.paths).files
    above = workspace.load_above(desired.selection.paths)
    files = {file.shown: ManifestFile(file.path) for file in found}
    texts = {shown: file.text for shown, file in files.items()}
    try:
        request = AcceptRequest(place.address, texts, resources, place.field, workspace.variables, above)
        accepted = compute_accepted(request, account, desired.options)
    except PlanProblemsError as error:
        raise PlanError(error.problems) from None
    except AcceptError as error:
        raise EngineError(f"{place.address}: {error.message}", error.hint) from None
    if accepted is None:
        return None
    return Acceptance(
        accepted.file,
        texts[accepted.file],
        accepted.text,
        tuple(accepted.names),
        files[accepted.file],
        tuple(map(_beside, accepted.beside)),
    )


def _beside(edit: TextFileEdit) -> Acceptance:
    """A file with a text of the manifest; it keeps its kind of line break."""
    target = ManifestFile(edit.path)
    has_crlf = "\r\n" in target.text and "\n" not in target.text.replace("\r\n", "")
    text = edit.text if target.text.endswith("\n") else edit.text.removesuffix("\n")
    return Acceptance(edit.shown, target.text, text.replace("\n", "\r\n") if has_crlf else text, (), target)


def _check_named(resources: Sequence[Resource], place: Place) -> None:
    by_address = {resource.address: resource for resource in resources}
    found = by_address.get(place.address)
    if found is None:
        near = did_you_mean(place.address, by_address)
        hint = near or "'pdsync export' writes manifests for objects that have none."
        raise EngineError(f"no manifest has the address {place.address}", hint)
    if place.field is not None and place.field not in {*found.fields, *found.children}:
        hint = f"Only fields that a manifest names are managed: write {place.field} into it first."
        raise EngineError(f"{found.source}: the manifest of {place.address} does not name {place.field}", hint)
