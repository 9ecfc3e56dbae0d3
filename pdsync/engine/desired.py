"""What a workspace asks for: its manifests, loaded, and the options of a plan."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pdsync.engine.error import ManifestsError, RefusedError, RequestError
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.manifest import LoadResult, ManifestProblem, Variables, load_manifests
from pdsync.manifest.checkout import is_within
from pdsync.manifest.claim import Claims, Neighbour, find_shared
from pdsync.manifest.load import load_above
from pdsync.manifest.tree import find_files
from pdsync.model import Resource
from pdsync.model.address import Address, AddressError, read_address
from pdsync.model.codec.secret_text import SHORTEST_KEY, SOURCE
from pdsync.model.test_kind import ManifestTest
from pdsync.plan import DeleteLimit, PlanOptions, PruneMode, RemovedFields, find_assignee_kinds

if TYPE_CHECKING:
    from pdsync.oncall.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Workspace:
    """What ``pdsync.yaml`` says: which manifests belong together, and how they are treated."""

    name: str = "default"
    is_named: bool = True
    """False where the name was not chosen: another folder may have the same, so nothing is pruned."""
    paths: tuple[str, ...] = (".",)
    """The files and folders of all its manifests, from the current folder."""
    folder: str = "."
    """That of ``pdsync.yaml``, from the current folder: Defaults count from there."""
    fingerprint_key: str = ""
    """The variable of the environment that holds the key of fingerprints of secrets; empty where there is none."""
    variables: Variables = field(default_factory=Variables)
    prune: PruneMode = "report"
    prune_by_kind: Mapping[str, PruneMode] = field(default_factory=dict)
    """Prune modes by slug, where they differ."""
    removed_fields: RemovedFields = "reset"
    """What happens to a value that pdsync wrote once no manifest names its field."""
    max_deletes: int = 10
    max_delete_percent: int = 25
    limits_by_kind: Mapping[str, DeleteLimit] = field(default_factory=dict)
    """Limits by slug, in addition to those over all kinds."""
    managed_kinds: frozenset[str] = frozenset()
    """Slugs of the kinds without an ownership line whose existing objects it manages."""
    neighbours: tuple[Neighbour, ...] = ()
    """The other workspaces of the same pdsync.yaml that may be for the same account."""
    subdomain: str | None = None
    """The only account that the workspace is for; None: any."""
    rules: Rulebook | None = None
    """The rules that on-call must keep; None: none are set."""
    on_warning: Callable[[ManifestProblem], object] | None = None
    """Called with each warning that loading the manifests gives."""

    @property
    def tops(self) -> tuple[str, ...]:
        """The folders up to which Defaults above a manifest count."""
        return (self.folder, *self.paths)

    @property
    def places(self) -> Mapping[str, Collection[str]]:
        """Where the items of child lists that other hosts keep are besides what manifests say, by name of the list."""
        said = self.variables.list_places
        return {name: (place,) for name, place in said.items()} if said else said

    def load(self, paths: Sequence[str] = ()) -> LoadResult:
        """Loads the manifests of the workspace, or those of some paths. Problems are in the result."""
        return load_manifests(paths or self.paths, self.variables, tops=self.tops)

    def load_default_names(self, folder: str) -> Mapping[str, Collection[str]]:
        """The fields and child lists that Defaults give the manifests of a folder and below, by kind."""
        from pdsync.manifest.defaults import load_default_names

        return load_default_names(folder, self.tops)

    def load_above(self, paths: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
        """Name and text of the files above its manifests, or above some paths, that may hold Defaults."""
        return load_above(find_files(paths or self.paths, self.tops))


@dataclass(frozen=True, slots=True)
class Selection:
    """What to plan for. The default is the whole workspace as it is configured."""

    paths: tuple[str, ...] = ()
    """Only these files and folders; empty: all of the workspace."""
    adopt: bool = False
    prune: PruneMode | None = None
    """A mode in place of the configured one."""
    targets: tuple[str, ...] = ()
    """Only these objects and what they need, such as ``service/checkout``."""
    reassign_to: str | None = None
    """Who takes over the open incidents that stop a delete: ``user/KEY`` or ``escalation_policy/KEY``."""
    rotate_keys: tuple[str, ...] = ()
    """The objects whose routing keys may be replaced, such as ``service/checkout``."""
    send_secrets: tuple[str, ...] = ()
    """The objects whose secrets are sent again, such as ``extension/snow``: PagerDuty never shows them, so a changed one may go unnoticed."""
    in_full: bool = False
    """True where every list is read in full of which a manifest says more than a reading in bulk shows, such as the roles of a team's
    members. Otherwise that is done only where the list or its record differs."""

    @property
    def names(self) -> tuple[str, ...]:
        """All objects that it names."""
        return (
            *self.targets,
            *self.rotate_keys,
            *self.send_secrets,
            *((self.reassign_to,) if self.reassign_to else ()),
        )


@dataclass(frozen=True)
class Desired:
    """Everything that a plan is made from, except for the account."""

    resources: tuple[Resource, ...]
    options: PlanOptions
    workspace: Workspace = Workspace()
    selection: Selection = Selection()
    tests: tuple[ManifestTest, ...] = ()
    """The tests among the manifests."""


def load_desired(workspace: Workspace, selection: Selection = Selection()) -> Desired:
    """Loads the manifests. Raises ManifestsError, RequestError, and RefusedError where everything would be pruned."""
    options = make_options(workspace, selection)
    result = load_selected(workspace, selection, options)
    if selection.paths and workspace.is_named:
        options = replace(options, elsewhere=load_elsewhere(workspace, result.resources))
    return Desired(result.resources, options, workspace, selection, result.tests)


def load_elsewhere(workspace: Workspace, resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """The manifests of the workspace besides those that were selected. Their problems are not reported: they only show which
    objects have a manifest."""
    selected = {resource.address for resource in resources}
    whole = workspace.load().resources
    return tuple(resource for resource in whole if resource.address not in selected)


def make_options(workspace: Workspace, selection: Selection) -> PlanOptions:
    """The options of the plan. Raises RequestError where workspace and selection contradict each other. Reads nothing but says where the
    secrets of the workspace are."""
    place_secrets(workspace)
    prune = selection.prune or workspace.prune
    # A selection that deletes less goes before every mode of the workspace; one that deletes more keeps its exceptions.
    by_kind = {} if selection.prune in ("off", "report") else dict(workspace.prune_by_kind)
    if selection.paths and _prunes(prune, by_kind.values()):
        raise RequestError(
            "'prune: owned' needs all manifests, so it does not work with PATH: objects whose manifests are in other files would be deleted",
            "Leave PATH out, or add --prune report.",
        )
    if _prunes(prune, by_kind.values()) and not workspace.is_named:
        raise RequestError(
            "'prune: owned' needs a workspace name: without one, objects created from other unnamed folders would be deleted too",
            "Write 'workspace: NAME' into pdsync.yaml.",
        )
    return PlanOptions(
        workspace=workspace.name,
        adopt=selection.adopt,
        prune=prune,
        prune_by_kind=by_kind,
        managed_kinds=workspace.managed_kinds,
        removed_fields=workspace.removed_fields,
        max_deletes=workspace.max_deletes,
        max_delete_percent=workspace.max_delete_percent,
        limits_by_kind=workspace.limits_by_kind,
        whole=not selection.paths,
        targets=frozenset(map(parse_address, selection.targets)),
        rotate_keys=frozenset(map(_parse_key_holder, selection.rotate_keys)),
        send_secrets=frozenset(map(_parse_secret_holder, selection.send_secrets)),
        reassign_to=_parse_assignee(selection.reassign_to) if selection.reassign_to else "",
    )


def place_secrets(workspace: Workspace) -> None:
    """Says where the secrets of the workspace are. Raises RequestError for a key of fingerprints that can be guessed."""
    SOURCE.folder, SOURCE.key_variable = Path(workspace.folder), workspace.fingerprint_key
    key = SOURCE.key() if workspace.fingerprint_key else None
    if key is not None and len(key) < SHORTEST_KEY:
        raise RequestError(
            f"the variable {workspace.fingerprint_key} holds a key that is too short: fewer than {SHORTEST_KEY} characters can be guessed",
            "Put a random one into it, such as one of 'openssl rand -hex 32'.",
        )


def load_resources(workspace: Workspace, selection: Selection, options: PlanOptions) -> tuple[Resource, ...]:
    """The resources of all manifests that were selected. Raises what `load_desired` raises."""
    return load_selected(workspace, selection, options).resources


def load_selected(workspace: Workspace, selection: Selection, options: PlanOptions) -> LoadResult:
    """All manifests that were selected, none of them with a problem. Raises what `load_desired` raises."""
    _check_paths(workspace, selection)
    whole = not selection.paths
    result = load_manifests(selection.paths or workspace.paths, workspace.variables, whole=whole, tops=workspace.tops)
    if options.prunes and result.is_empty:
        raise RefusedError(
            "there are no manifests, and 'prune: owned' would delete everything that this workspace owns",
            "Check 'paths' in pdsync.yaml. To delete all of them, keep one manifest and delete its object by hand.",
            [str(problem) for problem in result.problems],
        )
    if workspace.on_warning is not None:
        for warning in result.warnings:
            workspace.on_warning(warning)
    problems = result.problems
    if result.tests:
        from pdsync.engine.test_run import check_events

        problems += tuple(check_events(result.tests))
    if workspace.neighbours:
        own = Claims(workspace.name, workspace.managed_kinds, result.resources)
        problems += find_shared(own, workspace.neighbours)
    if problems:
        raise ManifestsError(problems)
    if selection.paths and any(resource.gathered for resource in result.resources):
        from pdsync.engine.shared_field import check_shared_fields

        check_shared_fields(workspace, result.resources)
    return result


def _check_paths(workspace: Workspace, selection: Selection) -> None:
    """Raises RequestError for a path that is not the workspace's: a plan of it would be for objects of another one."""
    own = [place(path) for path in workspace.paths for place in (os.path.abspath, os.path.realpath)]
    for path in selection.paths:
        if "\0" not in path and not any(is_within(os.path.abspath(path), folder) for folder in own):
            if not os.path.lexists(path):
                raise RequestError(f"{path}: does not exist", "Check the path.")
            shown = ", ".join(os.path.relpath(folder) for folder in workspace.paths)
            raise RequestError(
                f"{path}: is not below the paths of this workspace ({shown})",
                "Correct PATH, or name it under 'paths' in pdsync.yaml.",
            )


def parse_address(text: str) -> str:
    """The address that ``Service/checkout`` or ``service/checkout`` means. Raises RequestError."""
    try:
        return str(read_address(text, KINDS))
    except AddressError as error:
        raise RequestError(f"{text}: {error.message}", error.hint) from None


def _parse_key_holder(text: str) -> str:
    """The address of an object that can have routing keys. Raises RequestError."""
    address = parse_address(text)
    kind = BY_SLUG[Address.parse(address).kind]
    if not any(declared.loses for declared in kind.children):
        raise RequestError(f"--rotate-key {text}: a {kind.noun} has no routing key", "Write service/NAME.")
    return address


def _parse_secret_holder(text: str) -> str:
    """The address of an object that can have secrets which PagerDuty never shows. Raises RequestError."""
    address = parse_address(text)
    kind = BY_SLUG[Address.parse(address).kind]
    if not any(side.SEALED for side in kind.open_fields.values()):
        raise RequestError(f"--send-secrets {text}: a {kind.noun} has no secrets that PagerDuty hides", "Leave it out.")
    return address


def _parse_assignee(text: str) -> str:
    """The address of what can take over incidents. Raises RequestError."""
    address = parse_address(text)
    if Address.parse(address).kind not in find_assignee_kinds():
        raise RequestError(
            f"--reassign-incidents-to {text}: incidents can only be given to a user or an escalation policy",
            "Write user/NAME or escalation_policy/NAME.",
        )
    return address


def _prunes(mode: PruneMode, by_kind: Iterable[PruneMode]) -> bool:
    """True where something may be deleted."""
    return mode == "owned" or "owned" in by_kind
