"""Addresses of email integrations: PagerDuty accepts only those of the account's own domain. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.change import ChildOperation
from pdsync.plan.checks.check import Check, Finding, PlanContext
from pdsync.plan.pairing.match import PlanProblem


class EmailDomains(Check):
    """Finds addresses of another account's domain."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        subdomain = context.account.subdomain.casefold()
        for pair, change in context.drafted if subdomain else ():
            for child in change.children:
                declared = pair.kind.child(child.list_name)
                if declared is None or not declared.address_member or child.operation is ChildOperation.REMOVE:
                    continue
                address = str(child.values.get(declared.address_member) or "")
                account = address.rpartition("@")[2].partition(".")[0].casefold()
                if address and account != subdomain:
                    message = (
                        f"{child.list_name} {child.label}: {declared.address_member} {address!r} belongs to another account: "
                        f"addresses of this account end in @{subdomain}.pagerduty.com"
                    )
                    source = str(pair.resource.positions.get(child.list_name, pair.resource.source))
                    yield PlanProblem(change.address, source, message, "Correct the address.")
