"""Reads the live state of a PagerDuty account in bulk."""

from __future__ import annotations

from pdsync.account.fetch import NeedsChildren, fetch_account, no_more_children

__all__ = ["NeedsChildren", "fetch_account", "no_more_children"]
