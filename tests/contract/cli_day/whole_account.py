"""Requests of one's own, figures, the log, and the end of the day."""

from __future__ import annotations

import json

from tests.support.pagerduty_cli import PagerDutyCli


def rest(pd: PagerDutyCli) -> None:
    team = pd.row("team", name="Cards")["id"]
    page = json.loads(pd("rest get -e teams -P limit=1").stdout)
    assert (page["limit"], page["more"], len(page["teams"])) == (1, True, 1)
    users = json.loads(pd("rest fetch -e users -P query=iris").stdout)
    assert [it["email"] for it in users] == ["iris@example.com"]
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
    of_ann = pd("user log -E iris@example.com --since yesterday --csv").rows
    assert 0 < len(of_ann) < len(entries)
    pd("user session list -e iris@example.com")


def cleanup(pd: PagerDutyCli) -> None:
    """Deletes ask for a sentence; with another answer nothing is deleted."""
    kinds = {"automation_action": "automation actions", "automation_runner": "automation runners", "tag": "tags"}
    kinds |= {
        "business_service": "business services",
        "service": "services",
        "escalation_policy": "escalation policies",
    }
    for kind, name in {**kinds, "schedule": "schedules"}.items():
        rows = pd.rows(kind)
        command = f"util deleteresource -t {kind} " + " ".join(f"-i {row['id']}" for row in rows)
        pd(command, stdin="no\n")
        assert pd.rows(kind) == rows
        pd(command, stdin=f"Yes, delete {len(rows)} {name}\n")
        assert pd.rows(kind) == []
    pd(
        f"rest delete -e teams/{pd.row('team')['id']}"
    )  # of teams the command asks for a sentence that ends with a blank, which is lost
    pd("user delete -E jon@example.com", stdin="Yes, delete 1 user\n")
    assert pd.rows("user", name="Jon Lane") == []
