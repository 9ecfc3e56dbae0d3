"""Token: who is asking, told from the Authorization header. The sandbox takes every token of the right form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pdsync.sandbox.http.problem import unauthorized

# Both forms: PagerDuty API description, securitySchemes (API keys and OAuth).
_HEADER = re.compile(r"(?:Token token=|Bearer )([A-Za-z0-9_+-]{20,})")


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token from /oauth/token may do, and whether it acts for a user or for an app."""

    scopes: frozenset[str]
    acts_for_user: bool
    client_id: str


@dataclass(frozen=True, slots=True)
class Token:
    """A read-only key may only GET; a user token acts as the account's owner; others stand for the account."""

    text: str = field(repr=False)
    grant: Grant | None = None

    @property
    def read_only(self) -> bool:
        return self.text.startswith("readonly")

    @property
    def of_user(self) -> bool:
        return self.grant.acts_for_user if self.grant is not None else self.text.startswith("u+")


NOBODY = Token("")
"""For the paths that need no token."""


def parse_token(header: str | None) -> Token:
    """Raises the 401 for a header that is missing or malformed."""
    found = _HEADER.fullmatch(header or "")
    if found is None:
        raise unauthorized()
    return Token(found[1])
