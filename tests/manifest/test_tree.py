"""A tree that is not whole is a problem, whatever hides the files: none of it counts as removed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pdsync.manifest import load_manifests, tree
from pdsync.manifest.tree import find_files
from tests.manifest.text import manifest

NOWHERE = "is a broken link"
EMPTY = "is empty: git does not keep empty folders"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two teams in a tree that is whole."""
    monkeypatch.chdir(tmp_path)
    for name in ("all/red/red.yaml", "all/blue/blue.yaml"):
        Path(name).parent.mkdir(parents=True)
        Path(name).write_text(manifest("Team", Path(name).stem), encoding="utf-8")
    return tmp_path


def lines(*paths: str, whole: bool = True) -> list[str]:
    return [str(problem) for problem in load_manifests(paths, whole=whole).problems]


def dangling(name: str) -> Callable[[], object]:
    return lambda: Path("all", name).symlink_to("../elsewhere/green")


def loop() -> None:
    Path("all/a").symlink_to("b")
    Path("all/b").symlink_to("a")


def only(name: str, *entries: str) -> Callable[[], object]:
    def make() -> None:
        Path("all", name).mkdir(parents=True)
        for entry in entries:
            Path("all", name, entry).write_text("gitdir: ../../.git/modules/green\n")

    return make


@pytest.mark.parametrize(
    ("spoil", "place", "says"),
    [
        (dangling("green"), "all/green", NOWHERE),
        (dangling("green.yaml"), "all/green.yaml", NOWHERE),
        (dangling("green.v2"), "all/green.v2", NOWHERE),
        (dangling("red/deep"), "all/red/deep", NOWHERE),
        (loop, "all/a", NOWHERE),
        (loop, "all/b", NOWHERE),
        (only("green"), "all/green", EMPTY),
        (only("red/x/y"), "all/red/x/y", EMPTY),
        (only("green", ".git"), "all/green", EMPTY),
        (only("green", ".DS_Store"), "all/green", EMPTY),
        (lambda: Path("all/red/red.yaml").unlink(), "all/red", EMPTY),
    ],
)
def test_what_hides_manifests_below_a_path_is_a_problem(spoil: Callable[[], object], place: str, says: str) -> None:
    assert lines("all") == []
    spoil()
    assert [line for line in lines("all") if line.startswith(f"{place}:1:1: {says}")]
    assert [line for line in lines("all", whole=False) if line.startswith(f"{place}:1:1: {says}")]


@pytest.mark.parametrize(
    ("paths", "spoil", "line"),
    [
        (["all", "gone"], lambda: None, "gone:1:1: does not exist. Check the path."),
        (["all", "link"], lambda: Path("link").symlink_to("gone"), f"link:1:1: {NOWHERE}. Remove or fix it."),
        (["all", "loop"], lambda: Path("loop").symlink_to("loop"), f"loop:1:1: {NOWHERE}. Remove or fix it."),
        (["all", "none"], lambda: Path("none").mkdir(), "none:1:1: holds no manifest files. Manifests end in"),
        (
            ["all", "all/red"],
            lambda: Path("all/red/red.yaml").rename("all/red/red.txt"),
            "all/red:1:1: holds no manifest files. Manifests end in",
        ),
        (
            ["all/red", "all/blue"],
            lambda: Path("all/red/red.yaml").rename("all/red/.red.yaml"),
            "all/red:1:1: holds no manifest files. Manifests end in",
        ),
        (
            ["all/red", "all/blue"],
            lambda: Path("all/red/red.yaml").write_text("# nothing yet\n---\n"),
            "all/red:1:1: there are no manifests here. A manifest begins with",
        ),
        (
            ["all/red/red.yaml", "all/blue"],
            lambda: Path("all/red/red.yaml").write_text(""),
            "all/red/red.yaml:1:1: there are no manifests here. A manifest begins with",
        ),
    ],
)
def test_a_path_that_brings_nothing_is_a_problem(paths: list[str], spoil: Callable[[], object], line: str) -> None:
    spoil()
    (found,) = lines(*paths)
    assert found.startswith(line)


def test_a_path_counts_as_filled_by_what_its_links_lead_to() -> None:
    Path("own").mkdir()
    Path("own/red").symlink_to("../all/red")
    Path("own/blue.yaml").symlink_to("../all/blue/blue.yaml")
    assert lines("own", "all") == []
    assert lines("all", "own") == []


def test_folders_for_other_things_do_no_harm() -> None:
    Path("all/docs").mkdir()
    Path("all/docs/README.md").write_text("# Who we are\n")
    Path("all/later").mkdir()
    Path("all/later/.gitkeep").write_text("")
    Path("all/.cache").mkdir()
    Path("all/.old").symlink_to("nowhere")
    Path("all/red/up").symlink_to("..")
    assert lines("all") == []


def test_a_pointer_of_git_lfs_is_named_as_one() -> None:
    Path("all/red/red.yaml").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 12\n")
    assert lines("all") == [
        "all/red/red.yaml:1:1: is a git LFS pointer: the file itself was not fetched. Run 'git lfs pull'."
    ]


def test_what_cannot_be_looked_at_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("red"):
            raise PermissionError(13, "Permission denied")
        return honest(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert lines("all") == ["all/red:1:1: cannot be read: Permission denied"]


def test_an_entry_that_does_not_say_what_it_is_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems say what an entry is only to those who may read it."""
    honest = os.scandir

    class Silent:
        name = "green"

        def is_symlink(self) -> bool:
            raise PermissionError(13, "Permission denied")

    class Entries:
        def __init__(self, path: str) -> None:
            with honest(path) as found:
                self.entries = [*found, *([Silent()] if path.endswith("all") else [])]

        def __enter__(self) -> list[object]:
            return self.entries

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Entries)
    assert lines("all") == ["all/green:1:1: cannot be read: Permission denied"]


def test_every_root_knows_its_files() -> None:
    tree = find_files(["all", "all/red"])
    assert {root.shown: sorted(root.files) for root in tree.roots} == {
        "all": ["all/blue/blue.yaml", "all/red/red.yaml"],
        "all/red": ["all/red/red.yaml"],
    }


def test_files_that_are_named_one_by_one_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    is_within = tree.is_within
    monkeypatch.setattr(tree, "is_within", lambda *paths: asked.append(paths) or is_within(*paths))
    names = [f"all/{at}.yaml" for at in range(40)]
    for name in names:
        Path(name).write_text(manifest("Team", f"t{Path(name).stem}"), encoding="utf-8")
    found = find_files(names)
    assert [root.files for root in found.roots] == [frozenset({name}) for name in names]
    assert len(asked) <= len(names)
