"""Holds every plan and result that a test makes to the published schemas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def validate(name: str, body: Any) -> None:
    """Fails with every place where the body is not as the schema says."""
    errors = [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(body)]
    assert errors == []


def check_published(arguments: Sequence[str], out: str) -> None:
    """Validates what a run of pdsync with these arguments printed or wrote, where that is a plan or a result."""
    words = list(arguments)
    if "--out" in words and (file := Path(words[words.index("--out") + 1])).is_file() and "plan" in words:
        text = file.read_text(encoding="utf-8")
        if '"manifest_digest"' in text:
            validate("plan", json.loads(text))
    if "json" not in words or not out.startswith("{"):
        return
    body = json.loads(out)
    if "plan" in words and "changes" in body:
        validate("plan", body)
    elif "apply" in words and "plan" in body:
        validate("plan", body["plan"])
        if body["result"] is not None:
            validate("result", body["result"])
