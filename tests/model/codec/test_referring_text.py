"""Text that may hold references: what is one, what only looks like one, and that each form leads back to the other."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.export.yaml_writer import literal
from pdsync.model import Ref, Scope
from pdsync.model.codec.plain import Nullable, Text
from pdsync.model.codec.referring_text import ReferringText, plain_of, written_out
from pdsync.model.codec.workflow_step import InputText
from pdsync.model.ref import ANY_KIND, ID_PATTERN

CODEC = ReferringText(Text(multiline=True))
IDS = {"PSHOP01": Ref("service", "key", "shop"), "PANA00000001": Ref("user", "key", "ana")}


def to_key(ref: Ref) -> Ref:
    return IDS.get(ref.value, ref) if ref.kind == ANY_KIND else ref


def to_request(ref: Ref) -> Mapping[str, str]:
    return {"id": next((identity for identity, key in IDS.items() if key == ref), ref.value)}


def live(text: str) -> object:
    return CODEC.map_refs(CODEC.live(text, Scope()), to_key)


def read(text: str) -> tuple[object, Scope]:
    scope = Scope()
    return CODEC.desired(text, scope, ("spec", "story")), scope


@pytest.mark.parametrize(
    ("answer", "canonical"),
    [
        ("Ring PSHOP01.", "Ring ${id:service/shop}."),
        ('{"a":"PSHOP01","b":["PANA00000001"]}', '{"a":"${id:service/shop}","b":["${id:user/ana}"]}'),
        (
            "https://acme.pagerduty.com/services/PSHOP01?x=1",
            "https://acme.pagerduty.com/services/${id:service/shop}?x=1",
        ),
        ("PSHOP01", "${id:service/shop}"),
        ("PSHOP012 XPSHOP01 PSHOP01x _PSHOP01 éPSHOP01", "PSHOP012 XPSHOP01 PSHOP01x _PSHOP01 éPSHOP01"),
        ("POTHER1 and PRODUCTION", "POTHER1 and PRODUCTION"),
        ("$PSHOP01", "$PSHOP01"),
        ("${id:service/shop}", "$${id:service/shop}"),
        ("$${id: PSHOP01", "$$${id: ${id:service/shop}"),
        ("{{incident.title}} ${x} $5", "{{incident.title}} ${x} $5"),
    ],
)
def test_an_answer_is_what_a_manifest_would_say(answer: str, canonical: str) -> None:
    assert live(answer) == canonical
    again, scope = read(canonical)
    assert (again, scope.problems) == (canonical, [])
    assert CODEC.to_api(canonical, to_request) == answer


@pytest.mark.parametrize(
    ("written", "refs"),
    [
        ("${id:service/shop}", [Ref("service", "key", "shop")]),
        ("a ${id:service/shop}, ${id:user/ana}.", [Ref("service", "key", "shop"), Ref("user", "key", "ana")]),
        ("${id:service/{name: Shop API}}", [Ref("service", "name", "Shop API")]),
        ("${id:service/{id: PSHOP01}}", [Ref("service", "id", "PSHOP01")]),
        ("${id:Service/shop}", [Ref("Service", "key", "shop")]),
        ("$${id:service/shop} PSHOP01", []),
    ],
)
def test_references_are_read(written: str, refs: list[Ref]) -> None:
    _, scope = read(written)
    assert scope.problems == []
    assert scope.refs == [(("spec", "story"), ref) for ref in refs]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("${id:service/shop", "'${id:' is not closed"),
        ("${id:service/shop\n}", "'${id:' is not closed"),
        ("${id:}", "${id:} is not a reference"),
        ("${id:shop}", "${id:shop} is not a reference"),
        ("${id:service/}", "${id:service/} is not a reference"),
        ("${id:service/a b}", "${id:service/a b} is not a reference"),
        ("${id:service/{email: a}}", "${id:service/{email: a} is not a reference"),
        ("x${id:service/shop}", "${id:service/shop} is part of a longer word"),
        ("${id:service/shop}x", "${id:service/shop} is part of a longer word"),
        ("${id:service/shop}${id:user/ana}", "${id:user/ana} is part of a longer word"),
    ],
)
def test_what_is_no_reference_is_a_problem(written: str, message: str) -> None:
    _, scope = read(written)
    (problem,) = scope.problems
    assert problem.path == ("spec", "story")
    assert problem.message.startswith(message)
    assert problem.hint


def test_a_managed_target_is_the_same_by_key_and_by_id() -> None:
    by_id, _ = read("Ring PSHOP01")
    assert CODEC.map_refs(by_id, to_key) == "Ring ${id:service/shop}"


@given(
    st.from_regex(ID_PATTERN, fullmatch=True)
    | st.uuids().map(str)
    | st.from_regex(r"[0-9]{8}(-[0-9]{4}){3}-[0-9a-f]{12}", fullmatch=True)
)
def test_an_id_of_any_form_is_found_whole(identity: str) -> None:
    """Some long ids begin with eight digits, which alone have the form of a short one."""
    asked: list[Ref] = []

    def note(ref: Ref) -> Ref:
        asked.append(ref)
        return ref

    ReferringText(Text()).map_refs(f"id {identity} of it", note)
    assert asked == [Ref(ANY_KIND, "id", identity)]


def test_every_text_inside_an_input_that_is_sent_as_json_may_refer() -> None:
    codec = ReferringText(InputText())
    inside = codec.part(0)
    assert inside is not None
    deep = inside.part("id")
    assert deep is not None
    assert deep.takes_ids()
    assert not deep.takes_secrets()
    value = [{"id": "${id:service/shop}"}]
    scope = Scope()
    canonical = codec.desired(value, scope, ("spec", "steps"))
    assert (scope.problems, scope.refs) == ([], [(("spec", "steps"), Ref("service", "key", "shop"))])
    assert codec.to_api(canonical, to_request) == '[{"id": "PSHOP01"}]'
    assert CODEC.part(0) is None


def test_what_is_not_text_stays() -> None:
    codec = Nullable(CODEC)
    assert codec.desired(None, Scope(), ()) is None
    assert codec.map_refs(None, to_key) is None
    assert codec.takes_ids()
    assert codec.refers()


TEXTS = st.lists(
    st.sampled_from(
        ["PSHOP01", "PANA00000001", "POTHER1", "$", "${id:", "{id:", "}", "service/shop", " ", "a", "\n", "é"]
    )
).map("".join)


def test_a_text_that_a_person_made_long_takes_no_time() -> None:
    """Each of these takes as long as it has characters, or the test would not end."""
    for text in ("${id:a/{name:" + " " * 200_000, "${id:" * 50_000, "$" * 200_000, "A" * 200_000):
        _, scope = read(text + "}")
        assert scope.refs == []
        assert CODEC.to_api(live(text), to_request) == text.strip()


@given(TEXTS)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    """Whatever is live: the canonical value is what a manifest may say, and what is sent for it is what was live."""
    canonical = live(text)
    again, scope = read(str(canonical))
    assert scope.problems == []
    assert CODEC.map_refs(again, to_key) == canonical
    assert CODEC.to_api(canonical, to_request) == text.strip()


@given(TEXTS)
def test_a_manifest_of_a_text_without_references_is_that_text(text: str) -> None:
    assert plain_of(written_out(text)) == (text, False)
    assert plain_of(literal(text)) == (text, False)


@given(TEXTS)
def test_what_a_valid_manifest_says_is_what_is_read_back(text: str) -> None:
    canonical, scope = read(text)
    if scope.problems or re.search(r"\$\{id:service/shop\}", str(canonical)) is None:
        return
    wanted = CODEC.map_refs(canonical, to_key)
    assert live(CODEC.to_api(wanted, to_request)) == wanted
