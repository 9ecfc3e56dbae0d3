"""A manifest file keeps everything but its text, and is not written over a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.engine.error import EngineError
from pdsync.engine.manifest_file import ManifestFile


def test_mode_and_byte_order_mark_stay(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    file.chmod(0o640)
    read = ManifestFile(str(file))
    assert read.text == "a: 1\r\n"
    read.replace("a: 2\r\n")
    assert file.read_bytes() == b"\xef\xbb\xbfa: 2\r\n"
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
    target.write_text("a: 1\n")
    link.symlink_to(target)
    ManifestFile(str(link)).replace("a: 2\n")
    assert link.is_symlink()
    assert target.read_text() == "a: 2\n"


def test_a_change_since_it_was_read_is_not_lost(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n")
    read = ManifestFile(str(file))
    file.write_text("a: 3\n")
    with pytest.raises(EngineError, match="was changed in the meantime"):
        read.replace("a: 2\n")
    assert file.read_text() == "a: 3\n"
    assert list(tmp_path.iterdir()) == [file]
