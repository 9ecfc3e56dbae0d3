"""A value of a manifest is in no output, in whatever form it was repeated, and however it was cut."""

from __future__ import annotations

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.cli.secret import HIDDEN, Secrets

VALUES = (
    "hunter2!",
    "p&ss <wörd> \"q\" 'x'",
    "-----BEGIN KEY-----\nMIIEabcdefgh\nxyz12345678\n-----END KEY-----",
    "a/b+c=d?e f%20",
    'p\\w"\t0rd',
    "$`'\"\\$(x) 4711",
)


def secrets_of(*values: str) -> Secrets:
    secrets = Secrets()
    secrets.follow(lambda: values)
    return secrets


@pytest.mark.parametrize("value", VALUES)
def test_it_is_hidden_in_every_form(value: str) -> None:
    secrets = secrets_of(value)
    for form in (
        value, json.dumps(value), json.dumps(value, ensure_ascii=False), json.dumps(json.dumps({"a": value})), quote(value), quote(value, safe=""),
        quote_plus(value), html.escape(value), shlex.quote(value), repr(value), f"{value}{value}",
    ):  # fmt: skip
        shown = secrets.mask(f"before {form} after")
        assert shown.startswith("before ")
        assert shown.endswith(" after")
        assert HIDDEN in shown
        assert value not in shown
        for line in value.splitlines():
            assert len(line) < 8 or line not in shown
    for user in ("", "u", "us", "user", "user-"):
        encoded = base64.b64encode(f"{user}:{value}:".encode()).decode()
        shown = secrets.mask(f"Authorization: Basic {encoded}")
        assert len(shown) < len(encoded) or HIDDEN in shown
        left = shown.removeprefix("Authorization: Basic ").replace(HIDDEN, "")
        assert len(left) <= len(encoded) - len(value)


@pytest.mark.parametrize("value", [it for it in VALUES if len(it) > 12])
def test_a_piece_that_was_cut_or_wrapped_is_hidden(value: str) -> None:
    first = value.splitlines()[0]
    for cut in range(10, len(first)):
        shown = secrets_of(value).mask(f"{first[:cut]}... and ...{first[-cut:]}")
        assert first[:10] not in shown
        assert first[-10:] not in shown


@pytest.mark.parametrize(
    "value",
    [
        "ключ-секрет-длинный",
        "0123456789ключ-секрет",
        "a\"b'c\\\\d&e<f>g%h/i=j é" * 200,
        *(it for it in VALUES if len(it) > 12),
    ],
)
def test_a_piece_is_hidden_as_it_is_spelled(value: str) -> None:
    """An error that quotes a body may be cut, so that the whole is never there."""
    value = value.splitlines()[0]
    for spell in (
        lambda it: json.dumps(it)[1:-1], lambda it: json.dumps(it, ensure_ascii=False)[1:-1], lambda it: json.dumps(json.dumps(it)[1:-1])[1:-1],
        quote, quote_plus, lambda it: quote(it, safe=""), html.escape, lambda it: html.escape(it, quote=False), lambda it: repr(it + "'\"")[1:-4],
    ):  # fmt: skip
        for length in {*range(10, min(len(value), 40)), max(10, len(value) - 1)}:
            for piece in (value[:length], value[-length:]):
                spelled = spell(piece)
                shown = secrets_of(value).mask(f"before {spelled}... after")
                assert spelled not in shown
                assert len(shown) <= len(f"before {HIDDEN}... after") + 2, shown


def test_pieces_of_several_lines_are_hidden() -> None:
    value = "0123456789abcdefghij"
    shown = secrets_of(value).mask(f"{value[:12]}\n{value[12:]} {value[:10]}")
    assert value[:10] not in shown
    assert shown.count(HIDDEN) == 2


def test_a_short_value_is_hidden_and_a_letter_is_not() -> None:
    assert secrets_of("pw4711").mask("it is pw4711.") == f"it is {HIDDEN}."
    assert secrets_of("a").mask("a sentence") == "a sentence"
    assert secrets_of("").mask("a sentence") == "a sentence"


@given(st.text(min_size=4), st.text(max_size=30))
def test_no_value_is_an_exception(value: str, text: str) -> None:
    secrets = secrets_of(value)
    shown = secrets.mask(text + value + text)
    assert len(value.strip()) < 4 or value not in shown or value in HIDDEN * 2


def test_tokens_are_known_by_their_end_as_before() -> None:
    secrets = secrets_of("value-of-a-manifest")
    secrets.append("u+token-of-a-person")
    assert secrets.mask("u+token-of-a-person value-of-a-manifest") == f"*rson {HIDDEN}"
