"""What the manifests' own tests say: as lines for every output, and as annotations of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pdsync.plan.saved.test_form import MissForm, TestForm
from pdsync.report.text.annotation import Annotation, split_place
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

TITLE = "Tests"
MOST_TESTS = 12
"""How many failed tests are shown."""
_LONGEST = 30
"""Lines of the trace of one test."""


def render_test_lines(tests: Sequence[TestForm], columns: int = 0) -> list[str]:
    """How many pass, and what is wrong with the others, in safe text. `columns`: where lines are broken; 0: nowhere."""
    lines = [f"  {headline_of_tests(tests)}"]
    failed = [test for test in tests if not test.passed]
    for test in failed[:MOST_TESTS]:
        lines += [f"  ! {safe_text(test.address)} ({safe_text(test.source)})", *(f"      {it}" for it in _said(test))]
    if len(failed) > MOST_TESTS:
        lines.append(f"    and {len(failed) - MOST_TESTS} more")
    return [piece for line in lines for piece in (_broken(line, columns) if columns else [line])]


def headline_of_tests(tests: Sequence[TestForm]) -> str:
    """Such as ``11 of 12 tests pass.``"""
    passed = sum(test.passed for test in tests)
    if passed == len(tests):
        return {1: "The only test passes.", 2: "Both tests pass."}.get(passed, f"All {passed} tests pass.")
    return f"{passed} of {len(tests)} {'test passes' if len(tests) == 1 else 'tests pass'}."


def render_refusal(tests: Sequence[TestForm]) -> str:
    """Why nothing may be applied, in a line of safe text; empty where all tests pass."""
    failed = [test.address for test in tests if not test.passed]
    if not failed:
        return ""
    more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
    verb = "1 test fails" if len(failed) == 1 else f"{len(failed)} tests fail"
    return safe_text(f"{verb}: {', '.join(failed[:3])}{more}")


@dataclass(frozen=True, slots=True)
class TestView:
    """A failed test on a page."""

    __test__ = False  # pytest takes the name for that of a test of its own

    address: str
    source: str
    wrong: tuple[str, ...]
    trace: tuple[str, ...]


def build_test_views(tests: Sequence[TestForm]) -> list[TestView]:
    """The failed tests, in safe text."""
    failed = (test for test in tests if not test.passed)
    return [TestView(safe_text(it.address), safe_text(it.source), tuple(_wrong(it)), tuple(_why(it))) for it in failed]


def annotations_of_tests(tests: Sequence[TestForm]) -> list[Annotation]:
    """An annotation for each failed test, at its manifest."""
    made = []
    for test in tests:
        if not test.passed:
            file, line = split_place(test.source)
            made.append(Annotation("error", list(_said(test)), file, line, title=f"pdsync: {test.address} fails"))
    return made


def _said(test: TestForm) -> Iterator[str]:
    yield from _wrong(test)
    yield from _why(test)


def _wrong(test: TestForm) -> Iterator[str]:
    if test.error is not None:
        yield safe_text(test.error)
    yield from (safe_text(_miss_text(miss)) for miss in test.misses)


def _why(test: TestForm) -> Iterator[str]:
    yield from (safe_text(line) for line in test.trace[:_LONGEST])
    if len(test.trace) > _LONGEST:
        yield f"and {len(test.trace) - _LONGEST} more rules"
    yield from (safe_text(note) for note in test.notes)


def _miss_text(miss: MissForm) -> str:
    when = f", {miss.when}" if miss.when else ""
    return f"{miss.what}: expected {miss.expected}, but it is {miss.actual}{when}"


def _broken(line: str, columns: int) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    return wrapped(line.lstrip(), columns, indent=indent, hanging=f"{indent}  ")
