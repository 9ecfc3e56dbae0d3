"""PagerDuty takes each address of an email integration once."""

from __future__ import annotations

import pytest

from pdsync.client import RestApiV2Client
from pdsync.plan import Operation
from tests.support.world import converge, plan_for, policy, service, user

COMPANY = [user("ana"), policy("p", {"user": "ana"})]


def mail(name: str, address: str) -> dict[str, str]:
    return {
        "name": name,
        "type": "generic_email_inbound_integration",
        "integration_email": f"{address}@pdsync-sandbox.pagerduty.com",
    }


@pytest.mark.parametrize("address", ["in", "IN"])
def test_an_address_that_another_service_has(client: RestApiV2Client, address: str) -> None:
    old = service("old", "p", integrations=[mail("Mail", "in")])
    converge(client, [*COMPANY, old])
    plan = plan_for(client, [*COMPANY, old, service("new", "p", integrations=[mail("Mail", address)])])
    (change,) = plan.changes
    (blocker,) = change.blockers
    assert "'in@pdsync-sandbox.pagerduty.com' is used by" in blocker
    assert "of 'old'" in blocker


def test_an_item_keeps_its_own_address(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, service("old", "p", integrations=[mail("Mail", "in")])])
    more = service("old", "p", integrations=[mail("Mail", "in"), mail("More", "more")], status="disabled")
    plan = plan_for(client, [*COMPANY, more])
    (change,) = plan.changes
    assert (change.operation, list(change.blockers)) == (Operation.UPDATE, [])
