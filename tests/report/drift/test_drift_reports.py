"""No text of an account or a manifest breaks out of any form of the drift report."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.plan import Change, ChildChange, ChildOperation, Delta, Operation, Plan
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.drift import Editor, compute_drift
from pdsync.report.drift.drift_junit import render_drift_junit
from pdsync.report.drift.drift_markdown import render_drift_markdown
from pdsync.report.drift.drift_prometheus import render_drift_prometheus
from pdsync.report.drift.drift_text import render_drift_text

HOSTILE = st.text(st.sampled_from("a`<>&\"'\\|*[]()@#-\n\r\x00\x1b\x85\u2028\u202e\ud800{}"), min_size=1, max_size=12)
SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? \d+')


@settings(max_examples=60)
@given(HOSTILE, st.sampled_from(Origin), st.sampled_from([op for op in Operation if op is not Operation.INTERIM]))
def test_foreign_text_stays_in_its_place(text: str, origin: Origin, operation: Operation) -> None:
    change = Change(
        f"service/{text}", "service", operation, text, id=text, source=f"{text}:1", url=text,
        deltas=(Delta("name", text, text + "x", origin), Delta(text, {text: [text]}, None, origin)),
        children=(ChildChange("integrations", ChildOperation.ADD, text, text, {"name": text}, text, (), origin),),
    )  # fmt: skip
    plan = Plan(text, text, "d", (change,), unchanged=3, notes=(text,), labels={text: text})
    drift = compute_drift(plan, {text: Editor(text, text, text, text)})
    plain = render_drift_text(drift)
    assert not [char for char in plain if char != "\n" and not char.isprintable()]
    suite = ElementTree.fromstring(render_drift_junit(drift).encode("utf-8"))
    assert [case.tag for case in suite] == ["testcase", "testcase"]
    for line in render_drift_prometheus(drift, 1).splitlines():
        assert line.startswith("# ") or SAMPLE.fullmatch(line), line
    lines = render_drift_markdown(drift).splitlines()
    fences = [at for at, line in enumerate(lines) if re.fullmatch("`{3,}(diff)?", line)]
    assert len(fences) == 2 or text.strip("`") == ""
    outside = "\n".join(lines[2 : fences[0]] + lines[fences[-1] + 1 :])
    assert "<" not in re.sub("</?(details|summary|b|br)>", "", outside)


def test_drift_is_on_the_clock_of_the_schedule() -> None:
    start = Delta("schedule_layers[Week].start", "2026-01-05T08:00:00Z", "2026-07-05T08:00:00Z", Origin.THEIRS)
    change = Change(
        "schedule/days", "schedule", Operation.UPDATE, "Days", deltas=(start,), before={"time_zone": "Europe/Berlin"}
    )
    drift = compute_drift(Plan("w", "s", "d", (change,)), {})
    for text in (render_drift_text(drift), render_drift_markdown(drift), render_drift_junit(drift)):
        assert "2026-01-05 09:00 CET" in text
        assert "2026-07-05 10:00 CEST" in text
