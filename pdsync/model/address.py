"""An address: the stable name of a manifest in its workspace, such as ``service/checkout-api``.

Plans, journals and messages carry addresses as text, which sorts and is written to JSON as it is. This module alone
puts such a text together and takes it apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pdsync.model.suggestion import did_you_mean

if TYPE_CHECKING:
    from pdsync.model.kind import Kind

_INTERIM = "#interim"
"""What follows the address of an object that is renamed temporarily, so that two names can be swapped."""


_RETIRED = "#retired"
"""What follows the address of an object that another one replaces; once more for one that was replaced before."""


class AddressError(ValueError):
    """A text that names no address. `hint` says what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Address(NamedTuple):
    """The kind's slug and the manifest's key. Addresses order as their texts do."""

    kind: str
    key: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address that `render_address` wrote."""
        kind, _, key = text.partition("/")
        return cls(kind, key)

    def __str__(self) -> str:
        return render_address(self.kind, self.key)


def render_address(kind: str, key: str) -> str:
    """The text of an address."""
    return f"{kind}/{key}"


def render_unmanaged(kind: str, identity: str) -> str:
    """The name of an object without a manifest, used like an address: ``service[PABC123]``."""
    return f"{kind}[{identity}]"


def interim_of(address: str) -> str:
    """The address of the change that gives an object its interim name."""
    return address + _INTERIM


def without_interim(address: str) -> str:
    """The address of the object itself, for an interim address too."""
    return address.removesuffix(_INTERIM)


def retired_of(address: str) -> str:
    """The address of the change that deletes the object in whose place another one was created."""
    return address + _RETIRED


def is_retired(address: str) -> bool:
    """Whether it is the address of an object that is deleted because another one replaces it."""
    return address.endswith(_RETIRED)


def without_step(address: str) -> str:
    """The address of the manifest, for an address of a step too: of an interim name, or of what is retired."""
    return address.partition("#")[0]


def shown_address(address: str, identity: str | None = None) -> str:
    """The address as people read it: what is retired, in words. `identity` is the id of that object in PagerDuty."""
    if not is_retired(address):
        return address
    return f"{without_step(address)}, the old one{f' {identity}' if identity else ''}"


def read_address(text: str, kinds: Sequence[Kind], form: str = "KIND/NAME") -> Address:
    """The address that people mean by ``Service/checkout-api`` or ``service/checkout-api``. Raises AddressError.

    `form` is what the message asks for.
    """
    kind, slash, key = text.partition("/")
    slugs = {kind.slug: kind.slug for kind in kinds}
    slugs |= {kind.name: kind.slug for kind in reversed(kinds)}
    if not slash or not key or kind not in slugs:
        near = did_you_mean(kind, slugs) if slash and kind not in slugs else ""
        known = ", ".join(kind.slug for kind in kinds)
        raise AddressError(f"write {form}, such as service/checkout-api", near or f"Kinds: {known}.")
    return Address(slugs[kind], key)
