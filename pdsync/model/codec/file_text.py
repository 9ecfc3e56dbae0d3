"""Text that a manifest may keep in a file next to it: ``{file: major.html}``.

The loader puts the text of the file in the place of the mapping before anything else reads the manifest. So everywhere else it is
text, written in the manifest or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Canonical, Codec, Nullable, Wrapper
from pdsync.model.codec.reference import one_of
from pdsync.model.pattern import NOT_BLANK
from pdsync.model.scope import Path, Scope

MEMBER = "file"


@dataclass(frozen=True, slots=True)
class FileText(Wrapper):
    """A text, or the name of a file that holds it."""

    suffix: str = ".txt"
    """That of the files which an export writes."""
    max_bytes: int = 1_000_000
    """The largest file. PagerDuty says no limit of most texts; an email is a fraction of this."""

    def schema(self) -> dict[str, Any]:
        named = {
            "description": "The file with the text, as a path relative to the folder of the manifest.",
            "type": "string",
            "minLength": 1,
            "maxLength": 1000,
            "pattern": NOT_BLANK,
        }
        return {
            "anyOf": [self.inner.schema(), one_of({MEMBER: named})],
            "x-expected": "a text, or a file with the text",
            "errorMessage": f"Write the text, or {{{MEMBER}: NAME{self.suffix}}}.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, Mapping):
            scope.problem(path, "its file was not read", "Write the text itself.")
            return dict(value)
        return self.inner.desired(value, scope, path)


def file_text_of(codec: Codec | None) -> FileText | None:
    """The codec of a text that may be in a file; None for any other."""
    while isinstance(codec, Nullable):
        codec = codec.inner
    return codec if isinstance(codec, FileText) else None


def file_named_in(value: object) -> str | None:
    """The file that a written value names; None where it is something else."""
    named = value.get(MEMBER) if isinstance(value, Mapping) and len(value) == 1 else None
    return named if isinstance(named, str) and named.strip() else None
