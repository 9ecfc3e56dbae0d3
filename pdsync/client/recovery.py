"""What to do when the answer to a write is lost: look for what it did, and never send a POST again blindly."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pdsync.client.errors import AmbiguousWriteError, DuplicateError, Error, HttpServerError, NetworkError

__all__ = ["LOOK_WAITS_S", "Look", "Recovery"]

LOOK_WAITS_S = (0.0, 1.0, 3.0)
"""Waits before each look, in seconds. Together longer than PagerDuty's listings are known to lag behind a write."""

_ATTEMPTS = 2

Look: TypeAlias = Callable[[int], Mapping[str, Any] | None]
"""Looks for what a write did. It is given the number of the look, from 0, and returns None where it finds nothing.

A first look may ask a search index, which is cheap and may lag; later ones had better read the whole collection. A look
raises DuplicateError where it finds more than one, and that ends the search.
"""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How a lost answer is made good: who looks, and when.

    Args:
        look: see `Look`.
        waits_s: the wait before each look; there are as many looks as waits.
        sleep: waits.
    """

    look: Look
    waits_s: Sequence[float] = LOOK_WAITS_S
    sleep: Callable[[float], None] = time.sleep

    def post(self, send: Callable[[], Any]) -> dict[str, Any]:
        """Sends a POST, and gives the object that it made.

        Where the answer is lost or a server error, the object is looked for. Only where no look finds it the POST is sent a
        second time, and never a third. An answer that names no object leads to a look too, but to no second POST: the first
        one was carried out.

        Raises:
            AmbiguousWriteError: the outcome is unknown: a look failed, or nothing is found after the second POST, or after
                an answer without an id.
            HttpError: the API refused; nothing was made. DuplicateError, and whatever else `look` raises.
        """
        lost: AmbiguousWriteError | HttpServerError | None = None
        for _ in range(_ATTEMPTS):
            try:
                answer = send()
            except (AmbiguousWriteError, HttpServerError) as error:
                lost = error
                found = self.find(error)
                if found is not None:
                    return found
                # It was looked for as long as listings lag: most likely the API never carried out this POST.
            else:
                return self._made(answer)
        raise _unknown(f"{lost}; pdsync looked for it and did not find it", lost) from lost

    def confirm(self, send: Callable[[], object]) -> None:
        """Sends a write that may be repeated. Where its answer is lost the looks decide whether it was done.

        Raises:
            NetworkError, HttpServerError, and AmbiguousWriteError of a POST: the answer was lost and no look finds it done. It is
                the error that `send` raised.
            AmbiguousWriteError: a look failed. HttpError: the API refused.
        """
        try:
            send()
        except (AmbiguousWriteError, NetworkError, HttpServerError) as lost:
            if self.find(lost) is None:
                raise

    def find(self, lost: Error | None = None) -> dict[str, Any] | None:
        """What the write did, or None where no look finds anything. `lost` is the error that makes looking necessary, if any.

        A look that fails is not an answer. As long as another one follows it is passed over.

        Raises:
            AmbiguousWriteError: the last look failed. DuplicateError, and errors of `look` that are not the client's.
        """
        for number, wait_s in enumerate(self.waits_s):
            if wait_s:
                self.sleep(wait_s)
            try:
                found = self.look(number)
            except DuplicateError:
                raise
            except Error as error:
                if number + 1 < len(self.waits_s):
                    continue
                why = lost or "the answer to a POST has no id"
                raise _unknown(f"{why}; looking for the result failed: {error}", lost) from error
            if found is not None:
                return dict(found)
        return None

    def _made(self, answer: Any) -> dict[str, Any]:
        """The object that the answer to a POST holds, or else the one that a look finds."""
        if isinstance(answer, dict) and answer.get("id"):
            return answer
        found = self.find(None)
        if found is None:
            raise _unknown("the answer to a POST has no id, and the object cannot be found", None)
        return found


def _unknown(message: str, lost: Error | None) -> AmbiguousWriteError:
    """The error to raise. It names the request whose outcome is unknown, as far as that is known."""
    response = lost.response if lost is not None else None
    method, url = "POST" if lost is None else "", ""
    if isinstance(lost, AmbiguousWriteError):
        method, url = lost.method, lost.url
    elif response is not None and response.request is not None:
        method, url = response.request.method or method, response.request.url or url
    return AmbiguousWriteError(message, method=method, url=url, response=response)
