"""What users would have been sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import Account, ref
from tests.sandbox.paging.fire import Fire, advance

DAY = "since=2026-03-02&until=2026-03-03"


class Sent:
    """The first user of a fire has an email at once, and a phone call after five minutes, and the time is a minute later."""

    def __init__(self, account: Account) -> None:
        self.account, self.fire = account, Fire(account)
        user = f"/users/{self.fire.first['id']}"
        phone = {"type": "phone_contact_method", "label": "Phone", "address": "5551234", "country_code": 44}
        method = account.post(f"{user}/contact_methods", "contact_method", phone)
        rule = {"type": "assignment_notification_rule", "start_delay_in_minutes": 5, "urgency": "high"}
        account.post(f"{user}/notification_rules", "notification_rule", {**rule, "contact_method": ref(method)})
        advance(account, 6)

    def rows(self, query: str = DAY) -> list[Any]:
        return list(self.account.get(f"/notifications?{query}")["notifications"])


@pytest.fixture(scope="module")
def sent() -> Iterator[Sent]:
    with Account() as account:
        yield Sent(account)


def test_each_shows_when_and_where_to(sent: Sent) -> None:
    phone, email = sent.rows()
    assert (phone["type"], phone["address"], phone["started_at"]) == (
        "phone_notification",
        "+445551234",
        "2026-03-02T12:05:07Z",
    )
    assert (email["type"], email["address"]) == ("email_notification", sent.fire.first["email"])
    assert phone["user"]["id"] == email["user"]["id"] == sent.fire.first["id"]
    assert sent.rows() == [phone, email]  # ids as well


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("filter=email_notification", ["email_notification"]),
        ("filter=sms_notification", []),
        ("limit=1", ["phone_notification"]),
        ("limit=1&offset=1", ["email_notification"]),
    ],
)
def test_the_list_is_filtered_and_paged(sent: Sent, query: str, kinds: list[str]) -> None:
    assert [it["type"] for it in sent.rows(f"{DAY}&{query}")] == kinds


def test_the_period_bounds_the_moment_of_sending(sent: Sent) -> None:
    assert [it["type"] for it in sent.rows("since=2026-03-02T12:05:07Z&until=2026-03-03")] == ["phone_notification"]
    assert sent.rows("since=2026-03-02&until=2026-03-02T12:00:07Z") == []
    [row, *_] = sent.rows(f"{DAY}&time_zone=Asia/Tokyo&include[]=users")
    assert (row["started_at"], row["user"]["email"]) == ("2026-03-02T21:05:07+09:00", sent.fire.first["email"])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "since=2026-03-02",
        "since=2026-03-02&until=2026-03-02",
        "since=2026-01-01&until=2026-05-01",
        f"{DAY}&filter=carrier_pigeon",
        f"{DAY}&time_zone=Nowhere",
        f"{DAY}&limit=x",
    ],
)
def test_what_cannot_be_asked_is_refused(sent: Sent, query: str) -> None:
    sent.account.refused("GET", f"/notifications?{query}")
