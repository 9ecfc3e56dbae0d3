"""Plans and results as text for people. Pure: nothing here reads, writes or knows a terminal."""

from __future__ import annotations

from pdsync.report.palette import Palette
from pdsync.report.plan_text import render_plan_summary, render_plan_text
from pdsync.report.result_text import render_outcome_text, render_result_summary, render_result_text
from pdsync.report.safe_text import safe_text

__all__ = [
    "Palette",
    "render_outcome_text",
    "render_plan_summary",
    "render_plan_text",
    "render_result_summary",
    "render_result_text",
    "safe_text",
]
