"""A risk: something that is allowed but may be a mistake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pdsync.plan.json_form import Form, says

SERVICE_DELETED, ROUTING_KEY_ENDED, VALUES_LOST = "service_deleted", "routing_key_ended", "values_lost"
DOCUMENT_WARNED, ITEM_HIDDEN, SESSIONS_ENDED = "document_warned", "item_hidden", "sessions_ended"
OBJECT_REPLACED = "object_replaced"

LASTING = frozenset({DOCUMENT_WARNED, ITEM_HIDDEN})
"""Risks that an object has even without a change."""


class Risk(Form, frozen=True):
    """Something that is allowed but may be a mistake, by name."""

    code: Annotated[
        str,
        says(
            "What kind of risk it is, for machines: no_responders, service_deleted, routing_key_ended, values_lost, document_warned, "
            "item_hidden, sessions_ended, object_replaced."
        ),
    ]
    address: Annotated[str, says("The object that it is about.")]
    message: Annotated[str, says("The consequence, in a sentence.")]


def find_warned_before(risks: Iterable[Risk]) -> tuple[str, ...]:
    """The objects with documents that PagerDuty warned about when they were written last."""
    return tuple(dict.fromkeys(risk.address for risk in risks if risk.code == DOCUMENT_WARNED))
