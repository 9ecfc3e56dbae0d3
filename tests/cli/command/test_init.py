"""pdsync init: what it writes works, and what is there stays."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from itertools import cycle, product
from pathlib import Path

import pytest
import yaml

from pdsync.cli.starter.build import example_manifests
from pdsync.client import RestApiV2Client
from pdsync.engine.error import EngineError
from pdsync.sandbox import SandboxServer
from pdsync.version import __version__
from tests.cli.conftest import Pdsync

ROOT = Path(__file__).resolve().parents[3]
ALWAYS = {
    "pdsync.yaml",
    "schemas/pdsync.json",
    "schemas/pdsync-configuration.json",
    ".gitignore",
    ".vscode/settings.json",
    ".vscode/extensions.json",
    *example_manifests(),
}
OF_HOST = {
    None: set[str](),
    "none": set[str](),
    "github": {".github/workflows/pagerduty.yml"},
    "gitlab": {".gitlab-ci.yml", "pdsync.gitlab-ci.yml"},
}


def tree(folder: Path) -> dict[str, bytes]:
    """All files but those of git and of the local state."""
    found = (path for path in folder.rglob("*") if path.is_file() and not {".git", ".pdsync"} & set(path.parts))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def workspace_of(folder: Path) -> object:
    return yaml.safe_load((folder / "pdsync.yaml").read_text())["workspace"]


def test_an_empty_folder_and_no_terminal(folder: Path, pdsync: Pdsync) -> None:
    run = pdsync("init")
    assert (run.code, tree(folder).keys()) == (0, ALWAYS)
    assert all(name in run.out for name in ALWAYS)
    assert "pdsync validate" in run.err
    assert "pdsync --sandbox plan" in run.err
    assert pdsync("validate").out == "3 users, 1 schedule, 1 escalation policy, 1 service: valid.\n"
    assert pdsync("lint").code == 0
    plan = pdsync("--sandbox", "plan", "--detailed-exitcode")
    assert (plan.code, "Plan: 6 to create, 0 to adopt, 0 to update, 0 to delete" in plan.out) == (2, True)
    assert pdsync("--sandbox", "apply", "--yes").code == 0
    assert pdsync("--sandbox", "plan", "--detailed-exitcode").code == 0


def test_an_account(folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    """The export of an account that another workspace does not manage, in a folder that is not there."""
    assert pdsync("init", "first").code == 0
    monkeypatch.chdir(folder / "first")
    assert pdsync("--sandbox", "apply", "--yes").code == 0
    assert (
        pdsync("--sandbox", "release", "--yes", "schedule/shop", "escalation_policy/shop", "service/checkout").code == 0
    )
    state = folder / "deep" / "second" / ".pdsync"
    state.mkdir(parents=True)
    shutil.copy(".pdsync/sandbox.db", state)
    monkeypatch.chdir(folder)
    run = pdsync("--sandbox", "init", "deep/second", "--from-account", "--workspace", "acme")
    assert run.code == 0, run.err
    assert "Exported 4 users, 1 schedule, 1 escalation policy, 1 service to deep/second/manifests" in run.out
    assert "cd deep/second\n" in run.err
    assert "pdsync --sandbox plan --adopt" in run.err
    monkeypatch.chdir(folder / "deep" / "second")
    assert yaml.safe_load(Path("pdsync.yaml").read_text())["people"] == "managed"
    assert pdsync("validate").code == 0
    assert pdsync("lint").code == 0
    plan = json.loads(pdsync("--sandbox", "plan", "--adopt", "-o", "json").out)
    assert {change["operation"] for change in plan["changes"]} == {"adopt"}
    assert not [change for change in plan["changes"] if change["deltas"] or change["children"]]
    again = pdsync("--sandbox", "export", "--out", "manifests", "--overwrite")
    assert again.code == 0, "the files count as an export, and name the same schema"


def test_a_real_account_is_pinned(
    folder: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token of another account would change that one."""
    client.rpost("teams", json={"name": "Payments"})
    client.rpost("users", json={"name": "Ana", "email": "ana@example.com", "role": "user"})
    run = pdsync("init", "made", "--from-account", "--workspace", "acme")
    assert run.code == 0, run.err
    monkeypatch.chdir(folder / "made")
    assert f"\nsubdomain: {client.subdomain}\n" in Path("pdsync.yaml").read_text()
    assert pdsync("plan", "--adopt").code == 0
    Path("pdsync.yaml").write_text(
        Path("pdsync.yaml").read_text().replace(f"subdomain: {client.subdomain}", "subdomain: other")
    )
    assert pdsync("plan", "--adopt").code == 5


def test_every_combination_of_options(folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    others = cycle(([], ["--example"], ["--yes"], ["--example", "--yes"], ["-y"]))
    table = zip(product((None, "acme"), OF_HOST), others, strict=False)
    checked: dict[str, bytes] = {}
    for number, ((name, host), other) in enumerate(table):
        options = [*(["--workspace", name] if name else []), *(["--host", host] if host else []), *other]
        made = folder / f"F {number}"
        assert pdsync("init", str(made), *options).code == 0
        files = tree(made)
        assert files.keys() == ALWAYS | OF_HOST[host], options
        assert workspace_of(made) == (name or f"f-{number}")
        read = {at: text for at, text in files.items() if at.startswith("manifests/") or at == "pdsync.yaml"}
        settings = read["pdsync.yaml"].decode().replace(f"f-{number}", "NAME").replace("acme", "NAME")
        read["pdsync.yaml"] = settings.encode()
        if read == checked:
            continue  # what validate and lint read is what they passed already
        checked = read
        monkeypatch.chdir(made)
        assert pdsync("validate").code == 0, options
        assert pdsync("lint").code == 0, options


def test_the_workflow_is_the_one_that_the_project_keeps(folder: Path, pdsync: Pdsync) -> None:
    pdsync("init", "hub", "--host", "github")
    pdsync("init", "lab", "--host", "gitlab")
    deploy = ROOT / "deploy"
    assert tree(folder / "hub")[".github/workflows/pagerduty.yml"] == (deploy / "github/workflow.yml").read_bytes()
    lab = tree(folder / "lab")
    assert lab["pdsync.gitlab-ci.yml"] == (deploy / "gitlab/pdsync.gitlab-ci.yml").read_bytes()
    assert yaml.safe_load(lab[".gitlab-ci.yml"]) == {"include": [{"local": "pdsync.gitlab-ci.yml"}]}


def test_ci_and_editor_use_the_version_that_is_installed(folder: Path, pdsync: Pdsync) -> None:
    pdsync("init", "hub", "--host", "github")
    pdsync("init", "lab", "--host", "gitlab")
    workflow = tree(folder / "hub")[".github/workflows/pagerduty.yml"].decode()
    assert set(re.findall(r"uses: pdsync/pdsync@(\S+)", workflow)) == {f"v{__version__}"}
    pipeline = yaml.safe_load(tree(folder / "lab")["pdsync.gitlab-ci.yml"])
    assert pipeline["variables"]["PDSYNC_VERSION"] == __version__
    for name, command in (("pdsync", []), ("pdsync-configuration", ["configuration"])):
        copy = json.loads(tree(folder / "hub")[f"schemas/{name}.json"])
        assert copy.pop("$comment") == f"Of pdsync {__version__}."
        assert copy == json.loads(pdsync("schema", *command).out)


def test_a_repository_keeps_its_files(folder: Path, pdsync: Pdsync) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text('[remote "origin"]\n\turl = git@github.com:acme/pagerduty.git\n')
    (folder / ".vscode").mkdir()
    mine = {".gitignore": "*.log\n", ".vscode/settings.json": "{}\n", "README.md": "mine\n"}
    for name, text in mine.items():
        (folder / name).write_text(text)
    run = pdsync("init")
    assert run.code == 0
    assert tree(folder).keys() == ALWAYS | OF_HOST["github"] | {"README.md"}
    assert {name: tree(folder)[name].decode() for name in mine} == mine
    assert ".gitignore: left as it is; add to it:\n    .pdsync/\n" in run.out
    assert ".vscode/settings.json: left as it is" in run.out
    assert "PAGERDUTY_READONLY_TOKEN" in (folder / ".github/workflows/pagerduty.yml").read_text()
    assert "secrets that .github/workflows/pagerduty.yml names" in run.err


def test_a_folder_inside_a_repository_has_no_workflow(folder: Path, pdsync: Pdsync) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text('[remote "origin"]\n\turl = https://gitlab.com/acme/pagerduty.git\n')
    run = pdsync("init", "inner", "--host", "gitlab")
    assert run.code == 64
    assert f"Run 'pdsync init' in {folder}" in run.err
    assert not (folder / "inner").exists()
    run = pdsync("init", "inner")
    assert run.code == 0
    assert tree(folder / "inner").keys() == ALWAYS
    assert f"No CI workflow was written: code hosts read it only in the top folder of a repository, {folder}" in run.err
    assert "No CI workflow" not in pdsync("init", "asked", "--host", "none").err


def _link(folder: Path, name: str) -> None:
    (folder / "elsewhere").mkdir()
    (folder / name).symlink_to(folder / "elsewhere")


@pytest.mark.parametrize(
    ("prepare", "arguments", "code", "said"),
    [
        (lambda it: (it / "pdsync.yaml").write_text("mine\n"), (), 1, "pdsync.yaml: exists already"),
        (lambda it: (it / "pdsync.yaml").symlink_to("nowhere"), (), 1, "pdsync.yaml: exists already"),
        (lambda it: (it / "pdsync.yaml").mkdir(), (), 1, "pdsync.yaml: exists already"),
        (
            lambda it: [(it / "manifests").mkdir(), (it / "manifests" / "x.yaml").write_text("")],
            (),
            1,
            "manifests: exists already, and is not empty",
        ),
        (lambda it: (it / "manifests").write_text("mine\n"), (), 1, "manifests: is not a folder"),
        (lambda it: _link(it, "manifests"), (), 1, "manifests: is a link"),
        (lambda it: _link(it, ".vscode"), (), 1, ".vscode: is a link"),
        (lambda it: _link(it, "there"), ("there",), 64, "there: is a link, and links are not followed"),
        (lambda it: (it / ".gitignore").symlink_to("nowhere"), (), 1, ".gitignore: is not a regular file"),
        (lambda it: (it / "there").write_text("mine\n"), ("there",), 64, "there: is not a folder"),
        (lambda it: (it / "there").write_text("mine\n"), ("there/inner",), 1, "there/inner: cannot be written"),
        (lambda it: None, ("x" * 300,), 64, "cannot be a folder: File name too long"),
        (lambda it: None, ("--workspace", "Acme Ltd"), 64, "--workspace Acme Ltd: is not a workspace name"),
        (lambda it: None, ("--workspace", "a" * 41), 64, "is not a workspace name"),
        (lambda it: None, ("--workspace", "-"), 64, "is not a workspace name"),
        (lambda it: None, ("--host", "bitbucket"), 64, "'bitbucket' is not one of 'github', 'gitlab', 'none'"),
        (lambda it: None, ("--from-account",), 64, "token"),
        (lambda it: (it / "a").write_text("mine\n"), ("a/b", "--from-account", "sandbox"), 1, "a/b: cannot be made"),
    ],
)
def test_what_is_in_the_way_stops_all_of_it(
    folder: Path, pdsync: Pdsync, prepare: Callable[[Path], object], arguments: tuple[str, ...], code: int, said: str
) -> None:
    prepare(folder)
    before = sorted(os.walk(folder)), tree(folder)
    is_local = "sandbox" in arguments
    run = pdsync(*(["--sandbox"] if is_local else []), "init", *(it for it in arguments if it != "sandbox"))
    assert (run.code, run.out) == (code, "")
    assert said in run.err
    assert (sorted(os.walk(folder)), tree(folder)) == before


def test_a_second_run_changes_nothing(folder: Path, pdsync: Pdsync) -> None:
    pdsync("init")
    before = tree(folder)
    run = pdsync("init", "--workspace", "other")
    assert (run.code, tree(folder)) == (1, before)
    assert "name a new one, as in 'pdsync init DIR'" in run.err


def test_a_disk_that_refuses_leaves_nothing(folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, calls = os.replace, []

    def fail_at_the_fifth(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 5:
            raise OSError(30, "Read-only file system")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_at_the_fifth)
    run = pdsync("init", "a/b")
    assert (run.code, run.out) == (1, "")
    assert "a/b: cannot be written: Read-only file system" in run.err
    assert list(folder.iterdir()) == []


def test_a_failed_export_leaves_no_folder_of_its_sandbox(
    folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        assert (folder / "a" / "b" / ".pdsync" / "sandbox.db").exists()
        raise EngineError("the account is closed")

    monkeypatch.setattr("pdsync.cli.command.init.export_account", fail)
    run = pdsync("--sandbox", "init", "a/b", "--from-account")
    assert (run.code, run.out, list(folder.iterdir())) == (1, "", [])
    assert "the account is closed" in run.err


@pytest.mark.parametrize("name", ["123", "null", "yes", "0x1f", "2026-01-05", "a.b_c-"])
def test_a_workspace_is_called_what_it_says(folder: Path, pdsync: Pdsync, name: str) -> None:
    assert pdsync("init", "--workspace", name).code == 0
    assert workspace_of(folder) == name
    assert pdsync("validate").code == 0


def test_what_was_said_of_the_account_is_kept(folder: Path, pdsync: Pdsync) -> None:
    assert pdsync("--region", "eu", "--from", "ana@example.com", "--workspace", "acme", "init").code == 0
    settings = yaml.safe_load((folder / "pdsync.yaml").read_text())
    assert {name: settings[name] for name in ("workspace", "region", "from")} == {
        "workspace": "acme",
        "region": "eu",
        "from": "ana@example.com",
    }
    assert pdsync("--config", "x.yaml", "init", "other").code == 64


@pytest.mark.parametrize(
    ("typed", "workspace", "host"),
    [
        ("\n\n\n", "new", "none"),
        ("", "new", "none"),
        ("Acme Ltd\nacme\ncloud\nexample\nbitbucket\nGitHub\n", "acme", "github"),
        ("acme\ne\ngitl\n", "acme", "gitlab"),
    ],
)
def test_questions_are_asked_until_they_are_answered(
    folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch, typed: str, workspace: str, host: str
) -> None:
    monkeypatch.setattr("pdsync.cli.terminal.Terminal.is_interactive", property(lambda self: True))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    run = pdsync("init", "new")
    assert run.code == 0
    assert workspace_of(folder / "new") == workspace
    assert tree(folder / "new").keys() == ALWAYS | OF_HOST[host]
    assert run.err.count("Workspace name?") == (2 if "Ltd" in typed else 1)


def test_what_options_say_is_not_asked(folder: Path, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdsync.cli.terminal.Terminal.is_interactive", property(lambda self: True))
    monkeypatch.setattr(sys, "stdin", io.StringIO("gitlab\n"))
    run = pdsync("init", "--workspace", "acme", "--example")
    assert (run.code, run.err.count("?")) == (0, 1)
    assert tree(folder).keys() == ALWAYS | OF_HOST["gitlab"]
    assert "?" not in pdsync("init", "other", "--yes").err
