"""The folder for local state keeps itself out of git."""

from __future__ import annotations

from pathlib import Path

from pdsync.cli.files.local_folder import local_folder, make_local_folder


def test_it_is_made_once_and_ignored_by_git(tmp_path: Path) -> None:
    assert not local_folder(tmp_path).exists()
    folder = make_local_folder(tmp_path)
    assert folder == local_folder(tmp_path)
    assert (folder / ".gitignore").read_text() == "*\n"
    (folder / ".gitignore").write_text("mine\n")
    make_local_folder(tmp_path)
    assert (folder / ".gitignore").read_text() == "mine\n"
