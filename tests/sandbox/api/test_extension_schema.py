"""The kinds of outbound extensions."""

from __future__ import annotations

from pdsync.sandbox.api.extension_schema import extension_schema_routes
from tests.sandbox.account import Account


def test_extension_schemas(account: Account) -> None:
    found = account.get("/extension_schemas?limit=2&total=true")
    assert (len(found["extension_schemas"]), found["more"], found["total"]) == (2, True, 7)
    one = account.get("/extension_schemas/PJFWPEP")["extension_schema"]
    assert (one["key"], one["summary"]) == ("generic_webhook", "Generic Webhook")
    labels = [it["label"] for it in account.get("/extension_schemas")["extension_schemas"]]
    assert {"Generic Webhook", "Generic V2 Webhook", "ServiceNow (v7)"} <= set(labels)
    account.refused("GET", "/extension_schemas/PNOBODY", status=404)


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(extension_schema_routes())
