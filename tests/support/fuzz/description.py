"""Description: what a schema-driven fuzzer is given: the sandbox's own routes, or PagerDuty's API description as far as the sandbox imitates it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from pdsync.sandbox.api.endpoint import all_routes
from tests.support.api_description import METHODS, load_description

_ALL_METHODS = {*METHODS, "patch", "head", "options", "trace"}


def own_description() -> dict[str, Any]:
    """The sandbox's routes; a body is any object, in the right wrapper or not."""
    paths: dict[str, Any] = {}
    words = ["user", "team", "schedule", "escalation_policy", "service", "incident", "override", "tag", "overrides"]
    values: dict[str, Any] = {
        "type": ["object", "array", "string", "null"],
        "properties": {"name": {"type": "string"}, "type": {"type": "string"}, "id": {"type": "string"}},
    }
    body = {"type": "object", "properties": dict.fromkeys(words, values)}
    for route in all_routes():
        path = re.sub(r"<(\w+)>", r"{\1}", route.path)
        names = re.findall(r"{(\w+)}", path)
        item: dict[str, Any] = {
            "parameters": [{"name": it, "in": "path", "required": True, "schema": {"type": "string"}} for it in names]
            + [
                {"name": it, "in": "query", "schema": {"type": "string"}}
                for it in ("limit", "offset", "since", "include[]", "cursor")
            ],
            "responses": {"default": {"description": "anything"}},
        }
        if route.method in ("POST", "PUT"):
            item["requestBody"] = {"content": {"application/json": {"schema": body}}}
        paths.setdefault(path, {})[route.method.lower()] = item
    return {"openapi": "3.0.2", "info": {"title": "sandbox", "version": "1"}, "paths": paths}


def pagerduty_description() -> dict[str, Any] | None:
    """What the sandbox imitates of it."""
    description = load_description()
    if description is None:
        return None
    wanted: dict[str, set[str]] = {}
    for route in all_routes():
        path = description.path_of(route.path)
        if path is not None:
            wanted.setdefault(path, set()).add(route.method.lower())
    document: dict[str, Any] = deepcopy(description.document)
    kept = {
        path: {name: it for name, it in item.items() if name not in _ALL_METHODS or name in wanted[path]}
        for path, item in document["paths"].items()
        if path in wanted
    }
    # References lead into paths that are not kept, so the others stay, without what could be called.
    for path, item in document["paths"].items():
        if path not in kept:
            kept[path] = {f"x-{name}" if name in _ALL_METHODS else name: it for name, it in item.items()}
    return {**document, "paths": kept}


SOURCES: Mapping[str, Callable[[], dict[str, Any] | None]] = {
    "own": own_description,
    "pagerduty": pagerduty_description,
}
