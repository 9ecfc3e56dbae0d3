"""What an apply did, as text."""

from __future__ import annotations

from pdsync.model.address import shown_address
from pdsync.plan import Operation, Outcome, Result, Status
from pdsync.report.plan.change_text import SIGNS
from pdsync.report.plan.plan_text import pending_lines
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text

_DONE = {
    Operation.CREATE: "created",
    Operation.UPDATE: "updated",
    Operation.ADOPT: "adopted",
    Operation.DELETE: "deleted",
    Operation.RELEASE: "released",
    Operation.INTERIM: "renamed temporarily",
    Operation.REPLACE: "created in place of the old one",
    Operation.RETIRE: "deleted, as it is replaced",
}
_STYLES = {
    Status.APPLIED: "good",
    Status.ALREADY: "good",
    Status.FAILED: "error",
    Status.CONFLICT: "error",
    Status.UNKNOWN: "error",
    Status.SKIPPED: "warning",
}
_WORDS = {
    Status.APPLIED: "applied",
    Status.ALREADY: "already done",
    Status.FAILED: "failed",
    Status.CONFLICT: "changed in the meantime",
    Status.UNKNOWN: "with an unknown outcome",
    Status.SKIPPED: "skipped",
}
_WORD_WIDTH = 8
_INDENT = " " * 6


def render_outcome_text(outcome: Outcome, color: bool = False) -> str:
    """One outcome: a line, and below it what went wrong or what PagerDuty made of it. Ends in a line break."""
    palette = Palette(color)
    sign, style = SIGNS[outcome.operation]
    word = _DONE[outcome.operation] if outcome.status is Status.APPLIED else outcome.status.value
    if outcome.status is Status.ALREADY:
        word = f"already {_DONE[outcome.operation]}"
    words = f"{palette.paint(style, sign)} {palette.paint(_STYLES[outcome.status], word.ljust(_WORD_WIDTH))}"
    address = shown_address(outcome.address, outcome.id)
    place = f"  {palette.paint('muted', safe_text(address))}" if outcome.name else ""
    lines = [f"  {words} {palette.paint('strong', safe_text(outcome.name or address))}{place}"]
    message = (outcome.message or "").removeprefix(f"{outcome.status.value}: ")
    if message:
        lines.append(f"{_INDENT}{safe_text(message)}")
    if outcome.warning:
        lines.append(palette.paint("warning", f"{_INDENT}note: {safe_text(outcome.warning)}"))
    lines += [palette.paint("warning", f"{_INDENT}PagerDuty warns: {safe_text(str(it))}") for it in outcome.warned]
    return "\n".join(lines) + "\n"


def render_result_summary(result: Result, color: bool = False) -> str:
    """How it ended, and what to do next where it did not end well. Ends in a line break."""
    palette = Palette(color)
    counts = result.count()
    listed = ", ".join(f"{counts[status]} {_WORDS[status]}" for status in Status if counts[status])
    good = not (result.interrupted or any(_STYLES[status] != "good" for status in counts))
    warned = sum(1 for outcome in result.outcomes if outcome.warned)
    head = palette.paint("good", "Done") if good else palette.paint("error", "Not everything was done")
    if good and warned:
        head = palette.paint("warning", "Done, with warnings")
    lines = [f"{head}: {listed or 'nothing'}."]
    if warned:
        lines.append(
            "PagerDuty stored rules that have no effect: see its warnings above. The next plan shows this again."
        )
    if result.strict and result.warned_before:
        lines.append(
            f"PagerDuty warned earlier about documents that it stores for {', '.join(result.warned_before)}: with --strict this counts as a failure."
        )
    if result.interrupted:
        lines.append("Stopped early. Writes in progress were finished; run it again to continue.")
    elif counts[Status.UNKNOWN]:
        lines.append("An answer was lost. Run 'pdsync plan': it detects what was done.")
    elif counts[Status.CONFLICT]:
        lines.append(
            "Objects that were changed in the meantime were not written. Run 'pdsync plan' to see the changes."
        )
    elif not good:
        lines.append("Run 'pdsync plan' to see what is left to do.")
    lines += [f"Pending: {line}" for line in pending_lines(result.pending)]
    return "\n".join(lines) + "\n"


def render_result_text(result: Result, color: bool = False) -> str:
    """Every outcome in the order of the plan, then the summary. Ends in a line break."""
    lines = "".join(render_outcome_text(outcome, color) for outcome in result.outcomes)
    return f"{lines}\n{render_result_summary(result, color)}" if lines else render_result_summary(result, color)
