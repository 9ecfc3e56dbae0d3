"""Text that is safe to show: shortened, without control characters, without secrets."""

from pdsync.client.defaults import DEFAULTS

__all__ = ["last_4", "printable", "truncate_text"]

# Below this length four characters would be half of the secret or more. Real keys have 20 or 32.
_SHOWABLE_LENGTH = 8


def last_4(secret: str) -> str:
    """An abbreviation of a secret for display: ``*`` and its last four characters."""
    return "*" + secret[-4:] if len(secret) >= _SHOWABLE_LENGTH else "*"


def truncate_text(text: str) -> str:
    """The text, cut to ``TEXT_LEN_LIMIT`` characters with an ellipsis where it is longer."""
    limit = DEFAULTS.text_len_limit
    if len(text) <= limit:
        return text
    return text[: limit - 3] + "..." if limit > 3 else text[:limit]


def printable(text: str) -> str:
    """The text with control characters escaped, so that API content cannot steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
