"""The products that integrations are made for."""

from __future__ import annotations

from pdsync.sandbox.api.vendor import VENDORS, vendor_routes
from tests.sandbox.account import Account


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(vendor_routes())


def test_vendors_are_found_by_name_whatever_the_case(account: Account) -> None:
    [found] = account.get("/vendors?query=dataDOG")["vendors"]
    assert (found["name"], VENDORS[found["id"]].name) == ("Datadog", "Datadog")
    [email] = [it for it in account.get("/vendors?query=email")["vendors"] if it["name"] == "Email"]
    assert email["generic_service_type"] == "email"
    assert account.get(f"/vendors/{found['id']}")["vendor"] == found
