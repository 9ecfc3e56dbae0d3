"""Values whose shape depends on more than the names of their members: what exports and plans need besides what a codec gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Canonical, Codec
from pdsync.model.codec.structure import ListOf

Write = Callable[[Codec, Canonical], Any]
"""Gives the manifest form of a value by its codec."""


@dataclass(frozen=True, slots=True)
class Composed(Codec):
    """Base of codecs that write the values inside of theirs by the codecs of those, and know where a shown path leads."""

    def written(self, value: Canonical, write: Write) -> Any:
        """How a manifest writes a canonical value; `write` does so for the values inside."""
        raise NotImplementedError(type(self).__name__)

    @property
    def as_list(self) -> ListOf | None:
        """The codec of the list that a manifest may write in place of a mapping."""
        return None

    def shown_part(self, rest: str) -> tuple[Codec, str] | None:
        """The codec of a member and what is left of a path as a reader is shown it, such as ``.start[night noise].suppress``."""
        raise NotImplementedError(type(self).__name__)
