"""Identifier: the forms of an id that some kinds have instead of a P with letters and digits."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_uuid() -> str:
    """As event orchestrations have it (PagerDuty API description)."""
    return str(uuid.uuid4())


def new_ulid(now: datetime) -> str:
    """26 characters, the first ten of which are the moment: automation actions and rotations have it (PagerDuty API
    description)."""
    number = (int(now.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def new_short_id() -> str:
    """Eight hexadecimal digits, as the rules of an orchestration have it (PagerDuty API description)."""
    return secrets.token_hex(4)
