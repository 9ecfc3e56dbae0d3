"""Takes one object's live values into its manifest, and proves that nothing else in the manifests changes its meaning. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pdsync.accept.edit import WrittenManifest, edit_text, read_spec
from pdsync.accept.error import AcceptError
from pdsync.accept.normal import Normal
from pdsync.accept.text_file import TextFileEdit, split_wanted
from pdsync.accept.wanted import Divergence, compute_wanted, differing_names
from pdsync.kinds import BY_SLUG
from pdsync.manifest import Variables, load_texts
from pdsync.manifest.text_file import TextFiles
from pdsync.model import Account, Fields, Kind, Resource
from pdsync.model.address import Address
from pdsync.plan import Change, Operation, Plan, PlanOptions, PlanProblem, build_plan
from pdsync.plan.pairing.shared_field import shared_codec

_NO_VARIABLES = Variables()


class PlanProblemsError(AcceptError):
    """The plan has problems with the object, so it is unclear which one is meant."""

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        super().__init__(problems[0].message, problems[0].hint)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The new text of one file."""

    file: str
    text: str
    names: tuple[str, ...]
    """The fields and child lists that were taken over."""
    beside: tuple[TextFileEdit, ...] = ()
    """The files next to the manifest whose text is new."""


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """Which manifest takes over what the account holds."""

    address: str
    texts: Mapping[str, str]
    """All manifest files."""
    resources: Sequence[Resource]
    """What they hold."""
    field: str | None = None
    """The only field or child list to take over, with what cannot go without it; None for all that differ."""
    variables: Variables = _NO_VARIABLES
    above: Sequence[tuple[str, str]] = ()
    """Name and text of the files above all of these that may hold Defaults."""


def compute_accepted(request: AcceptRequest, account: Account, options: PlanOptions) -> Accepted | None:
    """What the file must contain so that a plan finds no difference; None where there is no difference already. Raises AcceptError."""
    address, field, resources = request.address, request.field, request.resources
    resource = next(made for made in resources if made.address == address)
    kind = BY_SLUG[resource.kind]
    if resource.lifecycle.absent:
        raise AcceptError(f"{resource.source} marks it for deletion", "Remove lifecycle.absent first.")
    plan = _plan(resources, account, options)
    problems = [problem for problem in plan.problems if problem.address == address]
    if problems:
        raise PlanProblemsError(problems)
    change = _change(plan, address)
    if change is None:
        _check_objects(plan, kind, resource)
        return None
    live = account.find(change.kind, change.id or "")
    if change.operation is Operation.CREATE or live is None:
        hint = "Remove its manifest, or run 'pdsync apply' to create it."
        raise AcceptError(f"the {kind.noun} of {resource.source} does not exist in the account", hint)
    names = differing_names(kind, change)
    if not names or (field is not None and field not in names):
        return None
    _check_shared(resource, change, names if field is None else [field])
    normal = Normal(resources, account, plan.bindings)
    file = resource.source.file
    manifest = WrittenManifest(request.texts[file], resource.source, kind, request.variables)
    spec = read_spec(manifest)
    wanted = compute_wanted(Divergence(resource, spec, live, change), account, normal, field)
    inside, beside = split_wanted(file, spec, wanted)
    edited = edit_text(manifest, inside, normal)
    accepted = tuple(want.name for want in wanted)
    after = _load({**request.texts, file: edited}, request, {it.path: it.text for it in beside})
    _check_others(resources, after, resource, kind, accepted)
    left = _change(_plan(after, account, options), address)
    still = _find_still_differing(kind, left, kind.map_fields(live.fields, normal)) if left is not None else set()
    if still & ({field} if field is not None else set(accepted)):
        raise _unwritable(resource)
    return Accepted(file, edited, accepted, beside)


def _check_objects(plan: Plan, kind: Kind, resource: Resource) -> None:
    """Raises AcceptError where a manifest means several objects and some of them are not as it says: which of its lines says what about
    one, only a person can tell. An object that carries an ownership line and is not there yet does not count: the next apply makes it."""
    if kind.passing.expand is None:
        return
    differing = [
        it for it in plan.changes if it.kind == kind.slug and kind.passing.manifest_key(_key(it)) == resource.key
    ]
    if kind.marker_line is not None:
        differing = [it for it in differing if it.operation is not Operation.CREATE]
        if differing:
            named = ", ".join(it.address for it in differing)
            hint = "Edit the manifest by hand, or run 'pdsync apply' to put back what was edited in PagerDuty."
            raise AcceptError(f"it makes several objects, so the values of {named} cannot be written into it", hint)
    for change in differing:
        is_there = change.operation is Operation.DELETE
        what = "still exists in the account" if is_there else "does not exist in the account"
        raise AcceptError(f"the {kind.noun} of {change.source} {what}", "Edit the manifest, or run 'pdsync apply'.")


def _key(change: Change) -> str:
    return Address.parse(change.address).key


def _check_shared(resource: Resource, change: Change, names: Sequence[str]) -> None:
    """Raises AcceptError for a field that other manifests declare items of: it is not written in one place. Says where each item is that
    differs."""
    for name in names:
        if name in resource.gathered:
            codec = shared_codec(BY_SLUG[resource.kind], name)
            paths = {it.key: f"{name}{codec.shown_path(it.key)}" for it in resource.gathered[name]}
            differing = [
                f"{paths[it.key]} at {it.source}"
                for it in resource.gathered[name]
                if any(delta.path.startswith(paths[it.key]) for delta in change.deltas)
            ]
            what = f"{name} is shared: several manifests declare {codec.item_noun}s of it, so it is edited by hand"
            where = f"These differ in other manifests: {', '.join(differing)}. " if differing else ""
            raise AcceptError(
                what, f"{where}The {codec.item_noun}s of this manifest are at {resource.positions[name]}."
            )


def _plan(resources: Sequence[Resource], account: Account, options: PlanOptions) -> Plan:
    return build_plan(resources, account, replace(options, adopt=True, replaces=False))


def _change(plan: Plan, address: str) -> Change | None:
    """What the plan would do to the object, apart from freeing its name for a moment."""
    return next(
        (made for made in plan.changes if made.address == address and made.operation is not Operation.INTERIM), None
    )


def _load(texts: Mapping[str, str], request: AcceptRequest, beside: Mapping[str, str]) -> tuple[Resource, ...]:
    result = load_texts(texts.items(), request.variables, text_files=TextFiles(beside), above=request.above)
    if result.problems:
        first = result.problems[0]
        about = f"{first.address}: " if first.address else ""
        hint = first.hint or "Edit the manifest by hand."
        raise AcceptError(f"with the account's values the manifests would have a problem: {about}{first.message}", hint)
    return result.resources


def _find_still_differing(kind: Kind, left: Change, live: Fields) -> set[str]:
    """The fields and lists that differ in what the account shows. What it never shows may have to be sent again."""
    found = set(differing_names(kind, left))
    return {
        it for it in found if it not in kind.open_fields or not kind.open_fields[it].agrees(left.values[it], live[it])
    }


def _check_others(
    before: Sequence[Resource], after: Sequence[Resource], resource: Resource, kind: Kind, accepted: Sequence[str]
) -> None:
    """Everything but the accepted members must mean what it meant: an anchor may share a value with another place."""
    free = {*accepted, *(name for declared in kind.fields if declared.name in accepted for name in declared.sent_with)}

    def meaning(made: Resource) -> tuple[object, ...]:
        hidden = free if made.address == resource.address else set()
        fields = {name: value for name, value in made.fields.items() if name not in hidden}
        children = {name: value for name, value in made.children.items() if name not in hidden}
        modes = {name: mode for name, mode in made.modes.items() if name not in hidden}
        return made.address, fields, children, modes, made.lifecycle, made.id

    if list(map(meaning, before)) != list(map(meaning, after)):
        raise _unwritable(resource)


def _unwritable(resource: Resource) -> AcceptError:
    hint = f"Edit {resource.source} by hand. Where an anchor (&name) shares a value, write it out in each place first."
    return AcceptError("this cannot be written without changing another part of the file", hint)
