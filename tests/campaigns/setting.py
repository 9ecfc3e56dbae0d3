"""How long a campaign is: told by ``script/campaign``, short otherwise."""

from __future__ import annotations

import os

RUNS = int(os.environ.get("PDSYNC_CAMPAIGN_RUNS", "0"))
"""0: the long form's own number."""
FIRST = int(os.environ.get("PDSYNC_CAMPAIGN_FIRST", "0"))
"""How many cases are left out, because another run had them."""
SEED = int(os.environ.get("PDSYNC_CAMPAIGN_SEED", "1"))
