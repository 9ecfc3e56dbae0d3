from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.sandbox.profile import QUESTIONS
from tests.sandbox.account import Account
from tests.sandbox.profile.observer import OBSERVERS

READINGS = [(name, reading) for name, question in QUESTIONS.items() for reading in question.readings]


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Account, object]]:
    with Account() as account:
        yield account, account.server.control.state()


@pytest.mark.parametrize(("question", "reading"), READINGS)
def test_a_client_sees_each_reading(shared: tuple[Account, object], question: str, reading: str) -> None:
    account, empty = shared
    account.server.control.restore(empty)
    account.server.control.set_account({"account": 1, "readings": {question: reading}})
    assert OBSERVERS[question](account) == reading


def test_every_question_has_an_observer_and_no_other_has() -> None:
    assert set(OBSERVERS) == set(QUESTIONS)
