"""The figures of what the sandbox serves are about PagerDuty's description as it is."""

from __future__ import annotations

import re

from pdsync.sandbox.api.coverage import (
    BEYOND,
    DESCRIBED_OPERATIONS,
    DESCRIBED_PATHS,
    described_shape,
    served_operations,
)
from pdsync.sandbox.api.endpoint import all_routes
from tests.support.api_description import METHODS, load_description, needs_description


def test_each_endpoint_is_served_of_the_description_or_beyond_it() -> None:
    served = served_operations()
    assert len(served) + len(BEYOND) <= len(all_routes())
    assert {(route.method, described_shape(route.path)) for route in all_routes()} == served | BEYOND


@needs_description
def test_counts_are_those_of_the_description() -> None:
    description = load_description()
    assert description is not None
    paths = description.document["paths"]
    described = {
        (method.upper(), re.sub("{.*?}", "{}", path))
        for path, item in paths.items()
        for method in item
        if method in (*METHODS, "patch")
    }
    assert (len(paths), len(described)) == (DESCRIBED_PATHS, DESCRIBED_OPERATIONS)
    assert served_operations() <= described
    assert described.isdisjoint(BEYOND)
