"""Services: how questions about escalation policies, services and integrations are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.probe import Probe

PROBES: tuple[Probe, ...] = ()
NOT_ASKED: Mapping[str, str] = {}
