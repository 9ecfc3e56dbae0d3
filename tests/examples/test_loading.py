"""pdsync itself takes the examples without a complaint, and so would an editor."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from pdsync.kinds import BY_SLUG
from pdsync.manifest import load_manifests
from tests.examples.tree import FILES, MANIFESTS, documents


def test_the_manifests_load_with_no_problem() -> None:
    result = load_manifests([MANIFESTS])
    assert result.problems == ()
    assert len(result.resources) + len(result.tests) == len(documents())
    assert len(result.files) == len(FILES)


def test_users_named_by_email_address_are_the_ones_of_the_manifests() -> None:
    """So that everything can be created at once in an empty account, where no one has that address yet."""
    result = load_manifests([MANIFESTS])
    pending = [
        (resource.address, ref)
        for resource in result.resources
        for _, ref in BY_SLUG[resource.kind].refs_of(resource.fields)
        if ref.by not in ("key", "id") and ref.kind != "vendor"
    ]
    assert pending == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(MANIFESTS).as_posix())
def test_the_schema_that_their_first_line_names_accepts_them(path: Path) -> None:
    text = path.read_text("utf-8")
    schema = json.loads((path.parent / text.splitlines()[0].rpartition("$schema=")[2]).read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for document in yaml.safe_load_all(text):
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)] == []
        assert not validator.is_valid({**document, "spec": {**document["spec"], "no_such_field": 1}})
