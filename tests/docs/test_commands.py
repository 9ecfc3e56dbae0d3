"""The commands in the documentation are run, page by page, each page in an empty folder and against its own sandbox.

```console blocks hold commands after `$ `; lines below them are output that must appear, in that order. A comment
`<!-- exit: 2 -->` before a block says how its last command exits; all others must exit 0. ```yaml and ```bash blocks that begin with
`# file: NAME` are written to that file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^(?P<indent> *)```(?P<lang>console|yaml|bash)\n(?P<body>.*?)^(?P=indent)```$", re.M | re.S)
EXIT = re.compile(r"<!-- exit: (\d+) -->\s*$")


@dataclass
class Step:
    """One command, how it must exit, and what must be printed."""

    command: str
    exit_code: int = 0
    output: list[str] = field(default_factory=list)


def read_page(page: Path, folder: Path | None) -> list[Step | tuple[Path, str]]:
    """The steps of a page in order: commands, and files to write."""
    text = page.read_text(encoding="utf-8")
    steps: list[Step | tuple[Path, str]] = []
    for match in FENCE.finditer(text):
        body = re.sub(rf"^{match['indent']}", "", match["body"], flags=re.M)
        if match["lang"] != "console":
            named = re.match(r"# file: (\S+)\n", body)
            if named and folder is not None:
                steps.append((folder / named[1], body))
            continue
        expected = EXIT.search(text[: match.start()])
        commands: list[Step] = []
        for line in body.splitlines():
            if line.startswith("$ "):
                commands.append(Step(line[2:]))
            elif line.strip() and line.strip() != "..." and commands:
                commands[-1].output.append(line.strip())
        if expected and commands:
            commands[-1].exit_code = int(expected[1])
        steps.extend(commands)
    return steps


WITH_COMMANDS = [page for page in PAGES if any(isinstance(step, Step) for step in read_page(page, None))]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_do_what_it_says(
    page: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, fast_pdsync: Path
) -> None:
    # The README's commands are typed in the repository. For the others the examples are elsewhere, each time as they come:
    # a sandbox keeps its account beside the configuration.
    examples = (tmp_path if page == ROOT / "README.md" else tmp_path_factory.mktemp("repository")) / "examples"
    shutil.copytree(ROOT / "examples", examples, ignore=shutil.ignore_patterns(".pdsync"))
    # The README's are run by the program as it is installed.
    programs = [] if page == ROOT / "README.md" else [str(fast_pdsync)]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PAGERDUTY", "PDSYNC"))},
        "PATH": os.pathsep.join([*programs, str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PDSYNC_EXAMPLES": str(examples),
        "NO_COLOR": "1",
    }
    here, exported = str(tmp_path), ""
    for step in read_page(page, tmp_path):
        if isinstance(step, tuple):
            step[0].parent.mkdir(parents=True, exist_ok=True)
            step[0].write_text(step[1], encoding="utf-8")
            continue
        script = f"cd {here!r}\n{exported}\n{step.command}\ncode=$?\npwd >&3\nexit $code"
        told = tmp_path / ".pwd"
        command = ["bash", "-c", f"exec 3>{str(told)!r}\n{script}"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        said = done.stdout + done.stderr
        assert done.returncode == step.exit_code, f"$ {step.command}\n{said}"
        assert "Traceback" not in said
        rest = said
        for line in step.output:
            assert line in rest, f"$ {step.command}\nexpected {line!r} in\n{said}"
            rest = rest[rest.index(line) + len(line) :]
        here = told.read_text().strip() or here
        if step.command.startswith("export "):
            exported += f"\n{step.command}"


def test_the_pages_that_must_have_commands_have_them() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in WITH_COMMANDS}
    assert {"README.md", "docs/tutorial.md", "docs/how-to/adopt-an-account.md", "docs/how-to/run-in-ci.md"} <= names


LINK = re.compile(r"\[[^\]]+\]\((?!https?:)([^)#]+)(#[^)]*)?\)")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target, _ in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"
