"""Variables in manifests: ``${var:NAME}`` in a value stands for what pdsync.yaml says about NAME. Variables can do nothing else.

``${env:NAME}`` and ``${file:PATH}`` are for secrets (`pdsync.model.codec.secret_text`), and a secret is allowed only where nothing shows
it again: in a field for secrets, at any depth. There they stay as they are written, and so do their escapes.
``${id:kind/key}`` is a reference inside a text, which the codec of the text reads (`referring_text`); in any other text it is a flaw.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pdsync.kinds import BY_NAME
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.problem import ManifestProblem
from pdsync.manifest.yaml_text import Document
from pdsync.model import Kind, Source
from pdsync.model.codec.plain import Codec
from pdsync.model.codec.referring_text import has_reference, plain_of
from pdsync.model.envelope import DEFAULTS
from pdsync.model.scope import Path, render_path
from pdsync.model.suggestion import did_you_mean

VariableValue: TypeAlias = str | int | float | bool
VARIABLE_NAME = r"[a-z][a-z0-9_]{0,59}"
_REFERENCE = re.compile(r"(?P<escape>\$?)\$\{(?P<of>var|env|file):(?P<name>[^}]*)\}")
_FIXED: tuple[Path, ...] = (("apiVersion",), ("kind",), ("metadata", "name"))
"""Members that must be the same everywhere: a key that differs between workspaces would mean another object in each."""


@dataclass(frozen=True, slots=True)
class Variables:
    """What pdsync.yaml declares, for the current workspace."""

    values: Mapping[str, VariableValue] = field(default_factory=dict)
    places: Mapping[str, Source] = field(default_factory=dict)
    """Where each is declared."""
    list_places: Mapping[str, str] = field(default_factory=dict)
    """Where the items of child lists that other hosts keep are, unless they say so themselves: by name of the list."""

    def unused(self, used: set[str]) -> list[ManifestProblem]:
        """A problem for each variable that no manifest uses, at its declaration."""
        return [
            ManifestProblem(self.places[name], "", f"no manifest uses the variable {name!r}", "Remove it, or use it.")
            for name in sorted(self.values.keys() - used)
            if name in self.places
        ]


def may_refer(text: str) -> bool:
    """False where a YAML text cannot hold a reference, which spares most files the search."""
    return "${var:" in text or "${env:" in text or "${file:" in text or "${id:" in text


def substitute(document: Document, variables: Variables) -> set[str]:
    """Puts the values in place of the references in a document, and gives the names of the variables that were used.

    What is wrong becomes a flaw of the document, at the place of the value. A value that is one reference and nothing else
    takes the type of the variable. ``$${var:NAME}`` is the text ``${var:NAME}``.
    """
    walk = _Walk(document, variables)
    document.value = walk.replaced(document.value, ())
    return walk.used


class _Walk:
    def __init__(self, document: Document, variables: Variables) -> None:
        self._document = document
        self._variables = variables
        self._kind = BY_NAME.get(document.kind_name)
        self._is_of_defaults = document.kind_name == DEFAULTS
        self.used: set[str] = set()

    def replaced(self, value: Any, path: Path) -> Any:
        """A copy with the references replaced; the document itself may hold one value at several places."""
        if self._is_of_defaults and len(path) == 2 and path[0] == "spec":
            self._kind = BY_NAME.get(str(path[1]))
        if isinstance(value, dict):
            return {name: self.replaced(inner, (*path, name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.replaced(inner, (*path, index)) for index, inner in enumerate(value)]
        return self._text(value, path) if isinstance(value, str) and "${" in value else value

    def _text(self, text: str, path: Path) -> Any:
        whole = _REFERENCE.fullmatch(text)
        if whole is not None and not whole["escape"]:
            return self._value(whole, path)
        replaced = _REFERENCE.sub(lambda match: self._part(match, path), text)
        return self._without_ids(replaced, path) if has_reference(replaced) else replaced

    def _without_ids(self, text: str, path: Path) -> str:
        """The text of a place where no reference can be. Elsewhere the codec reads them."""
        if self._kind is None or takes_ids(self._kind, self._in_manifest(path)):
            return text
        plain, refers = plain_of(text)
        if refers:
            where = render_path(path[1:] if path[:1] == ("spec",) else path)
            message = f"${{id:...}} works only in a text that can hold references, and {where} is not one"
            self._flaw(path, message, "Write the id itself, or $${id: for these characters themselves.")
        return plain

    def _part(self, match: re.Match[str], path: Path) -> str:
        if match["escape"]:
            is_kept = match["of"] != "var" and holds_secrets(self._kind, self._in_manifest(path))
            return match[0] if is_kept else match[0][1:]
        value = self._value(match, path)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _value(self, match: re.Match[str], path: Path) -> VariableValue:
        """The value of a reference; the reference itself where there is none."""
        name = match["name"]
        if match["of"] != "var":
            # Kept as it is even where it is allowed: plans and plan files show the reference, and never the secret.
            if not holds_secrets(self._kind, self._in_manifest(path)):
                self._flaw(path, *_no_secret(self._kind, self._in_manifest(path), match[0]))
        elif path in _FIXED:
            self._flaw(path, f"{path[-1]} cannot hold a variable", "It must be the same in every workspace.")
        elif name in self._variables.values:
            self.used.add(name)
            return self._variables.values[name]
        else:
            hint = did_you_mean(name, sorted(self._variables.values)) or "Declare it under 'variables' in pdsync.yaml."
            self._flaw(path, f"there is no variable {name!r}", hint)
        return match[0]

    def _in_manifest(self, path: Path) -> Path:
        """The path that a value has in a manifest. In Defaults, fields are below the name of their kind."""
        return (*path[:1], *path[2:]) if self._is_of_defaults else path

    def _flaw(self, path: Path, message: str, hint: str) -> None:
        self._document.flaws.append(Flaw(*self._document.places.locate(path), message, hint))


def holds_secrets(kind: Kind | None, path: Path) -> bool:
    """True where the value at this path of a manifest is sent and never read back or shown."""
    if kind is None or len(path) < 2 or path[0] != "spec":
        return False
    codec = _codec_at(kind, path)
    return codec is not None and codec.takes_secrets()


def takes_ids(kind: Kind, path: Path) -> bool:
    """True where ``${id:kind/key}`` in the text at this path of a manifest is a reference."""
    codec = _codec_at(kind, path)
    return codec is not None and codec.takes_ids()


def _codec_at(kind: Kind, path: Path) -> Codec | None:
    """The codec of what is at this path of a manifest."""
    codec: Codec | None = kind.spec if path[:1] == ("spec",) else None
    for step in path[1:]:
        codec = codec.part(step) if codec is not None else None
    return codec


def _no_secret(kind: Kind | None, path: Path, reference: str) -> tuple[str, str]:
    where = ".".join(str(step) for step in (path[1:] if path[:1] == ("spec",) else path) if not isinstance(step, int))
    some = [declared.name for declared in kind.fields if declared.codec.has_secrets()] if kind else []
    which = f"Fields of {kind.name} that hold secrets: {', '.join(some)}." if kind and some else ""
    none = f"No field of {kind.name} holds secrets." if kind and not some else ""
    hint = f"{which or none} What is not a secret can be a variable: ${{var:...}}, declared in pdsync.yaml.".strip()
    message = (
        f"{reference} works only in a field for secrets, because plans show all other fields, and {where} is not one"
    )
    return message, hint
