"""``python -m pdsync``."""

from __future__ import annotations

from pdsync.cli.main import run

if __name__ == "__main__":
    run()
