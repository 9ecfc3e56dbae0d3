"""Ways to spoil a text and a JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

_NASTY = [
    b"\x00", b"\xff\xfe", b"\xc3\x28", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\t", b"\r", b"\x1b[2J", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xc2\x85",
    b"&a [*a]", b"*nowhere", b"&a ", b"*a", b"!!python/object/apply:os.system ['false']", b"!!binary |", b"!!timestamp ", b"!!set {a, b}", b"!!omap [a: 1]",
    b"!x ", b"<<: *x", b"<<: {a: b}", b"? [", b"? {a: b}\n: c\n",
    b".nan", b".inf", b"-.inf", b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e-999", b"9" * 400, b"9" * 5000, b"0x" + b"f" * 300, b"0o777", b"0777",
    b"1_000", b"190:20:30", b"-0", b"2026-01-01", b"2026-13-45T99:99", b"0000-00-00", b"99999-01-01T00:00:00Z", b"2026-01-01T00:00:00+99:99", b"12:30:45",
    b"null", b"~", b"yes", b"=",
    b"[" * 300, b"{" * 300, b"{a: " * 300, b"- " * 300, b"? " * 300, b"[" * 30_000, b"'", b'"', b"|", b">", b"|9-\n", b"%TAG ! x", b"%YAML 9.9\n---\n", b"---", b"...", b": ", b" #",
    b"../../../etc/passwd", b"/dev/zero", b"file:///etc/passwd", b"a/../b", b"C:\\x", b"${x}", b"${", b"$(x)", b"{{x}}", b"%s%n", b"::error::x", b"##[error]x", b"<script>",
    b"name: x\nname: x\n", b"kind: Service\n", b'"a": 1, "a": 2,', b'"\\ud800"', b'"\\u0000"', b"99999w", b"-5m", b"1e3h", b"4h30", b"@", b"`",
]  # fmt: skip
_VALUES: list[Any] = [
    None, True, False, 0, -1, 10**30, 2**63, 1.5, -0.0, float("inf"), float("nan"), "", " ", "\x00", "\ud800", "\u202e", "x" * 5000, "9" * 5000, [], {}, [[]], [None],
    {"a": 1}, {"": ""}, {"id": None}, {"id": ["x"]}, {"id": "../x", "type": "user_reference"}, {"$ref": "user", "key": "x"}, {"$ref": 1, "id": 2},
    "2026-13-45", "2026-01-01T00:00:00", "99999-01-01T00:00:00Z", "Europe/Nowhere", "../../etc/passwd", "Managed by pdsync: acme/team/shop",
    "Managed by pdsync: acme/user/\x00", "Managed by pdsync: other/service/x !protect", "http://[", "https://e.example/\x00", "%", "::error::x",
]  # fmt: skip


def mutate(text: bytes, random: Random) -> bytes:
    """The text with one to four pieces spoiled."""
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(text))
        to = min(len(text), at + random.choice([0, 1, 1, 3, 20]))
        match random.randrange(8):
            case 0 | 1:
                text = text[:at] + random.choice(_NASTY) + text[to:]
            case 2:
                text = text[:at] + text[to:]
            case 3:
                text = text[:at] + text[at : at + random.randint(1, 60)] * random.choice([2, 3, 50]) + text[to:]
            case 4:
                text = text[:at] + bytes(random.randrange(256) for _ in range(3)) + text[to:]
            case 5:
                text = _exchange_word(text, random)
            case 6:
                text = text.replace(b"\n", random.choice([b"\r\n", b"\r", b"\n\t", b"\n "]), random.choice([1, -1]))
            case _:
                text = text[:at]
    if random.random() < 0.02:
        text = text.decode("utf-8", "replace").encode(
            random.choice(["utf-16", "utf-32", "utf-16-le", "cp037", "utf-7"]), "replace"
        )
    return text


def _exchange_word(text: bytes, random: Random) -> bytes:
    """A word in the place of another one, or of a nasty piece: what is still well formed goes deeper."""
    words = text.split(b" ")
    words[random.randrange(len(words))] = random.choice([random.choice(words), random.choice(_NASTY)])
    return b" ".join(words)


def mutate_json(document: Any, random: Random) -> Any:
    """The document with one value somewhere inside replaced, taken away or moved to another name."""
    if isinstance(document, dict) and document and random.random() < 0.9:
        key = random.choice(sorted(document))
        kind = random.random()
        if kind < 0.1:
            return {name: value for name, value in document.items() if name != key}
        if kind < 0.15:
            return {(f"{name}x" if name == key else name): value for name, value in document.items()}
        if kind < 0.2:
            return {**document, key: document[random.choice(sorted(document))]}
        return {**document, key: mutate_json(document[key], random)}
    if isinstance(document, list) and document and random.random() < 0.9:
        at = random.randrange(len(document))
        if random.random() < 0.1:
            return [*document, document[at]]
        return [*document[:at], mutate_json(document[at], random), *document[at + 1 :]]
    if random.random() < 0.005:
        return _deep(random.choice([100, 900]))
    return random.choice(_VALUES)


_WRONG: list[Any] = [None, True, -1, 10**30, 1.5, "", " ", "x" * 300, "400d", "99999w", "0m", "+1", "+351 9", "mon-", "2026-13-45", [], {}, [None], {"a": 1}]  # fmt: skip


def replace_value(spec: Any, random: Random) -> tuple[Any, ...]:
    """Puts another value in the place of one somewhere inside; gives its path."""
    places = list(_places(spec, ()))
    path = random.choice(places)
    for name in path[:-1]:
        spec = spec[name]
    spec[path[-1]] = random.choice(_WRONG)
    return path


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield (*path, name)
        yield from _places(inner, (*path, name))


def render_json(document: Any, random: Random) -> str:
    """JSON as Python writes and reads it, NaN included; now and then nested deeper than anything that reads it goes."""
    text = json.dumps(document)
    return text.replace('"', "[" * 100_000 + '"', 1) if random.random() < 0.005 else text


def _deep(depth: int) -> Any:
    inner: Any = 1
    for _ in range(depth):
        inner = [inner]
    return inner
