"""Texts that manifests keep in files of their own: ``email_body: {file: major.html}``.

The name is a path from the folder of the manifest. The file must be inside the checkout that the manifest is in, because its text is
sent to PagerDuty: no absolute path, no ``..`` and no link leads out of it, and nothing hidden is read. Outside of git the
current folder is the border. The text counts as if it were in the manifest, variables included.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.kinds import BY_NAME, TESTS
from pdsync.manifest.checkout import is_within, repository_of
from pdsync.manifest.file import read_text
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.problem import printable
from pdsync.manifest.variable import may_refer
from pdsync.manifest.yaml_text import Document
from pdsync.model.codec.file_text import MEMBER, file_named_in, file_text_of
from pdsync.model.codec.plain import Codec
from pdsync.model.envelope import DEFAULTS
from pdsync.model.scope import Path

_PLAIN_HINT = "Give a plain file inside the repository, as a path relative to the folder of the manifest."


class TextFileError(Exception):
    """A file that cannot be read, or may not be."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class TextFiles:
    """The files next to manifests."""

    changed: Mapping[str, str] = field(default_factory=dict)
    """Texts by real path that count in place of what the files hold."""

    def place(self, manifest: str, name: str) -> str:
        """The real path of a file that the manifest in the file `manifest` names. Raises TextFileError."""
        shown = printable(name)
        if "\0" in name:
            raise TextFileError(f"{shown} is not a valid path", "Remove the null character.")
        if os.path.isabs(name):
            raise TextFileError(f"{shown} is an absolute path", _PLAIN_HINT)
        folder = os.path.realpath(os.path.dirname(os.path.abspath(manifest)))
        real, border = os.path.realpath(os.path.join(folder, name)), _border_of(folder)
        if not is_within(real, border):
            raise TextFileError(f"{shown} is outside the repository ({printable(border)})", _PLAIN_HINT)
        if any(part.startswith(".") and part != ".." for part in os.path.relpath(real, folder).split(os.sep)):
            raise TextFileError(f"{shown} is hidden: no part of its path may begin with a dot", _PLAIN_HINT)
        return real

    def read(self, manifest: str, name: str, max_bytes: int) -> str:
        """The text of that file. Raises TextFileError."""
        path = self.place(manifest, name)
        text = self.changed.get(path)
        found = read_text(path, max_bytes) if text is None else text
        if isinstance(found, Flaw):
            near = "" if os.path.lexists(path) else _PLAIN_HINT
            raise TextFileError(f"{printable(name)} {found.message}", near or found.hint)
        if not found.strip():
            raise TextFileError(f"{printable(name)} is empty", "Write the text into it, or null here.")
        return found


def put_in_files(document: Document, files: TextFiles) -> bool:
    """Puts the texts of the files that a document names in their places; what is wrong becomes a flaw. Gives whether one of them may
    refer to a variable or an object."""
    value = document.value
    name = str(value.get("kind")) if isinstance(value, dict) else ""
    if name == DEFAULTS and isinstance(value.get("spec"), dict):
        return _put_in_defaults(document, files)
    kind = BY_NAME.get(name) or TESTS.get(name)
    if kind is None or not isinstance(value.get("spec"), dict):
        return False
    lifecycle = value.get("lifecycle")
    is_absent = isinstance(lifecycle, dict) and lifecycle.get("absent") is True
    walk = _Walk(document, files, is_absent=is_absent)
    document.value = {**value, "spec": walk.replaced(value["spec"], kind.spec, ("spec",))}
    return walk.may_refer


def _put_in_defaults(document: Document, files: TextFiles) -> bool:
    walk, value = _Walk(document, files, is_absent=False), document.value
    sections = {
        name: walk.replaced(section, BY_NAME[name].spec if name in BY_NAME else None, ("spec", name))
        for name, section in value["spec"].items()
    }
    document.value = {**value, "spec": sections}
    return walk.may_refer


class _Walk:
    def __init__(self, document: Document, files: TextFiles, *, is_absent: bool) -> None:
        self._document = document
        self._files = files
        self._is_absent = is_absent
        self.may_refer = False

    def replaced(self, value: Any, codec: Codec | None, path: Path) -> Any:
        """A copy with the texts in their places."""
        text = file_text_of(codec)
        if text is not None:
            name = file_named_in(value)
            return value if name is None else self._text(value, name, path, text.max_bytes)
        if codec is None or not isinstance(value, dict | list):
            return value
        if isinstance(value, dict):
            return {name: self.replaced(inner, codec.part(name), (*path, name)) for name, inner in value.items()}
        return [self.replaced(inner, codec.part(at), (*path, at)) for at, inner in enumerate(value)]

    def _text(self, value: Any, name: str, path: Path, max_bytes: int) -> Any:
        places = self._document.places
        try:
            text = self._files.read(places.file, name, max_bytes)
        except TextFileError as error:
            if self._is_absent:
                return ""  # what will be deleted needs its text no more
            self._document.flaws.append(Flaw(*places.locate(path), f"{MEMBER}: {error.message}", error.hint))
            return value
        self.may_refer = self.may_refer or may_refer(text)
        return text


def _border_of(folder: str) -> str:
    """The folder that files must be inside of."""
    top = repository_of(folder)
    if top is not None:
        return os.path.realpath(top)
    here = os.path.realpath(os.getcwd())
    return here if is_within(folder, here) else folder
