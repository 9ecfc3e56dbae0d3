"""``pdsync journal``: what an apply did, request by request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pdsync.cli.files.journal_file import find_journal, read_journal
from pdsync.cli.invocation import Invocation
from pdsync.cli.setting.setting import load_settings
from pdsync.report.result.journal import build_journal
from pdsync.report.result.journal_text import render_journal_text


def show_journal(invocation: Invocation, file: Path | None, output: Literal["text", "json"]) -> int:
    """Shows a journal; without `file` that of the last run. Asks PagerDuty nothing."""
    if file is None:
        load_settings(invocation)
        file = find_journal(invocation.folder)
    journal = build_journal(read_journal(file))
    terminal = invocation.terminal
    if output == "json":
        terminal.out_json(json.dumps(journal.to_json(), indent=2, ensure_ascii=False) + "\n")
    else:
        terminal.detail(str(file))
        terminal.out(render_journal_text(journal, terminal.color))
    return 0
