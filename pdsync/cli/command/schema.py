"""``pdsync schema``: the JSON Schema of manifests, for editors."""

from __future__ import annotations

import json

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation
from pdsync.kinds import BY_NAME, BY_SLUG
from pdsync.kinds.schema import combined_schema, schema_of
from pdsync.kinds.suggestion import did_you_mean


def schema(invocation: Invocation, kind: str | None) -> int:
    """Prints the schema of one kind, or the combined one of all."""
    if kind is None:
        body = combined_schema()
    else:
        known = BY_NAME.get(kind) or BY_SLUG.get(kind.lower())
        if known is None:
            names = ", ".join(BY_NAME)
            raise UsageError(f"there is no kind {kind!r}", did_you_mean(kind, BY_NAME) or f"Kinds: {names}.")
        body = schema_of(known)
    invocation.terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    return 0
