"""Where work is spared, the result is the one of doing it."""

from __future__ import annotations

import gc
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsync.kinds import KINDS
from pdsync.model import Kind, Ref, Scope, digest_of, encode
from pdsync.model.garbage import collection_paused
from pdsync.model.last_applied import value_hash, value_hashes
from pdsync.model.live import compact_bytes, compact_lines, digest_of_each
from pdsync.plan import Change, ChildChange, ChildOperation, Delta, Operation, Plan
from tests.support.samples import samples

REFS = st.builds(Ref, st.sampled_from(["user", "team"]), st.sampled_from(["key", "id"]), st.text(max_size=5))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | REFS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def plainly(value: Any) -> str:
    """The digest as it is defined: of the JSON of the encoded value."""
    text = json.dumps(encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@given(st.lists(VALUES, max_size=4))
def test_a_digest_is_of_the_encoded_value_however_it_is_taken(values: list[Any]) -> None:
    assert digest_of(values) == plainly(values) == digest_of_each(values) == digest_of_each(iter(values))
    assert compact_lines(values) == [compact_bytes(value) for value in values]
    assert list(value_hashes(values)) == [value_hash(value) for value in values]


@pytest.mark.parametrize("text", ["half \ud83d of a pair", '\u2028\x7f\x00\x1f\n"\\', "é\U0001f600", "x" * 1000])
def test_any_text_is_hashed_as_json_writes_it(text: str) -> None:
    for value in (text, [text], {text: text}):
        assert digest_of(value) == plainly(value)
        assert compact_lines([value, 1]) == [compact_bytes(value), b"1"]
        assert list(value_hashes([value])) == [value_hash(value)]


@given(VALUES, st.sampled_from(["", None, "https://example.com"]), st.sampled_from(["", None, "P1"]))
def test_the_digest_of_a_plan_is_that_of_its_json(value: Any, url: str | None, identity: str | None) -> None:
    item = ChildChange("integrations", ChildOperation.ADD, "a", "a", {"a": value}, identity)
    change = Change("service/a", "service", Operation.UPDATE, "a", identity, url=url, children=(item, item))
    change = replace(change, deltas=(Delta("a", None, value),), values={"b": value}, notes=("n",))
    plan = Plan("w", "s", "0" * 64, (change, change), labels={"b": "1", "a": "2"})
    body = plan.to_json()
    assert plan.digest == digest_of({name: held for name, held in body.items() if name not in ("digest", "pending")})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_what_holds_no_references_need_not_be_searched_for_them(kind: Kind) -> None:
    for field in kind.fields:
        for written in samples(field.codec):
            scope = Scope()
            value = field.codec.desired(written, scope, (field.name,))
            if scope.problems:
                continue
            found: list[Ref] = []
            mapped = field.codec.map_refs(value, lambda ref, found=found: found.append(ref) or ref)
            assert repr(mapped) == repr(value), "to the order of its keys"
            assert not found or field.name in kind.referring
            assert field.codec.map_refs(value, lambda ref: ref) is value, "what stays is not copied"
            assert bool(scope.refs) == bool(found)


@pytest.mark.parametrize("enabled", [True, False])
def test_collection_is_as_it_was_after_a_pause(enabled: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with collection_paused(), collection_paused():
            assert not gc.isenabled()
        assert gc.isenabled() is enabled
        with pytest.raises(KeyError), collection_paused():
            raise KeyError
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()
