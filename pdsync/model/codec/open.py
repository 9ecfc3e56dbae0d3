"""Open values: a manifest may leave parts of them to the server, and the server may keep parts of them to itself.

Terms. A *part* is something inside a value that a manifest may leave out, such as an input of a workflow's step. The *frame* is the
value without its parts. A part that the manifest does not name stays as it is. A part that an answer does not show is unknown: it
counts as what was applied last, as far as the record in the ownership line knows that (`pdsync.plan.pairing.open_field`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from pdsync.model.codec.plain import MISSING, Canonical, Codec

if TYPE_CHECKING:
    from pdsync.model.codec.secret_text import SecretReference

IsApplied: TypeAlias = Callable[[str], bool]
"""Whether the part at this path was last applied as the manifest has it now."""


class Open:
    """The additional methods of a codec of open values. A codec has this as a further base."""

    PART_DEFAULT: ClassVar[Canonical] = MISSING
    """The value that takes back what was written to a part, where there is one."""
    SEALED: ClassVar[bool] = False
    """True where no answer shows a secret, so that only a record of its value tells whether it changed (`pdsync.plan.pairing.seal`)."""

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        """The parts of a value by their paths, in a form in which those that mean the same are equal."""
        raise NotImplementedError(type(self).__name__)

    def frame(self, value: Canonical) -> Canonical:
        """The value without its parts."""
        raise NotImplementedError(type(self).__name__)

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        """Both values with what the other one adds: the desired one with the parts that only the live one has, the live one with
        those that it does not show and that were applied. They are equal where nothing is to be written."""
        raise NotImplementedError(type(self).__name__)

    def agrees(self, desired: Canonical, live: Canonical) -> bool:
        """Whether the live value may be what was asked for, judging by what it shows."""
        wanted, held = self.meet(desired, live, _always)
        return bool(wanted == held)

    def is_shown(self, part: Canonical) -> bool:
        """Whether a live part is the value itself, and not what is shown in its place."""
        return True

    def shows(self, desired: Canonical, live: Canonical) -> bool:
        """Whether the live value shows every part of the desired one."""
        return self.parts(desired).keys() <= self.parts(live).keys()

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        """The live value as a manifest says it that names the parts which `desired` names; what is not shown is as desired."""
        raise NotImplementedError(type(self).__name__)

    def references(self, value: Canonical) -> Sequence[SecretReference]:
        """The secrets that a value names."""
        return ()

    def named(self, value: Canonical, prefix: str) -> Canonical:
        """The value with a variable in place of each part that only PagerDuty knows; its name begins with `prefix`."""
        return value

    def shown_path(self, path: str) -> str:
        """The path of a part as a reader is shown it, after the name of the field."""
        raise NotImplementedError(type(self).__name__)


def agree(codec: Codec, desired: Canonical, live: Canonical) -> bool:
    """Whether a live value may be what was asked for, by a codec of any value."""
    if isinstance(codec, Open):
        return codec.agrees(desired, live)
    return bool(desired == live) or (codec.has_secrets() and parts_of(codec).agrees(desired, live))


def open_of(codec: Codec) -> Open | None:
    """The open side of a codec; None where a manifest says the whole value, and an answer shows it."""
    if isinstance(codec, Open):
        return codec
    return parts_of(codec) if codec.has_secrets() else None


def parts_of(codec: Codec) -> Open:
    """The open side of a codec whose values hold secrets."""
    from pdsync.model.codec.secret_part import SecretParts

    return SecretParts(codec)


def _always(path: str) -> bool:
    return True
