"""What a write would change: the fields that an object of the API does not already say."""

from collections.abc import Mapping
from typing import Any

__all__ = ["difference"]

_REFERENCE = "_reference"


def difference(wanted: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``wanted`` that ``held`` does not say, with the values of ``wanted``. Neither is changed.

    An answer says more than a request does: references have a ``summary`` and a URL, and empty fields are null. So a mapping
    is said if each of its fields is, a list if it has as many items and each is said, in order, and null if it is absent.
    ``user_reference`` is said by ``user``, which is how an include expands it.
    """
    return {name: value for name, value in wanted.items() if not _is_said(name, value, held.get(name))}


def _is_said(name: str, wanted: Any, held: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(held, Mapping) and all(_is_said(key, value, held.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list | tuple):
        return (
            isinstance(held, list | tuple)
            and len(wanted) == len(held)
            and all(_is_said("", ours, theirs) for ours, theirs in zip(wanted, held, strict=True))
        )
    if name == "type" and isinstance(wanted, str) and isinstance(held, str):
        return wanted.removesuffix(_REFERENCE) == held.removesuffix(_REFERENCE)
    # In Python True equals 1; in JSON it does not.
    return isinstance(wanted, bool) == isinstance(held, bool) and bool(wanted == held)
