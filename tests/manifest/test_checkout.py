"""What git says is missing: real repositories, as git makes them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pdsync.manifest import load_manifests
from pdsync.manifest.git_index import read_index
from tests.manifest.text import manifest

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always")
    run = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, *files: str, settings: tuple[str, ...] = ()) -> Path:
    """A repository with a manifest in each file."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main", *settings)
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(manifest("Team", path.stem), encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def lines(folder: Path, *paths: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(folder)
    return [str(problem) for problem in load_manifests(paths or ["m"], whole=True).problems]


NOT_OUT = "is a git submodule that is not checked out. Run 'git submodule update --init', or remove the submodule."
LEFT_OUT = (
    "is left out by a sparse checkout. Run 'git sparse-checkout disable', or add the folder to the sparse checkout."
)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A repository with a submodule below its manifests, freshly cloned: the submodule is an empty folder."""
    team = commit(tmp_path / "team", "green.yaml")
    whole = commit(tmp_path / "whole", "m/red.yaml", "m/blue/blue.yaml", "docs/n.yaml")
    git(whole, "submodule", "--quiet", "add", str(team), "m/green")
    git(whole, "submodule", "--quiet", "add", str(team), "docs/green")
    git(whole, "commit", "-q", "-m", "second")
    git(tmp_path, "clone", "-q", str(whole), "clone")
    return tmp_path / "clone"


def test_a_submodule_that_is_not_checked_out(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(company, monkeypatch=monkeypatch) == [f"m/green:1:1: {NOT_OUT}"]
    (company / "m/green/.git").write_text("gitdir: ../../.git/modules/m/green\n")
    assert lines(company, monkeypatch=monkeypatch) == [f"m/green:1:1: {NOT_OUT}"]
    shutil.rmtree(company / "m/green")
    assert lines(company, monkeypatch=monkeypatch) == [f"m/green:1:1: {NOT_OUT}"]
    # Outside of the paths it does not matter.
    assert lines(company, "m/blue", monkeypatch=monkeypatch) == []


def test_a_submodule_that_is_checked_out(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(company, "submodule", "--quiet", "update", "--init")
    assert lines(company, monkeypatch=monkeypatch) == []
    (company / ".gitmodules").write_text("path = m/.hidden\n\tpath = ../team\n\tpath =\n")
    assert lines(company, monkeypatch=monkeypatch) == []


def test_a_path_that_is_a_submodule_itself(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(company, "m/blue", "m/green", monkeypatch=monkeypatch) == [f"m/green:1:1: {NOT_OUT}"]


def test_a_submodule_inside_of_a_submodule(company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path / "team", "submodule", "--quiet", "add", str(commit(tmp_path / "deep", "deep.yaml")), "below")
    git(tmp_path / "team", "commit", "-q", "-m", "second")
    git(company, "submodule", "--quiet", "update", "--init", "--remote")
    assert lines(company, monkeypatch=monkeypatch) == [f"m/green/below:1:1: {NOT_OUT}"]


def test_the_files_of_git_may_be_gone(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an image that was built without them."""
    shutil.rmtree(company / ".git")
    shutil.rmtree(company / "m/green")
    assert lines(company, monkeypatch=monkeypatch) == [f"m/green:1:1: {NOT_OUT}"]


@pytest.mark.parametrize("sparse_index", ["--sparse-index", "--no-sparse-index"])
@pytest.mark.parametrize("version", ["2", "4"])
@pytest.mark.parametrize("form", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
def test_a_sparse_checkout(
    tmp_path: Path, form: tuple[str, ...], version: str, sparse_index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = ("m/top.yaml", "m/red/red.yaml", "m/blue/blue.yaml", "docs/x.yaml", "n.yaml")
    folder = commit(tmp_path / "sparse", *files, settings=form)
    git(folder, "update-index", "--index-version", version)
    assert lines(folder, monkeypatch=monkeypatch) == []
    git(folder, "sparse-checkout", "set", "--cone", sparse_index, "m/red")
    (line,) = lines(folder, monkeypatch=monkeypatch)
    assert line in (f"m/blue:1:1: {LEFT_OUT}", f"m/blue/blue.yaml:1:1: {LEFT_OUT}")
    # All of the manifests are there, as in a pipeline that checks out just these.
    git(folder, "sparse-checkout", "set", "--cone", sparse_index, "m")
    assert lines(folder, monkeypatch=monkeypatch) == []
    git(folder, "sparse-checkout", "set", "--no-cone", "/m/top.yaml", "/m/blue/")
    assert lines(folder, monkeypatch=monkeypatch) == [f"m/red/red.yaml:1:1: {LEFT_OUT}"]


def test_a_worktree_has_an_index_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = commit(tmp_path / "main", "m/red/red.yaml", "m/blue/blue.yaml")
    git(folder, "worktree", "add", "-q", str(tmp_path / "other"))
    git(tmp_path / "other", "sparse-checkout", "set", "--cone", "m/red")
    assert lines(folder, monkeypatch=monkeypatch) == []
    (line,) = lines(tmp_path / "other", monkeypatch=monkeypatch)
    assert line.endswith(LEFT_OUT)


def test_a_submodule_may_be_a_sparse_checkout_of_its_own(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(company, "submodule", "--quiet", "update", "--init")
    for name in ("green", "blue"):
        (company / "m/green" / name).mkdir()
        (company / "m/green" / name / f"{name}.yaml").write_text(manifest("Team", f"x-{name}"), encoding="utf-8")
    git(company / "m/green", "add", ".")
    git(company / "m/green", "commit", "-q", "-m", "third")
    git(company / "m/green", "sparse-checkout", "set", "--cone", "--no-sparse-index", "green")
    assert lines(company, monkeypatch=monkeypatch) == [f"m/green/blue/blue.yaml:1:1: {LEFT_OUT}"]
    assert lines(company, "m/blue", monkeypatch=monkeypatch) == []
    git(company / "m/green", "sparse-checkout", "disable")
    assert lines(company, monkeypatch=monkeypatch) == []


def test_a_split_index_hides_what_a_sparse_checkout_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = commit(tmp_path / "split", "m/red/red.yaml", "m/blue/blue.yaml")
    git(folder, "update-index", "--split-index")
    assert lines(folder, monkeypatch=monkeypatch) == []
    git(folder, "sparse-checkout", "set", "--cone", "--no-sparse-index", "m/red")
    (line,) = lines(folder, monkeypatch=monkeypatch)
    assert line.endswith("so it is unknown what it leaves out. Run 'git update-index --no-split-index'.")
    for value in ("1", "yes", "On"):
        git(folder, "config", "--worktree", "core.sparseCheckout", value)
        assert len(lines(folder, monkeypatch=monkeypatch)) == 1, value
    (folder / ".git/config.worktree").write_text("[core] sparseCheckout\n", encoding="utf-8")
    assert len(lines(folder, monkeypatch=monkeypatch)) == 1
    git(folder, "sparse-checkout", "disable")
    assert lines(folder, monkeypatch=monkeypatch) == []


@pytest.mark.parametrize("no", ["false", "0", "off"])
def test_links_that_git_wrote_as_files(no: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = commit(tmp_path / "links", "m/red.yaml", "green/green.yaml")
    (folder / "m/green").symlink_to("../green")
    (folder / "README.md").write_text("Read me.", encoding="utf-8")
    (folder / "m/README.md").symlink_to("../README.md")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "second")
    git(tmp_path, "clone", "-q", "-c", f"core.symlinks={no}", str(folder), "clone")
    assert (tmp_path / "clone/m/green").is_file()
    assert lines(tmp_path / "clone", "m", "green", monkeypatch=monkeypatch) == [
        "m/green:1:1: is a link that git checked out as a plain file. "
        "Run 'git config core.symlinks true' and check it out again."
    ]


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_the_index_is_read_as_git_reads_it(tmp_path: Path, version: str) -> None:
    names = [f"{'d' * (size % 7 + 1)}/{'x' * size}.yaml" for size in range(1, 40)]
    folder = commit(tmp_path / "many", *names, "ä/ö ü.yaml")
    git(folder, "update-index", "--index-version", version)
    git(folder, "update-index", "--skip-worktree", names[3], names[20])
    listed = git(folder, "ls-files", "-t", "-z").split("\0")[:-1]
    read = [f"{'S' if it.is_left_out else 'H'} {it.path}" for it in read_index((folder / ".git/index").read_bytes())]
    assert read == listed


def test_an_index_that_is_spoiled_says_nothing(tmp_path: Path) -> None:
    folder = commit(tmp_path / "few", "a.yaml", "b.yaml")
    data = (folder / ".git/index").read_bytes()
    assert len(list(read_index(data))) == 2
    for length in range(0, 150, 7):
        assert list(read_index(data[:length])) == []
    assert list(read_index(b"DIRC\0\0\0\x09" + data[8:])) == []
