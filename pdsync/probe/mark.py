"""Mark: how an object that a probe made is recognised, by this run and by every later one.

A name begins with the prefix and the run, and the text next to it says who made it. Both must be there: a name alone could be
chosen by a person.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

PREFIX = "pdsync-probe-"
MARKER = "Made by pdsync verify-account. It can be deleted."
ADDRESS_DOMAIN = "example.com"
"""RFC 2606 reserves it for examples, and it takes no mail: an invitation to such an address reaches no person."""
_RUN_LENGTH = 10
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_NAME = re.compile(rf"{PREFIX}[{_LETTERS}]{{{_RUN_LENGTH}}} \S")
_LOCAL_PART = rf"{PREFIX}[{_LETTERS}]{{{_RUN_LENGTH}}}-[a-z0-9-]+"
_ADDRESS = re.compile(rf"{_LOCAL_PART}@({re.escape(ADDRESS_DOMAIN)}|[a-z0-9-]+\.pagerduty\.com)")
"""PagerDuty's own domains take mail for email integrations only."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one run."""

    run: str

    @classmethod
    def random(cls) -> Mark:
        """A mark that no other run has."""
        return cls("".join(secrets.choice(_LETTERS) for _ in range(_RUN_LENGTH)))

    def name(self, what: str) -> str:
        """A name for an object that has its marker elsewhere."""
        return f"{PREFIX}{self.run} {what}"

    def label(self, what: str) -> str:
        """A name for an object that has no other text, so it holds the marker too."""
        return f"{PREFIX}{self.run} {what}. {MARKER}"

    def address(self, what: str) -> str:
        """An address that no person reads."""
        return f"{PREFIX}{self.run}-{what}@{ADDRESS_DOMAIN}"


def is_marked(name: object, text: object, run: str | None = None) -> bool:
    """Whether a probe made an object of this name, with this text next to it: a probe of this run, or of any where `run` is None."""
    if not isinstance(name, str) or _NAME.match(name) is None or not isinstance(text, str) or MARKER not in text:
        return False
    return run is None or name.startswith(f"{PREFIX}{run} ")


def is_own_address(address: str) -> bool:
    """Whether it is an address that a probe of any run made up, so no person reads it."""
    return _ADDRESS.fullmatch(address) is not None
