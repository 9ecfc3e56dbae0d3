"""Reads plans back from what people and programs are shown: by address the operation, and the fields and lists that change, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser

from pdsync.kinds import BY_SLUG

Reading = dict[str, tuple[str, frozenset[str]]]
_HEAD = re.compile(r"(?P<sign>[+~»-]) .*?  (?P<address>[a-z_]+/[A-Za-z0-9._-]+(?:#interim)?)(?:  |$)")
_FIELD = re.compile(r" {4}(?:[+-] )?(?P<path>[a-z_]+(?:[\[.][^:]*)?)(?: \(order\))?:(?: |$)")
_CHILD = re.compile(r" {4}(?P<sign>[+~-]) (?P<list>[a-z_]+) ")
_GROUP = re.compile(r"^(?: {2}\+ |\+ |.*<summary class=\"name\">)([0-9]+) ([a-z ]+) alike(?: \{[^\n]*?\})?: ", re.M)
_OPERATIONS = {"+": "create", "~": "update", "»": "adopt", "-": "delete"}


def read_json(text: str) -> Reading:
    """From the JSON of a plan."""
    found = {}
    for change in json.loads(text)["changes"]:
        paths = {delta["path"].removesuffix(" (order)") for delta in change["deltas"]}
        lists = {f"{child['operation']} {child['list']}" for child in change["children"]}
        found[change["address"]] = (change["operation"], frozenset(paths | lists))
    return found


def read_text(text: str) -> Reading:
    """From the text of a plan. A create shows its name in its head."""
    return _read(line.removeprefix("  ") for line in text.splitlines() if line.startswith("  "))


def read_markdown(text: str) -> Reading:
    """From the code blocks of a comment."""
    lines = [line for block in re.findall(r"^```diff\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines()]
    # The sign in the first column stands for a space of the text, but for heads, where it is the sign itself.
    return _read(line if _HEAD.match(line) and line[2] != " " else " " + line[1:] for line in lines)


def read_html(text: str) -> Reading:
    """From the changes of a page: its head says the operation, the address and the place, its lines what differs."""
    reader = _Changes()
    reader.feed(text)
    return _read(reader.lines)


def read_groups(text: str) -> list[tuple[int, str]]:
    """From text, Markdown or a page: of each group of alike creates how many there are, and of what."""
    return [(int(count), noun) for count, noun in _GROUP.findall(text)]


class _Changes(HTMLParser):
    """The lines of a plan's text, put together again from the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("class") or ""
        if tag == "details" and name.startswith("change"):
            self.lines.append("")
        if self._inside == ["diff"]:
            self.lines.append("    ")  # each child of the block is a line
        if self._inside or name in ("what", "diff") or (tag == "small" and self.lines and self.lines[-1][1:] == " "):
            self._inside.append(name)

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside[:1] == ["what"]:
            self.lines[-1] = next(sign for sign, word in _OPERATIONS.items() if word == data) + " "
        elif self._inside[:1] == ["diff"]:
            self.lines[-1] += data
        elif self._inside:
            self.lines[-1] += f"x  {data.partition(' ')[0]}  "


def _read(lines: Iterable[str]) -> Reading:
    found: dict[str, tuple[str, set[str]]] = {}
    paths: set[str] = set()
    for line in lines:
        head = _HEAD.match(line)
        if head and head["address"].partition("/")[0] in BY_SLUG:
            operation = _OPERATIONS[head["sign"]]
            paths = {"name"} if operation == "create" else set()
            assert head["address"] not in found, f"{head['address']} is shown twice"
            found[head["address"]] = (operation, paths)
        elif child := _CHILD.match(line):
            word = {"+": "add", "~": "update", "-": "remove"}[child["sign"]]
            paths.add(f"{word} {child['list']}")
        elif (field := _FIELD.match(line)) and not field["path"].startswith("note"):
            paths.add(field["path"])
    return {address: (operation, frozenset(paths)) for address, (operation, paths) in found.items()}
