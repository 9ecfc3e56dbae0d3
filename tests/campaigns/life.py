"""Runs lives: so many examples of a state machine, each from one seed, and never shrunk."""

from __future__ import annotations

import sys
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_lives(make: Callable[[], RuleBasedStateMachine], *, lives: int, steps: int, seed: int) -> None:
    """So many lives of so many steps.

    Hypothesis lives a life that failed once more. Ids and moments are others then, so that it may not fail again: that is an error of
    Hypothesis's own (`Flaky`), and what failed is raised in its place."""
    failures: list[BaseException] = []
    try:
        run_state_machine_as_test(
            seeded(seed)(lambda: _noting(make(), failures)),  # type: ignore[arg-type]
            settings=settings(
                max_examples=lives,
                stateful_step_count=steps,
                deadline=None,
                derandomize=False,
                database=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Flaky as flaky:
        if failures:
            raise failures[0] from flaky
        raise


def _noting(machine: RuleBasedStateMachine, failures: list[BaseException]) -> RuleBasedStateMachine:
    """The machine, which keeps what ended it."""
    end = machine.teardown

    def teardown() -> None:
        error = sys.exc_info()[1]
        if isinstance(error, Exception):
            failures.append(error)
        end()

    machine.teardown = teardown  # type: ignore[method-assign]
    return machine
