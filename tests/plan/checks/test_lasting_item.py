"""Child items that the API cannot create."""

from __future__ import annotations

from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.lasting_item import LastingItems
from tests.plan.checks.judge import judge
from tests.plan.test_order import account
from tests.support.world import user

PHONE = {"type": "push_notification_contact_method", "address": "abc"}
MAIL = {"type": "email_contact_method", "address": "ana@work.example"}


def test_a_phone_registers_itself() -> None:
    assert judge(LastingItems(), account(), user("ana", contact_methods=[PHONE, MAIL])) == [
        Blocker(
            "user/ana",
            "contact_methods 'push_notification_contact_method abc' cannot be created through the API: "
            "the person's phone registers itself",
        )
    ]
