"""What every writer of a run works with."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.apply.identity import Identities
from pdsync.apply.reader import Reader
from pdsync.apply.request import Requester
from pdsync.apply.verification import Verification


@dataclass(frozen=True, slots=True)
class Tools:
    """Shared by all workers."""

    identities: Identities
    reader: Reader
    requester: Requester
    verification: Verification
