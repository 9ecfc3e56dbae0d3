"""The form of the tests beside a plan: what the manifests' own tests say of its outcome."""

from __future__ import annotations

from typing import Annotated

from pdsync.plan.json_form import Form, says


class MissForm(Form, frozen=True):
    """One thing that is not as a test expects."""

    what: Annotated[str, says("What is expected, by its name in the manifest.")]
    expected: Annotated[str, says("What must come out.")]
    actual: Annotated[str, says("What comes out.")]
    when: Annotated[
        str | None, says("Which undecided rule would have to match for it; null where it is so anyway.")
    ] = None


class TestForm(Form, frozen=True):
    """What one test says."""

    __test__ = False  # pytest takes the name for that of a test of its own

    address: Annotated[str, says("The manifest of the test, as kind/name.")]
    source: Annotated[str, says("file:line of the manifest.")]
    passed: Annotated[bool, says("Whether everything is as it expects. If not, nothing is applied.")]
    error: Annotated[str | None, says("Why it could not be tried out; null where it was.")] = None
    misses: Annotated[tuple[MissForm, ...], says("What is not as it expects.")] = ()
    trace: Annotated[
        tuple[str, ...], says("Of a failed test: the rules that the event came to, and why they match or not.")
    ] = ()
    notes: Annotated[tuple[str, ...], says("Of a failed test: what is not known, and what would decide it.")] = ()
