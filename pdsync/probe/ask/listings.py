"""Listings: how questions about lists: their order, filters and totals are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.probe import Probe

PROBES: tuple[Probe, ...] = ()
NOT_ASKED: Mapping[str, str] = {}
