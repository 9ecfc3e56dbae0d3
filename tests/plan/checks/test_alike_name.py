"""Labels of tags that differ only in case may be one to PagerDuty."""

from __future__ import annotations

import pytest

from pdsync.client import RestApiV2Client
from tests.support.world import converge, plan_for, team


def test_a_label_whose_case_changes_is_not_added_and_removed_by_one_request(client: RestApiV2Client) -> None:
    converge(client, [team("red", tags=["emea"], tags_mode="exclusive")])
    (change,) = plan_for(client, [team("red", tags=["EMEA"], tags_mode="exclusive")]).changes
    (blocker,) = change.blockers
    assert blocker == (
        "tags EMEA: 'emea' exists, and PagerDuty may treat the two as one. Remove 'emea' in a separate apply first"
    )
    converge(client, [team("red", tags=[], tags_mode="exclusive")])
    converge(client, [team("red", tags=["other"], tags_mode="exclusive")])


def test_two_labels_that_are_added_together_are_noted_once(client: RestApiV2Client) -> None:
    (change,) = plan_for(client, [team("red", tags=["EMEA", "emea", "other"])]).changes
    assert change.notes == (
        "tags EMEA: 'emea' is added too, and PagerDuty may treat the two as one. "
        "If the next plan adds one of them again, remove that one from the manifest",
    )


@pytest.mark.parametrize(("label", "is_noted"), [("EMEA", True), ("emea-2", False)])
def test_a_label_beside_one_that_stays_is_noted(client: RestApiV2Client, label: str, is_noted: bool) -> None:
    converge(client, [team("red", tags=["emea"])])
    (change,) = plan_for(client, [team("red", tags=["emea", label])]).changes
    assert not change.blockers
    assert bool([note for note in change.notes if "'emea'" in note]) is is_noted
