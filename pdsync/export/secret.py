"""Secrets in an export: a variable of the environment in place of each value that PagerDuty does not show, and a comment that names it. Pure."""

from __future__ import annotations

from pdsync.export.namer import Namer
from pdsync.model import Canonical, Field, LiveObject, Ref

_EACH, _ONE = (
    "PagerDuty does not show these values. Set {} before you apply.",
    "PagerDuty does not show this value. Set {} before you apply.",
)

_NOT_EVEN_NAMES = (
    "PagerDuty shows neither these values nor their names. Write each before you apply: NAME: ${env:VARIABLE}."
)


def with_variables(declared: Field, value: Canonical, live: LiveObject, namer: Namer) -> tuple[Canonical, str]:
    """The value of a field with a variable in place of each hidden secret, and a comment that names them; empty where none is hidden.

    The name of a variable is made of the kind, the key, the field and the place of the secret in it.
    """
    parts = declared.open
    if value is None or parts is None:
        return value, ""
    if parts.SEALED and declared.required and not value:
        return value, _NOT_EVEN_NAMES
    key = namer(Ref(live.kind, "id", live.id)).value
    named = parts.named(value, f"{live.kind}_{key}_{declared.name}")
    if not parts.SEALED:  # the kind says what it hides
        return named, ""
    held = set(parts.references(value))
    new = [it.name for it in parts.references(named) if it not in held]
    return named, (_ONE if len(new) == 1 else _EACH).format(", ".join(new)) if new else ""
