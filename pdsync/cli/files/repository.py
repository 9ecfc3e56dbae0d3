"""The git repository that a folder lies in."""

from __future__ import annotations

from pathlib import Path


def find_repository(folder: Path) -> Path | None:
    """The top of the repository; None where the folder, which need not exist, lies in none."""
    folder = folder.resolve()
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), None)
