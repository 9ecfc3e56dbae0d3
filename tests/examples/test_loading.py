"""pdsync itself takes the examples without a complaint, and so would an editor."""

from __future__ import annotations

import jsonschema
import pytest

from pdsync.kinds import BY_NAME, BY_SLUG, KINDS
from pdsync.manifest import load_manifests
from tests.examples.tree import FILES, MANIFESTS, documents


def test_the_manifests_load_with_no_problem() -> None:
    result = load_manifests([MANIFESTS])
    assert result.problems == ()
    assert len(result.resources) == len(documents())
    assert len(result.files) == len(FILES)


def test_users_named_by_email_address_are_the_ones_of_the_manifests() -> None:
    """So that everything can be created at once in an empty account, where nobody has that address yet."""
    result = load_manifests([MANIFESTS])
    pending = [
        (resource.address, ref)
        for resource in result.resources
        for _, ref in BY_SLUG[resource.kind].refs_of(resource.fields)
        if ref.by not in ("key", "id") and ref.kind != "vendor"
    ]
    assert pending == []


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_the_schema_of_the_kind_accepts_them(kind: str) -> None:
    validator = jsonschema.Draft202012Validator(BY_NAME[kind].spec.schema())
    for path, document in documents():
        if document["kind"] == kind:
            problems = [
                f"{path.name}: {error.json_path}: {error.message}" for error in validator.iter_errors(document["spec"])
            ]
            assert problems == []
