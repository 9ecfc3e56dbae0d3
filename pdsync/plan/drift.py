"""Drift: what was edited by hand, what changed in git and was not applied yet, or both. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical
from pdsync.plan.change import Change, Operation, Unmanaged, field_at
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.json_form import Count, Form, Moment, Source, counts, says
from pdsync.plan.pending import Pending
from pdsync.plan.plan import Plan
from pdsync.plan.risk import DOCUMENT_WARNED


class Editor(Form, frozen=True):
    """Who made the last edit that is on record, and when."""

    who: Annotated[str, says("A name, or what kind of key it was.")]
    how: Annotated[str, says("The kind of channel in PagerDuty's words, such as browser or api_token.")]
    when: Annotated[Moment, says("When.")]
    action: Annotated[str, says("create, update or delete.")]


class MovedField(Form, frozen=True):
    """One difference."""

    path: Annotated[str, says("Where, such as schedule_layers[Nights].users.")]
    origin: Annotated[Origin, says("Where the difference comes from.")]
    live: Annotated[Canonical, says("The live value.")]
    desired: Annotated[Canonical, says("The desired value.")]
    is_removed: Annotated[
        bool, says("Whether the manifest no longer names it, so that the desired value is PagerDuty's default.")
    ] = False


class UnmanagedForm(Unmanaged, frozen=True):
    """Something that a manifest no longer names, as JSON."""

    address: Annotated[str, says("The manifest, as kind/name.")]


class MovedForm(Form, frozen=True):
    """One object that is not as its manifest says, as JSON."""

    address: Annotated[str, says("The manifest, as kind/name.")]
    name: Annotated[str, says("What PagerDuty shows.")]
    id: Annotated[str | None, says("The PagerDuty id.")]
    url: Annotated[str | None, says("Where a person finds the object in PagerDuty.")]
    source: Source
    origin: Annotated[Origin, says("The cause for the object as a whole; 'both' if its fields have different causes.")]
    what: Annotated[str, says("What kind of difference it is, in a few words.")]
    fields: Annotated[tuple[MovedField, ...], says("What differs.")]
    editor: Annotated[Editor | None, says("Who made the last edit, where that is known.")]


@dataclass(frozen=True, slots=True)
class Moved:
    """One object that is not as its manifest says."""

    change: Change
    origin: Origin
    """The cause for the object as a whole; 'both' if its fields have different causes."""
    fields: tuple[MovedField, ...]
    what: str
    """What kind of difference it is, in a few words."""
    editor: Editor | None = None

    def default_of(self, moved: MovedField) -> str:
        """The place in Defaults that the desired value comes from; empty where the manifest itself has it."""
        return (self.change.defaults or {}).get(field_at(moved.path), "")

    @property
    def form(self) -> MovedForm:
        """The JSON form, which holds of the change only what says which object it is."""
        change = self.change
        identity = (change.address, change.name, change.id, change.url or None, change.source)
        return MovedForm(*identity, self.origin, self.what, self.fields, self.editor)


DRIFT_VERSION: Final = 1


_SUMMARY = counts("How many objects drifted in each way.", {it.value: f"How many are {it.value}." for it in Origin})


class DriftDocument(Form, frozen=True):
    """What 'pdsync drift -o json' prints."""

    version: Annotated[Literal[1], says("The version of this form.")]
    workspace: Annotated[str, says("The workspace that the manifests belong to.")]
    account: Annotated[str, says("The subdomain of the account.")]
    moved: Annotated[tuple[MovedForm, ...], says("Everything that drifted, in the order of the plan.")]
    summary: Annotated[Mapping[str, int], _SUMMARY]
    unchanged: Annotated[Count, says("How many manifests match the account.")]
    notes: Annotated[tuple[str, ...], says("What was found and is not changed.")]
    unmanaged: Annotated[tuple[UnmanagedForm, ...], says("What manifests no longer name. It stays as it is.")]
    pending: Annotated[
        tuple[Pending, ...], says("What was applied and takes effect later. It does not count as drift.")
    ]


@dataclass(frozen=True, slots=True)
class Drift:
    """All drift of one workspace, in the order of the plan."""

    workspace: str
    subdomain: str
    moved: tuple[Moved, ...] = ()
    unchanged: int = 0
    notes: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    unmanaged: tuple[Change, ...] = ()
    """The changes of manifests that no longer name something that stays as it is."""
    fetched_at: str = ""
    """When the account was read."""
    pending: tuple[Pending, ...] = ()

    @property
    def edited(self) -> tuple[Moved, ...]:
        """Differences that a person may have caused: all but changes in git that were not applied yet."""
        return tuple(moved for moved in self.moved if moved.origin is not Origin.OURS)

    def of(self, origin: Origin) -> tuple[Moved, ...]:
        """The differences with that cause."""
        return tuple(moved for moved in self.moved if moved.origin is origin)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        document = DriftDocument(
            version=DRIFT_VERSION,
            workspace=self.workspace,
            account=self.subdomain,
            moved=tuple(moved.form for moved in self.moved),
            summary={origin.value: len(self.of(origin)) for origin in Origin},
            unchanged=self.unchanged,
            notes=self.notes,
            unmanaged=tuple(
                UnmanagedForm(left.path, left.live, left.why, change.address)
                for change in self.unmanaged
                for left in change.unmanaged
            ),
            pending=self.pending,
        )
        return document.to_json()


def compute_drift(plan: Plan, editors: dict[str, Editor] | None = None) -> Drift:
    """The differences that a plan found, sorted by their cause. `editors` are known by the id of the object."""
    known = editors or {}
    early = tuple(_find_early(plan))
    not_yet = {each.address for each in early}
    differing = [it for it in _differing(plan) if not _is_no_difference(it)]
    moved = [_moved(change, known) for change in differing if change.address not in not_yet]
    drifted = {change.address for change in differing}
    alike = sum(1 for it in plan.changes if it.operation is Operation.UPDATE and it.address not in drifted)
    unchanged = plan.unchanged + alike
    left = tuple(change for change in plan.changes if change.unmanaged)
    waiting = {each.change.address for each in moved}
    return Drift(
        plan.workspace,
        plan.subdomain,
        tuple(moved),
        unchanged,
        (
            *plan.notes,
            *(f"{change.address}: {said}" for change in plan.changes for said in change.afterwards),
            *(risk.message for risk in plan.risks if risk.code == DOCUMENT_WARNED),
        ),
        dict(plan.labels),
        left,
        plan.fetched_at,
        (*(each for each in plan.pending if each.address not in waiting), *early),
    )


def _differing(plan: Plan) -> Sequence[Change]:
    """What is not as the manifests say: a replacement is one, without what only leads to the new object."""
    if not any(change.operation is Operation.RETIRE for change in plan.changes):
        return plan.changes
    from pdsync.plan.entry import fold_steps
    from pdsync.plan.repoint import on_manifests, without_repoints

    return tuple(on_manifests(fold_steps(without_repoints(plan.changes))))


def _find_early(plan: Plan) -> Iterable[Pending]:
    """What the account lacks and does not have to have yet."""
    for change in plan.changes:
        if change.operation is Operation.CREATE and not change.blockers:
            moment = BY_SLUG[change.kind].passing.begins_later(dict(change.values), plan.fetched_at)
            if moment:
                yield Pending(
                    change.address, moment, f"begins at {moment} and is not in the account yet: the next apply makes it"
                )


def _is_no_difference(change: Change) -> bool:
    """A step on the way, or a record that is renewed."""
    if change.operation is Operation.INTERIM:
        return True
    is_unread = change.alone and bool(change.blockers)  # what was not read may differ
    return change.operation is Operation.UPDATE and not change.deltas and not change.children and not is_unread


def _moved(change: Change, editors: dict[str, Editor]) -> Moved:
    fields = tuple(_fields(change))
    editor = editors.get(change.id or change.replaces or "")
    match change.operation:
        case Operation.CREATE:
            # What is blocked may be there, under another key or another identity.
            what = "; ".join(change.blockers) or "not in the account: never applied, or deleted there"
            return Moved(change, Origin.UNKNOWN, (), what, editor)
        case Operation.ADOPT:
            return Moved(change, Origin.UNKNOWN, fields, "without its ownership line, or never adopted", editor)
        case Operation.DELETE:
            # What was not read may be gone already.
            what = "; ".join(change.blockers) if change.id is None else "still in the account, and to be deleted"
            return Moved(change, Origin.OURS, (), what, editor)
        case Operation.RETIRE:
            return Moved(
                change, Origin.OURS, (), "replacement unfinished: the old object is still in the account", editor
            )
    what = "differs, and has to be replaced" if change.operation is Operation.REPLACE else "differs"
    if change.alone:
        what = "; ".join((*((what,) if fields else ()), *change.blockers))
    return Moved(change, _sum(moved.origin for moved in fields), fields, what, editor)


def _fields(change: Change) -> Iterable[MovedField]:
    for delta in change.deltas:
        yield MovedField(delta.path, delta.origin or Origin.UNKNOWN, delta.before, delta.after, delta.is_reset)
    for child in change.children:
        path = f"{child.list_name}[{child.label}]"
        origin = child.origin or Origin.UNKNOWN
        if child.deltas:
            for delta in child.deltas:
                yield MovedField(f"{path}.{delta.path}", origin, delta.before, delta.after)
        else:
            there = child.operation.value == "remove"
            live, desired = ("there", None) if there else (None, "there")
            yield MovedField(path, origin, live, desired, child.is_dropped)


def _sum(origins: Iterable[Origin]) -> Origin:
    found = set(origins)
    if len(found) == 1:
        return found.pop()
    if not found or (Origin.UNKNOWN in found and found <= {Origin.UNKNOWN, Origin.OURS}):
        return Origin.UNKNOWN
    return Origin.THEIRS if found == {Origin.UNKNOWN, Origin.THEIRS} else Origin.BOTH
