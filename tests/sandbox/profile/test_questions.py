from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.probe import NOT_ASKED
from pdsync.sandbox.profile import QUESTIONS
from tests.sandbox.account import NOON, Account
from tests.sandbox.profile.observer import OBSERVERS

READINGS = [(name, reading) for name in OBSERVERS for reading in QUESTIONS[name].readings]


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Account, object]]:
    with Account() as account:
        yield account, account.server.control.state()


@pytest.mark.parametrize(("question", "reading"), READINGS)
def test_a_client_sees_each_reading(shared: tuple[Account, object], question: str, reading: str) -> None:
    account, empty = shared
    account.server.control.restore(empty)
    account.clock.moment = NOON
    account.server.control.set_account({"account": 1, "readings": {question: reading}})
    assert OBSERVERS[question](account) == reading


def test_every_question_without_a_probe_has_an_observer() -> None:
    assert set(OBSERVERS) == set(NOT_ASKED)
