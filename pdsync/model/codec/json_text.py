"""Codecs of JSON that a manifest writes itself, or keeps in a file next to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from pdsync.model.codec.file_text import FileText
from pdsync.model.codec.plain import Canonical, Codec, Verbatim
from pdsync.model.scope import Path, Scope


@dataclass(frozen=True, slots=True)
class JsonFile(FileText):
    """An object, or the file that holds it as JSON. The loader puts the text of the file in the place of its name."""

    inner: Codec = field(default_factory=Verbatim)
    suffix: str = ".json"

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["object", "string"],
            "x-expected": "an object, or a file with it",
            "errorMessage": f"Write the object, or {{file: NAME{self.suffix}}}.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, Mapping):
            return dict(value)
        try:
            read = json.loads(value, parse_constant=_refuse)
        except RecursionError:
            scope.problem(path, "is nested too deeply", "The file must contain the JSON that a tool sends.")
            return None
        except ValueError as error:
            scope.problem(path, f"is not JSON: {error}", "The file must contain the JSON that a tool sends.")
            return None
        if not isinstance(read, dict):
            scope.problem(path, "is not a JSON object", "The file must contain one JSON object in braces.")
            return None
        return read


@dataclass(frozen=True, slots=True)
class Scalar(Codec):
    """A text, a number or a truth value."""

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"], "x-expected": "a text, a number, true or false"}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")
