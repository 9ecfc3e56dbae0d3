"""One form for every way to name the same target, so that values compare by what they mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pdsync.model import Account, Ref, Resource
from pdsync.model.address import Address


class Normal:
    """Turns references as manifests write them into keys where a manifest manages the target, else into ids."""

    def __init__(self, resources: Sequence[Resource], account: Account, bindings: Mapping[str, str]) -> None:
        """`bindings` are ids of live objects by address."""
        self.keys: dict[tuple[str, str], str] = {}
        """Keys by kind and id, of what has a manifest."""
        for address, identity in bindings.items():
            kind, key = Address.parse(address)
            self.keys[kind, identity] = key
        self._account = account
        self._emails = {str(made.fields["email"]): made.key for made in resources if "email" in made.fields}
        self._ids: dict[Ref, set[str]] = defaultdict(set)
        for group in account.objects.values():
            for live in group:
                self._ids[Ref(live.kind, "name", live.name.casefold())].add(live.id)
                if live.kind == "user":
                    self._ids[Ref("user", "email", str(live.fields.get("email")))].add(live.id)

    def __call__(self, ref: Ref) -> Ref:
        if ref.by == "email" and ref.value in self._emails:
            return Ref(ref.kind, "key", self._emails[ref.value])
        identity = self._identity(ref)
        if identity is None:
            return ref
        key = self.keys.get((ref.kind, identity))
        return Ref(ref.kind, "key", key) if key is not None else Ref(ref.kind, "id", identity)

    def _identity(self, ref: Ref) -> str | None:
        if ref.by == "id":
            return ref.value
        if ref.by == "key":
            return None
        if ref.kind == "vendor":
            return self._account.vendors.get(ref.value.casefold())
        found = self._ids.get(Ref(ref.kind, ref.by, ref.value.casefold()), set())
        return next(iter(found)) if len(found) == 1 else None
