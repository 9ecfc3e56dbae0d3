"""A journal as text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from pdsync.model.address import shown_address, without_step
from pdsync.plan import Operation
from pdsync.plan.before import Before
from pdsync.report.result.journal import Journal, Write, WriteState
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text

_STYLES = {
    WriteState.DONE: "good",
    WriteState.GONE: "good",
    WriteState.REFUSED: "error",
    WriteState.UNKNOWN: "warning",
}
_GOOD = ("applied", "already")


def render_journal_text(journal: Journal, color: bool = False) -> str:
    """The run, each write in order, then each change that did not end well. Ends in a line break."""
    palette = Palette(color)
    lines = [
        palette.paint("strong", f"Apply of {safe_text(journal.started_at)}")
        + f", workspace {safe_text(journal.workspace)}, plan {safe_text(journal.digest[:12])}"
    ]
    ids = {before.address: before.id for before in journal.before}
    lines += [_write_line(write, ids, palette) for write in journal.writes.values()]
    addresses = dict.fromkeys([*journal.begun, *journal.outcomes])
    statuses = Counter(journal.status_of(address) for address in addresses)
    missing = journal.changes - len(addresses)
    if missing > 0:
        statuses["not begun"] = missing
    lines.append("")
    for address in addresses:
        status = journal.status_of(address)
        message = journal.messages.get(address, "")
        warnings = journal.warnings.get(address, [])
        if status not in _GOOD or message or warnings:
            style = "good" if status in _GOOD else "warning"
            lines.append(
                f"  {palette.paint(style, safe_text(status))} {safe_text(shown_address(address, ids.get(address)))}"
                + _after(message)
            )
        lines += [f"    {palette.paint('warning', safe_text(each))}" for each in warnings]
    summary = ", ".join(f"{count} {safe_text(status)}" for status, count in statuses.items()) or "nothing"
    if journal.ended:
        lines.append(f"Changes: {summary}. Exit code {journal.exit_code}.")
    else:
        lines.append(f"Changes: {summary}. {palette.paint('warning', 'The run did not end: it was killed.')}")
        lines.append("Run 'pdsync apply' again: it detects what was done.")
    return "\n".join(lines) + "\n"


def render_before_text(journal: Journal, color: bool = False) -> str:
    """What the run overwrote or deleted, as it was before: of a change the fields and items that it was about. Ends in a line
    break."""
    palette = Palette(color)
    lines = [palette.paint("strong", "Before this run")]
    if not journal.before:
        lines.append("  Nothing was overwritten or deleted, or an older pdsync kept this journal.")
    for before in journal.before:
        operation = Operation.DELETE if before.operation == Operation.RETIRE else before.operation
        address = without_step(before.address) if operation == Operation.DELETE else before.address
        what = f"{safe_text(address)} ({safe_text(before.id)}), before its {safe_text(operation)}"
        lines.append(f"  {palette.paint('strong', what)}")
        lines += [f"    {line}" for line in _body_lines(before)]
    return "\n".join(lines) + "\n"


def _body_lines(before: Before) -> Iterator[str]:
    if before.body is None:
        yield "it was too large to be kept"
        return
    lists = tuple(dict.fromkeys(item.list_name for item in before.items))
    names = before.body if before.is_deleted else (*before.fields, *lists)
    for name in names:
        text = json.dumps(before.body.get(name), ensure_ascii=False, indent=2)
        first, *rest = text.splitlines()
        yield f"{safe_text(name)}: {safe_text(first)}"
        yield from (safe_text(line) for line in rest)
    if not before.is_deleted and not names:
        yield "only the ownership line was written"


def _write_line(write: Write, ids: Mapping[str, str], palette: Palette) -> str:
    state = palette.paint(_STYLES[write.state], write.state.value.ljust(7))
    made = f" as {safe_text(write.id)}" if write.id and write.method == "POST" else ""
    answers = " ".join(map(str, write.statuses)) or "no answer"
    asked = f" ({safe_text(', '.join(write.request_ids))})" if write.request_ids else ""
    what = f"{safe_text(write.method):6} {safe_text(write.path)}{made}"
    address = safe_text(shown_address(write.address, ids.get(write.address)))
    return f"  {state} {what}  {palette.paint('muted', f'{address}: {answers}{asked}')}"


def _after(message: str) -> str:
    return f": {safe_text(message)}" if message else ""
