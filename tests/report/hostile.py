"""Plans and results whose every text was written by someone who means harm."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from pdsync.model import Ref
from pdsync.plan import (
    Change,
    ChildChange,
    ChildOperation,
    Delta,
    Moved,
    Operation,
    Outcome,
    Plan,
    Reassignment,
    Result,
    Status,
)
from pdsync.plan.risk import Risk

MARK = "EVIL"
"""Stands in every hostile text, so that a test can see where the text comes out."""
_PIECES = [
    "`", "```", "````diff", "\n", "\n\n", "\r", "|", "<b>", "</details>", "<!--", "-->", "<img src=x onerror=y>", "&lt;", "&#64;",
    "@octocat", "[x](https://e.example)", "![x](https://e.example/p.png)", "<https://e.example>", "https://e.example", "#12", "~~~",
    "\u202e", "\u2066", "\u200b", "\x1b[2J", "\x00", "\\", "*", "_", "# ", "- ", "    ", " ", "::error::", "##[error]", "%0A", "%3A", "'", '"', "$x$", "ü",
]  # fmt: skip
COMMAND = re.compile(r"(?m)^\s*::|##[A-Za-z]*\[|\x1b|\r")
"""What a pipeline obeys in what it prints: GitHub's runner and its older form, Azure Pipelines, TeamCity, and GitLab's sections."""
COMMANDS = st.lists(
    st.sampled_from(
        ["::error::x", "::set-env name=A::b", "::stop-commands::x", "##[group]x", "##vso[task.setvariable variable=A]b", "##teamcity[x]",
         "\x1b[0Ksection_start:1:x\r\x1b[0K", "#", "##", "[x]", ":", "::", " ", "\n", "\r\n", "a", "/", '"', "`", "|", "x" * 70]
    ), min_size=1, max_size=5,
).map("".join)  # fmt: skip
TEXT = st.lists(st.sampled_from([MARK, *_PIECES]), min_size=1, max_size=10).map(lambda pieces: MARK + "".join(pieces))


def hostile_plan(text: str) -> Plan:
    """A plan with every operation on every kind that has lists, in which `text` is wherever text can."""
    other, vendor = Ref("user", "id", text), Ref("vendor", "id", text)
    changes = tuple(
        Change(
            f"{kind}/{text}", kind, operation, text, id=text, source=f"{text}:1", url=text,
            deltas=(
                Delta("name", text, text + "b"),
                Delta(f"schedule_layers[{text}].users", [Ref("user", "key", text)], [other]),
                Delta("description", text * 40, {text: text}),
            ),
            children=tuple(
                ChildChange(name, what, text, text, {"name": text, "type": text, "address": text, "vendor": vendor, text: text})
                for name in ("contact_methods", "members", "integrations")
                for what in ChildOperation
            ),
            notes=(text,), blockers=(text,), values={"name": text},
            reassign=Reassignment(other, text, (Moved(text, 1, text, text, text),) * 7),
        )
        for kind in ("user", "team", "schedule", "service")
        for operation in Operation
    )  # fmt: skip
    return Plan(
        text,
        text,
        "d",
        changes,
        notes=(text,),
        refusals=(text,),
        risks=(Risk(text, text, text),),
        labels={str(vendor): text},
    )


def hostile_result(text: str) -> Result:
    """Every way in which a change can end."""
    return Result(tuple(Outcome(text, what, text, status, text, text, text) for what in Operation for status in Status))
