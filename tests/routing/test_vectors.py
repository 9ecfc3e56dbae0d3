"""Events become what PagerDuty's pages say."""

from __future__ import annotations

import pytest

from tests.support.two_routings import by_pdsync
from tests.support.vectors.event_vector import EventVector, event_vectors


@pytest.mark.parametrize("vector", event_vectors(), ids=str)
def test_events_become_what_the_pages_say(vector: EventVector) -> None:
    vector.check(by_pdsync(vector.case))
