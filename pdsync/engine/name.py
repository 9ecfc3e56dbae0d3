"""Names of the command line as addresses: by the manifests, and, where those do not know the name, by the account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pdsync.engine.desired import Selection, Workspace, parse_address
from pdsync.engine.error import EngineError, RequestError
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.manifest import load_manifests
from pdsync.manifest.variant import find_variant
from pdsync.model import Account, LiveObject, Resource
from pdsync.model.address import Address, render_address
from pdsync.model.marker import KEY_PATTERN
from pdsync.model.naming import Called, NamingError, find_called, find_one, missing, names_of_kinds, split_kind

_KEY = re.compile(KEY_PATTERN)
KIND_NAMES = names_of_kinds(KINDS)
_NO_MANIFEST = "'pdsync export' writes a manifest of what the account has."


def is_address(text: str) -> bool:
    """Whether it is ``KIND/KEY``, which needs no look-up. Keys are in lower case by custom, so what has capitals may be a name or an id.
    A KIND that several kinds are called by needs one."""
    kind, _ = split_kind(text, KIND_NAMES)
    return kind is not None and _has_key(text) and KINDS.variants_of(BY_SLUG[kind])[1:] == ()


def _has_key(text: str) -> bool:
    """Whether what follows a kind is a key."""
    kind, name = split_kind(text, KIND_NAMES)
    return kind is not None and _KEY.fullmatch(name) is not None and name == name.lower()


class Names:
    """Finds the address of what people name. Manifests are loaded, and the account is read, once and only where a name needs it."""

    def __init__(self, workspace: Workspace, read: Callable[[], Account]) -> None:
        self._workspace, self._read = workspace, read
        self._resources: tuple[Resource, ...] | None = None
        self._account: Account | None = None

    def address(self, text: str) -> str:
        """The address. Raises EngineError where nothing has the name, RequestError where several objects have it."""
        if is_address(text):
            return parse_address(text)
        by_manifests = self._by_manifests()
        if _has_key(text):
            return find_variant(parse_address(text), {each.it for each in by_manifests})
        try:
            if find_called(text, by_manifests, KIND_NAMES):
                return find_one(text, by_manifests, KIND_NAMES).it
            return self._by_account(text)
        except NamingError as error:
            raise (EngineError if error.is_missing else RequestError)(error.message, error.hint) from None

    def selection(self, selection: Selection) -> Selection:
        """The selection with addresses for names."""
        reassign_to = selection.reassign_to
        return replace(
            selection,
            targets=tuple(map(self.address, selection.targets)),
            rotate_keys=tuple(map(self.address, selection.rotate_keys)),
            send_secrets=tuple(map(self.address, selection.send_secrets)),
            reassign_to=self._assignee(reassign_to) if reassign_to else reassign_to,
        )

    def _assignee(self, text: str) -> str:
        """Incidents may be given to an object without a manifest: of a ``KIND/NAME`` that no manifest has, the plan finds it."""
        kind, _ = split_kind(text, KIND_NAMES)
        is_left_to_plan = kind is not None and not find_called(text, self._by_manifests(), KIND_NAMES)
        return text if is_left_to_plan else self.address(text)

    def _by_manifests(self) -> list[Called[str]]:
        if self._resources is None:
            # What is wrong with a manifest is said by the command itself.
            self._resources = load_manifests(self._workspace.paths, self._workspace.variables).resources
        return [_called(resource) for resource in self._resources]

    def _by_account(self, text: str) -> str:
        """Raises NamingError."""
        if self._account is None:
            self._account = self._read()
        manifests = self._by_manifests()
        found = find_called(text, list(_live(self._account)), KIND_NAMES)
        addresses = {address for each in found if (address := self._address_of(each.it))}
        if len(addresses) == 1:
            return addresses.pop()
        if addresses:
            known = [each for each in manifests if each.it in addresses]
            return find_one(text, known, KIND_NAMES).it
        if found:
            it = found[0].it
            raise NamingError(
                f"{it.kind.replace('_', ' ')} {it.name!r} ({it.id}) has no manifest here", _NO_MANIFEST, is_missing=True
            )
        if "/" in text:
            address = parse_address(text)  # says which kinds there are
            if _KEY.fullmatch(Address.parse(address).key):
                return address  # a key in capitals; the command says whether there is such an object
        raise missing(text, manifests, hint=_NO_MANIFEST)

    def _address_of(self, live: LiveObject) -> str:
        """The address of what manages an object here; empty where nothing does."""
        if live.marker is not None:
            return (
                render_address(live.marker.kind, live.marker.key)
                if live.marker.workspace == self._workspace.name
                else ""
            )
        same = [
            each.it for each in self._by_manifests() if each.kind == live.kind and any(map(each.has, _names_of(live)))
        ]
        return same[0] if len(same) == 1 else ""


def _called(resource: Resource) -> Called[str]:
    names = (resource.name, str(resource.fields.get("email") or ""), resource.id or "")
    return Called(resource.address, resource.kind, resource.key, names)


def _live(account: Account) -> Iterator[Called[LiveObject]]:
    for group in account.objects.values():
        for live in group:
            yield Called(live, live.kind, live.id, tuple(_names_of(live)))


def _names_of(live: LiveObject) -> Iterable[str]:
    return [name for name in (live.name, str(live.fields.get("email") or ""), live.id) if name]
