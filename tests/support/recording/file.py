"""File: a recording as it is kept: a line that names the client, then one line of JSON for each request."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Line = dict[str, Any]
"""``n``, ``step``, ``method``, ``path``, ``query``, ``headers`` (beside those of the file), ``body``, ``status`` (or a list of
such), ``bind`` (placeholder to pointer) and ``answer_has`` (pointer to need)."""


@dataclass(slots=True)
class RecordingFile:
    """``headers`` are those that every request has."""

    client: str
    headers: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def load_recording(path: Path) -> RecordingFile:
    """The line that names the client may be missing."""
    lines: list[Line] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    head = lines.pop(0) if lines and "client" in lines[0] else {}
    return RecordingFile(head.get("client", path.stem), head.get("headers", {}), lines)


def render_recording(recording: RecordingFile) -> str:
    head = {"client": recording.client, "headers": recording.headers}
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in [head, *recording.lines])
