"""Text that is safe to show: shortened, without control characters, without secrets."""

__all__ = ["TEXT_LEN_LIMIT", "last_4", "truncate_text"]

TEXT_LEN_LIMIT = 100
"""The longest piece of API content, in characters, that an error message quotes."""

# Below this length four characters would be half of the secret or more. Real keys have 20 or 32.
_SHOWABLE_LENGTH = 8


def last_4(secret: str) -> str:
    """An abbreviation of a secret for display: ``*`` and its last four characters."""
    return "*" + secret[-4:] if len(secret) >= _SHOWABLE_LENGTH else "*"


def truncate_text(text: str) -> str:
    """The text, cut to ``TEXT_LEN_LIMIT`` characters with an ellipsis where it is longer."""
    return text if len(text) <= TEXT_LEN_LIMIT else text[: TEXT_LEN_LIMIT - 3] + "..."


def printable(text: str) -> str:
    """The text with control characters escaped, so that API content cannot steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
