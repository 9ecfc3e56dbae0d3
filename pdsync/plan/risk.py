"""A risk: what is allowed and may still be a mistake."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Risk:
    """A named risk of a plan."""

    code: str
    """What kind of risk it is, for machines: ``no_responders``."""
    address: str
    """The object that it is about."""
    message: str
    """What would be, in a sentence."""

    def to_json(self) -> dict[str, str]:
        """Plain JSON."""
        return {"code": self.code, "address": self.address, "message": self.message}
