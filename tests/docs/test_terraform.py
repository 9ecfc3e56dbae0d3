"""The page on Terraform has a place for every type of its provider, and so has the command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdsync.kinds import BY_SLUG
from pdsync.terraform.catalog import CLAIMS, ITEMS, JOINED, OBJECTS, UNKNOWN, advice_for

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/coming-from-terraform.md").read_text(encoding="utf-8")
TABLES = PAGE.split("## Resource by resource")[1].split("## By hand")[0]
MANAGED, LATER, ENDED = (
    set(re.findall(r"`(pagerduty_[a-z0-9_]+)`", part))
    for part in re.split(r"These resources stay with Terraform|PagerDuty has retired these", TABLES)
)
RESOURCES = 51
"""How many resources the provider 3.32.4 has."""


def test_the_page_has_each_resource_of_the_provider_once() -> None:
    # The alert grouping of a service is a field of it too, so its setting is told apart.
    assert not MANAGED & LATER
    assert not MANAGED & ENDED
    assert not LATER & ENDED
    assert len(MANAGED | LATER | ENDED) == RESOURCES


def test_the_command_manages_what_the_page_says() -> None:
    assert OBJECTS.keys() | ITEMS.keys() | JOINED == MANAGED
    assert CLAIMS.keys() <= LATER


@pytest.mark.parametrize(
    ("names", "says"),
    [(LATER, "a later version of pdsync"), (ENDED, "PagerDuty"), (JOINED, "remove it from the Terraform state")],
)
def test_the_command_says_of_the_others_what_to_do(names: set[str], says: str) -> None:
    for name in names:
        assert says in advice_for(name), name
    assert advice_for("pagerduty_from_the_future") == UNKNOWN


def test_every_type_leads_to_a_kind_and_its_fields_and_lists() -> None:
    for declared in OBJECTS.values():
        kind = BY_SLUG[declared.kind]
        assert {attribute.field for attribute in declared.attributes.values()} <= kind.fields_by_name.keys()
    lists = {child.name for kind in BY_SLUG.values() for child in kind.children}
    assert {item.list_name for item in ITEMS.values()} <= lists
    for claim in CLAIMS.values():
        assert BY_SLUG[claim.kind].field(claim.field)
