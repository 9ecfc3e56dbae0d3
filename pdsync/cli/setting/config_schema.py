"""The published JSON Schema of pdsync.yaml, for editors: made from the codecs that read it."""

from __future__ import annotations

import json
from typing import Any

from pdsync.cli.setting.config import config_schema
from pdsync.cli.setting.rule_config import RULES_CODEC
from pdsync.model.schema import BASE, DRAFT

CONFIG_FILE = "pdsync-configuration.json"
_RULES = {"$ref": "#/$defs/rules"}


def published_config_schema() -> dict[str, Any]:
    """The schema with the rules about on-call, which the one that pdsync reads the file with leaves to another."""
    schema = config_schema()
    of_each = schema["properties"]["workspaces"]["additionalProperties"]
    for level in (schema, of_each):
        level["properties"]["rules"] = {**level["properties"]["rules"], **_RULES}
    return {
        "$schema": DRAFT,
        "$id": BASE + CONFIG_FILE,
        "title": "pdsync.yaml",
        "description": "How pdsync treats the manifests of a folder.",
        **schema,
        "$defs": {"rules": RULES_CODEC.schema()},
    }


def config_schema_file() -> dict[str, str]:
    """The text of the schema file by its name; the same bytes each time."""
    return {CONFIG_FILE: json.dumps(published_config_schema(), indent=2, ensure_ascii=False) + "\n"}
