"""What moves on a terminal, and that nothing moves elsewhere."""

from __future__ import annotations

import pytest

from pdsync.cli.progress import activity_on, show_progress
from pdsync.cli.terminal import Terminal


def test_without_a_screen_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    with activity_on(terminal)("Reading the account") as say:
        say("3 users")
    with show_progress(terminal, "Applying", 2) as step:
        step("one\n")
        step("two\n")
    assert capsys.readouterr() == ("one\ntwo\n", "")


def test_on_a_screen_what_goes_on_is_drawn_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Terminal, "shows_progress", property(lambda self: True))
    terminal = Terminal()
    with activity_on(terminal)("Reading the account"):
        pass
    with show_progress(terminal, "Applying", 2) as step:
        step("one\n")
    shown = capsys.readouterr()
    assert shown.out == "one\n"
    assert "Reading the account" in shown.err
