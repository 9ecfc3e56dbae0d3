from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.account import Account


@pytest.fixture
def account() -> Iterator[Account]:
    """An empty account: nobody but the owner."""
    with Account() as it:
        yield it
