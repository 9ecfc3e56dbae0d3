"""One form for every way to name the same target, so that values compare by what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Ref, Resource
from pdsync.model.resolve import Aliases, Bindings, Targets


class Normal:
    """Turns references as manifests write them into keys where a manifest manages the target, else into ids."""

    def __init__(self, resources: Sequence[Resource], account: Account, bindings: Mapping[str, str]) -> None:
        """`bindings` are ids of live objects by address."""
        self.bindings = Bindings(bindings)
        self._managed = Aliases(((Ref(made.kind, "key", made.key), made.fields) for made in resources), ("email",))
        self._targets = Targets(account, BY_SLUG)

    def __call__(self, ref: Ref) -> Ref:
        managed = self._managed.find(ref)
        if managed is not None:
            return managed
        found = self._targets.find(ref)
        return self.bindings.to_key(found[0]) if len(found) == 1 else ref
