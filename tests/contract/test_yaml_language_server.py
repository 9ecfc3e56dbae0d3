"""What an editor with the YAML language server makes of the files that pdsync writes, and of the examples."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pdsync.cli.main import main
from pdsync.engine.connection import connect
from pdsync.kinds import BY_NAME, TESTS
from pdsync.model.envelope import DEFAULTS
from pdsync.sandbox import SandboxServer
from tests.support.language_server import LanguageServer
from tests.support.node_program import missing_packages
from tests.support.world import TOKEN

ROOT = Path(__file__).resolve().parents[2]
NAMES = {name: {part.name for part in kind.spec.parts} for name, kind in [*BY_NAME.items(), *TESTS.items()]}

pytestmark = pytest.mark.skipif(bool(missing_packages()), reason=missing_packages())


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that init set up, with an export in it, and the examples beside the schemas that they name."""
    top = tmp_path_factory.mktemp("editor")
    for name in ("examples", "schemas"):
        shutil.copytree(ROOT / name, top / "project" / name, ignore=shutil.ignore_patterns(".pdsync"))
    repository = top / "repository"
    assert main(["init", str(repository), "--workspace", "acme"]) == 0
    with SandboxServer(seed="none") as server, pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository)
        patch.setenv("PAGERDUTY_TOKEN", TOKEN)
        with connect(TOKEN, base_url=server.url) as client:
            for name in ("Red", "Blue"):
                user = client.rpost("users", json={"type": "user", "name": name, "email": f"{name}@example.com"})
                rule = {"escalation_delay_in_minutes": 5, "targets": [{"type": "user_reference", "id": user["id"]}]}
                policy = {"type": "escalation_policy", "name": name, "escalation_rules": [rule]}
                client.rpost("escalation_policies", json=policy)
        assert main(["--api-url", server.url, "export", "--out", "manifests/exported"]) == 0
    return repository


@pytest.fixture(scope="module")
def editor(repository: Path) -> Iterator[LanguageServer]:
    """With no settings: the files alone name their schemas."""
    with LanguageServer(repository, {}) as running:
        yield running


def files(repository: Path, source: str) -> list[Path]:
    folders = {
        "init": repository / "manifests",
        "export": repository / "manifests" / "exported" / "shared",
        "examples": repository.parent / "project" / "examples" / "manifests",
    }
    found = folders[source].rglob("*.yaml") if source == "examples" else folders[source].glob("*.yaml")
    return sorted(found)


def starts(text: str) -> list[int]:
    """The lines on which the documents begin."""
    return [0, *(number for number, line in enumerate(text.split("\n"), start=1) if line == "---")]


@pytest.mark.parametrize("source", ["init", "export", "examples"])
def test_a_wrong_field_is_found_in_every_document(repository: Path, editor: LanguageServer, source: str) -> None:
    expected: dict[Path, list[int]] = {}
    for file in files(repository, source):
        text = file.read_text(encoding="utf-8")
        lines, wrong = [], []
        for line in text.split("\n"):
            lines.append(line)
            if line == "spec:":
                wrong.append(len(lines))
                lines.append("  no_such_field: 1")
        assert len(wrong) == len(starts(text))
        opened = file.with_stem(f"{file.stem}-wrong")
        editor.open(opened, "\n".join(lines))
        expected[opened] = wrong
    assert len(expected) >= 2
    for file, wrong in expected.items():
        assert [it.line for it in editor.complaints(file)] == wrong, file


@pytest.mark.parametrize("source", ["init", "export", "examples"])
def test_a_second_document_is_completed_and_explained(repository: Path, editor: LanguageServer, source: str) -> None:
    seconds = {}
    for file in files(repository, source):
        text = file.read_text(encoding="utf-8")
        if len(starts(text)) > 1:
            seconds[list(yaml.safe_load_all(text))[1]["kind"]] = file, text
    assert len(seconds) >= 2
    for kind, (file, text) in seconds.items():
        written = list(yaml.safe_load_all(text))[1]["spec"].keys()
        lines = text.split("\n")
        at = lines.index("spec:", starts(text)[1]) + 1
        lines.insert(at, "  ")
        opened = file.with_stem(f"{file.stem}-more")
        editor.open(opened, "\n".join(lines))
        offered = editor.complete(opened, at, 2)
        # What is written is not offered again, and what goes without it may not be.
        assert offered, file
        assert offered <= NAMES[kind] - written, file
        shown = editor.hover(opened, at + 1, 3)
        assert f"#### {kind}" in shown, file
        assert "Source: [pdsync.json]" in shown, file


def test_the_kinds_are_offered_in_a_second_document(repository: Path, editor: LanguageServer) -> None:
    file = repository / "manifests" / "kinds.yaml"
    line = "# yaml-language-server: $schema=../schemas/pdsync.json\n"
    text = f"{line}kind: User\n---\n{line}kind: \n"
    editor.open(file, text)
    assert editor.complete(file, 4, 6) == NAMES.keys() | {DEFAULTS}


def test_the_settings_of_a_folder_are_checked_completed_and_explained(repository: Path, editor: LanguageServer) -> None:
    file = repository / "pdsync.yaml"
    text = file.read_text(encoding="utf-8")
    more = file.with_stem("more")
    editor.open(file, f"{text}pruen: {{}}\n")
    editor.open(more, f"{text}rules:\n  \n")
    lines = text.count("\n")
    assert [(it.line, it.message) for it in editor.complaints(file)] == [(lines, "Property pruen is not allowed.")]
    assert "no_coverage_gap" in editor.complete(more, lines + 1, 2)
    assert "Files and folders of manifests." in editor.hover(more, text.split("\n").index("paths: [manifests]"), 2)


def test_a_new_file_is_known_by_the_settings_of_the_editor(repository: Path) -> None:
    settings = json.loads((repository / ".vscode" / "settings.json").read_text())
    with LanguageServer(repository, settings) as editor:
        file = repository / "manifests" / "red" / "new.yaml"
        editor.open(file, "kind: Team\nspec: {}\n---\nkind: Service\nspec:\n  escalation_policy: red\n  \n")
        assert editor.complete(file, 6, 2) == NAMES["Service"] - {"escalation_policy"}
        file = repository / "pdsync.yaml"
        editor.open(file, "workspace: acme\nr\n")
        assert "region" in editor.complete(file, 1, 1)
