"""Where an event comes in, by what a person says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pdsync.model import Ref
from pdsync.oncall.roster import Entry, Roster
from pdsync.routing.entrance import Entrance, EntranceError, find_entrance
from tests.routing.company import CHECKOUT, ORDERS, PROD, company

TEST = Ref("event_orchestration", "id", "b02e973d")


def several() -> Roster:
    """Two orchestrations and two services, with their integrations."""
    roster = company()
    entries = dict(roster.entries)
    entries[PROD] = replace(entries[PROD], children={"integrations": [{"label": "Prometheus"}, {"label": "Other"}]})
    entries[TEST] = Entry({"name": "Test"}, {"integrations": [{"label": "Prometheus"}]})
    entries[ORDERS] = replace(entries[ORDERS], children={"integrations": [{"name": "Datadog"}]})
    return replace(roster, entries=entries)


@pytest.mark.parametrize(
    ("entrance", "start"),
    [
        (Entrance("prod"), PROD),
        (Entrance("Production"), PROD),
        (Entrance("B02E973D"), TEST),
        (Entrance(integration="Other"), PROD),
        (Entrance(integration="prod/prometheus"), PROD),
        (Entrance(integration="Test/Prometheus"), TEST),
        (Entrance(integration="Datadog"), ORDERS),
        (Entrance(integration="Orders/Datadog"), ORDERS),
    ],
)
def test_found(entrance: Entrance, start: Ref) -> None:
    documents = find_entrance(several(), entrance)
    assert (documents.orchestration or documents.service) == start


@pytest.mark.parametrize(
    ("entrance", "message", "hint"),
    [
        (Entrance(), "there are 2 event orchestrations", "Name one: --orchestration prod, Test."),
        (Entrance("prods"), "no event orchestration is called 'prods'", "Did you mean 'prod'?"),
        (
            Entrance(integration="Prometheus"),
            "2 integrations are called 'Prometheus'",
            "Name one: Production/Prometheus",
        ),
        (Entrance(integration="Datadg"), "no integration is called 'Datadg'", "Did you mean 'Datadog'?"),
    ],
)
def test_not_found(entrance: Entrance, message: str, hint: str) -> None:
    with pytest.raises(EntranceError) as caught:
        find_entrance(several(), entrance)
    assert caught.value.message == message
    assert hint in caught.value.hint


def test_the_only_orchestration_needs_no_name() -> None:
    assert find_entrance(company(), Entrance()).orchestration == PROD


def test_without_any_there_is_a_way_for_services() -> None:
    entries = {ref: entry for ref, entry in company().entries.items() if ref != PROD}
    with pytest.raises(EntranceError, match="there is no event orchestration") as caught:
        find_entrance(Roster(entries), Entrance())
    assert caught.value.is_missing
    assert CHECKOUT in entries
