"""A token that is typed in the wrong place is in no output, wherever that place is."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
import pytest

from pdsync.cli.main import cli
from pdsync.cli.secret import Secrets, looks_like_token
from pdsync.cli.secret_form import hide_pieces
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync, Run
from tests.support.world import TOKEN

STRAYS = {
    "of an account": "y_NbAkKc66ryYTWUXYEu",
    "of a user": "u+sK4mQz81LpRt7VwXyZ",
    "of OAuth": "pdus+_0XBPWQQ_9abcdef-1234",
    "in use": TOKEN,
    "routing key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
}
FORMS = ("{}", "service/{}", "https://nowhere.invalid/{}", "http://me:{}@127.0.0.1:9", "./{}", "{}/file.json")
_VARIABLES = ("PDSYNC_API_URL", "PDSYNC_WORKSPACE", "PDSYNC_SANDBOX_SEED", "PDSYNC_TIMEOUT", "PAGERDUTY_FROM")
_REQUIRED = {"description": "x", "summary": "x", "out": "made", "dedup_key": "x", "key": "0" * 31 + "a"}
_REQUIRED |= {"schedule": "primary", "since": "2031-01-06T09:00", "until": "2031-01-13T09:00"}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def places() -> list[tuple[tuple[str, ...], str]]:
    """Every command line with a hole in it: {} where a text may stand."""
    found: list[tuple[tuple[str, ...], str]] = []
    for option in cli.params:
        if isinstance(option, click.Option) and not option.is_flag and not option.count:
            found += [((option.opts[0], "{}", command), option.opts[0]) for command in ("validate", "plan")]
    for path, command in commands(cli):
        needed: list[str] = []
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.required:
                needed += [parameter.opts[0], _REQUIRED[parameter.name or ""]]
        for parameter in command.params:
            if isinstance(parameter, click.Argument):
                found.append(((*path, *needed, "{}"), parameter.name or ""))
            elif isinstance(parameter, click.Option) and not parameter.is_flag:
                others = [word for word in needed if parameter.opts[0] not in needed] if needed else []
                found.append(((*path, *others, parameter.opts[0], "{}"), parameter.opts[0]))
        found.append(((*path, "--no-such-option={}"), ""))
    # A dedup key is the user's own and has the form of a routing key. --db of a sandbox that runs would not end.
    return [it for it in found if it[1] not in ("-i", "--db", "--host") or it[0][0] != "sandbox"]


@pytest.fixture
def ready(pdsync: Pdsync, manifests: Path, online: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Pdsync:
    assert pdsync("apply", "--yes").code == 0
    monkeypatch.setenv("TMPDIR", str(manifests.parent))
    look_up = socket.getaddrinfo

    def look_up_quickly(host: Any, *more: Any, **how: Any) -> Any:
        """A name that no one has is unknown at once: a name server may take seconds for each attempt."""
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *more, **how)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_quickly)
    return pdsync


def check(run: Run, secret: str, folder: Path, where: object) -> None:
    assert secret not in run.out + run.err, where
    for file in folder.rglob("*"):
        if file.is_file() and ".pdsync" in file.parts:
            assert secret not in file.read_text(errors="replace"), (where, file)


@pytest.mark.parametrize("kind", STRAYS)
def test_no_place_of_a_command_line_shows_a_token(ready: Pdsync, folder: Path, kind: str) -> None:
    tried = 0
    for number, (words, option) in enumerate(places()):
        if kind == "routing key" and option in ("-i", "--dedup-key", "--detail"):
            continue
        # Folders have names of that form, so a part of a path may be shown.
        form = FORMS[number % len(FORMS)] if kind != "routing key" else "{}"
        value = form.format(STRAYS[kind])
        run = ready("-v", *(word.replace("{}", value) for word in words))
        check(run, STRAYS[kind], folder, (words, value))
        tried += 1
    assert tried > 100


@pytest.mark.parametrize("kind", [kind for kind in STRAYS if kind != "routing key"])
@pytest.mark.parametrize("form", FORMS)
def test_no_form_shows_a_token(ready: Pdsync, folder: Path, kind: str, form: str) -> None:
    value = form.format(STRAYS[kind])
    for words in (
        ("--token-file", value, "plan"), ("plan", "--target", value), ("--workspace", value, "plan"), ("--api-url", value, "plan"),
        ("--config", value, "plan"), ("plan", value), ("plan", "--out", value), ("apply", "--yes", "--plan", value), ("journal", "show", value),
        ("--from", value, "whoami"), ("--timeout", value, "plan"), (value,), ("accept", value), ("explain", value),
    ):  # fmt: skip
        check(ready("-v", *words), STRAYS[kind], folder, words)
    for name in _VARIABLES:
        check(ready("-v", "--sandbox", "whoami", env={name: value}), STRAYS[kind], folder, name)
        check(ready("-v", "plan", env={name: value}), STRAYS[kind], folder, name)


def test_a_file_that_is_not_there_may_be_a_token_of_any_form(ready: Pdsync) -> None:
    for value in ("sometokenwithoutadigit", "UPPERCASE1234567890AB", "aaaaaaaaaaaaaaaa"):
        run = ready("--token-file", value, "plan")
        assert run.code == 64
        assert value not in run.err
    assert "tokens.txt" in ready("--token-file", "tokens.txt", "plan").err
    assert "etc/pagerduty/token-of-production" in ready("--token-file", "etc/pagerduty/token-of-production", "plan").err


@pytest.mark.parametrize(
    "word",
    [
        "checkout-api-production-2024",
        "PABC123",
        "service",
        "0123456789ab",
        "f" * 64,
        "my-service-name-20ch",
        "2026-11-30T09:00",
        "a.b@example.com",
        "",
    ],
)
def test_names_are_no_tokens(word: str) -> None:
    assert not looks_like_token(word)


def test_the_longer_secret_is_hidden_first_and_urls_are_known() -> None:
    secrets = Secrets(["12345678", "x12345678y"])
    secrets.append("u+12345678/ab")
    assert secrets.mask("x12345678y 12345678 u%2B12345678%2Fab") == "*678y *5678 *8/ab"
    assert Secrets(["short"]).mask("short") == "short"


def test_threads_that_learn_and_hide_at_once_lose_no_secret() -> None:
    """Threads write journals and logs while others read secrets: each must be hidden, and no text may stop the run."""
    secrets, used = Secrets(), set[str]()
    secrets.follow(used.copy)

    def work(thread: int) -> None:
        for number in range(60):
            value = f"secret-{thread}-{number}-value"
            used.add(value)
            assert value not in secrets.mask(f"it says {value} and more")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(6)))
    finally:
        sys.setswitchinterval(interval)
    text = " ".join(used)
    assert "secret-" not in secrets.mask(text)


def test_the_moment_in_a_secret_hides_no_id_of_that_moment() -> None:
    """The secret of a runner and its id are made at once, of the time and chance: an id is not a secret, and journals need it."""
    identity, secret = "01M8Q69QD04YSF2X0CNM5FMK1G", "01M8Q69QD0ZZ8KJ3T7W1V5R9QE"
    assert hide_pieces(f"runner {identity}", secret, "[secret]") == f"runner {identity}"
    for piece in (secret[:16], secret[:25], secret[-12:]):
        assert piece not in hide_pieces(f"it was {piece}, cut", secret, "[secret]")
