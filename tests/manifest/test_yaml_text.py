"""YAML as manifests need it: what scalars mean, what is refused, and where."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from pdsync.manifest import events
from pdsync.manifest.file import decode
from pdsync.manifest.flaw import Flaw
from pdsync.manifest.yaml_text import MAX_ALIASED, MAX_DEPTH, read_yaml

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").rglob("*.yaml"))


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers, so that a machine without libyaml says the same."""
    if request.param == "python":
        monkeypatch.setattr(events, "FAST_PARSER", None)
    elif events.FAST_PARSER is None:
        pytest.skip("PyYAML was built without libyaml")
    return str(request.param)


def value_of(text: str) -> Any:
    found = read_yaml(text, "a.yaml")
    assert found.flaw is None
    (document,) = found.documents
    assert not document.flaws
    return document.value


def flaws_of(text: str) -> list[str]:
    found = read_yaml(text, "a.yaml")
    flaws = [flaw for document in found.documents for flaw in document.flaws] + ([found.flaw] if found.flaw else [])
    return [f"{flaw.line}:{flaw.column} {flaw.message}" + (f" | {flaw.hint}" if flaw.hint else "") for flaw in flaws]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("True", True), ("FALSE", False),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"), ("n", "n"),
        ("null", None), ("~", None), ("", None), ("nULL", "nULL"),
        ("0", 0), ("-7", -7), ("14400", 14400), ("1.5", 1.5), ("4.0", 4.0), (".5", 0.5), ("1e3", 1000.0), ("-2.", -2.0),
        ("08:00", "08:00"), ("22:30:00", "22:30:00"), ("1:30", "1:30"),
        ("2026-01-05", "2026-01-05"), ("2026-01-05T09:00:00Z", "2026-01-05T09:00:00Z"),
        ("007", "007"), ("0170123", "0170123"), ("0x1F", "0x1F"), ("0o17", "0o17"), ("0b1", "0b1"), ("1_000", "1_000"),
        ("+49", "+49"), ("-", None), ("=", "="), ("1e", "1e"), (".", "."), ("-x", "-x"),
        ("'5'", "5"), ('"true"', "true"), ("'null'", "null"), ("!!str 5", "5"), ("!!int '5'", 5), ("!!float 5", 5.0),
        ("! 5", "5"), ("!!null ''", None), ("!!bool true", True), ('"\\u00e9"', "é"), ("{a: 1}", {"a": 1}),
        ("!!map {a: 1}", {"a": 1}), ("!!seq [1]", [1]), ("[1, [2]]", [1, [2]]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("parser")
def test_a_scalar_means_what_it_looks_like(text: str, value: Any) -> None:
    if text == "-":
        assert value_of("a: -x") == {"a": "-x"}
        return
    read = value_of(f"a: {text}\n")["a"]
    assert read == value
    assert isinstance(read, type(value))


def test_a_fraction_shows_as_it_was_written() -> None:
    assert f"{value_of('a: 1.10')['a']}" == "1.10"


@pytest.mark.usefixtures("parser")
def test_keys_are_text_as_written() -> None:
    assert list(value_of("1: a\ntrue: b\nnull: c\non: d\n08:00: e\n'<<': f\n")) == [
        "1",
        "true",
        "null",
        "on",
        "08:00",
        "<<",
    ]


@pytest.mark.usefixtures("parser")
def test_aliases_stand_for_values_within_one_document() -> None:
    assert value_of("a: &x [1, {b: &y c}]\nd: *x\ne: *y\n") == {"a": [1, {"b": "c"}], "d": [1, {"b": "c"}], "e": "c"}
    assert flaws_of("a: &x 1\n---\nb: *x\n") == ["3:4 the alias *x has no anchor &x before it | Put text in quotes."]


@pytest.mark.usefixtures("parser")
def test_empty_documents_are_none() -> None:
    for text in ["", "\n", "# only a comment\n", "---\n", "---\n---\n...\n", "null\n", "\ufeff"]:
        decoded = decode(text.encode())
        assert isinstance(decoded, str)
        assert read_yaml(decoded, "a.yaml").documents == []


INDENT = "Check the indentation, or separate documents with '---'."
COLON = "Text that contains ': ' needs quotes; otherwise check the indentation of this line and the one above."
BROKEN = [
    ("a: b: c", [f"1:5 a ':' is not allowed here | {COLON}"]),
    ("a: 1\n  b: 2", [f"2:4 a ':' is not allowed here | {COLON}"]),
    ("a:\n\tb: 1", ["2:1 a tab is used for indentation | Indent with spaces."]),
    ("a: [1, 2\nb: 3\n", ["2:2 ',' or ']' is missing | The list begins with '[' on line 1."]),
    ("a: [1, 2\n", ["1:4 the '[' that opens here is never closed"]),
    ("a: [1,\n", ["2:1 the text ends inside of '[...]' or '{...}' | Check brackets and commas."]),
    ("a: {b: #c}\n", ["1:8 a value is missing here | '#' begins a comment here. Put the text in quotes."]),
    ("a: [#b, #c]\n", ["1:5 a value is missing here | '#' begins a comment here. Put the text in quotes."]),
    ("a: {b: #c}\nd: {e: 1}\n", ["1:8 a value is missing here | '#' begins a comment here. Put the text in quotes."]),
    ("a: {b: 1, # c\n  d: 'e: #f'\n", ["1:4 the '{' that opens here is never closed"]),
    ("a: [1, , 2]\n", ["1:8 a value is missing here | Check brackets and commas."]),
    ("a:\n  b: {c: 1\n", ["2:6 the '{' that opens here is never closed"]),
    ('a: 1\nb: "x\nc: 2\n', ["2:4 the quotation mark that opens here is never closed"]),
    ("a: 'x\n---\nb: 1", ["1:4 the quotation mark that opens here is never closed"]),
    ("- a\nb: 1", ["2:1 a list item that begins with '-' is expected here | The list begins on line 1; check the indentation."]),
    (
        "x: 1\na: |\n  x\n y\n",
        ["4:2 a key is expected here | The mapping begins on line 1; check the indentation, and for a missing ':'."],
    ),
    ("  a: 1\n b: 2", [f"2:2 this line does not belong to the lines above it | {INDENT}"]),
    ("a: @x", ["1:4 a value cannot begin with '@' | Put the text in quotes."]),
    ("a: `x`", ["1:4 a value cannot begin with '`' | Put the text in quotes."]),
    ("a: %x", ["1:4 a value cannot begin with '%' | Put the text in quotes."]),
    ("a: **bold**", ["1:4 '*' begins an alias, and its name is not valid | Put the text in quotes."]),
    ("%YAML 3.0\n---\na: 1", ["1:1 this version of YAML is unknown | Remove the %YAML line."]),
    ("a: !q!x 1", ["1:4 a value that begins with '!' is read as a tag | Put the text in quotes."]),
    ("a: |x\n  y", ["1:4 nothing but a comment may follow '|' or '>' on its line | Begin the text on the next line."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "flaws"), BROKEN)
@pytest.mark.usefixtures("parser")
def test_a_syntax_error_is_said_in_plain_words(text: str, flaws: list[str]) -> None:
    found = flaws_of(text)
    assert found == flaws


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("a: 1\nb: 2\na: 3\n", ["3:1 duplicate key 'a' | The first one is on line 1."]),
        ("x:\n  - {k: 1, k: 2}\n", ["2:12 duplicate key 'k' | The first one is on line 2."]),
        ("a: !!python/object:os.system x", ["1:4 the tag '!!python/object:os.system' is refused | Remove it; text that begins with '!' needs quotes."]),
        ("a: !secret x", ["1:4 the tag '!secret' is refused | Remove it; text that begins with '!' needs quotes."]),
        ("a: !!set {x, y}", ["1:4 the tag '!!set' is refused | Remove it; text that begins with '!' needs quotes."]),
        ("a: !!binary aGk=", ["1:4 the tag '!!binary' is refused | Remove it; text that begins with '!' needs quotes."]),
        ("a: !!timestamp 2026-01-01", ["1:4 the tag '!!timestamp' is refused | Remove it; text that begins with '!' needs quotes."]),
        ("a: !!int x", ["1:4 'x' does not fit its tag '!!int' | Remove the tag."]),
        ("a: !!int true", ["1:4 'true' does not fit its tag '!!int' | Remove the tag."]),
        ("b: &b {x: 1}\na:\n  <<: *b\n", ["3:3 merge keys ('<<') are not supported | Write the fields out, or use an alias for a whole value."]),
        ("a: .inf", ["1:4 .inf is refused | Put it in quotes if it is text."]),
        ("a: -.INF", ["1:4 -.INF is refused | Put it in quotes if it is text."]),
        ("a: .nan", ["1:4 .nan is refused | Put it in quotes if it is text."]),
        ("a: 1e999", ["1:4 the number 1e999 is too large | Put it in quotes if it is text."]),
        ("a: " + "9" * 5000, ["1:4 a number of more than 100 digits is refused | Put it in quotes if it is text."]),
        ("[x]: 1\nb: 2", ["1:1 a key must be plain text | Write it like 'key: value'."]),
        ("? {x: 1}\n: 1", ["1:3 a key must be plain text | Write it like 'key: value'."]),
        ("a: *nothing", ["1:4 the alias *nothing has no anchor &nothing before it | Put text in quotes."]),
        ("a: &x [1, *x]", ["1:11 the alias *x is inside the value that it refers to | Write the value out."]),
        ("a: &x {b: *x}", ["1:11 the alias *x is inside the value that it refers to | Write the value out."]),
        ("a: 1\nb: \x07", ["2:4 the character U+0007 is not allowed in YAML | Remove it; in double quotes it can be escaped."]),
        ("a: \u2028", ["1:4 the character U+2028 is not allowed in YAML | Remove it; in double quotes it can be escaped."]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("parser")
def test_the_traps_of_yaml_are_refused(text: str, flaws: list[str]) -> None:
    assert flaws_of(text) == flaws


@pytest.mark.usefixtures("parser")
def test_half_a_surrogate_pair_never_gets_into_a_value() -> None:
    found = read_yaml('a: "\\ud800"', "a.yaml")
    assert found.flaw or found.documents[0].flaws
    for document in found.documents:
        document.value["a"].encode()


@pytest.mark.usefixtures("parser")
def test_the_documents_before_a_syntax_error_are_kept() -> None:
    found = read_yaml("a: 1\n---\nb: 2\n---\nc: [\n", "a.yaml")
    assert [document.value for document in found.documents] == [{"a": 1}, {"b": 2}]
    assert found.flaw is not None
    assert found.flaw.place == (6, 1)


def bomb(levels: int) -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(rows)


@pytest.mark.parametrize("text", [bomb(9), f"a: &a {'x' * 4_000_000}\nb: [{'*a, ' * 1000}]"], ids=["wide", "long"])
@pytest.mark.usefixtures("parser")
def test_an_alias_bomb_is_refused_at_once(text: str) -> None:
    start = time.process_time()
    (flaw,) = flaws_of(text)
    assert f"aliases expand to more than {MAX_ALIASED} values" in flaw
    assert time.process_time() - start < 5


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "], ids=["list", "mapping", "items", "keys"])
def test_deep_nesting_is_refused_and_does_not_exhaust_the_stack(opening: str) -> None:
    assert flaws_of(opening * 100_000) in (
        [f"1:{MAX_DEPTH * len(opening) + 1} nested more than {MAX_DEPTH} levels deep"],
        ["1:1 a key must be plain text | Write it like 'key: value'."],
    )
    inside = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert flaws_of(f"a: {inside}") == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_both_parsers_read_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> list[Any]:
        return [
            (doc.value, doc.places.locate(()), doc.places.locate_members(("spec",)))
            for doc in read_yaml(text, "a").documents
        ]

    text = file.read_text(encoding="utf-8")
    fast = read()
    monkeypatch.setattr(events, "FAST_PARSER", None)
    assert read() == fast
    assert fast


def test_positions_are_those_of_keys_and_values() -> None:
    (document,) = read_yaml("# x\na:\n  - b\n  - c: {d: 5}\n    e:   f\n", "a.yaml").documents
    for path, on_key, place in [
        ((), False, (2, 1)),
        (("a",), True, (2, 1)),
        (("a",), False, (3, 3)),
        (("a", 0), False, (3, 5)),
        (("a", 1), False, (4, 5)),
        (("a", 1, "c", "d"), True, (4, 9)),
        (("a", 1, "c", "d"), False, (4, 12)),
        (("a", 1, "e"), True, (5, 5)),
        (("a", 1, "e"), False, (5, 10)),
        (("a", 1, "missing", 3), False, (4, 5)),
        (("a", 7), False, (3, 3)),
    ]:
        assert document.places.locate(path, on_key=on_key) == place, (path, on_key)


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"a: 1\nb: \xff\n", (2, 4), "is not UTF-8 text (byte 0xff)"),
        (b"\xef\xbb\xbfa: 1\nb: \xff\n", (2, 4), "is not UTF-8 text (byte 0xff)"),
        (b"\xef\xfe: 1\n", (1, 1), "is not UTF-8 text (byte 0xef)"),
        ("ä: 1\nbé: ".encode() + b"\xe9", (2, 5), "is not UTF-8 text (byte 0xe9)"),
        ("a: 1".encode("utf-16"), (1, 1), "is UTF-16 text, not UTF-8"),
    ],
)
def test_text_must_be_utf_8(data: bytes, place: tuple[int, int], message: str) -> None:
    flaw = decode(data)
    assert isinstance(flaw, Flaw)
    assert (flaw.place, flaw.message) == (place, message)
