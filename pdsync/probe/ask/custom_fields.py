"""Custom fields: why questions about incident types and custom fields are not asked by a program."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.probe import Probe

PROBES: tuple[Probe, ...] = ()
NOT_ASKED: Mapping[str, str] = dict.fromkeys(
    ("custom_field_line_breaks", "custom_field_default", "renamed_field_option"),
    "An incident type can never be deleted, and a test field would be visible on every incident or service of the account.",
)
