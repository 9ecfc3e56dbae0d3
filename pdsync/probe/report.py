"""Report: what a run found as text, as JSON, and as the account profile that a sandbox loads.

It holds no text of the account: questions, requests and reasons are pdsync's own words, and the rest are readings, numbers and names of
abilities that are publicly known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pdsync.probe.answer import Finding
from pdsync.probe.ask import NOT_ASKED, PROBES
from pdsync.probe.lag import Lag
from pdsync.probe.run import Fact, Report
from pdsync.sandbox.profile import QUESTIONS
from pdsync.sandbox.profile.feature import FEATURES
from pdsync.version import __version__

VERSION = 1
_PROFILE_VERSION = 1


def build_report(report: Report) -> dict[str, Any]:
    """The report as a JSON document."""
    account = report.account
    return {
        "verify_account": VERSION,
        "pdsync": __version__,
        "key": account.key if account is not None else None,
        "abilities": dict(account.abilities) if account is not None else {},
        "without": dict(account.lacking) if account is not None else {},
        "lag": None if report.lags is None else {path: lag.document() for path, lag in report.lags.items()},
        "questions": [_fact(fact) for fact in report.facts],
        "not_removed": dict(Counter(it.path for it in report.left)),
        "stopped": report.is_stopped,
    }


def build_profile(report: Report) -> dict[str, Any]:
    """The account profile: the readings that were found, and what the plan is without. What is unknown is not in it."""
    found = {it.probe.question: it.finding.reading for it in report.facts if it.finding.reading is not None}
    document: dict[str, Any] = {"account": _PROFILE_VERSION, "readings": found}
    if report.account is not None and report.account.lacking:
        document["without"] = dict(report.account.lacking)
    if report.account is not None and report.account.abilities:
        document["abilities"] = dict(report.account.abilities)
    if report.lags:
        document["lag"] = {path: lag.document() for path, lag in report.lags.items()}
    return document


def render_report(report: Report) -> str:
    """The report as text."""
    lines: list[str] = []
    area = ""
    for fact in report.facts:
        question = QUESTIONS[fact.probe.question]
        if question.area != area:
            area = question.area
            lines += ["", area] if lines else [area]
        lines += [
            f"  {question.name}: {_answer(fact.finding)}",
            f"    {question.text}",
            f"    {fact.probe.request}",
        ]
        if fact.finding.reading is not None:
            lines.append(f"    {question.readings[fact.finding.reading]}")
    if report.lags is not None:
        lines += [
            "",
            "How late a write is seen",
            *(_lag_lines(report.lags) or ["  at once, in every list that was asked"]),
        ]
    if report.account is not None and report.account.lacking:
        lines += ["", "What the plan is without", *_lacking_lines(report.account.lacking)]
    lines += ["", _summary(report)] if lines else [_summary(report)]
    return "\n".join(lines) + "\n"


def render_fact(fact: Fact) -> str:
    """One question and what was found, on one line."""
    return f"{fact.probe.question}: {_answer(fact.finding)}"


def render_questions(names: Iterable[str]) -> str:
    """The open questions with their readings, and how each is asked or why it is not."""
    lines: list[str] = []
    for name in names:
        question, probe = QUESTIONS[name], PROBES.get(name)
        lines += [f"{name}: {question.text}"]
        lines += [f"  {reading}: {says}" for reading, says in question.readings.items()]
        if probe is None:
            lines.append(f"  Not asked: {NOT_ASKED[name]}")
        else:
            lines.append(f"  Asked by {probe.request}.{' Opens an incident.' if probe.opens_incidents else ''}")
    return "\n".join(lines) + "\n"


def _fact(fact: Fact) -> dict[str, Any]:
    question, finding = QUESTIONS[fact.probe.question], fact.finding
    return {
        "question": question.name,
        "area": question.area,
        "asked": question.text,
        "request": fact.probe.request,
        "reading": finding.reading,
        "unknown_because": finding.reason or None,
        "status": finding.status,
        "code": finding.code,
    }


def _answer(finding: Finding) -> str:
    numbers = [f"HTTP {finding.status}"] if finding.status is not None else []
    numbers += [f"code {finding.code}"] if finding.code is not None else []
    said = finding.reading or f"unknown, {finding.reason}"
    return f"{said} ({', '.join(numbers)})" if numbers else said


def _lag_lines(lags: Mapping[str, Lag]) -> list[str]:
    return [
        f"  {path.replace('_', ' ')}: after {lag.seconds:g} s{', and single reads miss it at first' if lag.everywhere else ''}"
        for path, lag in lags.items()
    ]


def _lacking_lines(lacking: Mapping[str, int]) -> list[str]:
    return [f"  {name}: {FEATURES[name].says} (HTTP {status})" for name, status in lacking.items()]


def _summary(report: Report) -> str:
    known = sum(1 for fact in report.facts if fact.finding.reading is not None)
    unknown = len(report.facts) - known
    return f"{known} question{'' if known == 1 else 's'} answered, {unknown} unknown."
