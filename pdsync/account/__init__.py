"""Reads the live state of a PagerDuty account in bulk."""

from __future__ import annotations

from pdsync.account.detail import fetch_details
from pdsync.account.fetch import fetch_account
from pdsync.account.wanted import NeedsChildren, no_more_children

__all__ = ["NeedsChildren", "fetch_account", "fetch_details", "no_more_children"]
