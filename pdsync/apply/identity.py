"""Which id each manifest has: known from the plan, and learnt from every create."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from pdsync.apply.error import UnresolvedError
from pdsync.model import Ref
from pdsync.model.resolve import Bindings


class Identities:
    """Ids by address and addresses by id; shared by all workers."""

    def __init__(self, bindings: Mapping[str, str], workspace: str = "") -> None:
        """`workspace` is the one whose manifests these are."""
        self.workspace = workspace
        self._lock = Lock()
        self._bindings = Bindings(bindings)

    def learn(self, address: str, identity: str) -> None:
        """Notes the id that a create was answered with."""
        with self._lock:
            self._bindings.bind(address, identity)

    def id_of(self, ref: Ref) -> str | None:
        """The id that a reference leads to, or None when it is not known (yet)."""
        with self._lock:
            return self._bindings.id_of(ref)

    def to_request(self, ref: Ref) -> dict[str, Any]:
        """A reference as PagerDuty takes it. Raises `UnresolvedError`."""
        identity = self.id_of(ref)
        if not identity:
            raise UnresolvedError(f"{ref} does not exist")
        return {"id": identity, "type": f"{ref.kind}_reference"}

    def to_normal(self, ref: Ref) -> Ref:
        """A reference from an answer in the words of the plan: by key where a manifest manages the target."""
        with self._lock:
            return self._bindings.to_key(ref)
