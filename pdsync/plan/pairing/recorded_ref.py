"""References as the record in an ownership line holds them: the same before and after the manifest of their target goes. Pure.

Normal form says key where a manifest manages the target and id where none does, so a reference changes with its target's manifest. The
record outlives that: it holds the key that the target's own ownership line says, and of what carries no line what identifies it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, Ref, Resource
from pdsync.model.account import identity_of
from pdsync.plan.pairing.match import Pairing


class RecordedRefs:
    """Knows the account and the manifests of one workspace."""

    def __init__(self, resources: Iterable[Resource], account: Account, pairing: Pairing, workspace: str) -> None:
        self._resources = {resource.address: resource for resource in resources}
        self._account, self._pairing, self._workspace = account, pairing, workspace

    def of_field(self, ref: Ref) -> Ref:
        """A reference in normal form as the record of a field holds it."""
        live = self._account.find(ref.kind, ref.value) if ref.by == "id" else None
        marker = live.marker if live is not None else None
        if marker is None or marker.workspace != self._workspace:
            return ref
        return Ref(ref.kind, "key", marker.key)

    def of_item(self, ref: Ref) -> Ref:
        """A reference in normal form as the record of a list's item holds it: people by what identifies them."""
        kind = BY_SLUG.get(ref.kind)
        if kind is None or kind.marker_line is not None:
            return self.of_field(ref)
        fields = self._fields(ref)
        identity = identity_of(kind.identity, fields) if fields and kind.referring.isdisjoint(kind.identity) else None
        return Ref(ref.kind, "name", "\n".join(identity)) if identity is not None else ref

    def _fields(self, ref: Ref) -> Mapping[str, Canonical]:
        """The fields of the target; nothing where it is not known."""
        if ref.by == "id":
            live = self._account.find(ref.kind, ref.value)
            return live.fields if live is not None else {}
        resource = self._resources.get(ref.address or "")
        return resource.fields if resource is not None else {}
