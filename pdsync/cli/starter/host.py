"""Code hosts: which one a repository is on, and the files that run pdsync there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pdsync.cli.error import CliError

HostName = Literal["github", "gitlab", "none"]
HOSTS: tuple[HostName, ...] = ("github", "gitlab", "none")
_REMOTE = re.compile(r"^\s*url\s*=\s*(?:\w+://)?(?:[^/@\s]*@)?([^/:\s]+)", re.M)
"""The host of an address such as https://github.com/acme/oncall.git or git@github.com:acme/oncall.git."""
_WORKFLOW = ".github/workflows/pagerduty.yml"
_PIPELINE = "pdsync.gitlab-ci.yml"
_INCLUDE = f"include:\n  - local: {_PIPELINE}\n"


def find_host(folder: Path) -> HostName:
    """The host of the repository that has this folder as its top, from the addresses of its remotes; "none" where they do not say."""
    try:
        config = (folder / ".git" / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "none"
    addresses = [match[1].lower() for match in _REMOTE.finditer(config)]
    found = [host for host in HOSTS if any(host in address for address in addresses)]
    return found[0] if len(found) == 1 else "none"


def host_files(host: HostName) -> dict[str, str]:
    """The files of the CI workflow by path: copies of those in deploy/."""
    if host == "github":
        return {_WORKFLOW: _template("github/workflow.yml")}
    if host == "gitlab":
        return {_PIPELINE: _template("gitlab/pdsync.gitlab-ci.yml"), ".gitlab-ci.yml": _INCLUDE}
    return {}


def host_advice(host: HostName) -> str:
    """What is left to do at the host."""
    if host == "github":
        return f"Create the two secrets that {_WORKFLOW} names."
    if host == "gitlab":
        return f"Create the variables that {_PIPELINE} names, and a pipeline schedule for drift."
    return ""


def _template(name: str) -> str:
    """A file of deploy/. An installed package has that folder inside; in a checkout it is next to the package."""
    package = Path(__file__).resolve().parents[2]
    for base in (package, package.parent):
        file = base / "deploy" / name
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise CliError(f"this installation of pdsync has no deploy/{name}", "Install it again, or use --host none.")
