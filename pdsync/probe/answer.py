"""Answer: what PagerDuty answered to a probe. Finding: what it says about the question, without the words of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from requests import Response

from pdsync.client import AmbiguousWriteError, HttpError, HttpServerError

PLAN_LACKS = "the account's plan lacks it"
MAY_NOT = "the key may not ask this, or the account's plan lacks it"
FITS_NONE = "the answer fits no reading"
_PAYMENT_REQUIRED, _FORBIDDEN = 402, 403


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found. It holds no text of the answer, so it can be shown to anyone."""

    reading: str | None
    """One of the question's readings; None: unknown."""
    reason: str = ""
    """Why it is unknown: a sentence of the probe's own."""
    status: int | None = None
    """The HTTP status of the answer that decided it."""
    code: int | None = None
    """PagerDuty's own code of a refusal."""


class Unasked(Exception):  # noqa: N818 (it is an outcome: the question stays open)
    """A question cannot be asked of this account. `finding` says why."""

    def __init__(self, reason: str, answer: Answer | None = None) -> None:
        super().__init__(reason)
        self.finding = answer.unclear(reason) if answer is not None else Finding(None, reason)


ODD_ANSWER = (KeyError, TypeError, IndexError, AttributeError, ValueError)
"""What reading an answer of another form than expected raises."""
NO_ANSWER = (Unasked, AmbiguousWriteError, HttpServerError, *ODD_ANSWER)
"""What leaves one question open, and does not end the run."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whatever its status. `body` is what its wrapper holds; of a refusal it is the whole document."""

    status: int
    code: int | None
    body: Any

    @classmethod
    def of(cls, response: Response, wrapper: str | None) -> Answer:
        """Reads a response. A body that is not JSON counts as none."""
        try:
            body = response.json() if response.content else None
        except (ValueError, RecursionError):
            body = None
        if not 200 <= response.status_code < 300:
            return cls(response.status_code, HttpError("", response).code, body)
        if wrapper is not None and isinstance(body, dict):
            body = body.get(wrapper)
        return cls(response.status_code, None, body)

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    def means(self, reading: str) -> Finding:
        """The answer decides the question."""
        return Finding(reading, status=self.status, code=self.code)

    def by_status(self, readings: Mapping[int, str]) -> Finding:
        """The status alone decides the question. A status that has no reading leaves it open."""
        reading = readings.get(self.status)
        return self.means(reading) if reading is not None else self.unclear()

    def among(self, readings: Mapping[Any, str], seen: object) -> Finding:
        """A value of the answer decides the question. A value without a reading leaves it open."""
        reading = readings.get(seen)
        return self.means(reading) if reading is not None else self.unclear()

    def unclear(self, reason: str = "") -> Finding:
        """The answer leaves the question open."""
        if self.status == _PAYMENT_REQUIRED:
            reason = PLAN_LACKS
        elif self.status == _FORBIDDEN:
            reason = MAY_NOT
        return Finding(None, reason or FITS_NONE, self.status, self.code)
