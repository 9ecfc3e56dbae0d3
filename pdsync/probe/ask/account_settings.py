"""Account settings: why no program asks about them."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.probe import Probe

PROBES: tuple[Probe, ...] = ()
NOT_ASKED: Mapping[str, str] = {
    "deleted_session_configuration": "The probe would sign out everyone who uses the account.",
    "pattern_of_standard": "A pattern that cannot be read back cannot be put back.",
}
