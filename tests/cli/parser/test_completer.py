"""What a shell offers after a Tab, in a real bash and as the other shells ask for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pdsync.cli.main import main
from tests.cli.conftest import Pdsync

BIN = str(Path(sys.executable).parent)
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
COMPLETE = """
source <(pdsync completion bash)
COMP_WORDS=({words}) COMP_CWORD={at} COMPREPLY=()
_pdsync_completion pdsync
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def tree(manifests: Path, folder: Path) -> Path:
    (folder / "pdsync.yaml").write_text("paths: [manifests]\nworkspaces: {staging: {}, production: {}}\n")
    (folder / "manifests" / "more.yml").write_text(
        "kind: EscalationPolicy\nmetadata:\n  # the one at night\n  name: 'night'\nspec: {name: x}\n---\nkind: [broken\n---\nmetadata: {id: P, name: nameless}\n"
    )
    (folder / "manifests" / "link.yaml").symlink_to("nowhere")
    return folder


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("pdsync --workspace ''", ["staging", "production"]),
        ("pdsync plan --target serv", ["service/checkout"]),
    ],
)
def test_bash_offers_it(tree: Path, words: str, offered: list[str]) -> None:
    script = COMPLETE.format(words=words, at=len(words.split()) - 1)
    done = subprocess.run(["bash", "-c", script], cwd=tree, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (offered, "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("pdsync --workspace ", {"staging", "production"}),
        ("pdsync plan --workspace st", {"staging"}),
        (
            "pdsync diff --target ",
            {"service/checkout", "user/ana", "escalation_policy/shop", "escalation_policy/night"},
        ),
        ("pdsync accept escalation_policy/n", {"escalation_policy/night"}),
        ("pdsync oncall n", {"night"}),
        ("pdsync explain ", {"checkout"}),
        ("pdsync graph --service ", {"checkout"}),
        ("pdsync schema Bus", {"BusinessService"}),
        ("pdsync schema def", {"Defaults"}),
        ("pdsync schema r", {"RoutingTest", "result"}),
        ("pdsync journal restore ", {"last"}),
        ("pdsync oncall --timezone Europe/Berl", {"Europe/Berlin"}),
        ("pdsync comp", {"completion"}),
        ("pdsync plan --tok", {"--token-file"}),
        ("pdsync --config missing.yaml plan --target ", set()),
    ],
)
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_shells_are_offered_it(
    tree: Path,
    pdsync: Pdsync,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    offered: set[str],
    shell: str,
) -> None:
    before, _, last = words.rpartition(" ")
    monkeypatch.setenv("_PDSYNC_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", last if shell == "fish" else str(len(before.split())))
    monkeypatch.setattr(sys, "argv", ["pdsync"])
    with pytest.raises(SystemExit):
        main()
    shown = capsys.readouterr()
    assert shown.err == ""
    lines = shown.out.splitlines()
    if shell == "fish":
        assert {line.partition(",")[2].partition("\t")[0] for line in lines if line} == offered
    else:
        assert set(lines[1::3]) == offered


def test_a_tab_loads_nothing_heavy(tree: Path) -> None:
    script = (
        "import sys\nfrom pdsync.cli.main import main\nsys.argv = ['pdsync']\ntry:\n    main()\nexcept SystemExit:\n"
        "    print([n for n in ('pdsync.kinds', 'requests', 'rich') if n in sys.modules], file=sys.stderr)"
    )
    environment = {
        **ENVIRONMENT,
        "_PDSYNC_COMPLETE": "bash_complete",
        "COMP_WORDS": "pdsync plan --target ",
        "COMP_CWORD": "3",
    }
    done = subprocess.run([sys.executable, "-c", script], cwd=tree, env=environment, capture_output=True, text=True)
    assert ("service/checkout" in done.stdout, done.stderr) == (True, "[]\n")
