#!/usr/bin/env python3
"""How a long log weighs on the sandbox: memory, milliseconds for a list, seconds to dump and restore, over HTTP.

.venv/bin/python benchmarks/sandbox_log.py [ROWS [DB]]      # 1,000,000 rows in memory unless said otherwise
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from pdsync.sandbox import SandboxServer

INCIDENTS = 200


def rss_mb() -> float:
    """Of this process (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def fill(server: SandboxServer, rows: int) -> dict[str, str]:
    """Incidents of one service by requests, then copies of their log entries, a row each half second until now."""
    edit, store = server.control.edit, server._store
    assert store is not None
    service = edit("GET", "/services")["services"][0]
    reference = {"id": service["id"], "type": "service_reference"}
    for number in range(INCIDENTS):
        body = {"type": "incident", "title": f"Trouble {number}", "service": reference}
        edit("POST", "/incidents", {"incident": body})
    incidents = store.ordered("incident")
    models = [next(store.each("log_entry")).body]
    models.append({**models[0], "type": "annotate_log_entry"})
    now = datetime.now(UTC)
    for start in range(0, rows, 10_000):
        with store.transaction():
            for number in range(start, start + 10_000):
                at = now - timedelta(seconds=(rows - number) / 2)
                incident = incidents[number % INCIDENTS]
                body = {
                    **models[number % 2],
                    "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "incident": {"id": incident.id, "type": "incident_reference"},
                }
                store.put("log_entry", store.new_id(), body, incident.id)
    teams = [team["id"] for team in models[0]["teams"]]
    return {"incident": incidents[0].id, "team": teams[0] if teams else "PNONE"}


def ms(session: requests.Session, url: str, repeats: int = 20) -> tuple[float, Any]:
    """The median."""
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        answer = session.get(url)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
    return sorted(took)[repeats // 2], answer.json()


def dump_and_restore(url: str) -> None:
    with tempfile.TemporaryFile() as file:
        began = time.perf_counter()
        with requests.get(f"{url}/_sandbox/state", stream=True) as answer:
            for chunk in answer.iter_content(2**20):
                file.write(chunk)
        dumped = time.perf_counter()
        print(f"GET /_sandbox/state: {file.tell() / 2**20:.0f} MB in {dumped - began:.0f} s; {rss_mb():.0f} MB after")
        file.seek(0)
        answer = requests.put(f"{url}/_sandbox/state", data=file)
        assert answer.status_code == 204, answer.text
        print(f"PUT /_sandbox/state: {time.perf_counter() - dumped:.0f} s; {rss_mb():.0f} MB after")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    db = sys.argv[2] if len(sys.argv) > 2 else ":memory:"
    with SandboxServer(db=db, seed="example", rate_limit_per_minute=10**8) as server:
        before, began = rss_mb(), time.perf_counter()
        ids = fill(server, rows)
        print(f"{rows:,} rows in {time.perf_counter() - began:.0f} s; {before:.0f} MB before, {rss_mb():.0f} MB after")
        session = requests.Session()
        session.headers["Authorization"] = "Token token=u+token-of-the-benchmark"
        old = (datetime.now(UTC) - timedelta(seconds=rows / 4)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for path in (
            "/log_entries?limit=1",
            "/log_entries",
            "/log_entries?limit=100",
            "/log_entries?limit=100&offset=9900",
            f"/log_entries?until={old}",
            f"/log_entries?team_ids[]={ids['team']}",
            "/log_entries?team_ids[]=PNOBODY",
            "/log_entries?is_overview=true",
            f"/incidents/{ids['incident']}/log_entries",
            "/audit/records",
            "/incidents?limit=25",
        ):
            print(f"GET {path:45} {ms(session, server.url + path)[0]:7.1f} ms")
        took, page = ms(session, server.url + "/log_entries?limit=1&total=true", repeats=3)
        print(f"GET {'the same with total=true':45} {took:7.1f} ms, total {page['total']:,}")
        dump_and_restore(server.url)
        print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
