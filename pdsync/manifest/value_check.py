"""Values of custom fields, checked against the fields that other manifests define."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.kinds import BY_SLUG
from pdsync.manifest.manifest import Manifest
from pdsync.model.codec.custom_field import value_problem
from pdsync.model.fact import ValueFact


def check_values(manifests: Sequence[Manifest]) -> None:
    """Notes a problem for each value that its field does not allow. A field without a manifest is one of the account: the plan knows it."""
    facts = {slug: kind.facts.values for slug, kind in BY_SLUG.items() if kind.facts.values is not None}
    defined: dict[tuple[str, str], Manifest] = {
        (manifest.kind.slug, str(manifest.fields.get("name"))): manifest
        for manifest in manifests
        if manifest.kind is not None and not manifest.lifecycle.absent and not manifest.unreadable
    }
    for manifest in manifests:
        fact = facts.get(manifest.kind.slug) if manifest.kind is not None else None
        if fact is not None and fact.field in manifest.fields:
            _check(manifest, fact, defined)


def _check(manifest: Manifest, fact: ValueFact, defined: dict[tuple[str, str], Manifest]) -> None:
    for name, value in manifest.fields[fact.field].items():
        found = defined.get((fact.of, name))
        wrong = value_problem(found.fields, value) if found is not None and value is not None else None
        if found is not None and wrong is not None:
            hint = f"{wrong[1]} " if wrong[1] else ""
            manifest.problem(("spec", fact.field, name), wrong[0], f"{hint}The field is defined at {found.source()}.")
