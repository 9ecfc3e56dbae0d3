"""Seal: what is stored in the place of a secret, so that no state, dump or database of the sandbox holds one."""

from __future__ import annotations

import hashlib

_PREFIX = "sealed:"


def seal(secret: str) -> str:
    """The same for the same secret: a test can tell which one was sent."""
    return secret if secret.startswith(_PREFIX) else _PREFIX + hashlib.sha256(secret.encode()).hexdigest()
