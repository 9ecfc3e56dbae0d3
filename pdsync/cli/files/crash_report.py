"""The file that an unexpected error leaves, for the person who fixes it."""

from __future__ import annotations

import os
import platform
import re
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from pdsync.cli.files.local_folder import local_folder
from pdsync.cli.invocation import Invocation
from pdsync.version import __version__

_SECRETS = ("PAGERDUTY_TOKEN", "PAGERDUTY_ROUTING_KEY", "GITHUB_TOKEN", "GITLAB_TOKEN", "PDSYNC_COMMENT_TOKEN")
_SHORTEST = 8
_CREDENTIAL = re.compile(r"(Token token=|Bearer )[^\s'\",]+")


def write_crash_report(error: BaseException, invocation: Invocation) -> Path | None:
    """Writes the traceback beside the configuration or into the temporary folder; None where neither can be written.

    Tokens are masked; arguments and manifests are not in it.
    """
    planted = [value for name, value in invocation.environ.items() if name in _SECRETS and len(value) >= _SHORTEST]
    text = render_crash_report(error, [*invocation.secrets, *planted])
    folder = local_folder(invocation.folder)
    for place in (folder if folder.is_dir() else None, Path(tempfile.gettempdir())):
        if place is None:
            continue
        try:
            number, name = tempfile.mkstemp(prefix="pdsync-error-", suffix=".txt", dir=place)
            with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError:
            continue
        return Path(name)
    return None


def render_crash_report(error: BaseException, secrets: list[str]) -> str:
    """The report as text."""
    lines = [
        f"pdsync {__version__}, Python {platform.python_version()}, {platform.platform()}",
        datetime.now(UTC).isoformat(timespec="seconds"),
        "",
        "".join(traceback.format_exception(error)),
    ]
    text = "\n".join(lines)
    for secret in secrets:
        text = text.replace(secret, "[token]")
    return _CREDENTIAL.sub(r"\1[token]", text)
