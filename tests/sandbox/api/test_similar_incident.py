"""Past incidents of a service, and how often there was one of a kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox.api.similar_incident import similar_incident_routes
from tests.sandbox.account import Account


class Past:
    """Twenty incidents on one service, an hour apart: one of a full disk, the rest of a slow page. Then two more."""

    def __init__(self, account: Account) -> None:
        self.account, self.service = account, account.service()
        self.disk = self.incident("Disk of db7 is full")
        for _ in range(19):
            account.clock.forward(hours=1)
            self.incident("Page is slow")
        account.incident(title="Disk of db1 is full")  # of another service
        self.disk_again, self.slow = self.incident("Disk of db12 is full"), self.incident("Page is slow")
        self.new = self.incident("Cat is hungry")

    def incident(self, title: str) -> Any:
        return self.account.incident(self.service, title=title)

    def outlier(self, incident: Any, query: str = "") -> Any:
        return self.account.get(f"/incidents/{incident['id']}/outlier_incident{query}")["outlier_incident"]

    def past(self, incident: Any, query: str = "") -> Any:
        return self.account.get(f"/incidents/{incident['id']}/past_incidents{query}")


@pytest.fixture(scope="module")
def past() -> Iterator[Past]:
    with Account() as account:
        yield Past(account)


def test_the_most_similar_comes_first(past: Past) -> None:
    found = past.past(past.disk_again)
    [first, *others] = found["past_incidents"]
    assert (first["incident"]["id"], first["score"]) == (past.disk["id"], 100)
    assert set(first["incident"]) == {"id", "created_at", "self", "title"}
    assert [it["score"] for it in others] == sorted((it["score"] for it in others), reverse=True)
    assert all(it["score"] < 100 for it in others)
    assert (len(others), found["limit"], found["total"]) == (4, 5, None)
    found = past.past(past.disk_again, "?limit=999&total=true")
    assert (len(found["past_incidents"]), found["total"], found["limit"]) == (20, 20, 999)
    assert past.past(past.disk)["past_incidents"] == []


@pytest.mark.parametrize("limit", ["0", "1000", "x", "-1", ""])
def test_a_limit_out_of_bounds_is_refused(past: Past, limit: str) -> None:
    past.account.refused("GET", f"/incidents/{past.disk['id']}/past_incidents?limit={limit}")


def test_the_category_says_how_often_there_was_one_like_it(past: Past) -> None:
    kinds = [past.outlier(it)["incident"]["occurrence"] for it in (past.disk_again, past.slow, past.new)]
    assert [(it["count"], it["category"]) for it in kinds] == [(1, "rare"), (19, "frequent"), (0, "anomaly")]
    assert kinds[0]["frequency"] == 0.05
    assert kinds[0]["since"] == "2026-02-01T07:00:07Z"
    late = past.outlier(past.slow, "?since=2026-03-03T06:30:00Z")["incident"]["occurrence"]
    assert (late["count"], late["frequency"]) == (1, 0.5)


def test_titles_that_differ_in_numbers_have_one_template(past: Past) -> None:
    one, other, third = (past.outlier(it)["incident_template"] for it in (past.disk, past.disk_again, past.slow))
    assert one == other
    assert (one["mined_text"], one["cluster_id"]) == ("Disk of <*> is full", third["cluster_id"])
    assert one["id"] != third["id"]
    whole = past.outlier(past.disk, "?additional_details[]=incident")["incident"]
    assert (whole["status"], whole["occurrence"]["count"]) == ("triggered", 0)


def test_unknown_ids_are_not_found(past: Past) -> None:
    past.account.check_unknown_ids(similar_incident_routes())
