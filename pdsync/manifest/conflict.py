"""Conflict markers that a merge left in a text."""

from __future__ import annotations

import re

from pdsync.manifest.flaw import Flaw, flaw_at_index

# Seven characters, or more where .gitattributes says so. Text that is indented may belong to a block text, where YAML itself sees
# nothing wrong: there only what no one writes otherwise counts.
_MARKER = re.compile(
    r"^(?:[ \t]*(?:<{7,}(?:[ \t].*)?|>{7,}[ \t]+\S.*)|>{7,}|={7,}|\|{7,}(?:[ \t].*)?)\r?$", re.MULTILINE
)
_HINT = "Keep the lines that you want, and remove the ones that begin with <<<<<<<, =======, ||||||| and >>>>>>>."


def find_conflict(text: str) -> Flaw | None:
    """The first marker of a merge conflict, on lines of its own."""
    if not any(signs in text for signs in ("<<<<<<<", ">>>>>>>", "=======", "|||||||")):
        return None
    found = _MARKER.search(text)
    if found is None:
        return None
    begins = found.start() + len(found[0]) - len(found[0].lstrip())
    return flaw_at_index(text, begins, "unresolved merge conflict", _HINT)
