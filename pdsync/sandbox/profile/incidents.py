"""Incidents: open questions about incidents, alerts and who is notified."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Incidents"

QUESTIONS: tuple[Question, ...] = ()
