"""Secrets that PagerDuty makes with an object and shows once: they go to the user as soon as the object is there.

The ownership line of such an object says that its secret is due until it was handed out. So a kill, a lost answer or a receiver that fails
leaves an object that the next plan recognises, and replaces by one whose secret is known.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TypeAlias

from pdsync.apply.error import NotHandedOutError
from pdsync.model import LiveObject
from pdsync.model.fact import HandedOutFact
from pdsync.plan import Change


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A secret, and what it belongs to."""

    address: str
    id: str
    name: str
    noun: str
    """What the secret is: ``signing secret``."""
    secret: str = field(repr=False)

    @property
    def line(self) -> str:
        """It as a line of JSON."""
        return json.dumps(asdict(self)) + "\n"


HandOut: TypeAlias = Callable[[HandedOut], None]
"""Takes a secret, and returns when it is safe. Raises NotHandedOutError."""


def hand_out_secret(change: Change, fact: HandedOutFact, made: LiveObject, hand_out: HandOut | None) -> None:
    """Hands out the secret in the answer to a POST. Raises NotHandedOutError."""
    secret = fact.find(made.raw)
    if secret is None:
        raise NotHandedOutError(f"its {fact.noun} was lost with the answer: PagerDuty shows it only once")
    if hand_out is None:
        raise NotHandedOutError(f"nothing takes its {fact.noun}")
    hand_out(HandedOut(change.address, made.id, change.name, fact.noun, secret))
