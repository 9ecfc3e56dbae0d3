"""Files are written into a folder all or none, and never over edits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pdsync.cli.error import CliError, OutputError, UsageError
from pdsync.cli.files.output_folder import RECORD, OutputFolder

FILES = {"red/user.yaml": "a: 1\n", "blue.yaml": "b: 1\n"}


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != RECORD
    }


def test_files_of_an_earlier_run_are_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    OutputFolder(folder).write(FILES, overwrite=False)
    assert texts(folder) == FILES
    newer = {**FILES, "blue.yaml": "b: 2\n"}
    with pytest.raises(CliError, match=r"blue.yaml: exists already"):
        OutputFolder(folder).write(newer, overwrite=False)
    OutputFolder(folder).write(newer, overwrite=True)
    assert texts(folder) == newer


def test_an_edited_file_is_never_replaced(tmp_path: Path) -> None:
    OutputFolder(tmp_path).write(FILES, overwrite=False)
    (tmp_path / "blue.yaml").write_text("b: mine\n")
    with pytest.raises(CliError, match="was edited since it was exported"):
        OutputFolder(tmp_path).write({"blue.yaml": "b: 2\n", "new.yaml": "c: 1\n"}, overwrite=True)
    assert texts(tmp_path) == {**FILES, "blue.yaml": "b: mine\n"}


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    folder.mkdir()
    (folder / "red").symlink_to(elsewhere)
    with pytest.raises(CliError, match="red: is a link"):
        OutputFolder(folder).write(FILES, overwrite=True)
    assert not list(elsewhere.iterdir())


def test_a_failure_half_way_puts_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    OutputFolder(tmp_path).write(FILES, overwrite=False)
    replace, calls = os.replace, []

    def fail_at_the_third(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_at_the_third)
    with pytest.raises(OutputError, match="No space left"):
        OutputFolder(tmp_path).write({"red/user.yaml": "a: 2\n", "blue.yaml": "b: 2\n"}, overwrite=True)
    assert texts(tmp_path) == FILES


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(UsageError, match="is not a folder"):
        OutputFolder(tmp_path / "out")
