"""Where references lead, and how a manifest names what they lead to.

A manifest names a target by key, id, name or email. PagerDuty knows ids only. What a stage knows decides what it can
resolve: `Aliases` needs objects of any source, such as manifests alone; `Bindings` needs to know which manifest manages which
object; `Targets` needs an account. A stage that knows two of them asks one after the other.

References inside one object, such as those of a notification rule to a contact method, lead to no object of their own.
They have a kind that none of these knows, and come back as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pdsync.model.account import Account
from pdsync.model.codec.plain import Canonical
from pdsync.model.kind import Kind
from pdsync.model.live import LiveObject
from pdsync.model.name import fold_name, fold_shown_name
from pdsync.model.ref import ANY_KIND, By, Ref

_BY_VALUE: tuple[By, ...] = ("name", "email")
"""The ways to refer to an object by what one of its fields says."""


class Aliases:
    """Objects by the values that a reference may name them by."""

    def __init__(self, objects: Iterable[tuple[Ref, Mapping[str, Canonical]]], ways: Iterable[By] = _BY_VALUE) -> None:
        """`objects` are references in the form that is wanted, each with the fields of its object."""
        self._found: dict[Ref, list[Ref]] = {}
        ways = tuple(ways)
        for ref, fields in objects:
            for by in ways:
                if value := fields.get(by):
                    self._found.setdefault(_folded(Ref(ref.kind, by, str(value))), []).append(ref)

    def find(self, ref: Ref) -> Ref | None:
        """The one object that the reference names; None for none, for several, and for keys and ids."""
        found = self.find_all(ref)
        return found[0] if len(found) == 1 else None

    def find_all(self, ref: Ref) -> Sequence[Ref]:
        """Every object that the reference may mean; none for keys and ids."""
        return self._found.get(_folded(ref), ()) if ref.by in _BY_VALUE else ()


class Bindings:
    """Which object each manifest manages, in both directions."""

    def __init__(self, ids: Mapping[str, str]) -> None:
        """`ids` are by address."""
        self._ids: dict[str, str] = {}
        self._keys: dict[tuple[str, str], Ref] = {}
        self._of_any_kind: dict[str, Ref] = {}
        for address, identity in ids.items():
            self.bind(address, identity)

    def bind(self, address: str, identity: str) -> None:
        """Says that the manifest of this address manages the object of this id."""
        self._ids[address] = identity
        ref = Ref.of_address(address)
        self._keys[ref.kind, identity] = ref
        # A document has the id of its parent, and a longer slug: an id in a text is the parent's.
        self._of_any_kind[identity] = min(ref, self._of_any_kind.get(identity, ref))

    def keys(self) -> dict[tuple[str, str], str]:
        """The keys of the managed objects, by kind and id."""
        return {managed: ref.value for managed, ref in self._keys.items()}

    def id_of(self, ref: Ref) -> str | None:
        """The id that a reference by key or id leads to."""
        return ref.value if ref.by == "id" else self._ids.get(ref.address or "")

    def to_key(self, ref: Ref) -> Ref:
        """A reference by id to a managed object as one by key; any other as it is."""
        if ref.kind == ANY_KIND:
            return self._of_any_kind.get(ref.value, ref)
        return self._keys.get((ref.kind, ref.value), ref) if ref.by == "id" else ref


class Targets:
    """What an account holds that references may lead to."""

    def __init__(self, account: Account, kinds: Mapping[str, Kind]) -> None:
        """`kinds` are by slug."""
        self._account = account
        self._kinds = kinds

    def find(self, ref: Ref) -> tuple[Ref, ...]:
        """The targets that the reference may mean, by id; more than one where a name does not tell. None for a key."""
        if ref.by == "key":
            return ()
        if ref.by == "id":
            stand_in = self._stand_in_of(ref.kind)
            is_stand_in = stand_in and (
                Ref(stand_in, "id", ref.value) in self._mentioned or self._account.find(stand_in, ref.value) is not None
            )
            return (Ref(stand_in, "id", ref.value) if is_stand_in else ref,)
        if ref.kind not in self._kinds:
            rows = self._account.lookups.get(ref.kind, {}).get(fold_shown_name(ref.value), ())
            return tuple(Ref(ref.kind, "id", identity) for identity in rows)
        index = self._account.index
        listed = index.named(ref.kind, ref.value) if ref.by == "name" else self._alike(ref.kind, ref.by, ref.value)
        return (*(Ref(ref.kind, "id", live.id) for live in listed), *self._stand_ins_named(ref))

    def is_lookup(self, kind: str) -> bool:
        """True for a kind that PagerDuty lists for every account and no manifest manages, such as a vendor."""
        return kind in self._lookup_kinds

    def is_gone(self, ref: Ref) -> bool:
        """True where the account, or the look-up table, was read to its end and does not have the object of this id."""
        if ref.by != "id":
            return False
        if self.is_lookup(ref.kind):
            listed = self._account.lookups.get(ref.kind, {})
            return (
                ref.kind not in self._partial_lookups
                and bool(listed)
                and not any(ref.value in identities for identities in listed.values())
            )
        (target,) = self.find(ref)
        return target.kind in self._account.complete_for and self._account.find(target.kind, target.value) is None

    def is_held(self, ref: Ref) -> bool:
        """True where a live object refers to it, whether it exists or not."""
        return ref in self._held

    def name_of(self, ref: Ref) -> str:
        """What people call the target of a reference by id; empty where that is not known."""
        live = self._account.find(ref.kind, ref.value)
        if live is not None:
            return live.name
        if self.is_lookup(ref.kind):
            return self._lookup_names.get(ref, "")
        return self._mentioned.get(ref, "") if ref.kind in self._managed_as else ""

    def describe(self, ref: Ref) -> Ref:
        """A reference by id as a person would write it: by what identifies the target, where nothing else has that."""
        managed = self._managed_as.get(ref.kind)
        if managed is not None:
            live = self._account.find(ref.kind, ref.value)
            named = Ref(managed, "name", live.name if live is not None else "")
            is_plain = named.value.isprintable() and bool(named.value) and self.find(named) == (ref,)
            return named if is_plain else Ref(managed, "id", ref.value)
        if self.is_lookup(ref.kind):
            name = self._lookup_names.get(ref)
            return Ref(ref.kind, "name", name) if name is not None else ref
        live = self._account.find(ref.kind, ref.value)
        if live is None:
            return ref
        # Who is identified by an email address keeps it; a name may be another person's too.
        by: By = "email" if self._kinds[ref.kind].identity == ("email",) else "name"
        value = live.name if by == "name" else str(live.fields.get(by) or "")
        plain = value.isprintable() and (by != "email" or "@" in value)
        found = Ref(ref.kind, by, value)
        return found if value and plain and len(self.find(found)) == 1 else ref

    def _alike(self, kind: str, by: str, value: str) -> Iterable[LiveObject]:
        return self._account.index.alike(kind, (by,), {by: value})

    def _stand_in_of(self, kind: str) -> str:
        declared = self._kinds[kind].stand_in if kind in self._kinds else None
        return declared.slug if declared is not None else ""

    def _stand_ins_named(self, ref: Ref) -> Iterable[Ref]:
        slug, wanted = self._stand_in_of(ref.kind), fold_name(ref.value)
        if not slug or ref.by != "name":
            return
        listed = {Ref(slug, "id", live.id): live.name for live in self._account.objects.get(slug, ())}
        for target, name in {**self._mentioned, **listed}.items():
            if target.kind == slug and fold_name(name) == wanted and self._account.find(ref.kind, target.value) is None:
                yield target

    @cached_property
    def _lookup_kinds(self) -> frozenset[str]:
        return frozenset(table.slug for kind in self._kinds.values() for table in kind.lookups)

    @cached_property
    def _partial_lookups(self) -> frozenset[str]:
        return frozenset(table.slug for kind in self._kinds.values() for table in kind.lookups if table.is_partial)

    @cached_property
    def _managed_as(self) -> dict[str, str]:
        """The kind by which manifests refer to a placeholder, by the kind of the placeholder."""
        return {it.stand_in.slug: it.slug for it in self._kinds.values() if it.stand_in is not None}

    @cached_property
    def _mentioned(self) -> dict[Ref, str]:
        """The names that answers give to what no listing holds."""
        return {
            ref: name
            for kind in self._kinds.values()
            if kind.mentions is not None
            for live in self._account.objects.get(kind.slug, ())
            for ref, name in kind.mentions(live)
        }

    @cached_property
    def _lookup_names(self) -> dict[Ref, str]:
        """Names as PagerDuty spells them; only those that lead back to the same target."""
        names = {
            Ref(kind, "id", identity): name
            for kind, identities in self._account.lookups.items()
            for name, listed in identities.items()
            if len(listed) == 1
            for identity in listed
        }
        spelled = {
            Ref(kind, "id", identity): name
            for kind, listed in self._account.lookup_names.items()
            for identity, name in listed.items()
        }
        for ref, name in (*spelled.items(), *self._mentioned.items()):
            if self.is_lookup(ref.kind) and self.find(Ref(ref.kind, "name", name)) == (ref,):
                names[ref] = name
        return {ref: name for ref, name in names.items() if name == name.strip() and name.isprintable()}

    @cached_property
    def _held(self) -> frozenset[Ref]:
        return frozenset(
            ref
            for slug, group in self._account.objects.items()
            for live in group
            for _, ref in self._kinds[slug].refs_of(live.fields)
        )


def _folded(ref: Ref) -> Ref:
    return Ref(ref.kind, ref.by, fold_name(ref.value))
