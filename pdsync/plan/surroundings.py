"""What the objects of a manifest depend on: the account, and the other manifests of the workspace. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, LiveObject, Ref, Resource
from pdsync.model.passing import Surroundings
from pdsync.model.resolve import Targets


def surroundings_of(manifests: Sequence[Resource], account: Account, workspace: str) -> Mapping[str, Surroundings]:
    """By slug what the manifests of each kind are expanded with. `manifests` are all of the workspace, before any of them is."""
    by_kind: dict[str, list[Resource]] = defaultdict(list)
    for manifest in manifests:
        by_kind[manifest.kind].append(manifest)
    known = _Known({manifest.address: manifest for manifest in manifests}, account, workspace)
    return {
        slug: Surroundings(account, workspace, tuple(group), known.find, known.said) for slug, group in by_kind.items()
    }


class _Known:
    """Objects by references to them, before manifests and live objects are paired."""

    def __init__(self, manifests: Mapping[str, Resource], account: Account, workspace: str) -> None:
        self._manifests = manifests
        self._account = account
        self._workspace = workspace
        self._targets = Targets(account, BY_SLUG)

    def find(self, ref: Ref) -> LiveObject | None:
        """The live object that a reference leads to; None where there is none, or more than one."""
        if ref.by != "key":
            ids = self._targets.find(ref)
            return self._account.find(ids[0].kind, ids[0].value) if len(ids) == 1 else None
        index, manifest = self._account.index, self._manifests.get(ref.address or "")
        if manifest is not None and manifest.id is not None:
            return self._account.find(ref.kind, manifest.id)
        keys = (ref.value, *(manifest.lifecycle.moved_from if manifest is not None else ()))
        found = [live for key in keys for live in index.marked(ref.kind, key, self._workspace)]
        kind = BY_SLUG[ref.kind]
        if not found and manifest is not None and not kind.is_identified_by_refs:
            fields = {manifest.label: manifest.name, **manifest.fields}
            found = [live for live in index.alike(ref.kind, kind.identity, fields) if live.marker is None]
        return found[0] if len(found) == 1 else None

    def said(self, ref: Ref) -> Mapping[str, Canonical]:
        """The fields that the object of a reference will have."""
        live, manifest = self.find(ref), self._manifests.get(ref.address or "")
        return {**(live.fields if live is not None else {}), **(manifest.fields if manifest is not None else {})}
