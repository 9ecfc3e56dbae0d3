"""Reads the live state of a PagerDuty account in bulk."""

from __future__ import annotations

from pdsync.account.detail import fetch_details
from pdsync.account.fetch import NeedsChildren, fetch_account, no_more_children

__all__ = ["NeedsChildren", "fetch_account", "fetch_details", "no_more_children"]
