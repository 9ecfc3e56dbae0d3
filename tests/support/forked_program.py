"""pdsync as a program that starts in a hundredth of a second: a process that has imported everything makes a copy of itself for each run.

For tests of many commands whose subject is what the commands do. What the start, the streams and the end of a process do is
tested with the program itself.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import resource
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MOST_BYTES = 1 << 20
_SHIM = """#!{python} -ISE
import json, os, resource, socket, sys
limit = resource.getrlimit(resource.RLIMIT_FSIZE)
there = socket.socket(socket.AF_UNIX)
there.connect({address!r})
what = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ), limit]).encode()
socket.send_fds(there, [len(what).to_bytes(4, "big")], [0, 1, 2])
there.sendall(what)
sys.exit(int(there.recv(16) or b"255"))
"""


@contextmanager
def forked_pdsync(folder: Path) -> Iterator[Path]:
    """A folder for PATH with a program `pdsync`, which works until the context ends. It takes no signals."""
    address = str(folder / "socket")
    shim = folder / "bin" / "pdsync"
    shim.parent.mkdir(parents=True)
    shim.write_text(_SHIM.format(python=sys.executable, address=address))
    shim.chmod(0o755)
    command = [sys.executable, "-m", "tests.support.forked_program", address]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as server:
        try:
            for _ in range(1000):
                if os.path.exists(address):
                    break
                time.sleep(0.02)
            yield shim.parent
        finally:
            server.terminate()


def _serve(address: str) -> None:
    import jsonschema  # noqa: F401 - which a wrong manifest needs

    import pdsync.cli
    import pdsync.sandbox.app
    import pdsync.sandbox.server

    for module in pkgutil.walk_packages(pdsync.cli.__path__, "pdsync.cli."):
        importlib.import_module(module.name)

    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address + ".made")
    listening.listen(16)
    os.rename(address + ".made", address)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that no run is left as a zombie
    while True:
        there, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _run(there)
        there.close()


def _run(there: socket.socket) -> None:
    """One run of pdsync, in a process of its own, with the descriptors, the folder and the environment of the one who asks,
    and the limit to what it may write into a file."""
    size, descriptors, _, _ = socket.recv_fds(there, 4, 3)
    what = b""
    while len(what) < int.from_bytes(size, "big"):
        what += there.recv(_MOST_BYTES)
    arguments, here, environment, limit = json.loads(what)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115 - they last as long as the process
    sys.stderr = open(2, "w", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(here)
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    sys.argv = ["pdsync", *arguments]
    from pdsync.cli.main import run

    code: object = 1
    try:
        run()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - the interpreter would print it too
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        there.sendall(str(code).encode())
        os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
