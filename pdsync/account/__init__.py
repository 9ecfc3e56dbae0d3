"""Reads the live state of a PagerDuty account in bulk."""

from __future__ import annotations

from pdsync.account.detail import fetch_details
from pdsync.account.extent import Extent, NeedsChildren, no_more_children
from pdsync.account.fetch import fetch_account

__all__ = ["Extent", "NeedsChildren", "fetch_account", "fetch_details", "no_more_children"]
