"""The folder for local state, ``.pdsync`` beside the configuration: journals, crash reports, the embedded sandbox."""

from __future__ import annotations

from pathlib import Path


def local_folder(base: Path) -> Path:
    """The folder, which may not exist. `base` is the folder of the configuration."""
    return base / ".pdsync"


def make_local_folder(base: Path) -> Path:
    """Makes the folder, which keeps itself out of git. Raises OSError."""
    folder = local_folder(base)
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder
