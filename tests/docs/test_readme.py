"""The first screen: it is short, its plan of an account works, it lists every kind, and its figures are measured ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from pdsync.kinds import KINDS
from pdsync.sandbox import SandboxServer
from pdsync.terraform.catalog import DOCUMENTS, ITEMS, JOINED, OBJECTS
from pdsync.version import __version__
from tests.docs.test_terraform import ENDED, TYPES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MOST_LINES = 128


def section(title: str) -> str:
    return re.split(r"^## ", README.split(f"## {title}\n", 1)[1], maxsplit=1, flags=re.M)[0]


def test_it_is_about_one_screen() -> None:
    assert len(README.splitlines()) <= MOST_LINES


def test_the_commands_for_an_account_show_a_plan_of_it(tmp_path: Path, fast_pdsync: Path) -> None:
    found = re.search(r"^```sh\n(.*?)^```$", section("A plan of your own account"), re.M | re.S)
    assert found is not None
    assert "export PAGERDUTY_TOKEN=your-key\n" in found[1]
    commands = found[1].replace("your-key", "u+read-me-read-me-now")
    with SandboxServer(seed="example") as server:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PAGERDUTY", "PDSYNC"))},
            "PATH": os.pathsep.join([str(fast_pdsync), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PDSYNC_API_URL": server.url,
        }
        done = subprocess.run(
            ["bash", "-e"], cwd=tmp_path, env=environment, input=commands, capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^Plan: 0 to create, \d+ to adopt, 0 to update, 0 to delete; \d+ unchanged\.$", done.stdout, re.M)


def test_the_wheel_to_install_is_that_of_this_version() -> None:
    assert re.findall(r"pdsync-\S+\.whl", section("Install")) == [f"pdsync-{__version__}-py3-none-any.whl"]


def size_of(names: Collection[str]) -> tuple[int, int]:
    """How many fields and lists the kinds of these names have. A field of two kinds of one name is one field."""
    kinds = [kind for kind in KINDS if kind.name in names]
    fields = {(kind.name, field.name) for kind in kinds for field in kind.fields}
    return len(fields), len({(kind.name, child.name) for kind in kinds for child in kind.children})


def test_every_kind_is_in_the_table_with_a_link_to_its_reference_and_counted() -> None:
    table = section("What it manages").strip().split("\n\n")[0]
    listed = re.findall(r"\[(\w+)\]\(docs/reference/kinds\.md#(\w+)\)", table)
    names = {kind.name for kind in KINDS}
    assert sorted(name for name, _ in listed if name[0].isupper()) == sorted(names)
    assert all(anchor == name.lower() for name, anchor in listed)
    fields, lists = size_of(names)
    head, _, *rows = table.splitlines()
    assert head == f"| Area | Kinds ({len(names)}) | Fields ({fields}) | Lists ({lists}) |"
    for row in rows:
        mine = {name for name, _ in re.findall(r"\[(\w+)\]\(docs/reference/kinds\.md#(\w+)\)", row)}
        assert row.split(" | ")[2:] == [str(size_of(mine)[0]), f"{size_of(mine)[1]} |"], row


def test_the_resources_of_terraform_are_counted() -> None:
    placed = OBJECTS.keys() | ITEMS.keys() | DOCUMENTS.keys() | JOINED
    assert placed | ENDED.keys() == set(TYPES)
    counted = f"| {len(TYPES)} | {len(placed)}; [the other {len(ENDED)}](docs/how-to/coming-from-terraform.md#"
    assert counted in section("Compared with Terraform")


def test_every_figure_beside_terraform_is_a_measured_one() -> None:
    measured = (ROOT / "docs/performance.md").read_text(encoding="utf-8").split("## Growth")[0]
    rows = re.findall(r"^\| [^|]+ \| ([\d.,]+) \| ([\d.,]+) \|$", section("Compared with Terraform"), re.M)
    assert len(rows) >= 3
    for theirs, ours in rows:
        assert re.search(rf"(?<![\d.,]){re.escape(theirs)} (?:requests|s)\b", measured), theirs
        assert re.search(rf"^\| \| pdsync \|.* {re.escape(ours)} \|", measured, re.M), ours
