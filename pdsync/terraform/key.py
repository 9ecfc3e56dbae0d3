"""Keys from the names that people gave their resources in Terraform."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from pdsync.kinds import BY_SLUG
from pdsync.model.marker import KEY_PATTERN
from pdsync.terraform.resource import StateResource

_LONGEST = 60
_SAYS_NOTHING = frozenset(
    {"this", "that", "main", "default", "example", "test", "self", "all", "each", "foo", "bar", "pagerduty", "resource"}
)
"""Names that say what a block is for, and nothing of the object."""


def find_keys(resources: Mapping[tuple[str, str], StateResource]) -> dict[tuple[str, str], str]:
    """A key for each object whose resource has a name that tells it from the others of its kind, by kind and id."""
    found = {(kind, identity): _candidate(kind, resource) for (kind, identity), resource in resources.items()}
    wanted = Counter((kind, key.casefold()) for (kind, _), key in found.items())
    return {place: key for place, key in found.items() if key and wanted[place[0], key.casefold()] == 1}


def _candidate(kind: str, resource: StateResource) -> str:
    """The key of `for_each`, else the name of the block; empty where that does not name one object."""
    if isinstance(resource.index, int):
        return ""
    said = resource.name if resource.index is None else resource.index
    folded = said.casefold()
    words = {kind, BY_SLUG[kind].collection, *kind.split("_"), *BY_SLUG[kind].collection.split("_")}
    if folded in _SAYS_NOTHING or folded in words or not any(char.isalpha() for char in said):
        return ""
    return said if len(said) <= _LONGEST and re.fullmatch(KEY_PATTERN, said) else ""
