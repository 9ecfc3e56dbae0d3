"""One change in lines: its head, its differences, and what blocks it."""

from __future__ import annotations

from pdsync.plan import Change, Delta, Operation
from pdsync.report.plan.change_text import Layout, render_change
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette

PLAIN = Layout()
BLOCKER = "it is in use; end its incidents first"
SHOP = Change(
    "service/shop",
    "service",
    Operation.UPDATE,
    "Shop",
    id="P1",
    source="s.yaml:9",
    deltas=(Delta("auto_resolve_timeout", 14_400, 7_200),),
    blockers=(BLOCKER,),
)


def lines(layout: Layout = PLAIN, told: set[str] | None = None) -> list[str]:
    return render_change(SHOP, ValueWriter(), Palette(), layout, told=told)


def test_a_change_is_its_head_its_differences_and_its_blockers() -> None:
    assert lines() == [
        "  ~ Shop  service/shop  s.yaml:9",
        "      auto_resolve_timeout: 4h -> 2h",
        f"      ! {BLOCKER}",
    ]


def test_addresses_start_in_one_column() -> None:
    assert lines(Layout(name_width=10))[0] == "  ~ Shop        service/shop  s.yaml:9"


def test_what_to_do_about_a_blocker_is_said_once() -> None:
    told: set[str] = set()
    assert lines(told=told)[-1].endswith("end its incidents first")
    assert lines(told=told)[-1] == "      ! it is in use (see above)"


def test_on_a_terminal_a_long_head_is_broken() -> None:
    assert lines(Layout(columns=30))[:3] == ["  ~ Shop", "      service/shop", "      s.yaml:9"]
