"""The folder for local state, ``.pdsync`` in the folder of the configuration: journals, crash reports, the embedded sandbox."""

from __future__ import annotations

import os
from pathlib import Path

from pdsync.cli.error import CliError


def local_folder(base: Path) -> Path:
    """The folder, which may not exist. `base` is the folder of the configuration."""
    return base / ".pdsync"


def make_local_folder(base: Path) -> Path:
    """Makes the folder, which keeps itself out of git. Raises OSError, and CliError for a link."""
    folder = local_folder(base)
    refuse_link(folder)
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    try:
        number = os.open(
            ignore, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666
        )  # follows no link, not even one that leads nowhere
    except FileExistsError:
        return folder
    try:
        os.write(number, b"*\n")
    except OSError as error:
        ignore.unlink()  # an empty one would keep nothing out of git
        raise OSError(error.errno, error.strerror, str(ignore)) from None
    finally:
        os.close(number)
    return folder


def refuse_link(path: Path) -> None:
    """Raises CliError for a link: in a repository it could lead what pdsync writes to any place of the machine."""
    if path.is_symlink():
        raise CliError(
            f"{path}: is a link, and links are not followed, so nothing is written there", "Remove the link."
        )
