"""Other hosts: open questions about Slack connections and the rules of Jira Cloud."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Slack, Jira"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "account_key_at_other_hosts",
        _AREA,
        "What is the answer to a key of the account, where only the token of a user is taken?",
        {
            "unauthorized": "401.",
            "forbidden": "403.",
        },
        "unauthorized",
        "terraform-provider-pagerduty #388, #399, #407, #864 report both",
    ),
    Question(
        "slack_of_deleted_object",
        _AREA,
        "What happens to the Slack connections of a service or team that is deleted?",
        {
            "deleted": "They are deleted with it.",
            "kept": "They stay, and lead to nothing.",
        },
        "deleted",
        "no public source",
    ),
    Question(
        "slack_channel_twice",
        _AREA,
        "Can a service or team have two connections to the same channel?",
        {
            "refused": "No: the second is refused with 400.",
            "allowed": "Yes.",
        },
        "refused",
        "no public source",
    ),
)
