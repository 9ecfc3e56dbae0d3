"""Field value: what the value of a custom field may be."""

from __future__ import annotations

import re

from pdsync.sandbox.store.instant import parse_instant, stored
from pdsync.sandbox.store.record import Body

MOST_VALUES, LONGEST = 10, 200  # PagerDuty API description
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


def value_problem(field: Body, value: object) -> str | None:
    """Why a field cannot have this value, in the words that follow its name; None where it can."""
    if str(field["field_type"]).startswith("multi_value"):
        if not isinstance(value, list) or not all(isinstance(it, str) for it in value):
            return "must be an array of strings"
        if len(value) > MOST_VALUES or len(set(value)) < len(value):
            return f"must have at most {MOST_VALUES} values, which differ"
        texts = value
    else:
        problem = _single_problem(str(field["data_type"]), value)
        if problem is not None:
            return problem
        texts = [value] if isinstance(value, str) else []
    if any(len(text) > LONGEST for text in texts):
        return f"is too long (maximum is {LONGEST} characters)"
    options = {it["value"] for it in field["options"]}
    if str(field["field_type"]).endswith("_fixed") and not options.issuperset(texts):
        return "must be among the field options"
    return None


def clean_value(field: Body, value: object) -> object:
    """What is stored of a value that the field allows: moments are in UTC."""
    moment = parse_instant(value, "UTC") if isinstance(value, str) and field["data_type"] == "datetime" else None
    return stored(moment) if moment is not None else value


def _single_problem(data_type: str, value: object) -> str | None:
    if data_type == "boolean":
        return None if isinstance(value, bool) else "must be true or false"
    if data_type in ("integer", "float"):
        kinds = int if data_type == "integer" else (int, float)
        is_number = isinstance(value, kinds) and not isinstance(value, bool)
        return None if is_number else f"must be {'an integer' if data_type == 'integer' else 'a number'}"
    if not isinstance(value, str):
        return "must be a string"
    if data_type == "datetime" and parse_instant(value, "UTC") is None:
        return "must be a date and time such as 2026-01-31T08:00:00Z"
    if data_type == "url" and not _URL.fullmatch(value):
        return "must be a web address"
    return None
