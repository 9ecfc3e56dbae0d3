"""How a manifest names the target of a reference: by key, by what identifies it, and by id where nothing else is sure."""

from __future__ import annotations

from pdsync.export.key import Keys
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Ref
from pdsync.model.ref import ANY_KIND
from pdsync.model.resolve import Targets


class Namer:
    """Turns references by id into the ones that a person would write. Local references stay as they are."""

    def __init__(self, account: Account, keys: Keys) -> None:
        """`keys` are those of the objects that have manifests."""
        self._keys = keys
        self._in_texts = {identity: Ref(kind, "key", keys[kind, identity]) for kind, identity in keys}
        self._targets = Targets(account, BY_SLUG)
        self.is_gone = self._targets.is_gone

    def __call__(self, ref: Ref) -> Ref:
        if ref.by != "id":
            return ref
        if ref.kind == ANY_KIND:
            return self._in_texts.get(ref.value, ref)
        key = self._keys.get((ref.kind, ref.value))
        return Ref(_written_kind(ref.kind), "key", key) if key is not None else self._targets.describe(ref)


def _written_kind(slug: str) -> str:
    """The kind by which a manifest refers to an object: of several kinds of one name the first."""
    kind = BY_SLUG.get(slug)
    variant = kind.facts.variant if kind is not None else None
    return variant.of if variant is not None else slug
