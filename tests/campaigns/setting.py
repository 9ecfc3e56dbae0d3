"""How long a campaign is: told by ``script/campaign``, short otherwise."""

from __future__ import annotations

import os

from pdsync.apply import bulk_creation

RUNS = int(os.environ.get("PDSYNC_CAMPAIGN_RUNS", "0"))
"""0: the long form's own number."""
FIRST = int(os.environ.get("PDSYNC_CAMPAIGN_FIRST", "0"))
"""How many cases are left out, because another run had them."""
ALONE, IN_GROUPS = bulk_creation.BULK, 1
"""How many creates make a group: in the small worlds of the campaigns none is as large as that, or each create is one."""
SEED = int(os.environ.get("PDSYNC_CAMPAIGN_SEED", "1"))
