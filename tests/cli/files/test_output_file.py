"""An output is written over an output of the same form, and over nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pdsync.cli.error import OutputError, UsageError
from pdsync.cli.files.output_file import DRIFT, MARKDOWN, PAGE, PLAN, Form, OutputFile
from pdsync.cli.invocation import GlobalOptions, Invocation

CONTENTS = {
    MARKDOWN.name: ["<!-- pdsync:plan -->\nall of it"],
    PAGE.name: [PAGE.beginnings[0] + "all of it"],
    PLAN.name: ['{"version": 1, "workspace": "w", "changes": [], "digest": "d", "more": 1}'],
    DRIFT.name: [
        "Edited\n  a\n\nDrift: 1 edited, 0 unclear.\n",
        "No drift. 3 objects match the manifests.\n",
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="pdsync drift acme" />\n',
        "# HELP pdsync_drift_objects Objects\n",
        "<!-- pdsync:drift -->\n",
        '{"version": 1, "workspace": "w", "moved": [], "summary": {}, "unchanged": 2}',
    ],
}
FORMS = pytest.mark.parametrize("form", [MARKDOWN, PAGE, PLAN, DRIFT], ids=lambda form: form.name)


@FORMS
def test_a_new_an_empty_and_an_earlier_output_may_be_written(tmp_path: Path, form: Form) -> None:
    file = OutputFile(tmp_path / form.example, "--out", form)
    file.check(Invocation())
    file.path.touch()
    file.check(Invocation())
    for text in CONTENTS[form.name]:
        file.write(text, Invocation())
        file.check(Invocation())
        assert file.path.read_text() == text
    assert file.path.stat().st_mode & 0o777 == 0o600


@FORMS
def test_no_other_file_is_overwritten_and_no_link_is_followed(tmp_path: Path, form: Form) -> None:
    own, link, dangling, pipe = (tmp_path / name for name in ("own", "link", "dangling", "pipe"))
    own.write_text(CONTENTS[form.name][0])
    link.symlink_to(own)
    dangling.symlink_to(tmp_path / "nowhere")
    os.mkfifo(pipe)
    obstacles = {tmp_path / f"{n}": text for n, text in enumerate(("my notes", "workspace: acme\n", '{"a": 1}', "\n"))}
    obstacles |= {
        tmp_path / name: texts[0] for name, texts in CONTENTS.items() if name != form.name and DRIFT is not form
    }
    for path, text in obstacles.items():
        path.write_text(text)
    for path in (link, dangling, pipe, Path("/dev/null"), Path("/dev/stdout"), *obstacles):
        file = OutputFile(path, "--out", form)
        with pytest.raises(UsageError, match=f"^--out {path}: .*is not overwritten"):
            file.check(Invocation())
        with pytest.raises(OutputError, match="is not overwritten"):
            file.write("text", Invocation())
    assert {path: path.read_text() for path in obstacles} == obstacles
    assert own.read_text() == CONTENTS[form.name][0]
    assert not (tmp_path / "nowhere").exists()
    for place, said in ((tmp_path, "is a folder"), (tmp_path / "no" / "file", "does not exist")):
        with pytest.raises(UsageError, match=said):
            OutputFile(place, "--out", form).check(Invocation())


@FORMS
@pytest.mark.parametrize("name", ["pdsync.yaml", "users.yml", "Team.YAML"])
def test_what_pdsync_reads_is_never_an_output(tmp_path: Path, form: Form, name: str) -> None:
    for there in (False, True):  # an empty file is a valid pdsync.yaml
        if there:
            (tmp_path / name).touch()
        with pytest.raises(UsageError, match="has the name of a manifest"):
            OutputFile(tmp_path / name, "--out", form).check(Invocation())
    token, other = tmp_path / "token", tmp_path / "hard-link"
    token.touch()
    os.link(token, other)
    for path in (token, other):
        with pytest.raises(UsageError, match="is read as --token-file"):
            OutputFile(path, "--out", form).check(Invocation(GlobalOptions(token_file=str(token))))


def test_two_outputs_of_a_run_have_two_files(tmp_path: Path) -> None:
    invocation = Invocation()
    OutputFile(tmp_path / "a", "--out", PLAN).check(invocation)
    with pytest.raises(UsageError, match="is also the file of --out"):
        OutputFile(tmp_path / "." / "a", "--report", MARKDOWN).check(invocation)


def test_a_file_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = OutputFile(tmp_path / "a", "--out", PLAN)
    file.check(Invocation())
    file.path.write_text("mine")
    with pytest.raises(OutputError, match="is not overwritten"):
        file.write("{}", Invocation())
    assert file.path.read_text() == "mine"


def test_a_full_disk_is_told_by_the_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=f"^--out {tmp_path / 'a'}: cannot be written: No space left on device$"):
        OutputFile(tmp_path / "a", "--out", PLAN).write("{}", Invocation())
    assert list(tmp_path.iterdir()) == []
