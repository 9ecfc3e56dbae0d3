"""Lost answers: what the looks find decides, and what no look can tell is an error."""

from collections.abc import Mapping
from typing import Any

import pytest

from pdsync.client import AmbiguousWriteError, DuplicateError, HttpServerError, NetworkError
from pdsync.client.recovery import LOOK_WAITS_S, Recovery

from .transport import VirtualTime, answer

TEAM = {"id": "PT", "name": "x"}


class Looks:
    """What each look finds in turn; an exception is raised. It remembers the numbers that it is given."""

    def __init__(self, *results: Mapping[str, Any] | BaseException | None) -> None:
        self.numbers: list[int] = []
        self._results = iter(results)

    def __call__(self, number: int) -> Mapping[str, Any] | None:
        self.numbers.append(number)
        result = next(self._results)
        if isinstance(result, BaseException):
            raise result
        return result


@pytest.mark.parametrize("lost", [NetworkError("gone"), HttpServerError("no", answer(500))])
def test_a_write_that_may_be_repeated_is_confirmed_by_a_look(virtual_time: VirtualTime, lost: Exception) -> None:
    def send() -> None:
        raise lost

    done = Looks(None, TEAM)
    Recovery(done, sleep=virtual_time.sleep).confirm(send)
    assert done.numbers == [0, 1]
    with pytest.raises(type(lost)):
        Recovery(Looks(None, None, None), sleep=virtual_time.sleep).confirm(send)
    with pytest.raises(AmbiguousWriteError):
        Recovery(Looks(NetworkError("down")), waits_s=(0,)).confirm(send)


def test_a_confirmed_write_needs_no_look() -> None:
    looks, sent = Looks(), []
    Recovery(looks).confirm(lambda: sent.append(1))
    assert (looks.numbers, sent) == ([], [1])


def test_there_are_as_many_looks_as_waits(virtual_time: VirtualTime) -> None:
    looks = Looks(None, None, None)
    assert Recovery(looks, sleep=virtual_time.sleep).find() is None
    assert looks.numbers == [0, 1, 2]
    assert virtual_time.sleeps == [wait_s for wait_s in LOOK_WAITS_S if wait_s]


def test_more_than_one_is_told_at_once(virtual_time: VirtualTime) -> None:
    looks = Looks(DuplicateError("two", [{"id": "P1"}, {"id": "P2"}]))
    with pytest.raises(DuplicateError, match="P1, P2"):
        Recovery(looks, sleep=virtual_time.sleep).find(NetworkError("gone"))
    assert looks.numbers == [0]
