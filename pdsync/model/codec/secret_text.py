"""Texts of manifests that name secrets, and the values that they stand for.

Terms. A *secret reference* is ``${env:NAME}``, a variable of the environment, or ``${file:PATH}``, the text of a file. A *secret text* is a
text as a manifest writes it, in which such references may be: ``Bearer ${env:TOKEN}``. Plans, saved plans, records and exports hold
the text. Its *value* is what is sent to PagerDuty; it exists only while a request is made or compared, and every
value that was used is in `USED`, so that outputs hide it. ``$${env:`` is the characters ``${env:`` themselves.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

ENV, FILE = "env", "file"
MAX_FILE_BYTES: Final = 64 * 1024
LACKS: Final = "this run does not have"
"""What notes of a plan say that are about the run which made it, and not about what the plan does: they count in no digest."""
TAKEN: Final = "counts as applied from now on"
"""The same, of a value that was not compared because there was no fingerprint of it under the key of this run."""
SHORTEST_KEY: Final = 16
"""How long a key of fingerprints is at least."""
USED: Final = set[str]()
"""The values that this process has used. PagerDuty may repeat one in an error or a warning, so outputs hide them."""
KNOWN: Final = dict[str, str]()
"""The texts of manifests by their values, while an account is exported: where it shows such a value, a manifest gets the text."""
_REFERENCE = re.compile(r"(?P<escape>\$?)\$\{(?P<of>env|file):(?P<name>[^}]*)\}")
_LIKE_REFERENCE = re.compile(r"\$\{(?=(?:env|file):[^}]*\})")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SecretString(str):
    """A secret text on its way into a manifest: what looks like a reference in it is one, and must not be marked as plain text."""

    __slots__ = ()


class MissingSecretError(Exception):
    """A value that a secret text stands for cannot be had; says what is missing, and never a value."""


class SecretReference(NamedTuple):
    """One reference in a secret text."""

    of: str
    """``env`` or ``file``."""
    name: str
    """The variable, or the path of the file."""

    def __str__(self) -> str:
        return f"${{{self.of}:{self.name}}}"

    @property
    def noun(self) -> str:
        """What it names, in running text."""
        return f"the file {self.name}" if self.of == FILE else f"the variable {self.name}"


@dataclass
class SecretSource:
    """Where the values are: the environment of the process, and files below a folder or with an absolute path."""

    folder: Path = Path()
    """The folder of pdsync.yaml."""
    key_variable: str = ""
    """The variable that holds the key of fingerprints; empty where pdsync.yaml names none."""

    def value_of(self, reference: SecretReference) -> str:
        """The value. Raises `MissingSecretError`, which never holds a part of it."""
        if reference.of == FILE:
            value = self._text_of(reference.name)
        elif not (value := os.environ.get(reference.name, "")):
            raise MissingSecretError(f"the environment has no {reference.name}")
        USED.add(value)
        return value

    def key(self) -> bytes | None:
        """The key of fingerprints (`pdsync.plan.pairing.seal`); None where there is none."""
        value = os.environ.get(self.key_variable, "") if self.key_variable else ""
        if not value:
            return None
        USED.add(value)
        return value.encode("utf-8", "surrogateescape")

    def _text_of(self, name: str) -> str:
        path = self.folder / name
        try:
            if not path.is_file():
                what = (
                    "is a folder" if path.is_dir() else "is not a regular file" if path.exists() else "does not exist"
                )
                raise MissingSecretError(f"the file {name} {what}")
            with path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else "its name is not possible"
            raise MissingSecretError(f"the file {name} cannot be read: {why}") from None
        if len(data) > MAX_FILE_BYTES:
            raise MissingSecretError(f"the file {name} is larger than 64 KiB")
        try:
            text = data.decode()
        except UnicodeDecodeError:
            raise MissingSecretError(f"the file {name} is not UTF-8 text") from None
        text = text.removesuffix("\n").removesuffix("\r")
        if not text:
            raise MissingSecretError(f"the file {name} is empty")
        return text


SOURCE: Final = SecretSource()
"""The source of this process. A command sets its folder and key before it reads manifests."""


def references_in(text: str) -> list[SecretReference]:
    """The references in a secret text, each once, in order."""
    found = (SecretReference(it["of"], it["name"]) for it in _REFERENCE.finditer(text) if not it["escape"])
    return list(dict.fromkeys(found))


def missing_in(text: str) -> list[tuple[SecretReference, str]]:
    """The references whose value cannot be had now, each with why."""
    found = []
    for reference in references_in(text):
        try:
            SOURCE.value_of(reference)
        except MissingSecretError as error:
            found.append((reference, str(error)))
    return found


def resolve(text: str) -> str:
    """The value of a secret text. Raises `MissingSecretError` that names everything that is missing."""
    missing = missing_in(text)
    if missing:
        raise MissingSecretError(" and ".join(why for _, why in missing))
    return _REFERENCE.sub(
        lambda it: it[0][1:] if it["escape"] else SOURCE.value_of(SecretReference(it["of"], it["name"])), text
    )


def known_value(text: str) -> str | None:
    """The value of a secret text; None where it cannot be had now."""
    try:
        return resolve(text)
    except MissingSecretError:
        return None


def as_text(value: str) -> str:
    """The secret text that stands for exactly this value, which the account shows."""
    return _LIKE_REFERENCE.sub(r"$\g<0>", value)


def as_value(text: str) -> str:
    """The value of a text without references, the inverse of `as_text`; of another one the text itself."""
    return _REFERENCE.sub(lambda it: it[0][1:] if it["escape"] else it[0], text)


def flaws_of(text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the references in a text themselves: message and hint."""
    for reference in references_in(text):
        if reference.of == ENV and not _VARIABLE.fullmatch(reference.name):
            yield f"{reference} names no variable of the environment", "Write ${env:NAME} with letters, digits and _."
        elif reference.of == FILE and not reference.name.strip():
            yield f"{reference} names no file", "Write ${file:PATH}, as a path from the folder of pdsync.yaml."


def variable_for(prefix: str, place: Iterable[str]) -> SecretString:
    """The reference to a variable for a secret that only PagerDuty knows: prefix and place in capital letters, digits and _."""
    words = "_".join((prefix, *place)).upper()
    name = "".join(it if it.isascii() and it.isalnum() else "_" for it in words)
    return SecretString(f"${{env:{'_'.join(filter(None, name.split('_')))}}}")


def render_references(references: Iterable[SecretReference]) -> str:
    """Several references in a sentence."""
    return " and ".join(sorted({it.name if it.of == ENV else f"the file {it.name}" for it in references}))
