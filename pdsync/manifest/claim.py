"""Objects without an ownership line that two workspaces of one pdsync.yaml manage.

PagerDuty would not stop the two: each apply would undo the other one's work. Workspaces of different files cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.manifest.load import load_manifests
from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.variable import Variables
from pdsync.model import Canonical, Ref, Resource
from pdsync.model.name import fold_name
from pdsync.model.ownership import ByNaming


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another workspace of the same file that may be for the same account."""

    workspace: str
    managed_kinds: frozenset[str]
    paths: tuple[str, ...]
    variables: Variables
    folder: str = "."
    """That of pdsync.yaml."""


@dataclass(frozen=True, slots=True)
class Claims:
    """A workspace, with what its manifests ask for."""

    workspace: str
    managed_kinds: frozenset[str]
    resources: Sequence[Resource]

    def claimed(self) -> Iterator[Resource]:
        """The objects that it manages by naming alone."""
        return (resource for resource in self.resources if can_be_claimed(resource, self.managed_kinds))


def can_be_claimed(resource: Resource, managed_kinds: frozenset[str]) -> bool:
    """True where the workspace changes an existing object because a manifest names it."""
    ownership = BY_SLUG[resource.kind].ownership
    return isinstance(ownership, ByNaming) and (not ownership.setting or resource.kind in managed_kinds)


def find_shared(own: Claims, neighbours: Sequence[Neighbour]) -> tuple[ManifestProblem, ...]:
    """A problem for each object that another workspace manages too. Their manifests are loaded only where there may be one."""
    if not any(own.claimed()):
        return ()
    others = [Claims(other.workspace, other.managed_kinds, _resources_of(other)) for other in neighbours]
    return tuple(problem for other in others for problem in compare_claims(own, other))


def _resources_of(other: Neighbour) -> Sequence[Resource]:
    return load_manifests(other.paths, other.variables, tops=(other.folder, *other.paths)).resources


def compare_claims(own: Claims, other: Claims) -> Iterator[ManifestProblem]:
    """Pure. A manifest that both workspaces read in the same way is fine."""
    theirs: dict[object, Resource] = {}
    names = _names(other)
    for resource in other.claimed():
        for identity in _identities(resource, names):
            theirs.setdefault(identity, resource)
    names = _names(own)
    for resource in own.claimed():
        found = next((theirs[it] for it in _identities(resource, names) if it in theirs), None)
        if found is None or found == resource:
            continue
        kind = BY_SLUG[resource.kind]
        message = f"the workspace {other.workspace!r} manages the same {kind.noun}: {found.address} at {found.source}"
        way = kind.identity[0] if len(kind.identity) == 1 else "id"
        other_way = "" if kind.source.single else f"; in the other workspace refer to it by {{{way}: ...}}"
        hint = f"Keep one of the two manifests{other_way}. If they are two accounts, write each account's 'subdomain'."
        yield ManifestProblem(resource.source, resource.address, message, hint)


def _identities(resource: Resource, names: Mapping[str, Canonical]) -> Iterator[object]:
    """Everything that says which object it is."""
    if resource.id is not None:
        yield resource.kind, "id", resource.id
    fields = {resource.label: resource.name, **resource.fields}
    values = [fields.get(name) for name in BY_SLUG[resource.kind].identity]
    if None not in values:
        yield resource.kind, *(_plain(value, names) for value in values)


def _names(claims: Claims) -> dict[str, Canonical]:
    """The names in PagerDuty of the objects of a workspace, by address: its keys mean nothing in another workspace."""
    return {resource.address: resource.name for resource in claims.resources}


def _plain(value: Canonical, names: Mapping[str, Canonical]) -> object:
    if isinstance(value, Ref):
        shown = names.get(value.address or "", value.value) if value.by == "key" else value.value
        return value.kind, value.by == "id", shown if value.by == "id" else fold_name(str(shown))
    return fold_name(value) if isinstance(value, str) else repr(value)
