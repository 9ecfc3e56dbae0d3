"""Between any two states: what is accepted is what the plan wanted to change, and then it wants nothing more."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pdsync.accept import AcceptError, AcceptRequest, compute_accepted
from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.export.document import ManifestText
from pdsync.export.written import write_value
from pdsync.kinds import BY_SLUG
from pdsync.manifest import load_texts
from pdsync.model import Resource
from pdsync.plan import Operation, build_plan
from pdsync.sandbox import SandboxServer
from tests.support.random_world import worlds
from tests.support.world import TOKEN, converge, options

EXAMPLES = int(os.environ.get("PDSYNC_EXAMPLES", "5"))


def text_of(resource: Resource, name: str, draw: Any) -> str:
    """A manifest with a comment above every member, indented and broken as someone might."""
    kind = BY_SLUG[resource.kind]
    spec: dict[str, Any] = {}
    for declared in kind.fields:
        if declared.name in resource.fields:
            spec[declared.name] = write_value(declared.codec, resource.fields[declared.name], None)
    for child in kind.children:
        if child.name in resource.children:
            spec[child.name] = [write_value(child.item, item) for item in resource.children[child.name]]
    for mode, how in resource.modes.items():
        spec[f"{mode}_mode"] = how
    spec["name"] = name
    comments = {member: [f"about {member}"] for member in spec}
    text = ManifestText(kind, resource.key, spec, comments).render()
    if draw(st.booleans()):
        text = "\n".join(
            f"{line} # {at}" if line.endswith(("]", "}")) else line for at, line in enumerate(text.split("\n"))
        )
    return text


def with_values_of(resources: list[Resource]) -> list[Resource]:
    """The manifests, with values of those custom fields only that are among them."""
    names = {(it.kind, it.fields["name"]) for it in resources if "name" in it.fields}
    found = []
    for made in resources:
        fact = BY_SLUG[made.kind].facts.values
        if fact is not None and fact.field in made.fields:
            kept = {name: value for name, value in made.fields[fact.field].items() if (fact.of, name) in names}
            made = replace(made, fields={**made.fields, fact.field: kept})
        found.append(made)
    return found


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(first=worlds(), second=worlds(), data=st.data())
def test_whatever_differs_can_be_accepted(first: list[Resource], second: list[Resource], data: st.DataObject) -> None:
    names = {made.address: made.name for made in first}
    keys = {made.address for made in first}
    texts = {
        f"{made.kind}/{made.key}.yaml": text_of(made, names[made.address], data.draw)
        for made in with_values_of([it for it in second if it.address in keys])
    }
    while (
        loaded := load_texts(texts.items())
    ).problems:  # one that points at something which only one of the states has
        del texts[loaded.problems[0].source.file]
    resources = list(loaded.resources)
    with (
        SandboxServer() as sandbox,
        RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client,
    ):
        converge(client, first)
        # Of each object in turn, as `accept` reads the one that it is told.
        account = fetch_account(client, Extent(resources, in_full=lambda resource, child: True, everything=True))
    before = dict(texts)
    for resource in loaded.resources:
        current = load_texts(texts.items()).resources
        try:
            made = compute_accepted(AcceptRequest(resource.address, texts, current), account, options())
        except AcceptError as error:
            raise AssertionError(f"{resource.address}: {error.message}\n{texts[resource.source.file]}") from error
        if made is not None:
            texts[made.file] = made.text
    after = load_texts(texts.items())
    plan = build_plan(after.resources, account, options())
    assert not plan.problems
    left = [(c.address, c.deltas, c.children) for c in plan.changes if c.deltas or c.children]
    assert not left, left
    assert Operation.CREATE not in plan.count()
    for file, text in before.items():
        kept = [line for line in text.splitlines() if line.strip().startswith("# about ")]
        assert [line for line in texts[file].splitlines() if line in kept] == kept, (text, texts[file])
