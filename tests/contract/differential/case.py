"""Case: one call that both libraries make, and how far they may differ in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.conftest import TOKEN
from tests.contract.differential.outcome import ASPECTS
from tests.contract.differential.recorder import Canned
from tests.contract.differential.session import Session


@dataclass(frozen=True, slots=True)
class Differs:
    """One aspect of one call in which an improvement shows: what the other library does, and what this one does."""

    improvement: str
    theirs: Any
    ours: Any


@dataclass(frozen=True, slots=True)
class Case:
    """``canned`` are answers in place of the sandbox's, ``faults`` rules of the sandbox. ``everywhere`` names improvements that
    change requests in a known way (see ``REWRITES``); ``differs`` has what else differs, by aspect."""

    name: str
    call: Callable[[Session], Any]
    canned: tuple[Canned, ...] = ()
    faults: tuple[Mapping[str, Any], ...] = ()
    everywhere: tuple[str, ...] = ()
    differs: Mapping[str, Differs] = field(default_factory=dict)

    @property
    def improvements(self) -> set[str]:
        return {*self.everywhere, *(it.improvement for it in self.differs.values())}


Requests = list[dict[str, Any]]
_OF_REST = ("accept", "application/vnd.pagerduty+json;version=2")
_USUAL = {
    _OF_REST,
    ("authorization", f"Token token={TOKEN}"),
    ("content-type", "application/json"),
    ("from", "owner@example.com"),
}


def _without_total(sent: Requests) -> Requests:
    return [{**it, "query": [pair for pair in it["query"] if pair != ["total", "false"]]} for it in sent]


def _with_z(sent: Requests) -> Requests:
    def query(pairs: list[list[str]]) -> list[list[str]]:
        return [[name, value.replace("+0000", "Z") if name in {"since", "until"} else value] for name, value in pairs]

    return [{**it, "query": query(it["query"])} for it in sent]


def _of_scim(sent: Requests) -> Requests:
    def headers(pairs: list[list[str]]) -> list[list[str]]:
        return [
            [name, "application/scim+json, application/json" if name == "accept" else value] for name, value in pairs
        ]

    return [{**it, "headers": headers(it["headers"])} for it in sent]


REWRITES: Mapping[str, Callable[[Requests], Requests]] = {
    "`total=false`": _without_total,
    "`Accept` of SCIM": _of_scim,
    "Times in UTC": _with_z,
}
"""What the requests of the other library become by improvements that show in many calls."""


def problems(case: Case, theirs: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """A sentence for each aspect in which the outcomes differ and should not, or do not and should."""
    found = []
    for name in case.everywhere:
        rewritten = REWRITES[name](theirs["sent"])
        if rewritten == theirs["sent"]:
            found.append(f"{name!r} no longer differs: take it from the case")
        theirs = {**theirs, "sent": rewritten}
    for aspect in ASPECTS:
        differs = case.differs.get(aspect)
        if differs is None:
            if theirs[aspect] != ours[aspect]:
                found.append(f"{aspect} differs:\n  theirs: {theirs[aspect]}\n  ours:   {ours[aspect]}")
            continue
        for side, outcome in (("theirs", theirs), ("ours", ours)):
            expected, seen = getattr(differs, side), _short(outcome[aspect]) if aspect == "sent" else outcome[aspect]
            if seen != expected:
                found.append(f"{differs.improvement!r}, {aspect} of {side}: {seen!r}, not {expected!r}")
        if differs.theirs == differs.ours:
            found.append(f"{differs.improvement!r} is no difference: take it from the case")
    return found


def _short(sent: Requests) -> list[str]:
    """Requests without the usual headers, for expectations."""
    lines = []
    for it in sent:
        query = "&".join(f"{name}={value}" for name, value in it["query"])
        headers = "".join(f" {name}: {value}" for name, value in it["headers"] if (name, value) not in _USUAL)
        names = {name for name, _ in it["headers"]}
        anonymous = (
            " without a credential" if _OF_REST in map(tuple, it["headers"]) and "authorization" not in names else ""
        )
        body = "" if it["body"] is None else f" {it['body']}"
        lines.append(f"{it['method']} {it['path']}{'?' if query else ''}{query}{headers}{anonymous}{body}")
    return lines
