from __future__ import annotations

import re
from datetime import UTC, datetime

from pdsync.sandbox.store.identifier import new_short_id, new_ulid, new_uuid


def test_ids_have_the_forms_of_pagerduty() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    for made, form in (
        (new_uuid, r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        (lambda: new_ulid(now), r"[0-9A-HJKMNP-TV-Z]{26}"),
        (new_short_id, "[0-9a-f]{8}"),
    ):
        first, second = made(), made()
        assert re.fullmatch(form, first)
        assert first != second


def test_a_later_ulid_sorts_after() -> None:
    first, second = (new_ulid(datetime(2026, 3, day, tzinfo=UTC)) for day in (2, 3))
    assert first < second
    assert first[:10] == new_ulid(datetime(2026, 3, 2, tzinfo=UTC))[:10]
