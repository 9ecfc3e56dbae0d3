"""Services: open questions about escalation policies, services and integrations."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Policies and services"

QUESTIONS: tuple[Question, ...] = ()
