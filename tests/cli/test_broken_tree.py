"""A tree of manifests that is not whole stops every command, whatever is pruned; and a plan of some paths is silent about the rest."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync

TEAM = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {{name: {0}}}\nspec: {{name: Team {0}}}\n"
COMMANDS = (("validate",), ("plan",), ("apply", "--yes"), ("drift",), ("lint",))


@pytest.fixture
def teams(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Path:
    """Three teams, each in a folder of its own, applied."""
    configure(folder, "report")
    for name in ("red", "green", "blue"):
        path = folder / "all" / name / f"{name}.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(TEAM.format(name))
    assert pdsync("apply", "--yes").code == 0
    return folder


def configure(folder: Path, mode: str) -> None:
    limits = "max_deletes: 9, max_delete_percent: 100"
    text = f"workspace: acme\npaths: [all, all/green]\nprune: {{mode: {mode}, {limits}}}\nrules: {{min_two_levels: error}}\n"
    (folder / "pdsync.yaml").write_text(text)


def named(client: RestApiV2Client) -> list[str]:
    return sorted(team["name"] for team in client.list_all("teams") if team["name"].startswith("Team "))


def submodule(folder: Path) -> None:
    shutil.rmtree(folder / "all/red")
    (folder / ".gitmodules").write_text('[submodule "red"]\n\tpath = all/red\n\turl = ../red.git\n')


def link(folder: Path) -> None:
    shutil.rmtree(folder / "all/red")
    (folder / "all/red").symlink_to("../../shared/red")


def loop(folder: Path) -> None:
    shutil.rmtree(folder / "all/red")
    (folder / "all/red").symlink_to("red")


def empty(folder: Path) -> None:
    (folder / "all/red/red.yaml").unlink()


def no_files(folder: Path) -> None:
    (folder / "all/green/green.yaml").rename(folder / "all/green/green.txt")


def no_documents(folder: Path) -> None:
    (folder / "all/green/green.yaml").write_text("# moved elsewhere\n")


def no_path(folder: Path) -> None:
    shutil.rmtree(folder / "all/green")


def pointer(folder: Path) -> None:
    (folder / "all/red/red.yaml").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n")


@pytest.mark.parametrize("mode", ["owned", "report", "off"])
@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (submodule, "all/red"),
        (link, "all/red"),
        (loop, "all/red"),
        (empty, "all/red"),
        (no_files, "all/green"),
        (no_documents, "all/green"),
        (no_path, "all/green"),
        (pointer, "all/red/red.yaml"),
    ],
)
def test_no_command_goes_on_with_a_tree_that_is_not_whole(
    teams: Path, pdsync: Pdsync, client: RestApiV2Client, spoil: Callable[[Path], None], place: str, mode: str
) -> None:
    configure(teams, mode)
    assert pdsync("plan", "--detailed-exitcode").code == 0
    spoil(teams)
    for command in COMMANDS:
        run = pdsync(*command)
        assert run.code == 1, (command, run)
        (line, *_) = [line for line in (run.out + run.err).splitlines() if line.startswith(f"{place}")]
        assert " is " in line or "holds no" in line or "does not exist" in line or "no manifests" in line
    assert named(client) == ["Team blue", "Team green", "Team red"]


def test_with_all_of_it_gone_nothing_is_pruned_and_the_place_is_named(
    teams: Path, pdsync: Pdsync, client: RestApiV2Client
) -> None:
    configure(teams, "owned")
    shutil.rmtree(teams / "all")
    (teams / "all/green").mkdir(parents=True)
    run = pdsync("apply", "--yes")
    assert run.code == 5
    assert "would delete everything that this workspace owns" in run.err
    assert "all/green:1:1: holds no manifest files" in run.err
    assert len(named(client)) == 3


@pytest.mark.parametrize("output", ["text", "json", "markdown", "github", "html"])
def test_a_plan_of_some_paths_says_nothing_of_the_rest(teams: Path, pdsync: Pdsync, output: str) -> None:
    """Their manifests were not loaded, so nothing is known of them."""
    (teams / "all/red/red.yaml").write_text(TEAM.format("red") + "---\n" + TEAM.format("new"))
    run = pdsync("plan", "all/red", "-o", output)
    assert run.code == 0
    assert "new" in run.out
    for word in ("Team green", "Team blue", "would delete", "has no manifest"):
        assert word not in run.out + run.err
    assert pdsync("drift", "all/blue").code == 0


def test_a_plan_of_some_targets_says_nothing_of_the_rest(teams: Path, pdsync: Pdsync) -> None:
    shutil.rmtree(teams / "all/blue")
    assert "would delete" in pdsync("plan").out
    assert "would delete" not in pdsync("plan", "--target", "team/red").out


def test_a_new_object_of_a_selected_path_is_not_said_to_look_like_one_of_another(teams: Path, pdsync: Pdsync) -> None:
    """What looks like an old object under a new key has a manifest of its own, which was not loaded."""
    twice = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: %s}\nspec: {name: Team %s, description: Duty}\n"
    (teams / "all/blue/blue.yaml").write_text(twice % ("blue", "blue"))
    assert pdsync("apply", "--yes").code == 0
    (teams / "all/red/red.yaml").write_text(TEAM.format("red") + "---\n" + twice % ("new", "new"))
    assert "under a new key" not in pdsync("plan", "all/red").out


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("drift",)])
@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        ("elsewhere", 64, "elsewhere: is not below the paths of this workspace (all, all/green)"),
        ("elsewhere/x.yaml", 64, "elsewhere/x.yaml: is not below the paths of this workspace"),
        (".", 64, ".: is not below the paths of this workspace"),
        ("../", 64, "../: is not below the paths of this workspace"),
        ("plan.json", 64, "plan.json: does not exist"),
        ("all/rde", 1, "all/rde: does not exist"),
        ("all/red/rde.yaml", 1, "all/red/rde.yaml: does not exist"),
        ("all/notes", 1, "all/notes: holds no manifest files"),
    ],
)
def test_a_wrong_path_is_an_error(
    teams: Path, pdsync: Pdsync, command: tuple[str, ...], path: str, code: int, says: str
) -> None:
    (teams / "elsewhere").mkdir()
    (teams / "elsewhere/x.yaml").write_text(TEAM.format("x"))
    (teams / "all/notes").mkdir()
    (teams / "all/notes/README.md").write_text("# Notes\n")
    run = pdsync(*command, path)
    assert run.code == code
    assert says in run.out + run.err


def test_a_path_may_be_named_through_a_link_to_the_folder(teams: Path, pdsync: Pdsync, tmp_path: Path) -> None:
    (teams / "short").symlink_to("all")
    (teams / "pdsync.yaml").write_text("workspace: acme\npaths: [short]\n")
    assert pdsync("plan", "short/red").code == 0
    assert pdsync("plan", str(teams / "all/red")).code == 0


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("drift",), ("validate",)])
def test_a_reference_out_of_the_selected_paths_is_not_said_to_lead_nowhere(
    teams: Path, pdsync: Pdsync, command: tuple[str, ...]
) -> None:
    """The manifest is there, and was not loaded."""
    child = "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: child}\nspec: {parent: blue}\n"
    (teams / "all/red/red.yaml").write_text(TEAM.format("red") + "---\n" + child)
    assert pdsync("validate").code == 0
    run = pdsync(*command, "all/red")
    assert run.code == 1
    said = run.out + run.err
    assert "there is no Team 'blue' in the paths that were named" in said
    assert "Name its file too, or leave PATH out." in said
    assert pdsync(*command, "all/red", "all/blue").code in (0, 2)
