"""What the documentation says of endpoints is about endpoints that there are."""

from __future__ import annotations

import re
from pathlib import Path

from pdsync.sandbox.api.endpoint import FIXED, LIMITS, all_routes
from pdsync.sandbox.http.scope import required_scope
from tests.support.api_description import load_description, needs_description


def test_levels_are_of_paths_that_exist() -> None:
    paths = {route.path for route in all_routes()}
    assert paths >= FIXED
    assert paths >= set(LIMITS)


def test_no_endpoint_is_there_twice() -> None:
    routes = [(route.method, route.path) for route in all_routes()]
    assert len(routes) == len(set(routes))


def test_every_endpoint_is_documented() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    for route in all_routes():
        assert "| `" + route.path.replace("<", "{").replace(">", "}") + "` |" in page
    assert page.count("| full |") > 50


@needs_description
def test_scopes_are_those_of_the_description() -> None:
    description = load_description()
    assert description is not None
    checked = 0
    for route in all_routes():
        path, method = description.path_of(route.path), route.method.lower()
        if path is None or method not in description.document["paths"][path]:
            continue
        text = description.document["paths"][path][method].get("description") or ""
        found = re.findall(r"Scoped OAuth requires: `([^`]+)`", text)
        if found:
            checked += 1
            assert [required_scope(route.method, re.sub("<.*?>", "P1", route.path))] == found, route
    assert checked > 80
