"""Codec of web addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Text
from pdsync.model.pattern import whole


@dataclass(frozen=True, slots=True)
class WebAddress(Text):
    """The address of a page that browsers load over HTTPS."""

    exact: bool = True

    def schema(self) -> dict[str, Any]:
        return {
            **Text.schema(self),
            **whole(r"\s*https://[^\s/][^\s]*\s*"),
            "x-expected": "a web address that begins with https://",
            "errorMessage": "Write it like https://intranet.example.com/status.",
        }
