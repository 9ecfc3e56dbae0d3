"""Reads the live state of a PagerDuty account in bulk."""

from __future__ import annotations

from pdsync.account.fetch import fetch_account

__all__ = ["fetch_account"]
