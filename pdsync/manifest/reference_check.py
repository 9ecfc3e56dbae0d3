"""References between manifests: whether each leads somewhere, to the right kind of thing, and not in a cycle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pdsync.kinds import BY_NAME, BY_SLUG
from pdsync.manifest.cycle import find_cycles
from pdsync.manifest.manifest import Manifest, may_be_name
from pdsync.model import Kind, Ref
from pdsync.model.address import Address
from pdsync.model.resolve import Aliases
from pdsync.model.scope import Path
from pdsync.model.suggestion import did_you_mean

if TYPE_CHECKING:
    from pdsync.manifest.test_manifest import TestManifest
    from pdsync.manifest.variant import Keys

_MAX_COMPARISONS = 100_000
"""How many keys are compared to find near misses: a broken template must not take minutes to report."""


class References:
    """Knows all manifests, and checks the references of each."""

    def __init__(
        self,
        manifests: Sequence[Manifest],
        unread: frozenset[str],
        *,
        is_part: bool = False,
        variants: Keys | None = None,
    ) -> None:
        """`unread` holds keys of manifests that could not be read: those may exist, so they are not reported as missing.
        `is_part` says that the workspace may have other manifests. `variants` are those of kinds that share the name of another one."""
        self._variants = variants
        self._is_part = is_part
        self._manifests = manifests
        self._unread = unread
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._absent: dict[tuple[str, str], Manifest] = {}
        self._comparisons_left = _MAX_COMPARISONS
        self._hints: dict[Ref, str] = {}
        for manifest in manifests:
            if manifest.kind is None or not manifest.key:
                continue
            if manifest.lifecycle.absent:
                self._absent[manifest.kind.slug, manifest.key] = manifest
            else:
                self._keys[manifest.kind.slug].add(manifest.key)
        # A name may mean an object that is not managed here; an email address means one person, here or there.
        self._managed = Aliases(
            (
                (Ref(manifest.kind.slug, "key", manifest.key), manifest.fields)
                for manifest in manifests
                if manifest.kind and manifest.key and "email" in manifest.kind.identity
            ),
            ("email",),
        )

    def resolve(self) -> None:
        """Turns emails of managed users into their keys, and notes a problem for each reference that is wrong."""
        for manifest in self._manifests:
            managed = [
                (path, ref, key)
                for path, ref in manifest.refs
                if ref.by == "email" and (key := self._managed.find(ref)) is not None
            ]
            if managed:
                _note_duplicates(manifest, managed)
                _use_keys(manifest, managed)
            named = [(path, ref) for path, ref in manifest.refs if self._is_name(ref)]
            if named:
                _use_names(manifest, named)
        if self._variants:
            from pdsync.manifest.variant import use_variants

            use_variants(self._manifests, self._variants)
        for manifest in self._manifests:
            local = manifest.kind.local_refs if manifest.kind else frozenset()
            tables = {table.slug for table in manifest.kind.lookups} if manifest.kind else frozenset()
            fragments = {("spec", each.name) for each in manifest.kind.fragments} if manifest.kind else set()
            for path, ref in manifest.refs:
                if ref.kind in local:
                    _check_local(manifest, path, ref)
                elif ref.kind not in BY_SLUG and ref.kind not in tables:
                    manifest.problem(path, *_unknown_kind(ref))
                elif (
                    ref.by == "key" and ref.value not in self._keys.get(ref.kind, ()) and ref.value not in self._unread
                ):
                    is_fragment = path[:2] in fragments
                    manifest.problem(path, *self._missing(ref, has_other_ways=not is_fragment))
        self._check_cycles()

    def check_test(self, test: TestManifest) -> None:
        """Notes a problem for each key in a test that no manifest has."""
        for path, ref in test.refs:
            if ref.by == "key" and ref.value not in self._keys.get(ref.kind, ()) and ref.value not in self._unread:
                test.problem(path, *self._missing(ref))

    def _is_name(self, ref: Ref) -> bool:
        """Whether a plain text is the key of no manifest, and so the name of an object in the account."""
        if not may_be_name(ref):
            return False
        is_known = ref.value in self._keys.get(ref.kind, ()) or (ref.kind, ref.value) in self._absent
        return not is_known and ref.value not in self._unread

    def _missing(self, ref: Ref, *, has_other_ways: bool = True) -> tuple[str, str]:
        """`has_other_ways`: whether the target may be named otherwise than by its key."""
        wanted = BY_SLUG[ref.kind].name
        tombstone = self._absent.get((ref.kind, ref.value))
        if tombstone is not None:
            message = f"{wanted} {ref.value!r} will be deleted ('absent: true' at {tombstone.source()})"
            return message, "Remove the reference, or the tombstone."
        where = "in the paths that were named" if self._is_part else "among the manifests"
        message = f"there is no {wanted} {ref.value!r} {where}"
        if ref not in self._hints:
            self._hints[ref] = self._hint(ref, wanted)
        other = f"Write {{name: ...}} or {{id: ...}} for {_a(wanted)} that is not managed here."
        if not has_other_ways:
            other = f"Write the key of its manifest: {_a(wanted)} that is not managed here cannot be referred to."
        return message, self._hints[ref] or other

    def _hint(self, ref: Ref, wanted: str) -> str:
        others = sorted(BY_SLUG[slug].name for slug, keys in self._keys.items() if ref.value in keys)
        if others:
            return f"{ref.value} is {_a(others[0])}, {_a(wanted)} is needed here."
        keys = self._keys.get(ref.kind, set())
        near = ""
        if len(keys) <= self._comparisons_left:
            self._comparisons_left -= len(keys)
            near = did_you_mean(ref.value, sorted(keys))
        if self._is_part and not near:
            return "Name its file too, or leave PATH out."
        return near

    def _check_cycles(self) -> None:
        ways: dict[str, dict[str, tuple[Manifest, Path]]] = defaultdict(dict)
        for manifest in self._manifests:
            if manifest.kind is not None and manifest.key:
                for path, ref in manifest.refs:
                    if ref.address is not None and _may_not_lead_back(manifest.kind, path, ref):
                        ways[manifest.address].setdefault(ref.address, (manifest, path))
        for cycle in find_cycles(ways) if ways else ():
            manifest, path = ways[cycle[0]][cycle[1 % len(cycle)]]
            if len(cycle) == 1:
                manifest.problem(
                    path, f"{manifest.address} refers to itself", "Name another one, or remove the reference."
                )
                continue
            is_of_one_kind = len({Address.parse(address).kind for address in cycle}) == 1
            shown = [Address.parse(address).key for address in cycle] if is_of_one_kind else cycle
            trail = " -> ".join([*shown, shown[0]])
            manifest.problem(
                path, f"goes round in a circle: {trail}", f"Remove one of these references: {_places(cycle, ways)}."
            )


def _places(cycle: Sequence[str], ways: Mapping[str, Mapping[str, tuple[Manifest, Path]]]) -> str:
    """Where each reference of a circle is."""
    links = ((address, ways[address][cycle[(at + 1) % len(cycle)]]) for at, address in enumerate(cycle))
    return ", ".join(f"{Address.parse(address).key} at {there.source(path)}" for address, (there, path) in links)


def _may_not_lead_back(kind: Kind, path: Path, ref: Ref) -> bool:
    """Whether a reference is one of those that must not lead round in a circle: of a field to an object of the same kind, and of a
    list that says so. What belongs to a field of another object is none of them."""
    if any(path[1:2] == (it.name,) for it in kind.fragments):
        return False
    declared = kind.child(str(path[1])) if len(path) > 1 else None
    return declared.acyclic if declared is not None else ref.kind == kind.slug


def _note_duplicates(manifest: Manifest, managed: Sequence[tuple[Path, Ref, Ref]]) -> None:
    """A list in which a person may have two turns, such as a rotation, should still name that person in one way."""
    keys = {(path[:-1], ref) for path, ref in manifest.refs if ref.by == "key"}
    for path, ref, key in managed:
        if path and isinstance(path[-1], int) and (path[:-1], key) in keys:
            hint = f"Write {key.value!r} in both places if the person has two turns; otherwise remove one."
            manifest.problem(path, f"{ref.value} is listed as {key.value!r} too", hint)


def _use_keys(manifest: Manifest, managed: Sequence[tuple[Path, Ref, Ref]]) -> None:
    """Reads the spec again with keys in place of emails, so that a person who is listed both ways is found twice."""
    spec: Any = manifest.spec
    for path, _, key in managed:
        spec = _replaced(spec, path[1:], key.value)
    manifest.read_spec(spec)


def _use_names(manifest: Manifest, named: Sequence[tuple[Path, Ref]]) -> None:
    """Reads the spec again with names in place of keys that no manifest has."""
    spec: Any = manifest.spec
    for path, ref in named:
        spec = _replaced(spec, path[1:], {"name": ref.value})
    manifest.read_spec(spec)


def _check_local(manifest: Manifest, path: Path, ref: Ref) -> None:
    assert manifest.kind is not None
    wrong = manifest.kind.check_local(dict(manifest.children), manifest.modes, ref)
    if wrong is not None:
        manifest.problem(path, *wrong)


def _unknown_kind(ref: Ref) -> tuple[str, str]:
    """Only a reference in a text names its own kind."""
    if ref.kind in BY_NAME:
        return f"{ref.kind!r} is not the name of a kind in a reference", f"Write {BY_NAME[ref.kind].slug!r}."
    near = did_you_mean(ref.kind, BY_SLUG) or f"Kinds: {', '.join(BY_SLUG)}."
    return f"there is no kind {ref.kind!r}", near


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "AEIO" else f"a {noun}"


def _replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy of nested dicts and lists with `new` at `path`; what lies next to the path is shared."""
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, Mapping) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy
