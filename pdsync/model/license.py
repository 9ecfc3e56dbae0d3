"""A licence of the account, which users of certain roles take one of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class License:
    """What ``GET /licenses`` says about a licence."""

    id: str
    name: str
    roles: frozenset[str]
    """The roles of users whom it is for."""
    available: int | None
    """How many more users may have it; None: there is no limit (PagerDuty API description, LicenseWithCounts)."""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> License:
        """From an answer of the API."""
        left = raw.get("allocations_available")
        return cls(
            id=str(raw.get("id") or ""),
            name=str(raw.get("name") or raw.get("summary") or ""),
            roles=frozenset(map(str, raw.get("valid_roles") or ())),
            available=left if isinstance(left, int) and not isinstance(left, bool) else None,
        )
