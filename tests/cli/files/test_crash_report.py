"""What an unexpected error leaves: a file without credentials."""

from __future__ import annotations

from pathlib import Path

from pdsync.cli.files.crash_report import write_crash_report
from pdsync.cli.files.local_folder import make_local_folder
from pdsync.cli.invocation import Invocation

SECRET = "u+secret-secret-secret"


def test_it_is_beside_the_configuration_and_holds_no_secret(tmp_path: Path) -> None:
    folder = make_local_folder(tmp_path)
    environ = {"PAGERDUTY_ROUTING_KEY": "0123456789abcdef"}
    invocation = Invocation(folder=tmp_path, environ=environ)
    invocation.secrets.append(SECRET)
    invocation.secrets.learn([], environ)
    path = write_crash_report(RuntimeError(f"{SECRET} and 0123456789abcdef and Bearer xyz"), invocation)
    assert path is not None
    assert path.parent == folder
    text = path.read_text()
    assert "RuntimeError: *cret and *cdef and Bearer [token]" in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_that_folder_it_is_among_temporary_files(tmp_path: Path) -> None:
    path = write_crash_report(RuntimeError("x"), Invocation(folder=tmp_path))
    assert path is not None
    assert tmp_path not in path.parents
    path.unlink()
