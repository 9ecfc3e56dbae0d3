"""A report is written over a report, and over nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.cli.error import UsageError
from pdsync.cli.files.report_file import MARKDOWN, PAGE, Form, check_report_file, write_report_file


@pytest.mark.parametrize("form", [MARKDOWN, PAGE], ids=["markdown", "page"])
def test_a_new_an_empty_and_an_earlier_report_may_be_written(tmp_path: Path, form: Form) -> None:
    path = tmp_path / form.example
    check_report_file(path, "--report", form)
    path.touch()
    check_report_file(path, "--report", form)
    write_report_file(form.beginning + "all of it", path)
    check_report_file(path, "--report", form)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("form", [MARKDOWN, PAGE], ids=["markdown", "page"])
def test_no_other_file_is_overwritten(tmp_path: Path, form: Form) -> None:
    mine = tmp_path / "mine"
    mine.write_text("my notes")
    with pytest.raises(UsageError, match=f"^--page {mine}: exists and is not a {form.name}"):
        check_report_file(mine, "--page", form)
    report, link = tmp_path / "report", tmp_path / "link"
    write_report_file(form.beginning, report)
    link.symlink_to(report)
    with pytest.raises(UsageError, match="is not overwritten"):
        check_report_file(link, "--page", form)
    with pytest.raises(UsageError, match="is a folder"):
        check_report_file(tmp_path, "--page", form)
    with pytest.raises(UsageError, match="does not exist"):
        check_report_file(tmp_path / "no" / "file", "--page", form)


def test_one_form_is_not_the_other(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    write_report_file(PAGE.beginning, path)
    with pytest.raises(UsageError):
        check_report_file(path, "--report", MARKDOWN)
