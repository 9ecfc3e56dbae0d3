"""Asks a real account what no document says about PagerDuty: every open question that a program can ask.

It writes to PagerDuty, as `pdsync.apply` does. It knows nothing about manifests: what it writes to, it made itself a moment before.
"""

from pdsync.probe.answer import Answer, Finding, Unasked
from pdsync.probe.ask import NOT_ASKED, PROBES
from pdsync.probe.probe import Probe
from pdsync.probe.report import build_profile, build_report, render_fact, render_questions, render_report
from pdsync.probe.risk import ReadOnlyKeyError, RiskError
from pdsync.probe.run import BusyError, Fact, RemnantError, Report, Watch, verify_account
from pdsync.probe.workbench import Manner, Workbench

__all__ = [
    "NOT_ASKED",
    "PROBES",
    "Answer",
    "BusyError",
    "Fact",
    "Finding",
    "Manner",
    "Probe",
    "ReadOnlyKeyError",
    "RemnantError",
    "Report",
    "RiskError",
    "Unasked",
    "Watch",
    "Workbench",
    "build_profile",
    "build_report",
    "render_fact",
    "render_questions",
    "render_report",
    "verify_account",
]
