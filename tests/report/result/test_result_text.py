"""What an apply did, as people read it."""

from __future__ import annotations

import pytest

from pdsync.plan import Operation, Outcome, Result, Status
from pdsync.report.result.result_text import render_result_summary, render_result_text


def outcome(status: Status, message: str = "", warning: str = "") -> Outcome:
    return Outcome("service/search", Operation.CREATE, "Search", status, "P1", message, warning)


def test_outcomes_and_a_summary() -> None:
    result = Result(
        (
            outcome(Status.APPLIED, warning="PagerDuty made 0 of it"),
            outcome(Status.FAILED, "name has already been taken"),
            outcome(Status.SKIPPED, "skipped: because team/a did not succeed"),
        )
    )
    assert render_result_text(result) == (
        "  + created  Search  service/search\n"
        "      note: PagerDuty made 0 of it\n"
        "  + failed   Search  service/search\n"
        "      name has already been taken\n"
        "  + skipped  Search  service/search\n"
        "      because team/a did not succeed\n"
        "\n"
        "Not everything was done: 1 applied, 1 failed, 1 skipped.\n"
        "Run 'pdsync plan' to see what is left to do.\n"
    )


@pytest.mark.parametrize(
    ("statuses", "interrupted", "beginning", "says"),
    [
        ([Status.APPLIED, Status.ALREADY], False, "Done: 1 applied, 1 already done.", ""),
        ([Status.UNKNOWN], False, "Not everything was done", "An answer was lost"),
        ([Status.CONFLICT], False, "Not everything was done", "were not written"),
        ([Status.APPLIED, Status.SKIPPED], True, "Not everything was done", "run it again"),
        ([], False, "Done: nothing.", ""),
    ],
)
def test_every_end_says_what_to_do_next(statuses: list[Status], interrupted: bool, beginning: str, says: str) -> None:
    text = render_result_summary(Result(tuple(map(outcome, statuses)), interrupted))
    assert text.startswith(beginning)
    assert says in text
