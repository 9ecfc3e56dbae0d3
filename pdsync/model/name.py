"""Names as PagerDuty tells them apart: case does not count, and neither does how an accent is encoded. And names of things in a sentence."""

from __future__ import annotations

from unicodedata import normalize


def fold_name(name: str) -> str:
    """The form in which two names are compared: Unicode NFC, in any case.

    An editor on macOS may write "é" as two characters where the web application writes one. To people it is the same
    name, so it must not make a second object.
    """
    return name.casefold() if name.isascii() else normalize("NFC", normalize("NFC", name).casefold())


def fold_shown_name(name: str) -> str:
    """The same for a name in which white space does not count either: PagerDuty collapses it in names of people, and lists vendors
    with blanks around theirs (terraform-provider-pagerduty, data source pagerduty_vendor)."""
    return fold_name(" ".join(name.split()))


def with_article(noun: str) -> str:
    """``a team``, ``an escalation policy``, ``an HTML page``."""
    word = noun.partition(" ")[0]
    is_spelled = len(word) > 1 and word.isupper()
    return f"an {noun}" if noun[0] in ("AEFHILMNORSX" if is_spelled else "aeioAEIO") else f"a {noun}"
