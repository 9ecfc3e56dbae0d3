"""The form of the tests in a plan: what the manifests' own tests say about its outcome."""

from __future__ import annotations

from typing import Annotated

from pdsync.plan.json_form import Form, says


class MissForm(Form, frozen=True):
    """One thing that is not as a test expects."""

    what: Annotated[str, says("What is expected, by its name in the manifest.")]
    expected: Annotated[str, says("The expected result.")]
    actual: Annotated[str, says("The actual result.")]
    when: Annotated[str | None, says("The undecided rule that has to match for this result; null if none has to.")] = (
        None
    )


class TestForm(Form, frozen=True):
    """What one test says."""

    __test__ = False  # pytest takes the name for that of a test of its own

    address: Annotated[str, says("The manifest of the test, as kind/name.")]
    source: Annotated[str, says("file:line of the manifest.")]
    passed: Annotated[bool, says("Whether all expectations are met. If not, nothing is applied.")]
    error: Annotated[str | None, says("Why the test could not run; null if it ran.")] = None
    misses: Annotated[tuple[MissForm, ...], says("The expectations that are not met.")] = ()
    trace: Annotated[
        tuple[str, ...], says("For a failed test: the rules that the event reached, and why they match or not.")
    ] = ()
    notes: Annotated[tuple[str, ...], says("For a failed test: what is not known, and what would decide it.")] = ()
