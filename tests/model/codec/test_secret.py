"""Codecs of secrets: what a manifest may write, what an answer shows, what is sent, and how the two sides meet."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.model.codec.open import agree, open_of
from pdsync.model.codec.plain import Codec, Nullable, Text
from pdsync.model.codec.secret import Hidden, Secret, SecretMap, SecretTree, is_redacted
from pdsync.model.codec.secret_part import SecretParts, find_secrets, map_secrets
from pdsync.model.codec.secret_text import MAX_FILE_BYTES, SOURCE, USED, MissingSecretError, as_text, resolve
from pdsync.model.codec.structure import ListOf, MapOf, Object, Variants, optional, required
from pdsync.model.scope import Scope

ONE, TWO = "canary-one-4711", "canary-two-0815"
NESTED = Object.of(
    user=required(Text()),
    password=required(Secret()),
    hooks=optional(ListOf(Object.of(name=required(Text()), key=required(Secret(literal=True))), key="name")),
    rows=optional(ListOf(Secret())),
    way=optional(Variants("by", (("basic", Object.of(secret=required(Secret()))), ("none", Object.of())))),
    more=optional(MapOf(Nullable(Secret()))),
)


@pytest.fixture(autouse=True)
def _source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("ONE", ONE)
    monkeypatch.setenv("TWO", TWO)
    monkeypatch.delenv("NOTHING", raising=False)
    monkeypatch.setattr(SOURCE, "folder", tmp_path)
    yield
    USED.clear()


def desired(codec: Codec, value: Any) -> tuple[Any, list[str]]:
    scope = Scope()
    read = codec.desired(value, scope, ())
    return read, [problem.message for problem in scope.problems]


def live(codec: Codec, value: Any) -> Any:
    return codec.live(value, Scope())


@pytest.mark.parametrize("written", ["${env:ONE}", "Bearer ${env:ONE}", "${file:a/b.txt}", "${env:ONE}:${env:TWO}"])
def test_the_canonical_value_is_the_text(written: str) -> None:
    assert desired(Secret(), written) == (written, [])
    assert desired(SecretMap(), {"X": written}) == ({"X": written}, [])
    assert desired(SecretTree(), {"a": [{"b": written}]}) == ({"a": [{"b": written}]}, [])


@pytest.mark.parametrize("written", ["hunter2", "", "$${env:ONE}", "${env:ONE", "${ENV:ONE}"])
def test_plain_text_is_refused_where_it_is_always_a_secret(written: str) -> None:
    _, problems = desired(Secret(), written)
    assert problems == ["a secret is written here as plain text"]
    assert desired(Secret(literal=True), written) == (written, [])


@pytest.mark.parametrize("written", ["${env:}", "${env:A B}", "${env:1A}", "${env:A-B}", "${file:}", "${file:  }"])
def test_a_reference_that_names_nothing_is_a_problem(written: str) -> None:
    _, (problem,) = desired(Secret(literal=True), written)
    assert "names no" in problem


def test_what_is_sent_is_the_value(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    for written, value in {
        "${env:ONE}": ONE,
        "Bearer ${env:ONE}, ${env:TWO}": f"Bearer {ONE}, {TWO}",
        "${file:key}": "from-a-file",
        f"${{file:{tmp_path / 'key'}}}": "from-a-file",
        "$${env:ONE} ${env:ONE}": f"${{env:ONE}} {ONE}",
        "$${file:key}": "${file:key}",
        "plain": "plain",
    }.items():
        assert Secret(literal=True).to_api(written, lambda ref: ref) == value
    assert {ONE, TWO, "from-a-file"} <= USED
    said = SecretMap(listed=True).to_api({"A": "${env:ONE}", "B": "b"}, lambda ref: ref)
    assert said == [{"name": "A", "value": ONE}, {"name": "B", "value": "b"}]
    assert SecretTree().to_api({"a": ["${env:ONE}", 1, None]}, lambda ref: ref) == {"a": [ONE, 1, None]}


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"a\n", "a"),
        (b"a\r\n", "a"),
        (b"a\n\n", "a\n"),
        (b" a ", " a "),
        (b"a\nb\n", "a\nb"),
        ("ü".encode(), "ü"),
        (b"x" * MAX_FILE_BYTES, None),
    ],
)
def test_one_line_break_at_the_end_of_a_file_is_cut(tmp_path: Path, content: bytes, value: str | None) -> None:
    (tmp_path / "key").write_bytes(content)
    assert resolve("${file:key}") == (value if value is not None else content.decode())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "does not exist"),
        ("folder", "is a folder"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"hunter2" * 10_000, "is larger than 64 KiB"),
        (b"hunter2\xff", "is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_nothing_of_what_it_holds(
    tmp_path: Path, content: Any, why: str
) -> None:
    if content == "folder":
        (tmp_path / "key").mkdir()
    elif content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(MissingSecretError) as raised:
        resolve("${file:key}")
    assert str(raised.value) == f"the file key {why}"
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("name", ["\0", "a\0b", "x" * 300, "loop"])
def test_no_name_of_a_file_is_an_exception(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(MissingSecretError):
        resolve(f"${{file:{name}}}")


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(MissingSecretError, match="the environment has no NOTHING and the file none does not exist"):
        resolve("${env:NOTHING} ${env:ONE} ${file:none}")


@given(st.text("${}env:file ONE", max_size=30))
def test_what_the_account_shows_is_sent_as_it_is(value: str) -> None:
    assert resolve(as_text(value)) == value


@pytest.mark.parametrize(
    "value", [None, "--redacted--", "-- redacted --", "[REDACTED]", "<redacted>", "redacted", "*****"]
)
def test_what_is_redacted_is_hidden(value: Any) -> None:
    assert is_redacted(value)
    assert live(Secret(), value) == live(Secret(literal=True), value) == {"hidden": ""}
    assert live(SecretMap(), {"A": value}) == live(SecretMap(listed=True), [{"name": "A", "value": value}])


def test_a_secret_that_an_answer_holds_is_in_no_form_of_the_value() -> None:
    held = live(SecretTree(), {"access_token": ONE, "headers": [{"name": "Authorization", "value": ONE}], "url": "u"})
    assert held == {
        "access_token": {"hidden": ""},
        "headers": [{"name": "Authorization", "value": {"hidden": ""}}],
        "url": "u",
    }
    for secret in (held, live(Secret(), ONE)):
        forms = (json.dumps(secret), repr(secret), str(secret), repr(copy.deepcopy(secret)), repr(pickle.dumps(secret)))
        assert not [form for form in forms if ONE in form]


WRITTEN = {
    "user": "pd",
    "password": "${env:ONE}",
    "hooks": [{"name": "a", "key": "plain"}, {"name": "b", "key": "${env:TWO}"}],
    "rows": ["${env:ONE}"],
    "way": {"by": "basic", "secret": "x ${env:TWO}"},
    "more": {"m": "${env:ONE}", "n": None},
}
ANSWERED = {
    "user": "pd",
    "password": None,
    "hooks": [{"name": "b", "key": "--redacted--"}, {"name": "a", "key": "plain"}],
    "rows": ["--redacted--"],
    "way": {"by": "basic", "secret": TWO},
}


def test_every_secret_at_any_depth_is_found() -> None:
    read, problems = desired(NESTED, WRITTEN)
    assert problems == []
    assert dict(find_secrets(NESTED, read)) == {
        ("password",): "${env:ONE}",
        ("hooks", "[a]", "key"): "plain",
        ("hooks", "[b]", "key"): "${env:TWO}",
        ("rows", "[0]"): "${env:ONE}",
        ("way", "secret"): "x ${env:TWO}",
        ("more", "m"): "${env:ONE}",
    }
    assert "${env" not in json.dumps(map_secrets(NESTED, read, lambda path, part: None))
    assert map_secrets(NESTED, read, lambda path, part: part) is read
    side = open_of(NESTED)
    assert isinstance(side, SecretParts)
    assert sorted(map(str, side.references(read))) == ["${env:ONE}", "${env:TWO}"]
    assert [side.shown_path(path) for path in side.parts(read)][2] == ".hooks[b].key"
    assert open_of(Object.of(user=required(Text()))) is None


def test_what_was_applied_is_no_difference_and_nothing_else_is_known() -> None:
    side = SecretParts(NESTED)
    read, answer = (
        desired(NESTED, {**WRITTEN, "way": {"by": "basic", "secret": "${env:TWO}"}})[0],
        live(NESTED, ANSWERED),
    )
    wanted, held = side.meet(read, answer, lambda path: True)
    assert wanted == read
    assert held["password"] == "${env:ONE}"
    assert held["rows"] == ["${env:ONE}"]
    assert held["hooks"] == [{"name": "b", "key": "${env:TWO}"}, {"name": "a", "key": "plain"}]
    assert held["way"] == {"by": "basic", "secret": "${env:TWO}"}
    assert held["more"] == {"m": "${env:ONE}"}
    _, unknown = side.meet(read, answer, lambda path: False)
    assert unknown["hooks"][0]["key"] == unknown["rows"][0] == {"hidden": ""}
    assert "password" not in unknown
    assert "more" not in unknown
    assert unknown["way"]["secret"] == "${env:TWO}"  # the answer shows it, so it is compared
    assert agree(NESTED, read, {**held, "more": read["more"], "hooks": read["hooks"]})


@pytest.mark.parametrize(
    ("written", "shown", "met"),
    [
        ("${env:ONE}", ONE, "${env:ONE}"),
        ("${env:ONE}", TWO, {"hidden": ""}),
        ("x${env:ONE}", f"x{ONE}", "x${env:ONE}"),
        ("plain", "plain", "plain"),
        ("plain", "other", "other"),
        ("$${env:ONE}", "${env:ONE}", "$${env:ONE}"),
        ("${env:ONE}", "${env:ONE}", {"hidden": ""}),
    ],
)
def test_what_an_answer_shows_is_compared_by_its_value(written: str, shown: str, met: Any) -> None:
    side = SecretParts(Secret(literal=True))
    assert side.meet(written, live(side.codec, shown), lambda path: True) == (written, met)
    assert side.meet(written, live(side.codec, shown), lambda path: False) == (written, met)
    hidden = SecretParts(Secret()).meet(written, live(Secret(), shown), lambda path: True)[1]
    assert hidden == ({"hidden": ""} if met in ("other", {"hidden": ""}) else written)


@pytest.mark.parametrize("answer", [None, {}, {"A": None}, {"A": "--redacted--"}, [{"name": "A", "value": None}]])
def test_a_mapping_that_is_never_shown_is_open(answer: Any) -> None:
    codec = SecretMap(Secret())
    side = SecretParts(codec)
    assert side.meet({"A": "${env:ONE}"}, live(codec, answer), lambda path: True)[1] == {"A": "${env:ONE}"}
    assert side.meet({"A": "${env:ONE}"}, live(codec, answer), lambda path: False)[1] in ({}, {"A": {"hidden": ""}})
    assert side.meet({"A": "${env:ONE}"}, None, lambda path: True)[1] == {"A": "${env:ONE}"}
    assert side.meet({"A": "${env:ONE}"}, None, lambda path: False)[1] is None


def test_a_name_that_only_the_account_has_is_a_difference() -> None:
    side = SecretParts(SecretMap())
    held = live(side.codec, {"A": "--redacted--", "B": "--redacted--"})
    wanted, met = side.meet({"A": "${env:ONE}"}, held, lambda path: True)
    assert met == {"A": "${env:ONE}", "B": {"hidden": ""}} != wanted


def test_an_export_names_a_variable_for_what_it_does_not_know() -> None:
    side = SecretParts(NESTED)
    assert (
        side.named(live(NESTED, ANSWERED), "snow-orders config")["hooks"][0]["key"]
        == "${env:SNOW_ORDERS_CONFIG_HOOKS_B_KEY}"
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda it: st.lists(it) | st.dictionaries(st.text(max_size=5), it),
        max_leaves=12,
    )
)
def test_no_answer_is_an_exception(value: Any) -> None:
    for codec in (Secret(), Secret(literal=True), SecretMap(), SecretMap(Secret(), listed=True), SecretTree(), NESTED):
        held = live(codec, value)
        side = SecretParts(codec)
        side.parts(held)
        side.frame(held)
        written = "${env:ONE}" if isinstance(codec, Secret) else {"a": "${env:ONE}"}
        side.meet(WRITTEN if codec is NESTED else written, held, lambda path: True)


def test_hidden_values_are_equal_and_say_nothing() -> None:
    assert Hidden("a") == Hidden("b") == {"hidden": ""}
    assert repr(Hidden("hunter2")) == "<hidden>"


@pytest.mark.parametrize(
    ("codec", "value"),
    [
        (Secret(), Hidden()),
        (Secret(literal=True), Hidden("known")),
        (Secret(), {"hidden": ""}),
        (SecretMap(), {"a": Hidden()}),
        (SecretMap(listed=True), {"a": "b", "c": Hidden()}),
        (SecretTree(), {"a": [{"b": Hidden()}]}),
    ],
)
def test_what_is_hidden_is_never_sent(codec: Codec, value: Any) -> None:
    with pytest.raises(MissingSecretError, match="known to PagerDuty alone"):
        codec.to_api(value, {})
