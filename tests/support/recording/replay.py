"""Replay: asks a server what a client asked, and compares the answers with what the client needs."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

from tests.support.recording.answer import Difference, differences, look
from tests.support.recording.file import Line, RecordingFile
from tests.support.recording.placeholder import UnknownPlaceholderError, fill

USER_TOKEN = "u+replayed-recording1"
ACCOUNT_TOKEN = "replayed-recording-k"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one line; no ``differences`` where the answer is what the client needs."""

    line: Line
    differences: list[Difference]

    def __str__(self) -> str:
        line = self.line
        where = f"{line['n']} {line['step']}: {line['method']} {line['path']}"
        return "\n".join(f"{where}: {it.pointer} {it.text}" for it in self.differences)


def utc_now() -> datetime:
    return datetime.now(UTC)


def replay(url: str, recording: RecordingFile, clock: Callable[[], datetime] = utc_now) -> list[Outcome]:
    """One outcome for each line. The account must be as it was when the recording began; ``clock`` is the server's."""
    known = {"url": url}
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        return [_replay(connection, recording.headers, line, known, clock()) for line in recording.lines]
    finally:
        connection.close()


def _replay(
    connection: http.client.HTTPConnection, headers: dict[str, str], line: Line, known: dict[str, str], now: datetime
) -> Outcome:
    try:
        query = urlencode(fill(line["query"], known, now), doseq=True)
        target = quote(fill(line["path"], known, now), safe="/:~") + (f"?{query}" if query else "")
        sent = fill({**headers, **line.get("headers", {})}, known, now)
        body = None if line["body"] is None else json.dumps(fill(line["body"], known, now)).encode()
    except UnknownPlaceholderError as error:
        return Outcome(line, [Difference("", f"not asked: no answer told {{{error}}}")])
    token = ACCOUNT_TOKEN if line.get("key") == "account" else USER_TOKEN
    sent = {"Content-Type": "application/json", "Authorization": f"Token token={token}", **sent}
    connection.request(line["method"], target, body, sent)
    response = connection.getresponse()
    text = response.read()
    answer = json.loads(text) if text.strip() else None
    for name, pointer in line.get("bind", {}).items():
        with suppress(KeyError, UnknownPlaceholderError):  # the lines that need it say so
            known[name] = str(look(answer, fill(pointer, known, now)))
    statuses = line["status"] if isinstance(line["status"], list) else [line["status"]]
    if response.status not in statuses:
        return Outcome(line, [Difference("", f"status {response.status}, not {line['status']}: {str(answer)[:200]}")])
    return Outcome(line, list(differences(answer, line["answer_has"], known, now)))
