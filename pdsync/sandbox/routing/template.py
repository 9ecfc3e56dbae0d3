"""Template: text with ``{{event.summary}}``, ``{{variables.host}}`` or ``{{cache_var.last}}`` in it.

Support page Event Orchestration, Event Fields, which also names a variable of the rule alone: ``{{host}}``. What is not there
leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pdsync.sandbox.routing.path import find, parse_path
from pdsync.sandbox.routing.value import text_of

_HOLE = re.compile(r"\{\{\s*(.*?)\s*\}\}")


def fill(template: str, scope: Mapping[str, Any]) -> str:
    return _HOLE.sub(lambda hole: _value(hole[1], scope), template)


def _value(text: str, scope: Mapping[str, Any]) -> str:
    path = parse_path(text)
    if path is None:
        return ""
    there, value = find(scope, path if path[0] in scope else ("variables", *path))
    found = text_of(value) if there else ""
    return found if isinstance(found, str) else ""
