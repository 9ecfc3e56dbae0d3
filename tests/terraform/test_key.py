"""Keys are the names of resources where those name one object, and made of PagerDuty's names elsewhere."""

from __future__ import annotations

import pytest

from tests.terraform.given import imported, manifests
from tests.terraform.provider import TfResource


def team(name: str, identity: str, label: str, index: str | int | None = None, module: str = "") -> TfResource:
    return TfResource("pagerduty_team", label, {"id": identity, "name": name}, module, index)


@pytest.mark.parametrize(
    ("label", "index", "key"),
    [
        ("checkout_api", None, "checkout_api"),
        ("Checkout-2", None, "Checkout-2"),
        ("teams", "payments.eu", "payments.eu"),
        ("this", None, "the-name"),
        ("team", None, "the-name"),
        ("Teams", None, "the-name"),
        ("x", 3, "the-name"),
        ("x", "ann@example.com", "the-name"),
        ("x", "42", "the-name"),
        ("_hidden", None, "the-name"),
        ("n" * 61, None, "the-name"),
    ],
)
def test_a_name_that_tells_the_object_is_its_key(label: str, index: str | int | None, key: str) -> None:
    assert list(manifests(imported([team("The name", "PTEAM01", label, index)]))) == [f"Team/{key}"]


def test_a_name_that_two_resources_have_is_the_key_of_neither() -> None:
    same = [team("One", "PTEAM01", "ops", module="module.a"), team("Two", "PTEAM02", "Ops", module="module.b")]
    assert set(manifests(imported(same))) == {"Team/one", "Team/two"}


def test_a_key_of_a_resource_goes_before_one_that_is_made_of_a_name() -> None:
    named = [team("Payments", "PTEAM01", "this"), team("Money", "PTEAM02", "payments")]
    made = manifests(imported(named))
    assert {key: it["metadata"]["id"] for key, it in made.items()} == {
        "Team/payments": "PTEAM02",
        "Team/payments-2": "PTEAM01",
    }


def test_an_ownership_line_that_is_there_already_goes_first() -> None:
    resource = TfResource(
        "pagerduty_team",
        "other",
        {"id": "PTEAM01", "name": "A", "description": "x\nManaged by pdsync: test/team/known"},
    )
    assert list(manifests(imported([resource]))) == ["Team/known"]
