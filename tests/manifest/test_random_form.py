"""Whatever form a manifest has, and wherever its fields are written: it asks for the same."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pdsync.manifest import LoadResult, load_texts
from pdsync.model import Resource
from tests.support.examples import examples
from tests.support.random_form import in_folders, in_short_forms, with_defaults
from tests.support.random_world import worlds
from tests.support.rendered import document_of, render_document

_NAMES = {"schedule_layers": ("schedule_layers", "rotation")}
EXAMPLES = examples(4)


def load(documents: Mapping[str, Mapping[str, Any]]) -> LoadResult:
    return load_texts([(name, render_document(document)) for name, document in documents.items()], whole=True)


def asked(result: LoadResult) -> list[tuple[Any, ...]]:
    """What manifests say, apart from where they say it."""
    return [(it.address, it.fields, it.children, it.modes, it.lifecycle) for it in result.resources]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(state=worlds(), seed=st.integers(0, 2**31 - 1))
def test_short_forms_and_defaults_mean_what_the_long_form_means(state: list[Resource], seed: int) -> None:
    random = Random(seed)
    documents = in_folders({f"{it.kind}-{it.key}.yaml": document_of(it) for it in state}, random)
    long = load(documents)
    assert not long.problems, long.problems
    short = {name: in_short_forms(document, random) for name, document in documents.items()}
    assert asked(load(short)) == asked(long)
    given = with_defaults(short, random)
    result = load(given)
    assert not result.problems, result.problems
    assert asked(result) == asked(long)
    for made in result.resources:
        for name, source in made.defaults.items():
            assert made.positions[name] == source
            line = render_document(given[source.file]).splitlines()[source.line - 1]
            assert line.strip().partition(":")[0] in _NAMES.get(name, (name,)), (name, source, line)
