"""Results go to stdout, everything else to stderr, and a reader who left stops nothing."""

from __future__ import annotations

import io
import sys

import pytest

from pdsync.cli.terminal import Terminal


class Gone(io.StringIO):
    """A pipe whose reader left, or a full disk."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        raise self._error


def test_each_word_has_its_stream(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.out("result\n")
    terminal.error("wrong", "Mend it.")
    terminal.warn("odd")
    terminal.note("going on")
    terminal.detail("in detail")
    assert capsys.readouterr() == ("result\n", "error: wrong\n  Mend it.\nwarning: odd\ngoing on\n")


def test_quiet_hides_notes_and_verbose_shows_details(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.configure(-1, None)
    terminal.note("going on")
    terminal.warn("odd")
    terminal.configure(1, None)
    terminal.detail("in detail")
    assert capsys.readouterr().err == "warning: odd\nin detail\n"


def test_foreign_text_is_made_safe(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().error("\x1b[2J", "\x1b[31m")
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "is_told"), [(BrokenPipeError(), False), (OSError(28, "No space left on device"), True)]
)
def test_output_that_cannot_be_written_is_never_raised(
    monkeypatch: pytest.MonkeyPatch, error: OSError, is_told: bool
) -> None:
    monkeypatch.setattr(sys, "stdout", Gone(error))
    terminal = Terminal()
    terminal.out("one\n")
    terminal.out("two\n")
    assert (terminal.output_error is error) is is_told


def test_colour_is_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Terminal().color
    assert Terminal(color=True).color
    assert Terminal(color=True).error_palette.color
