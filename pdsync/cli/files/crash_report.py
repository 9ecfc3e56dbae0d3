"""The file that an unexpected error leaves, for the person who fixes it."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from pdsync.cli.files.local_folder import local_folder
from pdsync.cli.invocation import Invocation
from pdsync.cli.secret import Secrets
from pdsync.version import __version__


def write_crash_report(error: BaseException, invocation: Invocation) -> Path | None:
    """Writes the traceback into the folder of the configuration or the temporary folder; None where neither can be written.

    Tokens are masked; arguments and manifests are not in it.
    """
    text = render_crash_report(error, invocation.secrets)
    folder = local_folder(invocation.folder)
    may_take = folder.is_dir() and not folder.is_symlink()
    for place in (*([folder] if may_take else []), Path(tempfile.gettempdir())):
        name = ""
        try:
            number, name = tempfile.mkstemp(prefix="pdsync-error-", suffix=".txt", dir=place)
            with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError:
            if name:
                os.unlink(name)
            continue
        return Path(name)
    return None


def render_crash_report(error: BaseException, secrets: Secrets) -> str:
    """The report as text."""
    lines = [
        f"pdsync {__version__}, Python {platform.python_version()}, {platform.platform()}",
        datetime.now(UTC).isoformat(timespec="seconds"),
        "",
        "".join(traceback.format_exception(error)),
    ]
    return secrets.mask_log("\n".join(lines))
