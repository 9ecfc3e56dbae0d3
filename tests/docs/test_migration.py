"""The page of the migration lists every difference that the tests know: no row is missing, and none is out of date."""

from __future__ import annotations

import re
from pathlib import Path

from tests.contract.differential.improvements import IMPROVEMENTS
from tests.contract.differential.wrappers import DIFFERENT, Wrapping
from tests.contract.test_differential_surface import DIFFERENCES

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/migrate-a-client.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("|") and not line.startswith("| ---")]


def named(wrapping: Wrapping) -> str:
    """A wrapper as the page writes it: two names where request and answer differ."""
    if isinstance(wrapping, tuple):
        request, answer = wrapping
        return named(request) if request == answer else f"{named(request)}, {named(answer)}"
    return "nothing" if wrapping is None else f"`{wrapping}`"


def test_the_rows_in_bold_are_the_differences_that_the_calls_show() -> None:
    bold = re.findall(r"^\| \*\*(.+?)\*\*", PAGE, re.M)
    assert sorted(bold) == sorted(IMPROVEMENTS)


def test_the_table_of_wrappers_is_that_of_the_test() -> None:
    table = PAGE.split("### Wrappers that differ")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{name}` | {named(theirs)} | {named(ours)} |" for name, (theirs, ours) in DIFFERENT.items()]


def test_every_argument_that_is_otherwise_has_a_row() -> None:
    for name in DIFFERENCES:
        assert any(name.partition(" ")[0] in row for row in ROWS), name


def test_every_row_says_what_to_do() -> None:
    """A table of differences has as many cells in each row as in its first, and none is empty but the first one's."""
    width = 0
    for line in PAGE.splitlines():
        cells = re.split(r"(?<!\\)\|", line)[1:-1] if line.startswith("|") else []
        if not cells:
            width = 0
        elif width == 0:
            width = len(cells)
        else:
            assert len(cells) == width, line
            assert all(cell.strip() for cell in cells), line
