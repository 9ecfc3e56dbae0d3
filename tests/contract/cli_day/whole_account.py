"""Requests of one's own, figures, the log, and the end of the day."""

from __future__ import annotations

import json

from tests.support.pagerduty_cli import PagerDutyCli


def rest(pd: PagerDutyCli) -> None:
    team = pd.row("team", name="Cards")["id"]
    page = json.loads(pd("rest get -e teams -P limit=1").stdout)
    assert (page["limit"], page["more"], len(page["teams"])) == (1, True, 1)
    users = json.loads(pd("rest fetch -e users -P query=ann").stdout)
    assert [it["email"] for it in users] == ["ann@example.com"]
    body = {"team": {"type": "team", "name": "Cards and more"}}
    assert pd.send("put", f"teams/{team}", body)["team"]["id"] == team
    assert pd.row("team", id=team)["name"] == "Cards and more"
    pd(f"rest delete -e teams/{team}")
    assert pd.rows("team", id=team) == []
    assert "404" in pd(f"rest get -e teams/{team}", status=2).stderr


def analytics(pd: PagerDutyCli) -> None:
    """Until an hour from now: what was made in this very second counts as made after it."""
    until = '--until "in 1 hour"'
    assert "Incident count" in pd(f"analytics incident {until}").stdout
    rows = pd(f"analytics incident raw -S Checkout {until} --csv").rows
    assert sorted(row[4] for row in rows) == ["Disk full", "SEV1: All payments fail"]
    by_day = pd(f'analytics incident -g day -t Payments -S Checkout --since "2 days ago" {until} --csv').rows
    assert sum(int(row[11]) for row in by_day) == 1  # the other one was given to a policy without a team


def log(pd: PagerDutyCli) -> None:
    entries = pd('log --since "2 days ago" --csv').rows
    assert {"trigger_log_entry", "acknowledge_log_entry", "resolve_log_entry"} <= {row[1] for row in entries}
    assert len(pd("log -O --csv").rows) < len(entries)
    pd("user session list -e ann@example.com")


def cleanup(pd: PagerDutyCli) -> None:
    for kind, path in (
        ("service", "services"),
        ("escalation_policy", "escalation_policies"),
        ("schedule", "schedules"),
    ):
        for row in pd.rows(kind):
            pd(f"rest delete -e {path}/{row['id']}")
        assert pd.rows(kind) == []
