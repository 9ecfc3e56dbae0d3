"""Listings: open questions about lists: their order, filters and totals."""

from __future__ import annotations

from pdsync.sandbox.profile.question import Question

_AREA = "Listings"

QUESTIONS: tuple[Question, ...] = ()
