"""Live texts for the files that a manifest keeps its texts in. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.accept.error import AcceptError
from pdsync.accept.wanted import Wanted
from pdsync.export.yaml_writer import literal
from pdsync.manifest.text_file import TextFileError, TextFiles
from pdsync.model.codec.file_text import file_named_in, file_text_of


@dataclass(frozen=True, slots=True)
class TextFileEdit:
    """What a file next to a manifest must say."""

    shown: str
    path: str
    """Where it really is."""
    text: str


def split_wanted(
    file: str, spec: Mapping[str, Any], wanted: Sequence[Wanted]
) -> tuple[list[Wanted], tuple[TextFileEdit, ...]]:
    """What the manifest in this file must say itself, and what the files must say that it names. Raises AcceptError."""
    inside: list[Wanted] = []
    beside: list[TextFileEdit] = []
    for want in wanted:
        name = file_named_in(spec.get(want.name)) if file_text_of(want.codec) is not None else None
        if name is None or not isinstance(want.value, str):
            inside.append(want)
            continue
        try:
            path = TextFiles().place(file, name)
        except TextFileError as error:
            raise AcceptError(error.message, error.hint) from None
        shown = os.path.normpath(os.path.join(os.path.dirname(file), name))
        beside.append(TextFileEdit(shown, path, f"{literal(want.value)}\n"))
    return inside, tuple(beside)
