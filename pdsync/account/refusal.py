"""What PagerDuty refuses to show: a kind that the account's plan lacks, or that the token may not read."""

from __future__ import annotations

from pdsync.client import HttpError

REFUSED = (402, 403, 404)
"""What PagerDuty answers for a collection that the account's plan does not have, or the token may not read."""


class UnknownKindError(Exception):
    """The account's plan or the token does not let pdsync read a kind. The text says what PagerDuty answered."""

    def __init__(self, error: HttpError) -> None:
        said = "; ".join((error.message, *error.errors))
        super().__init__(f"PagerDuty answered HTTP {error.status}{f': {said}' if said else ''}".rstrip("."))
        self.error = error
