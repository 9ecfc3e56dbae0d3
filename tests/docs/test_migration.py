"""The page of the migration lists every difference that the tests know: no item is missing, and none is out of date."""

from __future__ import annotations

import re
from pathlib import Path

from tests.contract.differential.improvements import IMPROVEMENTS
from tests.contract.differential.wrappers import DIFFERENT, Wrapping
from tests.contract.test_differential_surface import DIFFERENCES

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/migrate-a-client.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", PAGE.split("### Wrappers that differ")[0], flags=re.M)[2:]
"""The sections that list differences: an item each, which may go over several lines."""
ITEMS = [" ".join(item.split()) for section in SECTIONS for item in re.findall(r"^- (.+(?:\n  .+)*)", section, re.M)]


def named(wrapping: Wrapping) -> str:
    """A wrapper as the page writes it: two names where request and answer differ."""
    if isinstance(wrapping, tuple):
        request, answer = wrapping
        return named(request) if request == answer else f"{named(request)}, {named(answer)}"
    return "nothing" if wrapping is None else f"`{wrapping}`"


def test_the_items_in_bold_are_the_differences_that_the_calls_show() -> None:
    bold = [found[1] for item in ITEMS if (found := re.match(r"\*\*(.+?)\*\*", item))]
    assert sorted(bold) == sorted(IMPROVEMENTS)


def test_the_table_of_wrappers_is_that_of_the_test() -> None:
    table = PAGE.split("### Wrappers that differ")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{name}` | {named(theirs)} | {named(ours)} |" for name, (theirs, ours) in DIFFERENT.items()]


def test_every_argument_that_is_otherwise_has_an_item() -> None:
    for name in DIFFERENCES:
        assert any(name.partition(" ")[0] in item for item in ITEMS), name


def test_every_item_says_what_was_and_what_is() -> None:
    """What to do comes last, where anything is to be done."""
    assert len(ITEMS) > len(IMPROVEMENTS)
    for item in ITEMS:
        parts = re.fullmatch(r"(.+?)\. Before: (.+?\.) Now: (.+?\.)( Do: .+\.)?", item)
        assert parts, item
