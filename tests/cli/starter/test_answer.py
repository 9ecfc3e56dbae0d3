"""A workspace name is found for every folder."""

from __future__ import annotations

import re

import pytest

from pdsync.cli.starter.answer import default_workspace
from pdsync.model.marker import WORKSPACE_PATTERN


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("pagerduty", "pagerduty"),
        ("Acme Ltd.", "acme-ltd"),
        ("acme_on-call.2026", "acme-on-call-2026"),
        ("Zahlungen (Köln)", "zahlungen-koln"),
        ("東京", "dongjing"),
        ("", "pagerduty"),
        ("---", "pagerduty"),
        (f"{'a' * 39}-b", "a" * 39),
        ("x" * 200, "x" * 40),
    ],
)
def test_the_default(folder: str, expected: str) -> None:
    assert default_workspace(folder) == expected
    assert re.fullmatch(WORKSPACE_PATTERN, expected)
