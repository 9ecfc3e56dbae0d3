"""The folder for local state, beside the configuration."""

from __future__ import annotations

from pathlib import Path


def make_local_folder(folder: Path) -> None:
    """Makes the folder, which keeps itself out of git. Raises OSError."""
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
