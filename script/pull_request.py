"""The pull request of the README and the demo: an edit of the example company, and what pdsync says about it at a code host.

The edit looks harmless: duty managers should start later on Sundays. It leaves eight hours of each Sunday to no one.
"""

from __future__ import annotations

import difflib
import html
import re
from pathlib import Path

from project import ROOT

TITLE = "Duty managers start later on Sundays"
README = ROOT / "README.md"
FILE = "manifests/engineering/on-call.yaml"
AFTER = "      users: [ruth-adeyemi, graham-sutcliffe, elena-marchetti]\n"
ADDED = """\
      restrictions:
        - {type: weekly_restriction, start_day_of_week: 7, start_time_of_day: "10:00", duration_seconds: 6d16h}
"""
QUOTED_LINES = 14
WIDTH = 1280
SHOTS = {"pull-request.png": ("header", "#comment")}
_QUOTED = re.compile(r"^```text\n(.*?)^```$", re.M | re.S)
_CLASSES = {"+": "added", "-": "removed", "!": "warning", "@": "place"}


def edit(folder: Path) -> tuple[str, str]:
    """Makes the edit, and returns the file as it was and its differences."""
    file = folder / FILE
    before = file.read_text(encoding="utf-8")
    if before.count(AFTER) != 1:
        raise SystemExit(f"{FILE} has {before.count(AFTER)} lines {AFTER.strip()!r}, not one")
    after = before.replace(AFTER, AFTER + ADDED)
    file.write_text(after, encoding="utf-8")
    lines = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), n=3)
    return before, "".join(list(lines)[2:])


def is_quoted(plan: str) -> bool:
    """Whether the README's first block of text is the beginning of the plan in a terminal."""
    found = _QUOTED.search(README.read_text(encoding="utf-8"))
    return found is not None and found[1] == first_lines(plan)


def quote(plan: str) -> None:
    """Puts the beginning of the plan into the README."""
    text = README.read_text(encoding="utf-8")
    README.write_text(_QUOTED.sub(lambda _: f"```text\n{first_lines(plan)}```", text, count=1), encoding="utf-8")


def first_lines(plan: str) -> str:
    return "".join(plan.splitlines(keepends=True)[:QUOTED_LINES])


def render(report: str, difference: str) -> str:
    """The page. Code hosts colour blocks of the language `diff`, and so does this."""
    from markdown_it import MarkdownIt  # the demo makes the edit too, and draws nothing

    markdown = MarkdownIt("commonmark", {"highlight": _highlight}).enable("table")
    styles = (Path(__file__).parent / "pull_request.css").read_text(encoding="utf-8")
    return PAGE.format(
        title=TITLE,
        styles=styles,
        file=FILE,
        count=ADDED.count("\n"),
        difference=_highlight(difference, "diff", ""),
        comment=markdown.render(report),
    )


def _highlight(text: str, language: str, _: str) -> str:
    if language != "diff":
        return html.escape(text)
    lines = (
        f'<span class="line {_CLASSES.get(line[:1], "")}">{html.escape(line)}</span>' for line in text.splitlines()
    )
    return "".join(lines)


PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>{styles}</style>
<header>
<h1>{title} <span>#142</span></h1>
<p><b class="state">Open</b> <b>ruth-adeyemi</b> wants to merge 1 commit into <code>main</code>
from <code>later-on-sundays</code></p>
</header>
<section id="files">
<h2><code>{file}</code> <span>+{count}</span></h2>
<pre>{difference}</pre>
</section>
<section id="comment">
<h2><b>pdsync</b> commented</h2>
<article>{comment}</article>
</section>
"""
