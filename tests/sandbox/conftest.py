from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.account import Account
from tests.sandbox.monitor import Monitor
from tests.sandbox.story import Story, tell
from tests.sandbox.world import World


@pytest.fixture
def account() -> Iterator[Account]:
    """An empty account: no one but the owner."""
    with Account() as it:
        yield it


@pytest.fixture
def monitor(account: Account) -> Monitor:
    return Monitor(account)


@pytest.fixture
def world(account: Account) -> World:
    return World(account)


@pytest.fixture(scope="session")
def story() -> Iterator[Story]:
    """Only to be asked about."""
    with Account() as it:
        yield tell(it)
