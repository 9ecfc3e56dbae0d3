"""The site of the documentation: it builds without a broken link, and shows pages as the code host shows them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html import unescape
from pathlib import Path
from types import ModuleType

import markdown
import pytest
from mkdocs.exceptions import PluginError

from tests.support.script import load_script

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run([ROOT / "script" / "build-docs", folder], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    return load_script("site_hook.py")


def test_every_page_is_built_and_can_be_searched(site: Path) -> None:
    pages = {page.relative_to(ROOT / "docs").with_suffix("") for page in (ROOT / "docs").rglob("*.md")}
    found = {
        entry["location"].partition("#")[0]
        for entry in json.loads((site / "search/search_index.json").read_text())["docs"]
    }
    for page in pages:
        place = "" if page.name == "README" else f"{page.as_posix()}/"
        assert (site / place / "index.html").is_file()
        assert place in found


def test_a_link_to_a_file_of_the_project_leads_to_the_repository(site: Path) -> None:
    page = (site / "how-to" / "run-in-ci" / "index.html").read_text()
    assert "https://github.com/pdsync/pdsync/blob/main/action.yml" in page
    assert "../../action.yml" not in page


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        assert 'src="http' not in text
        assert not any("http" in line for line in text.splitlines() if 'rel="stylesheet"' in line), page


def test_the_navigation_follows_the_contents(hook: ModuleType) -> None:
    contents = "[a](how-to/a.md) [b](tutorial.md) [c](client.md) [d](explanation/d.md) [e](how-to/e.md#x) [f](../CONTRIBUTING.md)"
    assert hook.build_navigation(contents) == [
        {"Contents": "README.md"},
        {"Tutorial": "tutorial.md"},
        {"How-to guides": ["how-to/a.md", "how-to/e.md"]},
        {"Reference": ["client.md"]},
        {"Explanation": ["explanation/d.md"]},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1. one\n\n   ```console\n   $ x\n   ```\n\n   more\n2. two\n\n       code\n3. three\n",
        "- one\n  - in it\n\n    ```\n    x\n    ```\n\n  again\n- two\n",
        "text\n- one\n  goes on\n- two\n\nend\n",
        "10. ten\n\n    more\n11. eleven\n\n        code\n",
        "- (a) one\n- 2. no\n\n| a | b |\n| --- | --- |\n| c | d |\n",
    ],
    ids=["fences in a numbered list", "a list in a list", "a list right after text", "two digits", "marks and a table"],
)
def test_lists_are_those_of_the_code_host(hook: ModuleType, text: str) -> None:
    html = markdown.markdown(hook.indent_lists(text), extensions=["tables", "pymdownx.superfences"])
    expected = hook.COMMONMARK.render(text)
    for tag in ("<li", "<ol", "<ul", "<pre", "<table"):
        assert html.count(tag) == expected.count(tag), unescape(html)


def test_a_page_that_would_show_otherwise_fails_the_build(hook: ModuleType) -> None:
    class Page:
        class file:
            src_path = "tutorial.md"

    with pytest.raises(PluginError, match=r"tutorial\.md: 0 of <\w+> on the site, \d+ at the code host"):
        hook.on_page_content("<p>nothing</p>", Page)


def test_a_broken_link_an_unknown_anchor_and_a_page_without_a_place_fail_the_build(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "README.md").write_text("# Contents\n\n[a](tutorial.md#nowhere) [b](missing.md)\n")
    (docs / "tutorial.md").write_text("# Tutorial\n")
    (docs / "lost.md").write_text("# Lost\n")
    (tmp_path / "script").mkdir()
    for name in ("mkdocs.yml", "script/site_hook.py"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    for said in ("lost.md", "anchor '#nowhere'", "'missing.md'"):
        assert said in done.stderr
