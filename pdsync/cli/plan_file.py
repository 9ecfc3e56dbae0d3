"""The plan as a file, for a review before it is applied."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pdsync.cli.error import UsageError
from pdsync.plan import Plan

_MEMBERS = frozenset({"version", "workspace", "changes", "digest"})
_LARGEST = 500_000_000


def check_plan_file(path: Path) -> None:
    """Makes sure that a plan may be written there, before anything else is done. Raises UsageError."""
    if path.is_dir():
        raise UsageError(f"--out {path}: is a folder", "Name a file, such as plan.json.")
    if not path.parent.is_dir():
        raise UsageError(f"--out {path}: the folder {path.parent} does not exist")
    if (path.exists() or path.is_symlink()) and not _is_plan(path):
        raise UsageError(
            f"--out {path}: exists and is no plan, so it is not overwritten", "Name another file, or remove it."
        )


def _is_plan(path: Path) -> bool:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return False
        body: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.keys() >= _MEMBERS


def write_plan_file(plan: Plan, path: Path) -> None:
    """Writes the plan at once or not at all, readable by its owner only: it tells who is on call and how to reach them.

    The content is that of ``-o json`` with the times at which the account was read and the file was made.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    body = {**plan.to_json(), "created_at": now, "fetched_at": plan.fetched_at}
    text = json.dumps(body, indent=2, ensure_ascii=False) + "\n"
    target = path.resolve()
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # made with mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
