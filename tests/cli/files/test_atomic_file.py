"""A file is written at once or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pdsync.cli.files.atomic_file import write_atomically


def test_a_link_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path: Path) -> None:
    target, link = tmp_path / "a", tmp_path / "b"
    target.write_text("old")
    link.symlink_to(target)
    write_atomically(link, "new", mode=0o644)
    assert not link.is_symlink()
    assert (target.read_text(), link.read_text()) == ("old", "new")
    assert link.stat().st_mode & 0o777 == 0o644


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a"
    target.write_text("old")

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_it_is_the_owners_alone(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", "secret")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
