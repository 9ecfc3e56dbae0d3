"""The git repository that a folder lies in."""

from __future__ import annotations

from pathlib import Path


def find_repository(folder: Path) -> Path | None:
    """The top of the repository; None for a folder outside of one. The folder itself may not exist yet."""
    folder = folder.resolve()
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), None)


def find_top_above(folder: Path) -> Path | None:
    """The top of the repository, where the folder lies in one and is not its top."""
    top = find_repository(folder)
    return top if top != folder.resolve() else None
