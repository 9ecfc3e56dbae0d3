"""Codec of web addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Text
from pdsync.model.pattern import NOT_BLANK, WHITE_SPACE, whole


@dataclass(frozen=True, slots=True)
class WebAddress(Text):
    """The address of a page that browsers load over HTTPS."""

    exact: bool = True

    def schema(self) -> dict[str, Any]:
        return {
            **Text.schema(self),
            **whole(f"[{WHITE_SPACE}]*https://[^{WHITE_SPACE}/]{NOT_BLANK}*[{WHITE_SPACE}]*"),
            "x-expected": "a web address that begins with https://",
            "errorMessage": "Write it like https://intranet.example.com/status.",
            "examples": ["https://intranet.example.com/status"],
        }
