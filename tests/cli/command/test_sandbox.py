"""Ctrl-C ends ``pdsync sandbox`` with success, whenever it comes."""

from __future__ import annotations

import json
import subprocess
import sys

# Runs the command again and again in one process, and sends SIGINT to it when so many lines of the sandbox's own code have
# been executed. The first run finds out how many there are until it serves.
_PROGRAM = """
import json, os, signal, sys
from pdsync.cli.main import main
from pdsync.sandbox.http.ending import Ending

signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored where the tests run
FILES = ("/pdsync/sandbox/server.py", "/pdsync/sandbox/app.py", "/pdsync/cli/command/sandbox.py", "/http/ending.py",
         "/http/web_server.py", "/store/database.py", "/store/seed.py")
done, strike_at = 0, None

def strike():
    global strike_at
    strike_at = None
    os.kill(os.getpid(), signal.SIGINT)

def trace(frame, event, argument):
    return trace_line if frame.f_code.co_filename.endswith(FILES) else None

def trace_line(frame, event, argument):
    global done
    if event == "line":
        done += 1
        if done == strike_at:
            strike()
    return trace_line

def run(moment):
    global done, strike_at
    done, strike_at = 0, moment
    sys.settrace(trace)
    try:
        return main(["sandbox", "--port", "0", "--seed", "none"])
    except BaseException as error:
        return repr(error)
    finally:
        sys.settrace(None)

wait, lines = Ending.wait, 0
def counting_wait(self):
    global lines
    lines = done
    if strike_at is not None:
        strike()
    wait(self)
Ending.wait = counting_wait

run(10**9)
step = max(1, lines // 60)
codes = {moment: run(moment) for moment in range(2, lines + step, step)}  # the first line is the "try" of the command
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
print(json.dumps({"lines": lines, "codes": codes}), file=sys.stderr)
"""


def test_an_interrupt_at_any_moment_of_the_start_ends_it_with_success() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stderr.splitlines()[-1])
    assert result["lines"] > 100
    assert set(result["codes"].values()) == {0}, result["codes"]
    assert "Traceback" not in done.stderr
