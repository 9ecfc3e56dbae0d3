"""Pattern: regular expressions in the syntax of RE2, which never take long."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def compile_pattern(text: str, flags: str = "") -> Any:
    """Raises ValueError for what RE2 refuses. ``flags`` are letters such as ``ism``; those in the text win over them."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"(?{flags}){text}" if flags else text, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise ValueError(_words(error)) from None


def extract(pattern: str, text: str) -> str | None:
    """What a pattern finds: its groups one after the other, or the whole match where it has none (PagerDuty API description,
    variables and extractions). None where it finds nothing, or is not a pattern."""
    try:
        found = compile_pattern(pattern).search(text)
    except ValueError:
        return None
    if found is None:
        return None
    groups = found.groups()
    return "".join(it or "" for it in groups) if groups else str(found[0])


def _words(error: Exception) -> str:
    words = error.args[0] if error.args else error
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
