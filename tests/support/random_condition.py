"""Random conditions in PagerDuty Condition Language, random events, and moments at which a schedule may begin or end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

WORDS = (
    "db",
    "DB",
    "disk",
    "Disk full",
    "web-1",
    "it's",
    "a\\b",
    "ÉTÉ",
    "été",
    "",
    "7",
    "0.5",
    "true",
    "critical",
    "x y",
)
PATHS = (
    *("event.summary", "event.source", "event.severity", "event.component", "event.class", "event.dedup_key"),
    *("event.custom_details.code", "event.custom_details['load avg']", "event.custom_details.tags"),
    *(
        "event.custom_details.tags[0]",
        "event.custom_details.deep.er",
        "event.custom_details.flag",
        "event.custom_details",
    ),
    *("raw_event.payload.summary", "raw_event.client", "event['source']", "event.custom_details.nothing"),
)
VARIABLES = ("cache_var.last", "cache_var.storms", "cache_var.gone")
PATTERNS = ("db[0-9]*", "^disk", "full$", "(?-i)DB", "a|b", "[^a-z]", ".*", "(d)(b)?", "\\d+", "É", "(?-s)k.f", "^$")
ZONES = ("Etc/UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Ordinary days, and those on which the clocks of New York and Berlin change.
_MOMENTS = (*((2026, 6, day) for day in range(1, 8)), (2026, 3, 8), (2026, 3, 29), (2026, 10, 25), (2026, 11, 1))


def random_condition(random: Random, depth: int = 3, paths: tuple[str, ...] = (*PATHS, *VARIABLES)) -> str:
    if depth and random.random() < 0.5:
        left, right = (random_condition(random, depth - 1, paths) for _ in range(2))
        joined = f"{left}{_space(random)}{random.choice(('and', 'or'))}{_space(random)}{right}"
        return joined if random.random() < 0.6 else f"({joined})"
    if depth and random.random() < 0.3:
        inner = random_condition(random, depth - 1, paths)
        return f"not {inner}" if random.random() < 0.4 else f"not ({inner})"
    return random.choice(_LEAVES)(random, paths)


def random_event(random: Random) -> dict[str, Any]:
    """The body of a trigger event that the Events API takes."""
    words = [it for it in WORDS if it]
    payload: dict[str, Any] = {
        "summary": random.choice(words),
        "source": random.choice(words),
        "severity": random.choice(("critical", "error", "warning", "info")),
    }
    for name in ("component", "class", "group"):
        if random.random() < 0.5:
            payload[name] = random.choice(WORDS)
    if random.random() < 0.8:
        values: tuple[Any, ...] = (
            7,
            0.5,
            -3,
            2**53,
            2.0**53,
            True,
            False,
            "7",
            "db",
            ["db", "x"],
            [],
            {"er": "disk"},
            {},
            None,
        )
        names = ("code", "load avg", "tags", "deep", "flag", "nothing")
        payload["custom_details"] = {it: random.choice(values) for it in names if random.random() < 0.6}
    event = {"event_action": "trigger", "dedup_key": random.choice(words), "payload": payload}
    return {**event, "client": "monitor"} if random.random() < 0.5 else event


def random_cache(random: Random) -> dict[str, Any]:
    """Values of cache variables; one that holds nothing is not there."""
    found: dict[str, Any] = {"last": random.choice(WORDS), "storms": random.randrange(5)}
    return {name: value for name, value in found.items() if random.random() < 0.8}


def random_moment(random: Random) -> datetime:
    moment = datetime(*random.choice(_MOMENTS), random.randrange(24), random.choice((0, 15, 30, 59)), tzinfo=UTC)
    return moment + timedelta(seconds=random.choice((0, 0, 1, 59)))


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _matches(random: Random, paths: tuple[str, ...]) -> str:
    how = random.choice(("", " part", " regex"))
    exactly = random.choice(("", "", " exactly"))
    right = quoted(random.choice(PATTERNS if how == " regex" else WORDS))
    if how != " regex" and random.random() < 0.2:
        right = random.choice(paths)
    return f"{random.choice(paths)}{_space(random)}matches{how}{exactly}{_space(random)}{right}"


def _exists(random: Random, paths: tuple[str, ...]) -> str:
    return f"{random.choice(paths)} exists"


def _compares(random: Random, paths: tuple[str, ...]) -> str:
    right = random.choice(
        ("7", "7.0", "0.5", "-3", "9007199254740993", "9007199254740992.0", "true", "'7'", quoted("db"))
    )
    gap = random.choice(("", " "))
    return f"{random.choice(paths)}{gap}{random.choice(('==', '>', '>=', '<', '<='))}{gap}{right}"


def _schedule(random: Random, paths: tuple[str, ...]) -> str:
    days = ",".join(random.sample(_DAYS, random.randint(1, 4)))
    start, end = (f"{random.randrange(24):02}:{random.choice(('00', '15', '30', '59'))}:00" for _ in range(2))
    return f"now in {days} {start} to {random.choice((start, end, end, end))} {random.choice(ZONES)}"


def _moment(random: Random, paths: tuple[str, ...]) -> str:
    year, month, day = random.choice(_MOMENTS)
    at = f"{year}-{month:02}-{day:02} {random.randrange(24):02}:30:00 {random.choice(ZONES)}"
    return f"now {random.choice(('>', '>=', '<', '<='))} {at}"


def _truth(random: Random, paths: tuple[str, ...]) -> str:
    return random.choice(("true", "false", random.choice(paths)))


def _count(random: Random, paths: tuple[str, ...]) -> str:
    over = random.choice(("1 minute", "90 seconds", "1 hour 30 minutes", "2 days"))
    return f"trigger_count over {over} {random.choice(('>', '>=', '<', '=='))} {random.randrange(5)}"


_Leaf = Callable[[Random, tuple[str, ...]], str]
_LEAVES: tuple[_Leaf, ...] = (*4 * (_matches,), *2 * (_exists,), *2 * (_compares,), _schedule, _moment, _truth, _count)


def _space(random: Random) -> str:
    return random.choice((" ", " ", " ", "  ", "\n", "\t"))
