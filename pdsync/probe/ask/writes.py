"""Writes: how questions about what a write answers and stores are asked."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.answer import Finding
from pdsync.probe.ask.integrations import EMAIL, add_integration, find_vendor
from pdsync.probe.probe import Probe
from pdsync.probe.workbench import Workbench

_EMAIL_VENDOR = "Email"


def _ask_vendor_email_without_address(bench: Workbench) -> Finding:
    answer = add_integration(bench, vendor=find_vendor(bench, _EMAIL_VENDOR), type=EMAIL)
    return answer.by_status({201: "made_up", 400: "refused"})


PROBES = (
    Probe(
        "vendor_email_without_address",
        "POST /services/{id}/integrations with an email vendor and without an address",
        _ask_vendor_email_without_address,
    ),
)
NOT_ASKED: Mapping[str, str] = {}
