"""What a manifest no longer says is told in every form of a plan and of a drift report."""

from __future__ import annotations

import html
import json
import re

from pdsync.plan import Change, ChildChange, ChildOperation, Delta, Operation, Plan, Unmanaged, render_plan_json
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.drift import compute_drift
from pdsync.report.drift.drift_junit import render_drift_junit
from pdsync.report.drift.drift_markdown import render_drift_markdown
from pdsync.report.drift.drift_text import render_drift_text
from pdsync.report.page.plan_page import render_plan_page
from pdsync.report.plan.plan_annotation import render_plan_annotations
from pdsync.report.plan.plan_markdown import render_plan_markdown
from pdsync.report.plan.plan_text import render_plan_text

LEFT = (
    Unmanaged("acknowledgement_timeout", 1200, "it was edited since pdsync wrote it"),
    Unmanaged(
        "integrations[Two]",
        None,
        "prune is 'report'; apply this plan with prune 'owned' to remove it: later plans do not name it",
    ),
)
ITEM = ChildChange(
    "integrations", ChildOperation.REMOVE, "One", "One", {"name": "One"}, "P2", origin=Origin.OURS, is_dropped=True
)
SHOP = Change(
    "service/shop", "service", Operation.UPDATE, "Shop", id="P1", source="shop.yaml:3",
    deltas=(Delta("auto_resolve_timeout", 600, None, Origin.OURS, is_reset=True),),
    children=(ITEM,), unmanaged=LEFT,
)  # fmt: skip
PLAN = Plan("acme", "acme", "d", (SHOP,))
SAID = (
    "auto_resolve_timeout: 10m -> (none)  (default; no longer in the manifest)",
    "integrations One  (no longer in the manifest)",
    "note: acknowledgement_timeout is no longer managed and stays at 20m: it was edited since pdsync wrote it",
    "note: integrations[Two] is no longer managed and stays: prune is 'report'; apply this plan with prune 'owned' to remove it: later plans do not name it",
)


def test_every_form_of_a_plan_says_it() -> None:
    page = html.unescape(re.sub("<[^>]+>", "", render_plan_page(PLAN, None)))
    for text in (render_plan_text(PLAN), render_plan_markdown(PLAN), render_plan_annotations(PLAN, {}), page):
        for said in SAID:
            assert said in text
    (change,) = json.loads(render_plan_json(PLAN))["changes"]
    assert change["deltas"][0]["is_reset"] is True
    assert change["children"][0]["is_dropped"] is True
    assert [(left["path"], left["live"]) for left in change["unmanaged"]] == [
        ("acknowledgement_timeout", 1200),
        ("integrations[Two]", None),
    ]


def test_every_form_of_drift_says_it() -> None:
    drift = compute_drift(PLAN)
    assert [moved.origin for moved in drift.moved] == [Origin.OURS]
    assert "auto_resolve_timeout: live 10m, default (none)" in render_drift_text(drift)
    assert "auto_resolve_timeout: live 10m, default (none)" in render_drift_junit(drift)
    assert "+   default   (none)" in render_drift_markdown(drift)
    for text in (render_drift_text(drift), render_drift_markdown(drift)):
        for said in SAID[2:]:
            assert f"service/shop: {said.removeprefix('note: ')}" in text
    left = drift.to_json()["unmanaged"]
    assert [(it["address"], it["path"]) for it in left] == [("service/shop", it.path) for it in LEFT]


def test_what_is_only_named_is_no_drift_and_no_change_is_still_a_plan() -> None:
    only = Plan(
        "acme", "acme", "d", (Change("service/shop", "service", Operation.UPDATE, "Shop", id="P1", unmanaged=LEFT),)
    )
    assert "No changes" not in render_plan_text(only)
    drift = compute_drift(only)
    assert not drift.moved
    assert "is no longer managed" in render_drift_text(drift)
