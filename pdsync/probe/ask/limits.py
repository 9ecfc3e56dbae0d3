"""Limits: how questions about limits, and the status and text of refusals are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Finding
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench


def _ask_large_limit(bench: Workbench) -> Finding:
    return bench.get("users", limit=101).by_status({200: "cut", 400: "refused"})


PROBES = (Probe("large_limit", "GET /users with limit=101", _ask_large_limit),)
NOT_ASKED: Mapping[str, str] = {}
