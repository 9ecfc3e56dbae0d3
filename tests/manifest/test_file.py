"""Which files are read, under which names, and what is said of those that cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pdsync.manifest import LoadResult, load_manifests
from pdsync.manifest.file import MAX_BYTES
from tests.manifest.text import manifest


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder inside of another, so that there is an outside."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(path: Path | str, name: str = "") -> Path:
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(manifest("Team", name or path.stem), encoding="utf-8")
    return path


def lines(result: LoadResult) -> list[str]:
    return [str(problem) for problem in result.problems]


def test_folders_are_read_to_the_bottom_and_hidden_things_are_not() -> None:
    for name in [
        "b.yaml",
        "a.yml",
        "x/y/z.yaml",
        "x/a.YAML",
        ".hidden.yaml",
        ".git/c.yaml",
        "x/.y/d.yaml",
        "notes.txt",
        "x/README.md",
    ]:
        write(name, name.strip(".").replace("/", "-"))
    write("pdsync.yaml").write_text("workspace: x\n")
    write("x/pdsync.yaml").write_text("workspace: x\n")
    result = load_manifests(["."])
    assert result.files == ("a.yml", "b.yaml", "x/a.YAML", "x/y/z.yaml")
    assert lines(result) == []
    assert len(result.resources) == 4


def test_a_named_file_is_read_whatever_its_ending_but_configuration_never() -> None:
    write("a.txt")
    write(".b.yaml", "b")
    write("pdsync.yaml").write_text("workspace: x\n")
    result = load_manifests(["a.txt", ".b.yaml", "pdsync.yaml"])
    assert result.files == (".b.yaml", "a.txt")
    assert lines(result) == []


def test_files_inside_of_the_current_folder_are_shown_relative_to_it(tmp_path: Path, here: Path) -> None:
    write("sub/a.yaml")
    outside = write(tmp_path / "out" / "b.yaml")
    result = load_manifests([here / "sub", "./sub/../sub/a.yaml", "../out"])
    assert sorted(result.files) == sorted(["sub/a.yaml", str(outside)])
    assert lines(result) == []


def test_a_file_counts_once_however_often_it_is_named() -> None:
    write("z/a.yaml")
    Path("b").symlink_to("z")
    Path("z/link.yaml").symlink_to("a.yaml")
    result = load_manifests(["b", "z", "z/a.yaml", "."])
    assert result.files == ("z/a.yaml",)
    assert lines(result) == []


def test_loops_of_links_end() -> None:
    write("a/b/c.yaml")
    Path("a/b/up").symlink_to("..")
    Path("a/b/self.yaml").symlink_to("self.yaml")
    result = load_manifests(["a"])
    assert result.files == ("a/b/c.yaml",)
    assert lines(result) == ["a/b/self.yaml:1:1: is a broken link. Remove or fix it."]


def test_links_out_of_the_given_folders_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "secrets" / "token.yaml")
    write("a/b.yaml")
    Path("a/file.yaml").symlink_to(outside)
    Path("a/folder").symlink_to(outside.parent)
    Path("a/notes.txt").symlink_to(outside)
    says = "is a link to a place outside the given folders. Add the target as a path of its own, or remove the link."
    result = load_manifests(["a"])
    assert lines(result) == [f"a/file.yaml:1:1: {says}", f"a/folder:1:1: {says}"]
    assert result.files == ("a/b.yaml",)
    assert lines(load_manifests(["a", outside.parent])) == []


def test_a_given_path_may_be_a_link_itself(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "a.yaml")
    Path("link").symlink_to(tmp_path / "elsewhere")
    result = load_manifests(["link"])
    assert (result.files, lines(result)) == (("link/a.yaml",), [])


def test_what_is_no_plain_file_is_refused_without_waiting() -> None:
    os.mkfifo("pipe.yaml")
    write("a.yaml")
    assert lines(load_manifests(["."])) == ["pipe.yaml:1:1: is not a regular file. Manifests are plain files."]
    assert lines(load_manifests(["/dev/zero"])) == ["/dev/zero:1:1: is not a regular file. Manifests are plain files."]


def test_a_giant_file_is_refused_without_reading_it() -> None:
    with open("big.yaml", "wb") as file:
        file.truncate(MAX_BYTES * 1000)
    assert lines(load_manifests(["."])) == [
        "big.yaml:1:1: is too large (5000.0 MB). The limit is 5 MB. Split the file."
    ]


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        (["missing"], "missing:1:1: does not exist. Check the path."),
        (["empty"], "empty:1:1: holds no manifest files. Manifests end in .yaml or .yml; hidden ones are skipped."),
        (
            ["comment.yaml"],
            "comment.yaml:1:1: there are no manifests here. A manifest begins with 'apiVersion: pdsync/v1'.",
        ),
        (
            ["pdsync.yaml"],
            "pdsync.yaml:1:1: there are no manifests here. A manifest begins with 'apiVersion: pdsync/v1'.",
        ),
        ([], ".:1:1: there are no manifests here. A manifest begins with 'apiVersion: pdsync/v1'."),
        (["a\0b"], "a\\x00b:1:1: is not a valid path. Remove the null character."),
        (["binary.yaml"], "binary.yaml:2:4: is not UTF-8 text (byte 0xff). Save the file as UTF-8."),
    ],
)
def test_nothing_to_read_is_said(paths: list[str], line: str) -> None:
    Path("empty/.hidden").mkdir(parents=True)
    Path("comment.yaml").write_text("# nothing yet\n---\n")
    Path("pdsync.yaml").write_text("workspace: x\n")
    Path("binary.yaml").write_bytes(b"a: 1\nb: \xff\n")
    result = load_manifests(paths)
    assert lines(result) == [line]
    assert result.resources == ()


def test_an_unreadable_file_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.yaml")
    write("b.yaml")
    honest = os.open

    def refusing(path: str, *rest: int) -> int:
        if str(path).endswith("a.yaml"):
            raise PermissionError(13, "Permission denied")
        return honest(path, *rest)

    monkeypatch.setattr(os, "open", refusing)
    result = load_manifests(["."])
    assert lines(result) == ["a.yaml:1:1: cannot be read: Permission denied"]
    assert [resource.key for resource in result.resources] == ["b"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_folder_is_said() -> None:
    write("a/b.yaml")
    Path("a").chmod(0)
    try:
        assert lines(load_manifests(["."])) == ["a:1:1: cannot be read: Permission denied"]
    finally:
        Path("a").chmod(0o700)


def test_a_file_name_cannot_play_with_the_terminal() -> None:
    Path("a\x1b[2J\n.yaml").write_text("- x\n")
    (line,) = lines(load_manifests(["."]))
    assert line.startswith("a\\x1b[2J\\n.yaml:1:1: ")


def test_a_name_that_is_no_utf_8_is_shown_harmlessly() -> None:
    with open(b"a\xff.yaml", "wb") as file:
        file.write(b"- x\n")
    (line,) = lines(load_manifests(["."]))
    line.encode()
    assert line.startswith("a\\udcff.yaml:1:1: ")


def test_a_thousand_levels_of_folders_do_no_harm() -> None:
    parts = ["d"] * 300
    write(Path(*parts, "a.yaml"))
    assert len(load_manifests(["."]).resources) == 1
