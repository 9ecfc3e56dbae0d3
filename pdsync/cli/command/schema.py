"""``pdsync schema``: the JSON Schema of manifests and of pdsync.yaml, for editors, and of plans and results, for programs."""

from __future__ import annotations

import json

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.setting.config_schema import published_config_schema
from pdsync.kinds import BY_NAME, BY_SLUG, KINDS, TESTS
from pdsync.model.envelope import DEFAULTS
from pdsync.model.schema import combined_schema, published_schema_of, test_schema_of
from pdsync.model.suggestion import did_you_mean
from pdsync.plan.saved.output_schema import SCHEMAS

_OTHERS = {**SCHEMAS, "configuration": published_config_schema}


def schema_names() -> list[str]:
    """Everything that has a schema of its own."""
    return [*BY_NAME, *TESTS, DEFAULTS, *_OTHERS]


def schema(invocation: Invocation, kind: str | None) -> int:
    """Prints the schema of one kind, of `configuration`, `plan` or `result`, or the combined one of all kinds."""
    if kind is None:
        body = combined_schema(KINDS, TESTS.values())
    elif kind == DEFAULTS:
        from pdsync.model.defaults import defaults_schema

        body = defaults_schema(KINDS)
    elif kind in _OTHERS:
        body = _OTHERS[kind]()
    elif kind in TESTS:
        body = test_schema_of(TESTS[kind])
    else:
        known = BY_NAME.get(kind) or BY_SLUG.get(kind.lower())
        if known is None:
            names = schema_names()
            raise UsageError(
                f"there is no kind {kind!r}", did_you_mean(kind, names) or f"There are: {', '.join(names)}."
            )
        body = published_schema_of(known)
    invocation.terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    return 0
