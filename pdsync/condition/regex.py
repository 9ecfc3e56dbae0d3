"""Patterns of ``matches regex``, through RE2 as PagerDuty reads them. The `re` of Python would answer otherwise, or for hours."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pdsync.condition.error import ConditionError

_CASE_COUNTS = "(?sm)"
_ANY_CASE = "(?ism)"


def search(pattern: str, text: str, exactly: bool) -> bool:
    """True when the pattern matches somewhere in the text. Flags inside the pattern win over ours."""
    return compile_pattern(pattern, exactly).search(text) is not None


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str, exactly: bool) -> Any:
    """The compiled pattern; its errors are RE2's."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile((_CASE_COUNTS if exactly else _ANY_CASE) + pattern, options)


def check_pattern(pattern: str, column: int) -> None:
    """Raises a `ConditionError` where RE2 does not take the pattern."""
    import re2

    try:
        compile_pattern(pattern, False)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        reason = reason.replace(_ANY_CASE, "")
        raise ConditionError(f"'{pattern}' is not a pattern of RE2: {reason}", column, _hint(pattern)) from None


def _hint(pattern: str) -> str:
    if any(look in pattern for look in ("(?=", "(?!", "(?<=", "(?<!")):
        return "RE2 has no look-ahead and no look-behind: write a second condition."
    return "See https://github.com/google/re2/wiki/Syntax."
