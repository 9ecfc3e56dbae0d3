"""Incidents: how questions about incidents, alerts and who is notified are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.probe import Probe

PROBES: tuple[Probe, ...] = ()
NOT_ASKED: Mapping[str, str] = {}
