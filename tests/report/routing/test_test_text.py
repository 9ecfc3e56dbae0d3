"""What tests say is a line where they pass, and all that a person needs where they fail."""

from __future__ import annotations

from pdsync.plan.saved.test_form import MissForm, TestForm
from pdsync.report.routing.test_text import annotations_of_tests, build_test_views, render_refusal, render_test_lines

PASSES = TestForm("routing_test/right", "tests.yaml:1", True)
FAILS = TestForm(
    "routing_test/wrong",
    "tests.yaml:9",
    False,
    misses=(MissForm("service", "Orders", "dropped"), MissForm("severity", "error", "info", "if 'many' matches")),
    trace=("global: 'noise' matches: it has no condition",),
    notes=("the rules of Orders are not known here",),
)
BROKEN = TestForm("routing_test/broken", "tests.yaml:20", False, "no integration is called 'x'")


def test_tests_that_pass_are_counted() -> None:
    assert render_test_lines([PASSES]) == ["  The only test passes."]
    assert render_test_lines([PASSES, PASSES]) == ["  Both tests pass."]
    assert render_refusal([PASSES]) == ""
    assert annotations_of_tests([PASSES]) == []
    assert build_test_views([PASSES]) == []


def test_a_failed_test_says_what_was_expected_and_why_it_is_not_so() -> None:
    assert render_test_lines([PASSES, FAILS, BROKEN]) == [
        "  1 of 3 tests pass.",
        "  ! routing_test/wrong (tests.yaml:9)",
        "      service: expected Orders, but it is dropped",
        "      severity: expected error, but it is info, if 'many' matches",
        "      global: 'noise' matches: it has no condition",
        "      the rules of Orders are not known here",
        "  ! routing_test/broken (tests.yaml:20)",
        "      no integration is called 'x'",
    ]
    (annotation, _) = annotations_of_tests([PASSES, FAILS, BROKEN])
    assert (annotation.file, annotation.line, annotation.level) == ("tests.yaml", 9, "error")
    assert build_test_views([FAILS])[0].wrong[0] == "service: expected Orders, but it is dropped"


def test_of_many_failed_tests_the_first_are_shown() -> None:
    many = [TestForm(f"routing_test/t{n}", f"tests.yaml:{n}", False, "e") for n in range(1, 16)]
    assert render_refusal(many) == "15 tests fail: routing_test/t1, routing_test/t2, routing_test/t3 and 12 more"
    assert render_test_lines(many)[-1] == "    and 3 more"


def test_text_of_an_event_cannot_act_on_a_terminal() -> None:
    nasty = TestForm("routing_test/x", "t.yaml:1", False, trace=("router: 'a\x1b[31m' matches",), notes=("b\nc",))
    assert not any("\x1b" in line or "\n" in line for line in render_test_lines([nasty]))
