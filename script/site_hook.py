"""What mkdocs asks for the site (mkdocs.yml): its navigation, and pages that are read as the code host reads them.

The pages are written for the repository, and read there too. The site changes three things. The navigation follows the
tables of docs/README.md, so a page that is not listed there fails the build. A link to a file outside docs/ leads to the
repository. Lists are indented by four, because Python-Markdown ends an item whose lines are indented by less.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mkdocs.exceptions import PluginError
from pymdownx.slugs import slugify

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REPOSITORY = "https://github.com/pdsync/pdsync/blob"
REF = os.environ.get("PDSYNC_DOCS_REF") or "main"
"""The branch or tag that links to files of the repository lead to."""
SECTIONS = {"how-to": "How-to guides", "reference": "Reference", "explanation": "Explanation"}
AT_THE_TOP = {"tutorial.md": "Tutorial"}
LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)([^)#\s]+)")
COUNTED = ("<li", "<ol", "<ul", "<pre", "<table", "<h2", "<h3")
COMMONMARK = MarkdownIt("commonmark").enable("table")


def on_config(config: Any) -> Any:
    config["nav"] = build_navigation((DOCS / "README.md").read_text(encoding="utf-8"))
    config["mdx_configs"].setdefault("toc", {})["slugify"] = slugify(case="lower")
    return config


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    return indent_lists(link_to_repository(markdown, Path(page.file.src_path)))


def on_page_content(html: str, page: Any, **_: Any) -> None:
    """Both readers of Markdown see the same lists, tables and blocks, or the build fails."""
    expected = COMMONMARK.render((DOCS / page.file.src_path).read_text(encoding="utf-8"))
    for tag in COUNTED:
        seen, wanted = (len(re.findall(rf"{tag}\b", text)) for text in (html, expected))
        if seen != wanted:
            raise PluginError(f"{page.file.src_path}: {seen} of {tag}> on the site, {wanted} at the code host")


def build_navigation(contents: str) -> list[Any]:
    """The pages that the contents link to, in their order, each in the section of its folder."""
    pages = list(dict.fromkeys(target for target in LINK.findall(contents) if target.endswith(".md")))
    sections: dict[str, list[str]] = {title: [] for title in SECTIONS.values()}
    top: list[Any] = [{"Contents": "README.md"}]
    for target in pages:
        folder, _, _ = target.rpartition("/")
        if target in AT_THE_TOP:
            top.append({AT_THE_TOP[target]: target})
        elif not target.startswith("../"):
            sections[SECTIONS.get(folder, SECTIONS["reference"])].append(target)
    return [*top, *({title: listed} for title, listed in sections.items())]


def link_to_repository(markdown: str, source: Path) -> str:
    def lead(found: re.Match[str]) -> str:
        path = (DOCS / source.parent / found[0]).resolve()
        if path.is_relative_to(DOCS) or not path.exists():
            return found[0]
        return f"{REPOSITORY}/{REF}/{path.relative_to(ROOT).as_posix()}"

    return LINK.sub(lead, markdown)


def indent_lists(markdown: str) -> str:
    """The same lists for Python-Markdown: items go on at a multiple of four, and begin after an empty line where they must."""
    lines = markdown.splitlines()
    more = [0] * len(lines)
    after_empty: set[int] = set()
    widths: list[int] = []
    for token in COMMONMARK.parse(markdown):
        if token.type == "list_item_close":
            widths.pop()
        elif token.type in ("bullet_list_open", "ordered_list_open") and token.map:
            after_empty.add(token.map[0])
        elif token.type == "list_item_open" and token.map:
            first, end = token.map
            outer = widths[-1] if widths else 0
            widths.append(_width(lines[first], outer))
            for number in range(first + 1, end):
                more[number] += 4 - (widths[-1] - outer)
            if not all(line.strip() for line in lines[first:end]):
                after_empty.add(end)
    written: list[str] = []
    for number, line in enumerate(lines):
        if number in after_empty and written and written[-1].strip():
            written.append("")
        written.append(" " * more[number] + line if line.strip() and more[number] > 0 else line[-more[number] :])
    return "\n".join(written) + "\n"


def _width(line: str, outer: int) -> int:
    """How far the text of an item is indented: behind its marker."""
    return len(line) - len(line[outer:].lstrip().lstrip("-*+0123456789.)").lstrip())
