"""Where output goes: results to stdout, everything else to stderr; colour and width as the user's terminal has them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable

from pdsync.cli.stream import GuardedStream, guard
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_json, safe_text

_PLAIN_WIDTH = 100


class Terminal:
    """Writes. A reader of stdout that went away (``| head``) is not an error, and must not stop an apply half-way."""

    def __init__(self, verbosity: int = 0, color: bool | None = None) -> None:
        self.verbosity = verbosity
        self._color = color
        self._stdout, self._stderr = guard(sys.stdout), guard(sys.stderr)

    def configure(self, verbosity: int, color: bool | None) -> None:
        """Takes over what the command line says; until then errors are shown with the defaults."""
        self.verbosity, self._color = verbosity, color

    @property
    def mask(self) -> Callable[[str], str]:
        """Takes secrets out of a text."""
        return self._stdout.mask

    @mask.setter
    def mask(self, mask: Callable[[str], str]) -> None:
        self._stdout.mask = self._stderr.mask = mask

    @property
    def has_lost_output(self) -> bool:
        """True where results were not written, for whatever reason."""
        return self._stdout.is_lost

    @property
    def output_error(self) -> OSError | None:
        """Why stdout could not be written, when that is more than a reader who left."""
        error = self._stdout.error
        return None if isinstance(error, BrokenPipeError) else error

    @property
    def color(self) -> bool:
        """True where results may be coloured."""
        return self._may_color(self._stdout)

    @property
    def width(self) -> int:
        """How wide results may be."""
        return shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns if self._stdout.isatty() else _PLAIN_WIDTH

    @property
    def is_screen(self) -> bool:
        """True where results go to someone's terminal."""
        return self._stdout.isatty()

    @property
    def is_interactive(self) -> bool:
        """True where a person can be asked."""
        return sys.stdin is not None and sys.stdin.isatty() and self._stderr.isatty()

    @property
    def shows_progress(self) -> bool:
        """True where moving things may be drawn on stderr."""
        return self.verbosity >= 0 and self._stderr.isatty() and os.environ.get("TERM") != "dumb"

    @property
    def palette(self) -> Palette:
        """The palette of stdout."""
        return Palette(self.color)

    @property
    def error_palette(self) -> Palette:
        """The palette of stderr."""
        return Palette(self._may_color(self._stderr))

    @property
    def shares_screen(self) -> bool:
        """True where stdout and stderr show on a terminal both, so that one can disturb the other."""
        return self._stdout.isatty() and self._stderr.isatty()

    def out(self, text: str) -> None:
        """Writes a result; `text` ends in a line break and is safe. Never raises."""
        self._stdout.write(text)
        self._stdout.flush()

    def out_json(self, document: str) -> None:
        """Writes a result that is a JSON document."""
        self.out(safe_json(document))

    def error(self, message: str, hint: str = "", *, label: str = "error", raw: bool = False) -> None:
        """Says what went wrong, and what to do next."""
        palette = self.error_palette
        head = palette.paint("error", f"{label}: ") if label else ""
        self._err(f"{head}{message if raw else safe_text(message)}")
        if hint:
            self._err("  " + (hint if raw else safe_text(hint)))

    def warn(self, message: str) -> None:
        """Says what may surprise; shown even with -q."""
        self._err(f"{self.error_palette.paint('warning', 'warning:')} {safe_text(message)}")

    def note(self, message: str) -> None:
        """Says what goes on; not with -q."""
        if self.verbosity >= 0:
            self._err(safe_text(message))

    def detail(self, message: str) -> None:
        """Says what goes on in detail; only with -v."""
        if self.verbosity >= 1:
            self._err(self.error_palette.paint("muted", safe_text(message)))

    def err(self, text: str) -> None:
        """Writes lines that are safe already to stderr."""
        self._err(text.rstrip("\n"))

    def ask(self, question: str) -> str:
        """A line of answer from the terminal; empty at its end."""
        self._stderr.write(question)
        self._stderr.flush()
        return sys.stdin.readline().strip()

    def _err(self, line: str) -> None:
        self._stderr.write(line + "\n")
        self._stderr.flush()

    def _may_color(self, stream: GuardedStream) -> bool:
        if self._color is not None:
            return self._color
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
