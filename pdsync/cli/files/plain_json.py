"""JSON as it is defined: Python's reader takes more than that."""

from __future__ import annotations

from typing import NoReturn


def refuse_constant(name: str) -> NoReturn:
    """For `parse_constant`: NaN and infinities are not JSON, and the validators do not agree on them. Raises ValueError."""
    raise ValueError(f"is not JSON: it holds {name}")
