"""Texts whose limits PagerDuty counts in bytes, and scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Canonical, Text
from pdsync.model.scope import Path, RefMap, Scope


@dataclass(frozen=True, slots=True)
class ByteText(Text):
    """A text of at most so many bytes in UTF-8."""

    max_bytes: int = 1024

    def schema(self) -> dict[str, Any]:
        return {**Text.schema(self), "maxLength": self.max_bytes}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        size = 0 if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
        if size > self.max_bytes:
            message = f"has {size:,} bytes in UTF-8, and PagerDuty takes {self.max_bytes:,}"
            scope.problem(path, message, "Shorten it: letters outside ASCII take 2 to 4 bytes each.")
        return Text.desired(self, value, scope, path)


@dataclass(frozen=True, slots=True)
class Script(ByteText):
    """The text of a script. Blank lines at its end mean nothing, and one that has several lines is sent with a line break at its end."""

    def _trimmed(self, value: str) -> str:
        return value.replace("\r\n", "\n").rstrip()

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        ByteText.desired(self, value, scope, path)
        return self.canonical(value, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return f"{value}\n" if isinstance(value, str) and "\n" in value else value
