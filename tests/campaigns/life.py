"""Runs lives: so many examples of a state machine, each from one seed, and never shrunk."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_lives(make: Callable[[], RuleBasedStateMachine], *, lives: int, steps: int, seed: int) -> None:
    """So many lives of so many steps."""
    run_state_machine_as_test(
        seeded(seed)(make),  # type: ignore[arg-type]
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
