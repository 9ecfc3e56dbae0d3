"""Organisation: open questions about tags, business services, dependencies and maintenance windows."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Tags, dependencies, maintenance"

QUESTIONS: tuple[Question, ...] = ()
