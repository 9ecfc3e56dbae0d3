"""Documents name the copy of the schema where there is one that an editor can find."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.cli.files.schema_copy import find_schema_copy


@pytest.mark.parametrize(
    ("out", "path"),
    [
        ("manifests", "../schemas/pdsync.json"),
        ("manifests/exported", "../../schemas/pdsync.json"),
        (".", "schemas/pdsync.json"),
        ("../other", "../top/schemas/pdsync.json"),
    ],
)
def test_the_path_begins_in_the_folder(tmp_path: Path, out: str, path: str) -> None:
    top = tmp_path / "top"
    assert find_schema_copy(top, top / out) is None
    (top / "schemas").mkdir(parents=True)
    (top / "schemas" / "pdsync.json").write_text("{}")
    assert find_schema_copy(top, top / out) == path


def test_a_path_that_a_comment_cannot_hold(tmp_path: Path) -> None:
    top = tmp_path / "on call"
    (top / "schemas").mkdir(parents=True)
    (top / "schemas" / "pdsync.json").write_text("{}")
    assert find_schema_copy(top, tmp_path / "out") is None
    assert find_schema_copy(top, top / "out") == "../schemas/pdsync.json"
