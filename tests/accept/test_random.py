"""Between any two states: what is accepted is what the plan wanted to change, and then it wants nothing more."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pdsync.accept import AcceptError, AcceptRequest, compute_accepted
from pdsync.account import Extent, fetch_account
from pdsync.export.document import ManifestText
from pdsync.kinds import BY_NAME, BY_SLUG
from pdsync.manifest import load_texts
from pdsync.model import Resource
from pdsync.plan import Operation, build_plan
from pdsync.sandbox import SandboxServer
from tests.support.examples import examples
from tests.support.hosted import hosted_client
from tests.support.random_form import in_short_forms, with_defaults
from tests.support.random_world import worlds
from tests.support.rendered import document_of, render_document
from tests.support.world import converge, options

EXAMPLES = examples(4)


def texts_of(resources: list[Resource], names: dict[str, str], random: Random) -> dict[str, str]:
    """The manifests in any form, with the names that objects have in the account, and some fields in Defaults."""
    documents = {f"{made.kind}/{made.key}.yaml": document_of(made) for made in resources}
    for made in resources:
        label = BY_SLUG[made.kind].field(made.label)
        if label is not None and not label.fixed:
            documents[f"{made.kind}/{made.key}.yaml"]["spec"][made.label] = names[made.address]
    short = {file: in_short_forms(document, random) for file, document in documents.items()}
    return {file: text_of(document, random) for file, document in with_defaults(short, random).items()}


def text_of(document: dict[str, Any], random: Random) -> str:
    """A manifest with a comment above every member, indented and broken as someone might."""
    if document["kind"] not in BY_NAME:
        return render_document(document)
    spec = document["spec"]
    comments = {member: [f"about {member}"] for member in spec}
    text = ManifestText(BY_NAME[document["kind"]], document["metadata"]["name"], spec, comments).render()
    if random.random() < 0.5:
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


def load_without_dangling(texts: dict[str, str]) -> list[Resource]:
    """The manifests, after those are taken out of `texts` that point at something which only one of the states has."""
    while (loaded := load_texts(texts.items())).problems:
        del texts[loaded.problems[0].source.file]
    return list(loaded.resources)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(first=worlds(), second=worlds(), seed=st.integers(0, 2**31 - 1))
def test_whatever_differs_can_be_accepted(first: list[Resource], second: list[Resource], seed: int) -> None:
    names = {made.address: made.name for made in first}
    keys = {made.address for made in first}
    # A manifest that means several objects is edited by hand.
    chosen = [it for it in second if it.address in keys and BY_SLUG[it.kind].passing.gather is None]
    texts = texts_of(with_values_of(chosen), names, Random(seed))
    resources = load_without_dangling(texts)
    with (
        SandboxServer() as sandbox,
        hosted_client(sandbox.url) as client,
    ):
        converge(client, first)
        # Of each object in turn, as `accept` reads the one that it is told.
        account = fetch_account(client, Extent(resources, in_full=lambda resource, child: True, everything=True))
    while lost := {it.address for it in build_plan(resources, account, options()).problems}:  # only PagerDuty knows
        for resource in resources:
            if resource.address in lost:
                del texts[resource.source.file]
        resources = load_without_dangling(texts)
    before = dict(texts)
    for resource in resources:
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
