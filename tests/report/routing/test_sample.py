"""What a plan says about sample events, in text, Markdown, page and JSON."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from pdsync.plan import Plan
from pdsync.plan.plan import render_plan_json
from pdsync.plan.saved.impact_form import SampleGroupForm, SamplesForm
from pdsync.report.page.plan_page import render_plan_page
from pdsync.report.plan.plan_annotation import render_plan_annotations
from pdsync.report.plan.plan_markdown import render_plan_markdown
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.report.routing.sample_text import MOST_GROUPS, render_sample_lines


def group(count: int, message: str, **more: Any) -> SampleGroupForm:
    return SampleGroupForm(
        **{
            "count": count,
            "through": "Production",
            "aspect": "paged",
            "message": message,
            "examples": ("a", "b"),
            **more,
        }
    )


GROUPS = (
    group(9, "would page Payments instead of Platform"),
    group(2, "would be suppressed instead of paging Platform"),
)
SAMPLES = SamplesForm(
    source="the last 7 days", total=412, different=11, groups=GROUPS, notes=("3 are rebuilt from alerts.",)
)
PLAN = Plan(workspace="shop", subdomain="acme", manifest_digest="0" * 64, samples=SAMPLES)
LINES = [
    "  Of 412 sample events of the last 7 days, 11 would be handled differently:",
    "    9 would page Payments instead of Platform ('a', 'b', ...)",
    "    2 would be suppressed instead of paging Platform ('a', 'b')",
    "  3 are rebuilt from alerts.",
]


def test_lines() -> None:
    assert render_sample_lines(SAMPLES) == LINES


def test_none_and_one() -> None:
    empty = SamplesForm(source="alerts.json", total=0, different=0, groups=(), notes=())
    assert render_sample_lines(empty) == ["  There are no sample events in alerts.json."]
    none = SamplesForm(source="alerts.json", total=1, different=0, groups=(), notes=())
    assert render_sample_lines(none) == ["  Of 1 sample event of alerts.json, none would be handled differently."]


def test_events_of_which_it_is_not_known_what_became_of_them_before() -> None:
    def lines(uncompared: int) -> list[str]:
        return render_sample_lines(SamplesForm("alerts.json", 3, 0, (), (), uncompared=uncompared))

    assert lines(3) == [
        "  None of the 3 sample events of alerts.json can be compared: the rules that they come to are new or cannot be read."
    ]
    assert render_sample_lines(SamplesForm("x", 1, 0, (), (), uncompared=1)) == [
        "  The only sample event of x cannot be compared: the rules that it comes to are new or cannot be read."
    ]
    assert lines(1) == [
        "  Of 3 sample events of alerts.json, none would be handled differently.",
        "  Not compared, because the rules that they come to are new or cannot be read: 1.",
    ]


def test_several_orchestrations_are_named_and_many_groups_are_cut() -> None:
    groups = tuple(group(1, "would be dropped", through=f"O{number}") for number in range(MOST_GROUPS + 2))
    lines = render_sample_lines(SamplesForm(source="x", total=20, different=14, groups=groups, notes=()))
    assert lines[1] == "    1 through O0 would be dropped ('a', 'b')"
    assert lines[-1] == "    and 2 more, in 2 other ways"


def test_every_output_of_a_plan_says_it() -> None:
    assert "\n".join(LINES) in render_plan_text(PLAN)
    assert LINES[1].strip() in render_plan_markdown(PLAN)
    assert "would page Payments instead of Platform" in render_plan_page(PLAN, None)
    assert json.loads(render_plan_json(PLAN))["samples"]["groups"][0]["count"] == 9
    said = render_plan_annotations(PLAN, {}).splitlines()[0]
    assert said.startswith("::warning title=Sample events::Of 412 sample events of the last 7 days, 11 would be")
    assert "%0A9 would page Payments instead of Platform ('a', 'b', ...)%0A" in said


def test_sample_events_are_no_part_of_the_digest() -> None:
    """Alerts come all the time, and a reviewed plan stays the same plan."""
    assert PLAN.digest == replace(PLAN, samples=None).digest
    assert "samples" not in json.loads(render_plan_json(replace(PLAN, samples=None)))
