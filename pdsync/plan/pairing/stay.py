"""Why something stays that pdsync would take back if it had written it, in the words of a plan."""

from __future__ import annotations

from typing import Final

EDITED: Final = "it was edited since pdsync wrote it"
FOUND: Final = "it was there before pdsync managed it"
