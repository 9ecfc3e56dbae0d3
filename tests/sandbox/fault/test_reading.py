"""JSON that people wrote, with every problem named by its place."""

from __future__ import annotations

from pdsync.sandbox.fault.reading import Reading


def test_every_problem_is_named_by_its_place_and_a_default_takes_its_turn() -> None:
    problems: list[str] = []
    reading = Reading({"nth": 0, "when": "never", "typo": 1}, "rules[2].match", problems)
    assert (reading.integer("nth", 5, 1, 9), reading.text("when", "after", ("before", "after"))) == (5, "after")
    reading.finish()
    assert [it.split(" ")[0] for it in problems] == ["rules[2].match.nth", "rules[2].match.when", "rules[2].match.typo"]
