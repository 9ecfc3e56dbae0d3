"""Addresses: their text, their order, and what people may write."""

from __future__ import annotations

from itertools import product

import pytest

from pdsync.kinds import KINDS
from pdsync.model import Ref
from pdsync.model.address import (
    Address,
    AddressError,
    interim_of,
    read_address,
    render_address,
    render_unmanaged,
    without_interim,
)


def test_a_text_is_read_back() -> None:
    address = Address("escalation_policy", "payments.eu-1")
    assert str(address) == render_address(*address) == "escalation_policy/payments.eu-1"
    assert Address.parse(str(address)) == address
    assert Ref.of_address(str(address)) == Ref("escalation_policy", "key", "payments.eu-1")
    assert Ref.of_address(str(address)).address == str(address)


def test_addresses_order_as_their_texts() -> None:
    kinds, keys = ("service", "service_group", "team", "user"), ("A", "a", "a-b", "a.b", "b", "1")
    addresses = [Address(kind, key) for kind, key in product(kinds, keys)]
    assert [str(address) for address in sorted(addresses)] == sorted(map(str, addresses))


def test_an_interim_address_leads_back_to_its_object() -> None:
    interim = interim_of("service/checkout")
    assert interim != "service/checkout"
    assert without_interim(interim) == without_interim("service/checkout") == "service/checkout"


def test_an_object_without_a_manifest_has_its_id_in_brackets() -> None:
    assert render_unmanaged("service", "P1") == "service[P1]"


@pytest.mark.parametrize("text", ["EscalationPolicy/a/b", "escalation_policy/a/b"])
def test_people_may_write_the_name_of_the_kind_or_its_slug(text: str) -> None:
    assert read_address(text, KINDS) == Address("escalation_policy", "a/b")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("checkout", f"Kinds: {', '.join(KINDS.by_slug)}."),
        ("service/", f"Kinds: {', '.join(KINDS.by_slug)}."),
        ("servce/checkout", "Did you mean 'Service'?"),
        ("/checkout", f"Kinds: {', '.join(KINDS.by_slug)}."),
    ],
)
def test_what_names_no_address_is_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(AddressError, match=r"^write KIND/NAME, such as service/checkout-api$") as refused:
        read_address(text, KINDS)
    assert refused.value.hint == hint
