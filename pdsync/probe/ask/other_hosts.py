"""Other hosts: why questions about Slack connections and the rules of Jira Cloud are not asked by a program."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.probe.probe import Probe

PROBES: tuple[Probe, ...] = ()
NOT_ASKED: Mapping[str, str] = dict.fromkeys(
    ("account_key_at_other_hosts", "slack_of_deleted_object", "slack_channel_twice"),
    "It takes a Slack workspace or a Jira site that people use, and the token of a user who is linked to it.",
)
