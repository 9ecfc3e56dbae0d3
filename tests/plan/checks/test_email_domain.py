"""An email integration has an address of the account's own domain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pdsync.plan.checks.email_domain import EmailDomains
from pdsync.plan.pairing.match import PlanProblem
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account
from tests.support.world import policy, service, user

EMAIL = "generic_email_inbound_integration"


@pytest.mark.parametrize(
    ("email", "subdomain", "is_problem"),
    [
        ("a@acme.pagerduty.com", "acme", False),
        ("a@ACME.pagerduty.com", "Acme", False),
        ("a@acme.eu.pagerduty.com", "acme", False),
        ("a@other.pagerduty.com", "acme", True),
        ("a@other.pagerduty.com", "", False),
    ],
)
def test_the_address_is_of_the_account(email: str, subdomain: str, is_problem: bool) -> None:
    live = replace(account(users=[ANA]), subdomain=subdomain)
    mail = {"name": "Mail", "type": EMAIL, "integration_email": email}
    found = judge(
        EmailDomains(), live, user("ana"), policy("p", {"user": "ana"}), service("s", "p", integrations=[mail])
    )
    assert len(found) == int(is_problem)
    for problem in found:
        assert isinstance(problem, PlanProblem)
        assert problem.address == "service/s"
        assert problem.source == "s.yaml:1"
        assert "addresses of this account end in @acme.pagerduty.com" in problem.message
