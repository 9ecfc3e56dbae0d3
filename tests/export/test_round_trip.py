"""An exported account plans to adoption and nothing else, and can be made again somewhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings

from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.model import Resource
from pdsync.plan import Operation
from pdsync.sandbox import SandboxServer
from tests.export.world import assert_only_adopts, export_of, fetch_whole, load, plan_of
from tests.support.examples import examples
from tests.support.hosted import hosted_client
from tests.support.random_world import worlds
from tests.support.world import converge

EXAMPLES = examples(4)


def open_sandbox(stack: ExitStack, seed: str = "none") -> RestApiV2Client:
    sandbox = stack.enter_context(SandboxServer(seed=seed))
    return stack.enter_context(hosted_client(sandbox.url))


def test_the_example_account_is_adopted_as_it_is_and_made_again_elsewhere() -> None:
    with ExitStack() as stack:
        one, other = open_sandbox(stack, "example"), open_sandbox(stack)
        export = export_of(fetch_whole(one))
        resources = load(export)
        plan = plan_of(one, resources)
        assert_only_adopts(plan)
        objects = [resource for resource in resources if BY_SLUG[resource.kind].marker_line is not None]
        assert plan.count()[Operation.ADOPT] == len(objects) == 34
        assert not export.left_out
        converge(other, resources)
        again = export_of(fetch_whole(other))
        assert again.files == export.files


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(state=worlds())
def test_any_account_is_exported_without_a_difference(state: list[Resource]) -> None:
    with ExitStack() as stack:
        one, other = open_sandbox(stack), open_sandbox(stack)
        converge(one, state)
        account = fetch_whole(one)
        export = export_of(account)
        resources = load(export)
        marked = {made.address for made in state if BY_SLUG[made.kind].marker_line is not None}
        assert {resource.address for resource in resources} >= marked
        plan = plan_of(one, resources)
        assert not plan.problems
        different = [(change.address, change.deltas, change.children) for change in plan.changes]
        assert all(not deltas and not children for _, deltas, children in different), different
        converge(other, with_names_of_secrets(resources, state))
        assert without_ids(export_of(fetch_whole(other)).files) == without_ids(export.files)


def with_names_of_secrets(resources: Sequence[Resource], state: Sequence[Resource]) -> list[Resource]:
    """The manifests once a person wrote the secrets of which PagerDuty does not even show the names, as a comment of the export asks."""
    written = {(it.kind, it.name): it.fields for it in state}
    found = []
    for made in resources:
        needed = [
            it.name
            for it in BY_SLUG[made.kind].fields
            if it.required and it.codec.has_secrets() and not made.fields[it.name]
        ]
        more = {name: written[made.kind, made.name][name] for name in needed}
        found.append(replace(made, fields={**made.fields, **more}) if more else made)
    return found


def without_ids(files: object) -> dict[str, str]:
    assert isinstance(files, dict)
    return {name: re.sub(r"\bP[A-Z0-9]{6,13}\b", "P", text) for name, text in files.items()}
