#!/usr/bin/env python3
"""How fast the sandbox is: simple GETs a second with four clients, 10,000 services from a state file, and a long log.

.venv/bin/python benchmarks/sandbox_throughput.py [SECONDS]
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pdsync.sandbox import SandboxServer

TOKEN = "u+token-of-the-benchmark"
CLIENTS = 4


def ask(url: str, path: str, seconds: float, counts: Any) -> None:
    """One client on one connection, for so long."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        connection.request("GET", path, headers={"Authorization": f"Token token={TOKEN}"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        count += 1
    counts.put(count)


def cpu_s(process: subprocess.Popen[str]) -> float:
    """Processor time of a process so far (Linux)."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def gets_per_second(url: str, path: str, seconds: float) -> float:
    context = multiprocessing.get_context("fork")
    counts = context.Queue()
    clients = [context.Process(target=ask, args=(url, path, seconds, counts)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    total = sum(counts.get() for _ in clients)
    for client in clients:
        client.join()
    return total / seconds


def state_of(services: int) -> Any:
    with SandboxServer() as server:
        user = server.control.edit("GET", "/users")["users"][0]
        rule = {"escalation_delay_in_minutes": 5, "targets": [{"id": user["id"], "type": "user_reference"}]}
        body = {"escalation_policy": {"type": "escalation_policy", "name": "P", "escalation_rules": [rule]}}
        policy = server.control.edit("POST", "/escalation_policies", body)["escalation_policy"]
        reference = {"id": policy["id"], "type": "escalation_policy_reference"}
        server.control.edit(
            "POST", "/services", {"service": {"type": "service", "name": "S", "escalation_policy": reference}}
        )
        state = server.control.state()
    [one] = state["service"]
    state["service"] = [{**one, "id": f"PSVC{n:06}", "name": f"S {n}", "number": 1000 + n} for n in range(services)]
    return state


def serve(*options: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "pdsync", "sandbox", "--rate-limit", "100000000", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    process, url = serve("--seed", "example")
    for path in ("/users/me", "/priorities", "/services?limit=25"):
        before = cpu_s(process)
        rate = gets_per_second(url, path, seconds)
        each_us = (cpu_s(process) - before) / (rate * seconds) * 1e6
        print(
            f"GET {path:20} {rate:7.0f} a second with {CLIENTS} clients, {each_us:4.0f} us of the server's processor each"
        )
    process.terminate()
    process.wait()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.json"
        file.write_text(json.dumps(state_of(10_000)))
        for db in (":memory:", str(Path(folder) / "sandbox.db")):
            began = time.perf_counter()
            process, url = serve("--state", str(file), "--db", db)
            print(
                f"10,000 services from a state file, {'a file' if db[0] != ':' else 'memory':6}: {time.perf_counter() - began:5.1f} s"
            )
            print(f"GET /services?limit=100  {gets_per_second(url, '/services?limit=100', seconds):7.0f} a second")
            process.terminate()
            process.wait()
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest process: {peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
